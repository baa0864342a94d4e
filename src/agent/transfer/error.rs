//! Why a transfer did not end as it should.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::transfer::{Counts, Fault};

/// A transfer that is not whole, and how far it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferError {
    /// What happened.
    pub trouble: Trouble,
    /// What had come before.
    pub counts: Counts,
}

/// What ended a transfer before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// No connection, or none that TLS finds good, and why.
    Unreachable(String),
    /// The server closed the connection.
    Closed,
    /// The connection failed, and how.
    Broken(String),
    /// Nothing whole came for so long.
    Idle(Duration),
    /// It took longer than this.
    Late(Duration),
    /// More octets than these.
    Octets(u64),
    /// These many messages, and no end.
    Messages(u64),
    /// What came is not the transfer that was asked for.
    Fault(Fault),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Closed,
            kind => Self::Broken(kind.to_string()),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => f.write_str(why),
            Self::Closed => f.write_str("the connection ended before the zone"),
            Self::Broken(how) => write!(f, "the connection failed: {how}"),
            Self::Idle(limit) => write!(f, "no message within {} ms", limit.as_millis()),
            Self::Late(limit) => write!(f, "no whole zone within {} ms", limit.as_millis()),
            Self::Octets(limit) => write!(f, "more than {limit} octets"),
            Self::Messages(limit) => write!(f, "no end after {limit} messages"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.trouble.fmt(f)?;
        let Counts {
            messages, records, ..
        } = self.counts;
        match messages {
            0 => Ok(()),
            _ => write!(f, " (message {messages}, record {records})"),
        }
    }
}

impl std::error::Error for TransferError {}
