//! Why a signature is not good, or why the server finds ours not good.

use std::fmt;

use crate::dns::Timestamp;
use crate::dns::wire::WireError;

/// What is wrong with the signatures of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TsigFault {
    /// The server refuses what we signed.
    Refused(Refusal),
    /// BADSIG: the MAC of a message does not fit our secret, or a message was changed on the way.
    Signature,
    /// BADKEY: signed with another key or another algorithm than ours.
    Key,
    /// BADTIME: signed too far from our own time.
    Time {
        /// When it was signed, by the server's clock.
        signed: Timestamp,
        /// Seconds that may lie between.
        fudge: u16,
        /// Our time.
        now: Timestamp,
    },
    /// A MAC of so many octets, where the algorithm makes more of them.
    Truncated(usize),
    /// The first message is not signed.
    Absent,
    /// More than [`MOST_UNSIGNED`](super::MOST_UNSIGNED) messages in a row are not signed.
    TooManyUnsigned,
    /// The last message is not signed.
    LastUnsigned,
    /// The TSIG record is not the last record of the message, or not of class ANY with TTL 0.
    Misplaced,
    /// The message or its TSIG record cannot be read.
    Malformed(WireError),
}

/// What the server says of our signature, in the Error field (RFC 8945, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The field.
    pub error: u16,
    /// What the server's clock shows, if it says so.
    pub clock: Option<Timestamp>,
    /// Our time.
    pub now: Timestamp,
    /// Whether this is itself signed with our key. Who does not share the key cannot, so anyone on the way
    /// may have said it.
    pub is_signed: bool,
}

impl Refusal {
    /// The server's secret is another one.
    pub const BADSIG: u16 = 16;
    /// The server does not know the key, or not with this algorithm.
    pub const BADKEY: u16 = 17;
    /// Its clock and ours differ too much.
    pub const BADTIME: u16 = 18;
}

impl fmt::Display for TsigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Signature => f.write_str(
                "BADSIG: a signature of the server does not fit; its secret is another one, or a message \
                 was changed on the way",
            ),
            Self::Key => f.write_str("BADKEY: the server signs with another key or algorithm"),
            Self::Time { signed, fudge, now } => write!(
                f,
                "BADTIME: signed at {signed}, more than {fudge} s away from {now} by the clock here"
            ),
            Self::Truncated(octets) => write!(f, "the server signs with {octets} octets only"),
            Self::Absent => f.write_str("the first message is not signed"),
            Self::TooManyUnsigned => f.write_str("more than 99 messages in a row are not signed"),
            Self::LastUnsigned => f.write_str("the last message is not signed"),
            Self::Misplaced => f.write_str("a signature that stands where none may stand"),
            Self::Malformed(error) => write!(f, "a message or its signature cannot be read: {error}"),
        }
    }
}

impl std::error::Error for TsigFault {}

impl From<WireError> for TsigFault {
    fn from(error: WireError) -> Self {
        Self::Malformed(error)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.error, self.clock) {
            (Self::BADSIG, _) => f.write_str(
                "BADSIG: the server finds our signature wrong; its secret for this key is another one",
            ),
            (Self::BADKEY, _) => {
                f.write_str("BADKEY: the server does not know this key, or not with this algorithm")
            }
            (Self::BADTIME, Some(clock)) => write!(
                f,
                "BADTIME: the clock of the server shows {clock}, the one here {}",
                self.now
            ),
            (Self::BADTIME, None) => write!(
                f,
                "BADTIME: the clock of the server is too far from {} by the one here",
                self.now
            ),
            (error, _) => write!(f, "the server refuses our signature with error {error}"),
        }
    }
}
