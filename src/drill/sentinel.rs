//! Root key trust anchor sentinel (RFC 8509): which root keys a resolver trusts.
//!
//! A resolver that implements it answers `root-key-sentinel-is-ta-NNNNN` when the key with this tag is one
//! of its trust anchors and fails otherwise, and the other way about for `root-key-sentinel-not-ta-NNNNN`;
//! with CD set it answers both (section 3). The four kinds of section 4.3, where a broken name fails at all
//! but the last:
//!
//! ```text
//!            is-ta     not-ta
//! Vnew       answers   fails     trusts the key
//! Vold       fails     answers   does not
//! Vind       answers   answers   validates, and does not say
//! nonV       answers   answers   does not validate
//! ```

use super::observed::{Observed, Reaction};
use super::standing::Standing;
use crate::dns::Timestamp;
use crate::validate::anchor::TrustAnchor;

/// Greatest number of keys that are asked about.
pub const MAX_KEYS: usize = 8;

/// A root key that a resolver may trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RootKey {
    /// Its tag.
    pub tag: u16,
    /// Since when it may be used, if that is known.
    pub valid_from: Option<Timestamp>,
}

/// The root keys among `anchors`, each tag once.
pub fn root_keys(anchors: &[TrustAnchor]) -> Vec<RootKey> {
    let mut keys: Vec<RootKey> = Vec::new();
    for anchor in anchors.iter().filter(|anchor| anchor.zone.is_root()) {
        let tag = anchor.key_tag();
        if keys.len() < MAX_KEYS && keys.iter().all(|key| key.tag != tag) {
            let valid_from = anchor.valid_from;
            keys.push(RootKey { tag, valid_from });
        }
    }
    keys
}

/// Whether a resolver trusts a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyTrust {
    /// It does: Vnew.
    Trusted,
    /// It does not: Vold.
    NotTrusted,
    /// It does not implement RFC 8509: Vind.
    Unsaid,
    /// It could not be told; a resolver that does not validate trusts none: nonV.
    Untold,
}

impl KeyTrust {
    /// A word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::NotTrusted => "not-trusted",
            Self::Unsaid => "does-not-say",
            Self::Untold => "untold",
        }
    }
}

/// A root key and what a resolver says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgedKey {
    /// Its tag.
    pub tag: u16,
    /// What it says.
    pub trust: KeyTrust,
    /// Whether the root's keys are signed with it, as the resolver hands them out.
    pub is_signing: bool,
}

pub(super) fn judge(keys: &[RootKey], seen: &Observed, standing: Standing) -> Vec<JudgedKey> {
    let is_validating = matches!(
        standing,
        Standing::Validates | Standing::Behind | Standing::Leaks | Standing::Partial
    );
    let one = |(key, [is_ta, not_ta]): (&RootKey, &[super::Found; 2])| JudgedKey {
        tag: key.tag,
        trust: match is_validating {
            true => trust(is_ta.reaction, not_ta.reaction),
            false => KeyTrust::Untold,
        },
        is_signing: seen.root_signers.contains(&key.tag),
    };
    keys.iter().zip(&seen.keys).map(one).collect()
}

fn trust(is_ta: Reaction, not_ta: Reaction) -> KeyTrust {
    use Reaction::{Authentic, Fails, FailsBoth, Plain};
    match (is_ta, not_ta) {
        (Authentic | Plain, Fails | FailsBoth) => KeyTrust::Trusted,
        (Fails | FailsBoth, Authentic | Plain) => KeyTrust::NotTrusted,
        (Authentic, Authentic) => KeyTrust::Unsaid,
        // Below a name that is not secure the labels mean nothing (section 3.1).
        _ => KeyTrust::Untold,
    }
}
