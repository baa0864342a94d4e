//! Why an evidence file cannot be read.

use std::fmt;

use crate::dns::present;

/// Where an evidence file is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: ArchiveProblem,
}

/// What is wrong with an evidence file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveProblem {
    /// The first line is not the header of an evidence file.
    NotEvidence,
    /// The file is of this version of the format, which is not the one read here.
    Version(String),
    /// The file, a line or a list is longer than the limit: what, and the limit.
    TooLong(&'static str, usize),
    /// A line is not the JSON object it must be.
    Json(String),
    /// A field holds what it cannot: its name, and why.
    Field(&'static str, String),
    /// The file ends before the line with the count.
    Cut,
    /// The count in the last line, and the number of exchanges before it.
    Count(u64, u64),
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl fmt::Display for ArchiveProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotEvidence => f.write_str("this is not an evidence file"),
            Self::Version(found) if is_newer(found) => write!(
                f,
                "written by a newer version: the format is {}/{found}, this build reads {}",
                super::FORMAT,
                super::SCHEMA
            ),
            Self::Version(found) => write!(
                f,
                "the format is {}/{found}, this build reads {}",
                super::FORMAT,
                super::SCHEMA
            ),
            Self::TooLong(what, limit) => write!(f, "{what} is longer than {limit}"),
            Self::Json(error) => f.write_str(error),
            Self::Field(field, error) => write!(f, "`{field}`: {error}"),
            Self::Cut => f.write_str("the file ends before its last line, the count: it was cut"),
            Self::Count(said, found) => write!(
                f,
                "the count says {said} exchanges but {found} came before it"
            ),
        }
    }
}

impl std::error::Error for ArchiveError {}

fn is_newer(version: &str) -> bool {
    version
        .parse::<u32>()
        .is_ok_and(|number| number > super::VERSION)
}

impl ArchiveProblem {
    /// A field whose value does not fit, with the reason made safe to show.
    pub(super) fn field(field: &'static str, reason: impl fmt::Display) -> Self {
        Self::Field(field, present::one_line(&reason.to_string()))
    }

    /// What the JSON reader said. Its line number is dropped: it reads one line at a time.
    pub(super) fn json(error: &serde_json::Error) -> Self {
        let whole = error.to_string();
        let reason = match whole.rsplit_once(" at line ") {
            Some((reason, _)) => format!("column {}: {reason}", error.column()),
            None => whole,
        };
        Self::Json(present::one_line(&reason))
    }
}
