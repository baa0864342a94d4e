//! The tables, how they came to be, and what is checked before a file is taken for a store.
//!
//! A new store is made whole under another name and then renamed, so that a file under its own name
//! always has a complete header. The header is read before SQLite touches the file: a file of another
//! program, or of a newer version of this one, is left exactly as it is.
//!
//! Not checked at the start is each page of the file (`PRAGMA quick_check` reads all of it). Damage in the
//! middle shows when it is read, as [`Problem::Corrupt`].

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::{Problem, StoreError};

/// Name of the file in the state directory.
pub const FILE: &str = "store.sqlite";
/// `PRAGMA application_id` of a store: "AWst".
pub const APPLICATION: i64 = 0x4157_7374;
/// The format written here, `PRAGMA user_version`: the number of [`MIGRATIONS`].
pub const VERSION: i64 = MIGRATIONS.len() as i64;
/// Longest wait for another process, in milliseconds.
const BUSY: Duration = Duration::from_millis(5_000);
/// Statements kept prepared.
const STATEMENTS: usize = 32;
/// Length of the header of an SQLite file, in octets.
const HEADER: usize = 100;

/// What leads from each format to the next. None is ever changed; a new one is appended.
///
/// Rows are kept in the order in which they were written, by `id`, and are dropped in that order: a clock
/// that jumps makes no new row an old one.
pub const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE zone (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    state TEXT NOT NULL
) STRICT;
CREATE TABLE report (
    zone INTEGER PRIMARY KEY REFERENCES zone ON DELETE CASCADE,
    body BLOB NOT NULL
) STRICT;
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    zone INTEGER NOT NULL REFERENCES zone ON DELETE CASCADE,
    at INTEGER NOT NULL,
    is_failure INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (zone, at)
) STRICT;
CREATE INDEX evidence_by_zone ON evidence (zone, is_failure, id);
CREATE INDEX evidence_by_age ON evidence (is_failure, id);
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    zone TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX event_by_zone ON event (zone, id);
CREATE TABLE inventory (
    zone INTEGER NOT NULL REFERENCES zone ON DELETE CASCADE,
    kind TEXT NOT NULL,
    item TEXT NOT NULL,
    server TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (zone, kind, item, server)
) STRICT, WITHOUT ROWID;
",
    include_str!("outbox.sql"),
];

/// The tables of [`VERSION`].
const TABLES: [&str; 11] = [
    "alarm",
    "endpoint",
    "errand",
    "event",
    "evidence",
    "incident",
    "inventory",
    "message",
    "report",
    "silence",
    "zone",
];

/// Opens the store in `directory` for writing, or makes it. The caller holds the lock of the directory.
pub fn open(directory: &Path) -> Result<Connection, StoreError> {
    let path = directory.join(FILE);
    let of = |error: rusqlite::Error| StoreError::of(&path, &error);
    if !examine(&path)? {
        create(directory, &path)?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(&path, flags).map_err(of)?;
    configure(&connection).map_err(of)?;
    migrate(&mut connection, &path)?;
    check(&connection, &path)?;
    let journal = connection.pragma_update(None, "journal_mode", "WAL");
    journal.map_err(of)?;
    Ok(connection)
}

/// Opens the store in `directory` for reading beside the daemon that writes it.
pub fn open_to_read(directory: &Path) -> Result<Connection, StoreError> {
    let path = directory.join(FILE);
    if !examine(&path)? {
        return Err(StoreError::new(&path, Problem::Missing));
    }
    let connection = connect_to_read(&path).map_err(|error| StoreError::of(&path, &error))?;
    check(&connection, &path)?;
    Ok(connection)
}

/// Opens the store in `directory` for a few words beside the daemon that writes it.
pub fn open_beside(directory: &Path) -> Result<Connection, StoreError> {
    let path = directory.join(FILE);
    if !examine(&path)? {
        return Err(StoreError::new(&path, Problem::Missing));
    }
    let of = |error: rusqlite::Error| StoreError::of(&path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(of)?;
    configure(&connection).map_err(of)?;
    check(&connection, &path)?;
    Ok(connection)
}

/// A store that lives as long as the connection.
pub fn in_memory() -> Result<Connection, rusqlite::Error> {
    let mut connection = Connection::open_in_memory()?;
    configure(&connection)?;
    fill(&mut connection)?;
    Ok(connection)
}

fn connect_to_read(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

fn configure(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "foreign_keys", true)?;
    // With a write-ahead log this keeps every transaction across the death of the process, and the file
    // whole across that of the machine, for which the last seconds may be lost.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "journal_size_limit", 8 << 20)
}

/// Whether there is a file that may be a store; an error when there is one that is none.
fn examine(path: &Path) -> Result<bool, StoreError> {
    let refused = |problem| Err(StoreError::new(path, problem));
    let mut header = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEADER as u64).read_to_end(&mut header));
    match read {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return refused(Problem::Io(error.to_string())),
        Ok(_) => {}
    }
    if header.len() < HEADER {
        return refused(
            match b"SQLite format 3\0".starts_with(&header[..header.len().min(16)]) {
                true => Problem::Corrupt("it is cut short".to_owned()),
                false => Problem::Foreign,
            },
        );
    }
    let number = |at: usize| {
        let octets = [header[at], header[at + 1], header[at + 2], header[at + 3]];
        i64::from(u32::from_be_bytes(octets))
    };
    // Offsets of the user version and the application ID in the header.
    let (found, application) = (number(60), number(68));
    match () {
        () if !header.starts_with(b"SQLite format 3\0") || application != APPLICATION => {
            refused(Problem::Foreign)
        }
        () if found > VERSION => refused(newer(found)),
        () => Ok(true),
    }
}

fn newer(found: i64) -> Problem {
    let known = VERSION;
    Problem::Newer { found, known }
}

/// Makes an empty store beside its place and moves it there.
fn create(directory: &Path, path: &Path) -> Result<(), StoreError> {
    let beside = directory.join("store.sqlite.new");
    let cannot = |error: io::Error| {
        let problem = match error.kind() {
            ErrorKind::StorageFull => Problem::Full,
            _ => Problem::Directory(error.to_string()),
        };
        StoreError::new(directory, problem)
    };
    for left in [
        beside.clone(),
        PathBuf::from(format!("{}-journal", beside.display())),
    ] {
        match fs::remove_file(left) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(cannot(error)),
            _ => {}
        }
    }
    let made = Connection::open(&beside).and_then(|mut connection| {
        // Only a new file can be told to give room back.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        fill(&mut connection)?;
        connection.pragma_update(None, "journal_mode", "WAL")
    });
    made.map_err(|error| StoreError::of(&beside, &error))?;
    fs::rename(&beside, path).map_err(cannot)?;
    let synced = File::open(directory).and_then(|directory| directory.sync_all());
    synced.map_err(cannot)
}

fn fill(connection: &mut Connection) -> Result<(), rusqlite::Error> {
    let transaction = connection.transaction()?;
    for migration in MIGRATIONS {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// Brings an older store up to [`VERSION`], all steps in one transaction.
fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let of = |error: rusqlite::Error| StoreError::of(path, &error);
    let found = version(connection).map_err(of)?;
    let done = usize::try_from(found).unwrap_or(usize::MAX);
    if found == 0 || done >= MIGRATIONS.len() {
        return Ok(());
    }
    let transaction = connection.transaction().map_err(of)?;
    for migration in &MIGRATIONS[done..] {
        transaction.execute_batch(migration).map_err(of)?;
    }
    let marked = transaction.pragma_update(None, "user_version", VERSION);
    marked.and_then(|()| transaction.commit()).map_err(of)
}

fn version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// What only the database can tell: the version as of its log, and whether the tables are there.
fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let of = |error: rusqlite::Error| StoreError::of(path, &error);
    let refused = |problem| Err(StoreError::new(path, problem));
    let found = version(connection).map_err(of)?;
    if found > VERSION {
        return refused(newer(found));
    }
    if found < VERSION {
        return refused(Problem::Other(format!(
            "of the older format {found}; start the daemon once, which brings it up to date"
        )));
    }
    let tables = tables(connection).map_err(of)?;
    match TABLES
        .iter()
        .find(|table| !tables.iter().any(|name| name == *table))
    {
        Some(table) => refused(Problem::Corrupt(format!("its table {table} is missing"))),
        None => Ok(()),
    }
}

fn tables(connection: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut query = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    query.query_map([], |row| row.get(0))?.collect()
}
