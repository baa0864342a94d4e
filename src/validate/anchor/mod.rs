//! Trust anchors: the keys that are believed without a chain (RFC 4033, section 2; RFC 9718).
//!
//! An anchor belongs to a zone, the root or any zone below it, and is a DNSKEY or a digest of one. Several
//! may stand for the same zone. A file of anchors holds DS and DNSKEY records in the syntax of a master
//! file, or is IANA's `root-anchors.xml`, where each digest carries the interval in which it may be used.
//! An anchor outside its interval is kept: whoever judges asks [`TrustAnchor::is_valid_at`].
//!
//! What could never work is refused when it is read: a key without the Zone Key flag, a revoked key, a
//! protocol other than 3, a digest of the wrong length. An algorithm or digest type that is not supported
//! is no error here; it makes a zone insecure (RFC 4035, section 5.2).
//!
//! Left out: RFC 5011, by which a resolver changes its anchors over time, and the configuration files of
//! BIND and Unbound.

mod error;
mod records;
#[cfg(test)]
mod tests;
mod xml;

pub use error::{AnchorError, AnchorProblem};
pub use records::{from_records, to_records};

use crate::crypto::DigestType;
use crate::dns::{Dnskey, Ds, Name, Timestamp};

/// Greatest number of anchors in one file.
pub const MAX_ANCHORS: usize = 1_024;

const ROOT_ANCHORS: &str = include_str!("root-anchors.xml");

/// A key that is believed for a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustAnchor {
    /// The zone whose apex has the key.
    pub zone: Name,
    /// The key, or its digest.
    pub kind: AnchorKind,
    /// From when on it may be used; always, when absent.
    pub valid_from: Option<Timestamp>,
    /// Until when it may be used, this instant no longer included; for ever, when absent.
    pub valid_until: Option<Timestamp>,
}

/// The two forms of a trust anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnchorKind {
    /// The digest of a key.
    Ds(Ds),
    /// A key.
    Dnskey(Dnskey),
}

impl TrustAnchor {
    /// Whether `now` lies in the interval in which it may be used (RFC 9718, section 2).
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.valid_from.is_none_or(|from| from <= now)
            && self.valid_until.is_none_or(|until| now < until)
    }

    /// The tag of the key.
    pub fn key_tag(&self) -> u16 {
        match &self.kind {
            AnchorKind::Ds(ds) => ds.key_tag,
            AnchorKind::Dnskey(key) => key.key_tag(),
        }
    }

    /// The number of the key's algorithm.
    pub fn algorithm(&self) -> u8 {
        match &self.kind {
            AnchorKind::Ds(ds) => ds.algorithm,
            AnchorKind::Dnskey(key) => key.algorithm,
        }
    }

    /// What is wrong with an anchor that no key could ever match.
    fn check(&self) -> Result<(), AnchorProblem> {
        match &self.kind {
            AnchorKind::Ds(ds) => check_digest(ds),
            AnchorKind::Dnskey(key) => check_key(key),
        }?;
        match (self.valid_from, self.valid_until) {
            (Some(from), Some(until)) if until <= from => Err(AnchorProblem::Interval(from, until)),
            _ => Ok(()),
        }
    }
}

fn check_digest(ds: &Ds) -> Result<(), AnchorProblem> {
    let found = ds.digest.len();
    match DigestType(ds.digest_type).digest_len() {
        Some(expected) if expected != found => {
            Err(AnchorProblem::DigestLength(ds.key_tag, expected, found))
        }
        None if found == 0 => Err(AnchorProblem::Empty(ds.key_tag)),
        _ => Ok(()),
    }
}

fn check_key(key: &Dnskey) -> Result<(), AnchorProblem> {
    let tag = key.key_tag();
    if key.key.is_empty() {
        return Err(AnchorProblem::Empty(tag));
    }
    if !key.is_zone_key() {
        return Err(AnchorProblem::NotZoneKey(tag));
    }
    if key.is_revoked() {
        return Err(AnchorProblem::Revoked(tag));
    }
    if key.protocol != 3 {
        return Err(AnchorProblem::Protocol(tag, key.protocol));
    }
    Ok(())
}

/// The anchors of the root zone that IANA publishes: KSK-2017 (20326) and KSK-2024 (38696).
pub fn built_in() -> Vec<TrustAnchor> {
    read(ROOT_ANCHORS).expect("a test reads the anchors that are built in")
}

/// Reads a file of anchors, in the order of the file.
///
/// # Errors
/// [`AnchorError`] with the first line that is wrong; also when the file holds no anchor at all.
pub fn read(text: &str) -> Result<Vec<TrustAnchor>, AnchorError> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let numbered = if text.trim_start().starts_with('<') {
        xml::read(text)?
    } else {
        records::read(text)?
    };
    if numbered.is_empty() {
        return Err(AnchorProblem::NoAnchor.in_file());
    }
    for (index, (line, anchor)) in numbered.iter().enumerate() {
        anchor.check().map_err(|problem| problem.at(*line))?;
        if index == MAX_ANCHORS {
            return Err(AnchorProblem::TooMany.at(*line));
        }
    }
    Ok(numbered.into_iter().map(|(_, anchor)| anchor).collect())
}
