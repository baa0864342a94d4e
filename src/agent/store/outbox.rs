//! The outbox: messages that are to arrive, in the order of what they are about, until they have.
//!
//! A message is written in one transaction with the incident that it tells of, or with the state of the zone
//! whose event it tells of, before it is sent. It goes when the receiver has it. One that was sent often enough
//! is dead: it stays, to be looked at and sent again by hand, and nothing waits behind it. A message that is
//! written a second time, after a crash, has its name already and is there.
//!
//! What waits is bounded: a receiver that is away for days while something comes and goes is told of the
//! last times, and of those before that it had begun to hear of ([`overtaken::MOST_WAITING`]).

pub mod overtaken;
mod queue;

use rusqlite::{Connection, Transaction, params};

pub use queue::{Bodies, backlog, bodies, disabled, due, errands, held, list, next_due, silences};

use crate::dns::Timestamp;

/// An instant that is further away than any wait for the next attempt comes from a clock that was wrong: a
/// day, and the tenth of it that jitter may add.
const FAR: i64 = 86_400 + 8_640;

/// What is written when alarms change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Alarms by zone, code and scope; `None` for one that is gone.
    pub alarms: Vec<([String; 3], Option<String>)>,
    /// Incidents by fingerprint.
    pub incidents: Vec<(String, Option<String>)>,
    /// Silences by identifier, with the instant they end at.
    pub silences: Vec<(String, Option<(Timestamp, String)>)>,
    /// Messages.
    pub messages: Vec<Outgoing>,
}

/// A message for one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Whose.
    pub endpoint: String,
    /// What it tells of: the fingerprint of the incident, a dash and its beginning.
    pub incident: String,
    /// Its identifier, the same for every endpoint.
    pub name: String,
    /// When it was made.
    pub made: Timestamp,
    /// The notice as JSON.
    pub body: String,
}

/// A message that waits, or is dead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its number: the order in which messages were written.
    pub number: i64,
    /// The message.
    pub message: Outgoing,
    /// When it is sent next.
    pub due: Timestamp,
    /// How often it was sent.
    pub attempts: u32,
    /// What came back last.
    pub answer: String,
}

/// What came of sending a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The receiver has it.
    Done,
    /// It is sent again at an instant, having been answered so.
    Again(Timestamp, String),
    /// It was sent often enough.
    Dead(String),
}

/// How many messages there are for an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Backlog {
    /// Those that wait.
    pub waiting: u64,
    /// When the oldest of them was made.
    pub oldest: Option<Timestamp>,
    /// Those that are dead.
    pub dead: u64,
}

/// A change to the outbox.
#[derive(Debug)]
pub enum Change {
    /// Alarms, incidents, and messages about them.
    Keep(Kept),
    /// An attempt was made.
    Sent(i64, Sent),
    /// Everything of an endpoint that waits is due at an instant.
    Wake(String, Timestamp),
    /// These are the endpoints; what waits for any other is dead.
    Endpoints(Vec<String>),
    /// The clock was set back to an instant: nothing waits for what comes long after it.
    SetBack(Timestamp),
    /// An endpoint is disabled at an instant: what waits for it is dead.
    Disable(String, String, Timestamp),
    /// A silence by hand, until an instant; without a body it is over.
    Silence(String, Timestamp, Option<String>),
    /// Dead messages are sent again: of one endpoint, or of all.
    Replay(Option<String>, Timestamp),
    /// Something that a command asks of the daemon.
    Errand(String),
    /// How an errand stands; it is over without a word.
    ErrandState(i64, Option<String>),
}

/// Makes a change.
pub fn change(within: &Transaction<'_>, change: &Change) -> Result<(), rusqlite::Error> {
    match change {
        Change::Keep(kept) => keep(within, kept),
        Change::Sent(number, sent) => self::sent(within, *number, sent),
        Change::Wake(endpoint, at) => run(
            within,
            "UPDATE message SET due = min(due, ?2) WHERE endpoint = ?1 AND is_dead = 0",
            params![endpoint, at.0],
        ),
        Change::Endpoints(names) => overtaken::retire(within, names),
        Change::SetBack(at) => run(
            within,
            "UPDATE message SET made = min(made, ?1), due = ?1 WHERE due > ?1 + ?2 OR made > ?1",
            params![at.0, FAR],
        ),
        Change::Disable(endpoint, target, at) => {
            run(
                within,
                "INSERT OR REPLACE INTO endpoint (name, target, disabled) VALUES (?1, ?2, ?3)",
                params![endpoint, target, at.0],
            )?;
            run(
                within,
                "UPDATE message SET is_dead = 1, answer = 'status 410: the endpoint is disabled'
                 WHERE endpoint = ?1 AND is_dead = 0",
                params![endpoint],
            )
        }
        Change::Silence(id, until, body) => {
            silence(within, id, body.as_ref().map(|body| (*until, body)))
        }
        Change::Replay(endpoint, at) => replay(within, endpoint.as_deref(), *at),
        Change::Errand(what) => run(
            within,
            "INSERT INTO errand (what) VALUES (?1)",
            params![what],
        ),
        Change::ErrandState(id, Some(state)) => run(
            within,
            "UPDATE errand SET state = ?2 WHERE id = ?1",
            params![id, state],
        ),
        Change::ErrandState(id, None) => {
            run(within, "DELETE FROM errand WHERE id = ?1", params![id])
        }
    }
}

fn run(
    within: &Connection,
    statement: &str,
    values: impl rusqlite::Params,
) -> Result<(), rusqlite::Error> {
    within.prepare_cached(statement)?.execute(values)?;
    Ok(())
}

fn keep(within: &Transaction<'_>, kept: &Kept) -> Result<(), rusqlite::Error> {
    for ([zone, code, scope], body) in &kept.alarms {
        match body {
            Some(body) => run(
                within,
                "INSERT OR REPLACE INTO alarm (zone, code, scope, body) VALUES (?1, ?2, ?3, ?4)",
                params![zone, code, scope, body],
            )?,
            None => run(
                within,
                "DELETE FROM alarm WHERE zone = ?1 AND code = ?2 AND scope = ?3",
                params![zone, code, scope],
            )?,
        }
    }
    for (fingerprint, body) in &kept.incidents {
        match body {
            Some(body) => run(
                within,
                "INSERT OR REPLACE INTO incident (fingerprint, body) VALUES (?1, ?2)",
                params![fingerprint, body],
            )?,
            None => run(
                within,
                "DELETE FROM incident WHERE fingerprint = ?1",
                params![fingerprint],
            )?,
        }
    }
    for (id, body) in &kept.silences {
        silence(
            within,
            id,
            body.as_ref().map(|(until, body)| (*until, body)),
        )?;
    }
    put(within, &kept.messages)
}

/// Writes messages; those that are there already stay as they are.
pub fn put(within: &Transaction<'_>, messages: &[Outgoing]) -> Result<(), rusqlite::Error> {
    for message in messages {
        let made = message.made.0;
        run(
            within,
            "INSERT INTO message (endpoint, incident, name, made, due, body)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5) ON CONFLICT (endpoint, name) DO NOTHING",
            params![
                message.endpoint,
                message.incident,
                message.name,
                made,
                message.body
            ],
        )?;
        overtaken::bound(within, message)?;
    }
    Ok(())
}

fn silence(
    within: &Transaction<'_>,
    id: &str,
    body: Option<(Timestamp, &String)>,
) -> Result<(), rusqlite::Error> {
    match body {
        Some((until, body)) => run(
            within,
            "INSERT OR REPLACE INTO silence (id, until, body) VALUES (?1, ?2, ?3)",
            params![id, until.0, body],
        ),
        None => run(within, "DELETE FROM silence WHERE id = ?1", params![id]),
    }
}

fn sent(within: &Transaction<'_>, number: i64, sent: &Sent) -> Result<(), rusqlite::Error> {
    match sent {
        Sent::Done => {
            // What is older than what was taken must not come after it: it was dead, and is sent again, or may be.
            run(
                within,
                "DELETE FROM message WHERE id < ?1
                 AND (endpoint, incident) = (SELECT endpoint, incident FROM message WHERE id = ?1)",
                params![number],
            )?;
            run(within, "DELETE FROM message WHERE id = ?1", params![number])
        }
        Sent::Again(due, answer) => run(
            within,
            "UPDATE message SET attempts = attempts + 1, due = ?2, answer = ?3 WHERE id = ?1",
            params![number, due.0, answer],
        ),
        Sent::Dead(answer) => run(
            within,
            "UPDATE message SET attempts = attempts + 1, is_dead = 1, answer = ?2 WHERE id = ?1",
            params![number, answer],
        ),
    }
}

fn replay(
    within: &Transaction<'_>,
    endpoint: Option<&str>,
    at: Timestamp,
) -> Result<(), rusqlite::Error> {
    run(
        within,
        "DELETE FROM endpoint WHERE ?1 IS NULL OR name = ?1",
        params![endpoint],
    )?;
    run(
        within,
        "UPDATE message SET is_dead = 0, attempts = 0, due = ?2
         WHERE is_dead = 1 AND (?1 IS NULL OR endpoint = ?1)",
        params![endpoint, at.0],
    )
}
