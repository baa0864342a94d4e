//! What waits in the outbox, read: what is due, how much there is, and the rest as it was kept.

use std::collections::BTreeSet;

use rusqlite::{Connection, Row, params};

use super::{Backlog, Outgoing, Waiting};
use crate::dns::Timestamp;

/// Incidents of which something waits for an endpoint.
pub fn held(from: &Connection, endpoint: &str) -> Result<BTreeSet<String>, rusqlite::Error> {
    let mut statement = from.prepare_cached(
        "SELECT DISTINCT incident FROM message WHERE endpoint = ?1 AND is_dead = 0",
    )?;
    let rows = statement.query_map(params![endpoint], |row| row.get(0))?;
    rows.collect()
}

/// Alarms, incidents and silences as they were kept, in this order.
pub type Bodies = [Vec<String>; 3];

/// What was kept of alarms, incidents and silences.
pub fn bodies(from: &Connection) -> Result<Bodies, rusqlite::Error> {
    let all = |table: &str| {
        let mut query = from.prepare(&format!("SELECT body FROM {table}"))?;
        let rows = query.query_map([], |row| row.get(0))?;
        rows.collect::<Result<Vec<String>, _>>()
    };
    Ok([all("alarm")?, all("incident")?, all("silence")?])
}

/// The silences that are kept.
pub fn silences(from: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut query = from.prepare_cached("SELECT body FROM silence")?;
    let rows = query.query_map([], |row| row.get(0))?;
    rows.collect()
}

const COLUMNS: &str = "id, endpoint, incident, name, made, due, attempts, answer, body";

fn waiting(row: &Row<'_>) -> Result<Waiting, rusqlite::Error> {
    Ok(Waiting {
        number: row.get(0)?,
        message: Outgoing {
            endpoint: row.get(1)?,
            incident: row.get(2)?,
            name: row.get(3)?,
            made: Timestamp(row.get(4)?),
            body: row.get(8)?,
        },
        due: Timestamp(row.get(5)?),
        attempts: row.get(6)?,
        answer: row.get(7)?,
    })
}

/// What is due for an endpoint: about each thing no more than the first message that waits.
///
/// An incident is called by what it is about, a dash and its beginning. The next incident about the same thing
/// waits for the end of the last one: a receiver that knows things and not incidents would take that end for
/// the end of what goes on.
pub fn due(
    from: &Connection,
    endpoint: &str,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Waiting>, rusqlite::Error> {
    let mut query = from.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM message AS this
         WHERE endpoint = ?1 AND is_dead = 0 AND due <= ?2 AND NOT EXISTS (
             SELECT 1 FROM message AS before WHERE before.endpoint = ?1
             AND before.incident >= rtrim(this.incident, '0123456789')
             AND before.incident < rtrim(this.incident, '0123456789') || ':'
             AND rtrim(before.incident, '0123456789') = rtrim(this.incident, '0123456789')
             AND before.is_dead = 0 AND before.id < this.id)
         ORDER BY due, id LIMIT ?3"
    ))?;
    let rows = query.query_map(params![endpoint, now.0, limit], waiting)?;
    rows.collect()
}

/// When something is due next for an endpoint.
pub fn next_due(from: &Connection, endpoint: &str) -> Result<Option<Timestamp>, rusqlite::Error> {
    let mut query =
        from.prepare_cached("SELECT min(due) FROM message WHERE endpoint = ?1 AND is_dead = 0")?;
    let due: Option<i64> = query.query_row([endpoint], |row| row.get(0))?;
    Ok(due.map(Timestamp))
}

/// How much there is for an endpoint.
pub fn backlog(from: &Connection, endpoint: &str) -> Result<Backlog, rusqlite::Error> {
    let mut query = from.prepare_cached(
        "SELECT count(*) FILTER (WHERE is_dead = 0), min(made) FILTER (WHERE is_dead = 0),
             count(*) FILTER (WHERE is_dead = 1) FROM message WHERE endpoint = ?1",
    )?;
    query.query_row([endpoint], |row| {
        let (waiting, dead): (i64, i64) = (row.get(0)?, row.get(2)?);
        Ok(Backlog {
            waiting: u64::try_from(waiting).unwrap_or(0),
            oldest: row.get::<_, Option<i64>>(1)?.map(Timestamp),
            dead: u64::try_from(dead).unwrap_or(0),
        })
    })
}

/// Messages of all endpoints that wait, or are dead, in the order in which they were written.
pub fn list(from: &Connection, is_dead: bool, limit: u32) -> Result<Vec<Waiting>, rusqlite::Error> {
    let mut query = from.prepare(&format!(
        "SELECT {COLUMNS} FROM message WHERE is_dead = ?1 ORDER BY id LIMIT ?2"
    ))?;
    let rows = query.query_map(params![is_dead, limit], waiting)?;
    rows.collect()
}

/// Endpoints that were disabled, with the target that they had.
pub fn disabled(from: &Connection) -> Result<Vec<(String, String)>, rusqlite::Error> {
    let mut query = from.prepare_cached("SELECT name, target FROM endpoint")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

/// Errands: number, what is asked, how it stands.
pub fn errands(from: &Connection) -> Result<Vec<(i64, String, String)>, rusqlite::Error> {
    let mut query =
        from.prepare_cached("SELECT id, what, state FROM errand ORDER BY id LIMIT 100")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}
