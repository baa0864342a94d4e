//! What waits in the outbox and was overtaken: a receiver that is away for days while something comes and goes
//! needs the last times, and those before that it had begun to hear of.

use rusqlite::{Transaction, params};

use super::Outgoing;

/// Messages that wait, or are dead, for one endpoint about one thing: beyond it, times that came and went
/// and that the receiver has heard nothing of are left out, the oldest first.
pub const MOST_WAITING: usize = 32;
/// What an incident is about, if the message is of one: the fingerprint, which is the same each time.
fn matter(incident: &str) -> Option<&str> {
    let (matter, began) = incident.rsplit_once('-')?;
    let is_number = !began.is_empty() && began.bytes().all(|octet| octet.is_ascii_digit());
    (is_number && matter.bytes().all(|octet| octet.is_ascii_hexdigit())).then_some(matter)
}

/// Leaves out what was overtaken, once too much waits about one thing.
pub fn bound(within: &Transaction<'_>, message: &Outgoing) -> Result<(), rusqlite::Error> {
    let Some(matter) = matter(&message.incident) else {
        return Ok(());
    };
    let mut query = within.prepare_cached(
        "SELECT id, incident, attempts > 0 AND is_dead = 0 FROM message
         WHERE endpoint = ?1 AND incident >= ?2 || '-' AND incident < ?2 || '.' ORDER BY id",
    )?;
    let rows = query.query_map(params![message.endpoint, matter], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    let rows: Vec<(i64, String, bool)> = rows.collect::<Result<_, _>>()?;
    let left = overtaken(&rows, &message.incident);
    for id in &left {
        within.execute("DELETE FROM message WHERE id = ?1", params![id])?;
    }
    if !left.is_empty() {
        let (endpoint, count) = (&message.endpoint, left.len());
        tracing::warn!(
            endpoint,
            count,
            matter,
            "messages that were overtaken are left out"
        );
    }
    Ok(())
}

/// What to leave out of the messages about one thing, given as identifier, incident, and whether it is being
/// tried: times that are over and of which nothing was tried go whole; of the one that goes on, what is
/// neither the first nor one of the last.
fn overtaken(rows: &[(i64, String, bool)], latest: &str) -> Vec<i64> {
    let mut excess = rows.len().saturating_sub(MOST_WAITING);
    let mut left = Vec::new();
    for time in rows.chunk_by(|a, b| a.1 == b.1) {
        if excess == 0 {
            break;
        }
        let is_over = time[0].1 != latest;
        let goes: Vec<i64> = match is_over {
            true if time.iter().any(|(.., is_tried)| *is_tried) => Vec::new(),
            true => time.iter().map(|(id, ..)| *id).collect(),
            false => (time.iter().skip(1).take(excess))
                .map(|(id, ..)| *id)
                .collect(),
        };
        excess = excess.saturating_sub(goes.len());
        left.extend(goes);
    }
    left
}

/// What waits for an endpoint that is none of these is dead.
pub fn retire(within: &Transaction<'_>, names: &[String]) -> Result<(), rusqlite::Error> {
    // Names as JSON, since SQLite binds no lists.
    let names = serde_json::to_string(names).unwrap_or_else(|_| "[]".to_owned());
    within.execute(
        "UPDATE message SET is_dead = 1, answer = 'the endpoint is not configured any more'
         WHERE is_dead = 0 AND endpoint NOT IN (SELECT value FROM json_each(?1))",
        params![names],
    )?;
    Ok(())
}
