//! What is read: by the daemon through its thread, by commands beside a running daemon.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::error::{Problem, StoreError};
use super::pack::unpack;
use super::write::key;
use super::{InventoryRow, Kind, StoredEvent, schema};
use crate::dns::{Name, Timestamp};

/// Which events are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Those of one zone; without it of all.
    pub zone: Option<Name>,
    /// Those at or after an instant.
    pub since: Option<Timestamp>,
    /// No more than so many, the latest.
    pub limit: u32,
}

/// A store opened for reading alone, which a daemon may be writing to meanwhile.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    directory: std::path::PathBuf,
}

impl Reader {
    /// Opens the store in `directory`.
    ///
    /// # Errors
    /// [`StoreError`] when there is none, or none that can be read.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        let connection = schema::open_to_read(directory)?;
        let directory = directory.to_owned();
        Ok(Self {
            connection,
            directory,
        })
    }

    /// Events, in the order in which they were written.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn events(&self, filter: &Filter) -> Result<Vec<StoredEvent>, StoreError> {
        self.told(events(&self.connection, filter))
    }

    /// Whether anything is known of `zone`.
    ///
    /// # Errors
    /// [`StoreError`] when that cannot be read.
    pub fn knows(&self, zone: &Name) -> Result<bool, StoreError> {
        Ok(self.state(zone)?.is_some())
    }

    /// The latest state of `zone`.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn state(&self, zone: &Name) -> Result<Option<String>, StoreError> {
        self.told(state(&self.connection, zone))
    }

    /// For what stands in another file.
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(super) fn told<T>(&self, result: Result<T, rusqlite::Error>) -> Result<T, StoreError> {
        let path = self.directory.join(schema::FILE);
        result.map_err(|error| StoreError::of(&path, &error))
    }
}

fn zone_name(row: &Row<'_>, column: usize) -> Result<Name, rusqlite::Error> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}

/// Events, in the order in which they were written: a clock that was set back does not turn it round.
pub fn events(from: &Connection, filter: &Filter) -> Result<Vec<StoredEvent>, rusqlite::Error> {
    let zone = filter.zone.as_ref().map(key);
    let since = filter.since.map_or(i64::MIN, |since| since.0);
    let of_zone = if zone.is_some() {
        "zone = ?1"
    } else {
        "?1 IS NULL"
    };
    let mut query = from.prepare_cached(&format!(
        "SELECT at, zone, kind, text FROM event WHERE {of_zone} AND at >= ?2
         ORDER BY id DESC LIMIT ?3"
    ))?;
    let rows = query.query_map(params![zone, since, filter.limit], |row| {
        Ok(StoredEvent {
            at: Timestamp(row.get(0)?),
            zone: zone_name(row, 1)?,
            kind: row.get(2)?,
            text: row.get(3)?,
        })
    })?;
    let mut events = rows.collect::<Result<Vec<_>, _>>()?;
    events.reverse();
    Ok(events)
}

/// The latest state of a zone.
pub fn state(from: &Connection, zone: &Name) -> Result<Option<String>, rusqlite::Error> {
    let mut query = from.prepare_cached("SELECT state FROM zone WHERE name = ?1")?;
    query.query_row([key(zone)], |row| row.get(0)).optional()
}

/// States of zones, and the number of the last one; no number when there is none.
pub type Page = (Vec<(Name, String)>, Option<i64>);

/// A page of states: those of zones behind the number `after`.
pub fn states(from: &Connection, after: i64, limit: u32) -> Result<Page, rusqlite::Error> {
    let mut query =
        from.prepare_cached("SELECT id, name, state FROM zone WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let mut rows = query.query(params![after, limit])?;
    let (mut page, mut last) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        last = Some(row.get(0)?);
        page.push((zone_name(row, 1)?, row.get(2)?));
    }
    Ok((page, last))
}

/// The latest report of a zone, packed.
pub fn report(from: &Connection, zone: &Name) -> Result<Option<Vec<u8>>, rusqlite::Error> {
    let mut query = from.prepare_cached(
        "SELECT body FROM report JOIN zone ON zone.id = report.zone WHERE zone.name = ?1",
    )?;
    query.query_row([key(zone)], |row| row.get(0)).optional()
}

/// When evidence of a zone was gathered, latest written last, and whether its audit failed.
pub fn evidences(
    from: &Connection,
    zone: &Name,
) -> Result<Vec<(Timestamp, bool)>, rusqlite::Error> {
    let mut query = from.prepare_cached(
        "SELECT evidence.at, is_failure FROM evidence JOIN zone ON zone.id = evidence.zone
         WHERE zone.name = ?1 ORDER BY evidence.id",
    )?;
    let rows = query.query_map([key(zone)], |row| Ok((Timestamp(row.get(0)?), row.get(1)?)))?;
    rows.collect()
}

/// One evidence of a zone, packed.
pub fn evidence(
    from: &Connection,
    zone: &Name,
    at: Timestamp,
) -> Result<Option<Vec<u8>>, rusqlite::Error> {
    let mut query = from.prepare_cached(
        "SELECT body FROM evidence JOIN zone ON zone.id = evidence.zone
         WHERE zone.name = ?1 AND evidence.at = ?2",
    )?;
    let row = query.query_row(params![key(zone), at.0], |row| row.get(0));
    row.optional()
}

/// What has been seen of a zone: by kind, then item, then server.
pub fn inventory(from: &Connection, zone: &Name) -> Result<Vec<InventoryRow>, rusqlite::Error> {
    let mut query = from.prepare_cached(
        "SELECT kind, item, server, first_seen, last_seen
         FROM inventory JOIN zone ON zone.id = inventory.zone
         WHERE zone.name = ?1 ORDER BY kind, item, server",
    )?;
    let rows = query.query_map([key(zone)], |row| {
        let word: String = row.get(0)?;
        let kind = Kind::of_word(&word).ok_or_else(|| {
            rusqlite::Error::InvalidColumnType(0, "kind".to_owned(), rusqlite::types::Type::Text)
        })?;
        Ok(InventoryRow {
            kind,
            item: row.get(1)?,
            server: row.get(2)?,
            first_seen: Timestamp(row.get(3)?),
            last_seen: Timestamp(row.get(4)?),
        })
    })?;
    rows.collect()
}

/// Octets of the pages in use.
pub fn size(from: &Connection) -> Result<u64, rusqlite::Error> {
    let number = |name: &str| from.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let pages = number("page_count")? - number("freelist_count")?;
    Ok(u64::try_from(pages * number("page_size")?).unwrap_or(0))
}

/// Unpacks what the file at `path` holds.
pub fn unpacked(path: &Path, packed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let octets = unpack(packed);
    octets.map_err(|error| StoreError::new(path, Problem::Corrupt(error.to_string())))
}
