//! DS digest types and their IANA registry.
//!
//! The number stands in DS and CDS RRs (RFC 4034, section 5.1.3). The registry
//! is "DNSSEC Delegation Signer (DS) Resource Record (RR) Type Digest
//! Algorithms"; its columns are described in RFC 9904, section 2.1. For the day
//! and the sources of the table see `registry`.

use std::fmt;

use super::registry::{Assignment, Requirement};
use Requirement::{May, Must, MustNot, Recommended};

/// A DS digest type, known or not.
///
/// Displays as the name in the registry, or as `digest type 200`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DigestType(pub u8);

/// One row of the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestTypeEntry {
    /// The number.
    pub digest_type: DigestType,
    /// The description column.
    pub mnemonic: &'static str,
    /// The length of the digest in octets; `None` for the null digest, which
    /// is a signal and has no digest (RFC 8078, section 4).
    pub digest_len: Option<usize>,
    /// The four columns of RFC 9904.
    pub advice: DelegationAdvice,
    /// The RFC that defines the digest type.
    pub reference: &'static str,
}

/// The four columns that RFC 9904, section 2.1 adds to the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelegationAdvice {
    /// Use for DNSSEC Delegation: may a DS RR be published with it.
    pub use_delegation: Requirement,
    /// Use for DNSSEC Validation: should a validator accept it.
    pub use_validation: Requirement,
    /// Implement for DNSSEC Delegation.
    pub implement_delegation: Requirement,
    /// Implement for DNSSEC Validation.
    pub implement_validation: Requirement,
}

impl DigestType {
    /// NULL (0), in CDS RRs only: take the DS RRset away (RFC 8078, section 4).
    pub const NULL: Self = Self(0);
    /// SHA-1 (1), RFC 4034.
    pub const SHA1: Self = Self(1);
    /// SHA-256 (2), RFC 4509.
    pub const SHA256: Self = Self(2);
    /// GOST R 34.11-94 (3).
    pub const GOST94: Self = Self(3);
    /// SHA-384 (4), RFC 6605.
    pub const SHA384: Self = Self(4);
    /// GOST R 34.11-2012 (5), RFC 9558.
    pub const GOST12: Self = Self(5);
    /// SM3 (6), RFC 9563.
    pub const SM3: Self = Self(6);

    /// Can [`ds_digest`](super::ds_digest) compute this digest?
    pub fn is_supported(self) -> bool {
        matches!(self, Self::SHA1 | Self::SHA256 | Self::SHA384)
    }

    /// The length of the digest in octets, for every registered digest,
    /// supported or not.
    pub fn digest_len(self) -> Option<usize> {
        self.entry().and_then(|entry| entry.digest_len)
    }

    /// The row of the registry; `None` for reserved, private and unassigned
    /// numbers.
    pub fn entry(self) -> Option<&'static DigestTypeEntry> {
        DIGEST_TYPES.iter().find(|entry| entry.digest_type == self)
    }

    /// How the registry assigns the number.
    pub fn assignment(self) -> Assignment {
        match self.0 {
            253 | 254 => Assignment::PrivateUse,
            128..=252 => Assignment::Reserved,
            7..=127 | 255 => Assignment::Unassigned,
            _ => Assignment::Assigned,
        }
    }

    /// The name in the registry.
    pub fn mnemonic(self) -> Option<&'static str> {
        self.entry().map(|entry| entry.mnemonic)
    }

    /// The digest type of that name, in either letter case, with or without
    /// the hyphen that zone files and tools often leave out (`SHA256`).
    pub fn from_mnemonic(mnemonic: &str) -> Option<Self> {
        DIGEST_TYPES
            .iter()
            .find(|entry| letters(entry.mnemonic).eq(letters(mnemonic)))
            .map(|entry| entry.digest_type)
    }
}

fn letters(mnemonic: &str) -> impl Iterator<Item = char> {
    mnemonic
        .chars()
        .filter(|&c| c != '-')
        .map(|c| c.to_ascii_uppercase())
}

impl fmt::Display for DigestType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mnemonic() {
            Some(mnemonic) => f.pad(mnemonic),
            None => f.pad(&format!("digest type {}", self.0)),
        }
    }
}

/// The registry, sorted by number. Numbers that are not listed are reserved,
/// private or unassigned: [`DigestType::assignment`].
pub static DIGEST_TYPES: [DigestTypeEntry; 7] = [
    row(0, "NULL", None, FORBIDDEN, "RFC 8078"),
    // RFC 9905, section 5 restates delegation as MUST NOT; validation is unchanged.
    row(
        1,
        "SHA-1",
        Some(20),
        advice(MustNot, Recommended, MustNot, Must),
        "RFC 4034",
    ),
    row(
        2,
        "SHA-256",
        Some(32),
        advice(Recommended, Recommended, Must, Must),
        "RFC 4509",
    ),
    // RFC 9906, section 5: validation too, which RFC 9904 had at MAY.
    row(3, "GOST R 34.11-94", Some(32), FORBIDDEN, "RFC 5933"),
    row(
        4,
        "SHA-384",
        Some(48),
        advice(May, Recommended, May, Recommended),
        "RFC 6605",
    ),
    row(5, "GOST R 34.11-2012", Some(32), ALLOWED, "RFC 9558"),
    row(6, "SM3", Some(32), ALLOWED, "RFC 9563"),
];

const ALLOWED: DelegationAdvice = advice(May, May, May, May);
const FORBIDDEN: DelegationAdvice = advice(MustNot, MustNot, MustNot, MustNot);

const fn advice(
    use_delegation: Requirement,
    use_validation: Requirement,
    implement_delegation: Requirement,
    implement_validation: Requirement,
) -> DelegationAdvice {
    DelegationAdvice {
        use_delegation,
        use_validation,
        implement_delegation,
        implement_validation,
    }
}

const fn row(
    number: u8,
    mnemonic: &'static str,
    digest_len: Option<usize>,
    advice: DelegationAdvice,
    reference: &'static str,
) -> DigestTypeEntry {
    DigestTypeEntry {
        digest_type: DigestType(number),
        mnemonic,
        digest_len,
        advice,
        reference,
    }
}
