//! Why what a server sends is not the transfer that was asked for.

use std::fmt;

use super::tsig::TsigFault;
use crate::dns::wire::WireError;
use crate::dns::{Class, Name, Rcode, Serial};

/// What is wrong with a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A message cannot be read to its end.
    Wire(WireError),
    /// So many octets follow the last record of a message.
    Trailing(usize),
    /// Another ID, no response, or another opcode.
    Stray,
    /// Another question than ours, or more than one.
    Question,
    /// The server refuses.
    Rcode(Rcode),
    /// TC is set, which means nothing over TCP (RFC 5936, section 2.2.1).
    Truncated,
    /// A message without an answer, which would keep the connection busy with nothing.
    Empty,
    /// Records in the authority section, which must be empty (RFC 5936, section 2.2.4).
    Authority,
    /// The first record is not the SOA record of the zone (RFC 5936, section 2.2).
    Opening,
    /// The RDATA of an SOA record of the zone is malformed.
    Soa,
    /// A record of another class than the zone.
    Class(Class),
    /// The last SOA record is not the first one (RFC 5936, section 2.2).
    Closing {
        /// Serial of the first.
        opened: Serial,
        /// Serial of the last.
        closed: Serial,
    },
    /// The SOA records of differences do not lead from one serial to the next (RFC 1995, section 4).
    Sequence {
        /// The serial that was reached.
        reached: Serial,
        /// The one that follows.
        found: Serial,
    },
    /// Records after the last SOA record.
    Beyond,
    /// The signature.
    Tsig {
        /// Name of the key.
        key: Name,
        /// What is wrong.
        fault: TsigFault,
    },
    /// Whoever takes the records wants no more of them, and why.
    Stopped(String),
}

impl From<WireError> for Fault {
    fn from(error: WireError) -> Self {
        Self::Wire(error)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wire(error) => write!(f, "a message cannot be read: {error}"),
            Self::Trailing(octets) => {
                write!(f, "{octets} octets after the last record of a message")
            }
            Self::Stray => f.write_str("a message that answers something else"),
            Self::Question => f.write_str("a message that repeats another question"),
            Self::Rcode(rcode) => write!(f, "the server says {rcode}"),
            Self::Truncated => f.write_str("a message that is said to be truncated"),
            Self::Empty => f.write_str("a message without a record"),
            Self::Authority => f.write_str("records in the authority section"),
            Self::Opening => f.write_str("it does not begin with the zone's SOA record"),
            Self::Soa => f.write_str("the zone's SOA record is malformed"),
            Self::Class(class) => write!(f, "a record of class {class}"),
            Self::Closing { opened, closed } if opened == closed => {
                write!(
                    f,
                    "it ends with another SOA record of serial {} than it began with",
                    opened.0
                )
            }
            Self::Closing { opened, closed } => write!(
                f,
                "it began with serial {} and ends with serial {}; the zone changed on the way",
                opened.0, closed.0
            ),
            Self::Sequence { reached, found } => write!(
                f,
                "differences that do not follow one another: serial {} after {}",
                found.0, reached.0
            ),
            Self::Beyond => f.write_str("records after the last SOA record"),
            Self::Tsig { key, fault } => write!(f, "TSIG key {key}: {fault}"),
            Self::Stopped(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Fault {}
