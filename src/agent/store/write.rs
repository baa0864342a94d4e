//! What is written, and how: each change whole or not at all.

use rusqlite::{Connection, Transaction, params};

use super::outbox;
use super::pack::pack;
use super::retention::{self, Pruned, Retention};
use super::{Audited, Seen, StoredEvent};
use crate::dns::Name;

/// A change to the store.
#[derive(Debug)]
pub enum Change {
    /// The outcome of an audit.
    Audited(Packed),
    /// Events without an audit.
    Events(Vec<StoredEvent>),
    /// Alarms, incidents and messages.
    Outbox(outbox::Change),
    /// A zone goes, with all that is known of it.
    Forget(String),
}

/// [`Audited`] with its long parts compressed.
#[derive(Debug)]
pub struct Packed {
    zone: String,
    at: i64,
    state: String,
    report: Option<Vec<u8>>,
    evidence: Option<Vec<u8>>,
    is_failure: bool,
    events: Vec<StoredEvent>,
    seen: Vec<Seen>,
}

impl Packed {
    /// Compresses on the caller's thread, of which there may be many.
    pub fn new(audited: Audited, retention: &Retention) -> Self {
        let keep = match audited.is_failure {
            true => retention.failures,
            false => retention.evidences,
        };
        let evidence = audited.evidence.filter(|_| keep > 0);
        Self {
            zone: key(&audited.zone),
            at: audited.at.0,
            state: audited.state,
            report: audited.report.map(|report| pack(report.as_bytes())),
            evidence: evidence.map(|evidence| pack(&evidence)),
            is_failure: audited.is_failure,
            events: audited.events,
            seen: audited.seen,
        }
    }
}

/// A zone as the tables name it.
pub fn key(zone: &Name) -> String {
    zone.to_lowercase().to_string()
}

/// Makes all `changes` in one transaction, which the size in all is part of.
pub fn changes<'a>(
    connection: &mut Connection,
    changes: impl IntoIterator<Item = &'a Change>,
    retention: &Retention,
) -> Result<Pruned, rusqlite::Error> {
    let transaction = connection.transaction()?;
    let mut pruned = Pruned::default();
    for change in changes {
        pruned.add(one(&transaction, change, retention)?);
    }
    pruned.add(retention::size(&transaction, retention.max_size)?);
    transaction.commit()?;
    Ok(pruned)
}

fn one(
    within: &Transaction<'_>,
    change: &Change,
    retention: &Retention,
) -> Result<Pruned, rusqlite::Error> {
    match change {
        Change::Audited(audited) => self::audited(within, audited, retention),
        Change::Events(events) => self::events(within, events, retention),
        Change::Outbox(change) => outbox::change(within, change).map(|()| Pruned::default()),
        Change::Forget(zone) => forget(within, zone).map(|()| Pruned::default()),
    }
}

fn audited(
    within: &Transaction<'_>,
    audited: &Packed,
    retention: &Retention,
) -> Result<Pruned, rusqlite::Error> {
    let zone = zone(within, audited)?;
    if let Some(report) = &audited.report {
        let mut put = within.prepare_cached(
            "INSERT INTO report (zone, body) VALUES (?1, ?2)
             ON CONFLICT (zone) DO UPDATE SET body = excluded.body",
        )?;
        put.execute(params![zone, report])?;
    }
    let mut pruned = events(within, &audited.events, retention)?;
    if let Some(evidence) = &audited.evidence {
        keep(within, zone, audited, evidence)?;
    }
    for (is_failure, most) in [(false, retention.evidences), (true, retention.failures)] {
        pruned.evidences += retention::evidences(within, zone, is_failure, most)?;
    }
    pruned.inventory += seen(within, zone, audited, retention)?;
    Ok(pruned)
}

/// Writes the state of the zone, and gives the number that other tables know the zone by.
fn zone(within: &Transaction<'_>, audited: &Packed) -> Result<i64, rusqlite::Error> {
    let mut put = within.prepare_cached(
        "INSERT INTO zone (name, at, state) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET at = excluded.at, state = excluded.state
         RETURNING id",
    )?;
    put.query_row(params![audited.zone, audited.at, audited.state], |row| {
        row.get(0)
    })
}

/// Keeps evidence. Of two audits in the same second the later one stays, unless only the first failed.
fn keep(
    within: &Transaction<'_>,
    zone: i64,
    audited: &Packed,
    evidence: &[u8],
) -> Result<(), rusqlite::Error> {
    let mut drop = within
        .prepare_cached("DELETE FROM evidence WHERE zone = ?1 AND at = ?2 AND is_failure <= ?3")?;
    drop.execute(params![zone, audited.at, audited.is_failure])?;
    let mut put = within.prepare_cached(
        "INSERT INTO evidence (zone, at, is_failure, body) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (zone, at) DO NOTHING",
    )?;
    put.execute(params![zone, audited.at, audited.is_failure, evidence])?;
    Ok(())
}

fn events(
    within: &Transaction<'_>,
    events: &[StoredEvent],
    retention: &Retention,
) -> Result<Pruned, rusqlite::Error> {
    let mut pruned = Pruned::default();
    for event in events {
        let zone = key(&event.zone);
        let mut put = within
            .prepare_cached("INSERT INTO event (zone, at, kind, text) VALUES (?1, ?2, ?3, ?4)")?;
        put.execute(params![zone, event.at.0, event.kind, event.text])?;
        pruned.events += retention::events(within, &zone, retention.events)?;
    }
    Ok(pruned)
}

/// Brings the inventory up to date. What was seen last is as of the latest audit, even when the clock has
/// been set back; what was seen first never moves ahead.
fn seen(
    within: &Transaction<'_>,
    zone: i64,
    audited: &Packed,
    retention: &Retention,
) -> Result<u64, rusqlite::Error> {
    let mut put = within.prepare_cached(
        "INSERT INTO inventory (zone, kind, item, server, first_seen, last_seen)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)
         ON CONFLICT (zone, kind, item, server) DO UPDATE SET
             first_seen = min(first_seen, excluded.first_seen), last_seen = excluded.last_seen",
    )?;
    let mut kinds = Vec::new();
    for seen in &audited.seen {
        let kind = seen.kind.word();
        put.execute(params![zone, kind, seen.item, seen.server, audited.at])?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let mut pruned = 0;
    for kind in kinds {
        pruned += retention::inventory(within, zone, kind, retention.inventory)?;
    }
    Ok(pruned)
}

fn forget(within: &Transaction<'_>, zone: &str) -> Result<(), rusqlite::Error> {
    within.execute("DELETE FROM event WHERE zone = ?1", [zone])?;
    within.execute("DELETE FROM zone WHERE name = ?1", [zone])?;
    Ok(())
}
