//! How much is kept, and what goes first.
//!
//! Each zone has its own counts, so that a zone in trouble pushes out nothing of another. Above the size
//! in all, the oldest evidence of audits that found nothing wrong goes first, then that of failures, then
//! events. The latest state and report of each zone and its inventory never go.

use rusqlite::{Connection, Transaction, params};

/// Rows dropped between two looks at the size.
const STEP: i64 = 4;
/// Greatest number of such steps in one transaction: the rest follows with the next ones.
const MAX_STEPS: usize = 512;
/// Greatest number of pages given back to the system in one transaction.
const MAX_PAGES: i64 = 1_024;

/// How much is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Evidences of a zone whose audit found it secure or insecure.
    pub evidences: u32,
    /// Evidences of a zone whose audit found anything else.
    pub failures: u32,
    /// Events of a zone.
    pub events: u32,
    /// Rows of the inventory of a zone, of one kind.
    pub inventory: u32,
    /// Size of the file in octets, without its write-ahead log of a few MiB.
    pub max_size: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            evidences: 3,
            failures: 20,
            events: 500,
            inventory: 500,
            max_size: 1 << 30,
        }
    }
}

/// How many rows were dropped to keep to the [`Retention`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    /// Evidences.
    pub evidences: u64,
    /// Events.
    pub events: u64,
    /// Rows of the inventory.
    pub inventory: u64,
}

impl Pruned {
    /// Adds what else was dropped.
    pub fn add(&mut self, more: Self) {
        self.evidences += more.evidences;
        self.events += more.events;
        self.inventory += more.inventory;
    }
}

/// Drops what is more than the zone may have of evidences of this kind.
pub fn evidences(
    within: &Connection,
    zone: i64,
    is_failure: bool,
    keep: u32,
) -> Result<u64, rusqlite::Error> {
    let mut drop = within.prepare_cached(
        "DELETE FROM evidence WHERE zone = ?1 AND is_failure = ?2 AND id <= (
             SELECT id FROM evidence WHERE zone = ?1 AND is_failure = ?2
             ORDER BY id DESC LIMIT 1 OFFSET ?3)",
    )?;
    Ok(drop.execute(params![zone, is_failure, keep])? as u64)
}

/// Drops what is more than the zone may have of events.
pub fn events(within: &Connection, zone: &str, keep: u32) -> Result<u64, rusqlite::Error> {
    let mut drop = within.prepare_cached(
        "DELETE FROM event WHERE zone = ?1 AND id <= (
             SELECT id FROM event WHERE zone = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
    )?;
    Ok(drop.execute(params![zone, keep])? as u64)
}

/// Drops what is more than the zone may have in its inventory of this kind, longest unseen first.
pub fn inventory(
    within: &Connection,
    zone: i64,
    kind: &str,
    keep: u32,
) -> Result<u64, rusqlite::Error> {
    let mut count =
        within.prepare_cached("SELECT count(*) FROM inventory WHERE zone = ?1 AND kind = ?2")?;
    let count: i64 = count.query_row(params![zone, kind], |row| row.get(0))?;
    let excess = count - i64::from(keep);
    if excess <= 0 {
        return Ok(0);
    }
    let mut drop = within.prepare_cached(
        "DELETE FROM inventory WHERE zone = ?1 AND kind = ?2 AND (item, server) IN (
             SELECT item, server FROM inventory WHERE zone = ?1 AND kind = ?2
             ORDER BY last_seen, first_seen, item, server LIMIT ?3)",
    )?;
    Ok(drop.execute(params![zone, kind, excess])? as u64)
}

/// Drops the oldest until what is in use is at most `max_size` octets, then shortens the file.
pub fn size(within: &Transaction<'_>, max_size: u64) -> Result<Pruned, rusqlite::Error> {
    let page = i64::max(1, pragma(within, "page_size")?);
    let most = i64::try_from(max_size).unwrap_or(i64::MAX) / page;
    let mut pruned = Pruned::default();
    for _ in 0..MAX_STEPS {
        if pragma(within, "page_count")? - pragma(within, "freelist_count")? <= most {
            break;
        }
        let evidences = oldest_evidences(within)?;
        pruned.evidences += evidences;
        if evidences > 0 {
            continue;
        }
        let events = oldest_events(within)?;
        pruned.events += events;
        if events == 0 {
            break;
        }
    }
    let excess = pragma(within, "page_count")? - most;
    if excess > 0 {
        give_back(within, excess.min(MAX_PAGES))?;
    }
    Ok(pruned)
}

fn pragma(within: &Connection, name: &str) -> Result<i64, rusqlite::Error> {
    within.pragma_query_value(None, name, |row| row.get(0))
}

/// Drops evidence of one kind alone, so that no failure goes while there is anything else.
fn oldest_evidences(within: &Connection) -> Result<u64, rusqlite::Error> {
    let mut drop = within.prepare_cached(
        "DELETE FROM evidence WHERE id IN (
             SELECT id FROM evidence WHERE is_failure = ?1 ORDER BY id LIMIT ?2)",
    )?;
    match drop.execute(params![false, STEP])? as u64 {
        0 => Ok(drop.execute(params![true, STEP])? as u64),
        dropped => Ok(dropped),
    }
}

fn oldest_events(within: &Connection) -> Result<u64, rusqlite::Error> {
    let mut drop = within.prepare_cached(
        "DELETE FROM event WHERE id IN (SELECT id FROM event ORDER BY id LIMIT ?1)",
    )?;
    Ok(drop.execute([STEP])? as u64)
}

fn give_back(within: &Connection, pages: i64) -> Result<(), rusqlite::Error> {
    let mut vacuum = within.prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
    let mut rows = vacuum.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}
