//! What the two IANA registries have in common: how a number is assigned and
//! how strongly its use is asked for or forbidden.
//!
//! RFC 9904 made the registries the place where these requirements are kept.
//! The tables in `algorithm` and `digest_type` hold them as of
//! [`REGISTRY_DATE`]: RFC 9904 tables 2 and 3, changed by RFC 9905 section 5
//! (RSASHA1, RSASHA1-NSEC3-SHA1 and digest type SHA-1) and by RFC 9906
//! section 5 (ECC-GOST and digest type GOST R 34.11-94). Verified: the columns
//! against the text of those tables and sections as the working group's drafts
//! and quotations of the RFCs give it, the numbers and names against a published
//! copy of the registries. Not verified: IANA's own pages, so what IANA added or
//! changed after that day is not known here.

use std::fmt;

/// The day, as `YYYY-MM-DD`, whose state of the IANA registries the tables
/// hold: RFC 9904, 9905 and 9906 carried out, nothing later.
pub const REGISTRY_DATE: &str = "2025-12-02";

/// A requirement level as RFC 9904, section 2 lets it stand in the registries.
///
/// The words are those of RFC 2119 and RFC 8174. Ordered from the strongest
/// demand to the strongest prohibition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Requirement {
    /// MUST; only in the "implement" columns.
    Must,
    /// RECOMMENDED.
    Recommended,
    /// MAY.
    May,
    /// NOT RECOMMENDED.
    NotRecommended,
    /// MUST NOT.
    MustNot,
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Must => "MUST",
            Self::Recommended => "RECOMMENDED",
            Self::May => "MAY",
            Self::NotRecommended => "NOT RECOMMENDED",
            Self::MustNot => "MUST NOT",
        })
    }
}

/// How a registry assigns a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assignment {
    /// The number stands for an algorithm, a digest or a signal such as
    /// "delete"; it has an entry.
    Assigned,
    /// The number has an entry, and what it stands for is agreed privately.
    PrivateUse,
    /// The registry withholds the number.
    Reserved,
    /// The number is free.
    Unassigned,
}

impl fmt::Display for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Assigned => "assigned",
            Self::PrivateUse => "private use",
            Self::Reserved => "reserved",
            Self::Unassigned => "unassigned",
        })
    }
}
