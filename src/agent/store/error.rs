//! Why the store cannot be used, or did not take or give something: what is wrong and what to do.
//!
//! A fault of the disk is a value like any other: the caller says so and goes on with its work.

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// A problem, and the file or directory that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    /// The file or directory; `:memory:` for a store in memory.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The directory cannot be made, or not be written to.
    Directory(String),
    /// There is no store here to read.
    Missing,
    /// Another process keeps its memory here; who, as far as it has said so.
    InUse(Option<String>),
    /// The store was written by a newer version of the program.
    Newer {
        /// Its format.
        found: i64,
        /// The newest format that is known here.
        known: i64,
    },
    /// The file is something else.
    Foreign,
    /// The file is a store that has been damaged.
    Corrupt(String),
    /// The disk, or the quota, is full.
    Full,
    /// The file may only be read.
    ReadOnly,
    /// The disk failed.
    Io(String),
    /// Another process held the file for too long.
    Busy,
    /// The store has been closed.
    Closed,
    /// Anything else that the database says.
    Other(String),
}

impl StoreError {
    /// The problem of `path`.
    pub fn new(path: &Path, problem: Problem) -> Self {
        let path = path.to_owned();
        Self { path, problem }
    }

    /// What the database says of the file at `path`.
    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> Self {
        Self::new(path, problem(error))
    }

    /// Whether the file as a whole cannot be trusted any more.
    pub fn is_damage(&self) -> bool {
        matches!(self.problem, Problem::Corrupt(_) | Problem::Foreign)
    }
}

fn problem(error: &rusqlite::Error) -> Problem {
    let said = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt) => Problem::Corrupt(said),
        Some(ErrorCode::NotADatabase) => Problem::Corrupt("it is not a database".to_owned()),
        Some(ErrorCode::DiskFull) => Problem::Full,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Problem::ReadOnly,
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Problem::Io(said),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Problem::Busy,
        // A column that holds what it never holds was not written by this program.
        None => match error {
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => Problem::Corrupt(said),
            _ => Problem::Other(said),
        },
        Some(_) => Problem::Other(said),
    }
}

impl fmt::Display for StoreError {
    /// One line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(said) => {
                write!(f, "{said}; give a directory that may be written to")
            }
            Self::Missing => f.write_str("no store here; give the directory of a daemon's state"),
            Self::InUse(Some(who)) => {
                write!(f, "in use by {who}; end that, or give another directory")
            }
            Self::InUse(None) => {
                f.write_str("in use by another process; end that, or give another directory")
            }
            Self::Newer { found, known } => write!(
                f,
                "written by a newer version (format {found}, this one knows {known}); use that version, or give another directory"
            ),
            Self::Foreign => f.write_str(
                "not a store of anchorwatch; give another directory, it is left as it is",
            ),
            Self::Corrupt(said) => write!(
                f,
                "damaged: {said}; bring back a copy, or move it away to begin a new one"
            ),
            Self::Full => f.write_str("no room left on the disk; make some"),
            Self::ReadOnly => f.write_str("may only be read; let the program write to it"),
            Self::Io(said) => write!(f, "the disk: {said}"),
            Self::Busy => f.write_str("held by another process; try again"),
            Self::Closed => f.write_str("the store is closed"),
            Self::Other(said) => f.write_str(said),
        }
    }
}

impl std::error::Error for StoreError {}
