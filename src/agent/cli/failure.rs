//! Why a run ended without a report: one line, and an exit code.

use std::fmt;

use crate::report::render::plain;

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// What was asked for cannot be used: what, where, what to do.
    Usage(String),
    /// The program could not do its work: a file system, a socket. Nothing is said about any zone.
    Trouble(String),
    /// The user ended it.
    Interrupted,
}

impl Failure {
    /// A word, file or value that cannot be used, with what is wrong and what to do about it.
    pub fn usage(what: impl fmt::Display, problem: impl fmt::Display) -> Self {
        Self::Usage(format!("{what}: {problem}"))
    }

    /// What the program could not do, and why.
    pub fn trouble(what: impl fmt::Display, problem: impl fmt::Display) -> Self {
        Self::Trouble(format!("{what}: {problem}"))
    }

    /// 64 for usage (`EX_USAGE`), 3 when nothing could be told, 130 as shells have it for SIGINT.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 64,
            Self::Trouble(_) => 3,
            Self::Interrupted => 130,
        }
    }
}

impl fmt::Display for Failure {
    /// One line, whatever was typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(line) | Self::Trouble(line) => f.write_str(&plain(line)),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl std::error::Error for Failure {}
