//! Why a file of trust anchors cannot be used.

use std::fmt;

use super::MAX_ANCHORS;
use crate::dns::{RecordType, Timestamp, present};

/// Where a file of anchors is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorError {
    /// Line, from 1; `None` when the file as a whole lacks something, or the anchors are not from a file.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: AnchorProblem,
}

/// What is wrong with a file of anchors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnchorProblem {
    /// A line or element cannot be read.
    Syntax(String),
    /// A record of a type that is no anchor.
    Type(RecordType),
    /// The RDATA does not fit the type.
    Rdata(RecordType),
    /// The key or digest with this tag is empty.
    Empty(u16),
    /// The key with this tag has no Zone Key flag (RFC 4034, section 2.1.1).
    NotZoneKey(u16),
    /// The key with this tag has the REVOKE flag (RFC 5011, section 2.1).
    Revoked(u16),
    /// The key with this tag has this protocol, not 3 (RFC 4034, section 2.1.2).
    Protocol(u16, u8),
    /// The digest for this tag must have the first number of octets and has the second.
    DigestLength(u16, usize, usize),
    /// The file says the first tag, the key beside it has the second.
    TagMismatch(u16, u16),
    /// The digest for this tag is not that of the key beside it.
    DigestMismatch(u16),
    /// The interval ends, at the second instant, no later than it begins.
    Interval(Timestamp, Timestamp),
    /// More than [`MAX_ANCHORS`].
    TooMany,
    /// Not one anchor.
    NoAnchor,
}

impl AnchorProblem {
    /// A problem of syntax, made safe to show.
    pub(super) fn syntax(reason: impl fmt::Display) -> Self {
        Self::Syntax(present::one_line(&reason.to_string()))
    }

    pub(super) fn at(self, line: usize) -> AnchorError {
        AnchorError {
            line: Some(line),
            problem: self,
        }
    }

    pub(super) fn in_file(self) -> AnchorError {
        AnchorError {
            line: None,
            problem: self,
        }
    }
}

impl fmt::Display for AnchorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.problem),
            None => self.problem.fmt(f),
        }
    }
}

impl fmt::Display for AnchorProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(problem) => f.write_str(problem),
            Self::Type(rtype) => {
                write!(f, "{rtype} is not a trust anchor: these are DS and DNSKEY")
            }
            Self::Rdata(rtype) => write!(f, "the data does not fit the type {rtype}"),
            Self::Empty(tag) => write!(f, "the anchor with tag {tag} is empty"),
            Self::NotZoneKey(tag) => write!(f, "the key with tag {tag} lacks the Zone Key flag"),
            Self::Revoked(tag) => write!(f, "the key with tag {tag} is revoked"),
            Self::Protocol(tag, found) => {
                write!(f, "the key with tag {tag} has protocol {found}, not 3")
            }
            Self::DigestLength(tag, expected, found) => write!(
                f,
                "the digest for tag {tag} has {found} octets, its type {expected}"
            ),
            Self::TagMismatch(said, found) => {
                write!(f, "the tag is given as {said} but the key has {found}")
            }
            Self::DigestMismatch(tag) => {
                write!(
                    f,
                    "the digest for tag {tag} is not that of the key beside it"
                )
            }
            Self::Interval(from, until) => {
                write!(f, "valid from {from} until {until}, which is not later")
            }
            Self::TooMany => write!(f, "more than {MAX_ANCHORS} trust anchors"),
            Self::NoAnchor => f.write_str("no trust anchor"),
        }
    }
}

impl std::error::Error for AnchorError {}
