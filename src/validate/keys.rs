//! Which keys of a zone are trusted: RFC 4035, section 5.2.
//!
//! A key is an entry point only when a DS or a trust anchor matches it *and* that very key signed the
//! DNSKEY RRset; a matching tag proves nothing. Each DS is followed to its own end, so that a report can
//! say of every one what became of it. Once one entry point holds, all zone keys of the RRset may sign.

use std::fmt;

use super::anchor::{AnchorKind, TrustAnchor};
use super::judge::Judge;
use super::limits::Limit;
use super::signature::{self, JudgedRrset, SignatureFault};
use super::status::Status;
use crate::crypto::{self, Algorithm, DigestType, KeyFault};
use crate::dns::{Dnskey, Ds, Name, Rrset};

/// The keys of a zone that a chain from a trust anchor leads to. Made only by [`authenticate`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatedKeys {
    keys: Vec<Dnskey>,
}

impl AuthenticatedKeys {
    /// The keys of the DNSKEY RRset, in the order given. Those without the Zone Key flag, with another
    /// protocol or revoked are among them, so that a signature by one is named for what it is.
    pub fn keys(&self) -> &[Dnskey] {
        &self.keys
    }
}

/// What vouches for a zone's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryPoint {
    /// A DS, from the parent side or as a trust anchor.
    Ds(Ds),
    /// A trust anchor that is a key.
    Dnskey(Dnskey),
}

impl EntryPoint {
    /// Tag of the key referred to.
    pub fn key_tag(&self) -> u16 {
        match self {
            Self::Ds(ds) => ds.key_tag,
            Self::Dnskey(key) => key.key_tag(),
        }
    }

    /// Algorithm of the key referred to.
    pub fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ds(ds) => Algorithm(ds.algorithm),
            Self::Dnskey(key) => Algorithm(key.algorithm),
        }
    }
}

impl From<&TrustAnchor> for EntryPoint {
    fn from(anchor: &TrustAnchor) -> Self {
        match &anchor.kind {
            AnchorKind::Ds(ds) => Self::Ds(ds.clone()),
            AnchorKind::Dnskey(key) => Self::Dnskey(key.clone()),
        }
    }
}

/// What became of one entry point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its key signed the DNSKEY RRset: the chain goes on.
    Holds,
    /// No code for the algorithm here.
    UnsupportedAlgorithm,
    /// No code for the digest type here.
    UnsupportedDigest,
    /// A SHA-1 digest beside a stronger one is not looked at (RFC 4509, section 3).
    Sha1Ignored,
    /// No key has this tag and algorithm.
    NoKey,
    /// A key has this tag and algorithm, and the digest is another one: its own.
    DigestMismatch(Vec<u8>),
    /// The key's Zone Key flag is 0.
    NotZoneKey,
    /// The key's protocol is not 3.
    Protocol(u8),
    /// The key is revoked.
    Revoked,
    /// The key cannot be read.
    KeyUnusable(KeyFault),
    /// The key made no signature over the DNSKEY RRset.
    NotSigning,
    /// The key's signature over the DNSKEY RRset is not valid.
    Signature(SignatureFault),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds => f.write_str("matches a key that signs the DNSKEY RRset"),
            Self::UnsupportedAlgorithm => f.write_str("algorithm not supported"),
            Self::UnsupportedDigest => f.write_str("digest type not supported"),
            Self::Sha1Ignored => f.write_str("ignored beside a stronger digest"),
            Self::NoKey => f.write_str("matches no key"),
            Self::DigestMismatch(_) => f.write_str("the digest does not match the key"),
            Self::NotZoneKey => f.write_str("matches a key whose Zone Key flag is 0"),
            Self::Protocol(protocol) => write!(f, "matches a key of protocol {protocol}"),
            Self::Revoked => f.write_str("matches a revoked key"),
            Self::KeyUnusable(fault) => write!(f, "matches a key that cannot be used: {fault}"),
            Self::NotSigning => f.write_str("matches a key that does not sign the DNSKEY RRset"),
            Self::Signature(fault) => write!(f, "matches a key whose signature fails: {fault}"),
        }
    }
}

/// A DNSKEY RRset followed from every entry point.
#[derive(Debug, Clone)]
pub struct JudgedKeys {
    /// The keys as given, those that could be read.
    pub dnskeys: Vec<Dnskey>,
    /// What became of each entry point, in the order given.
    pub entries: Vec<(EntryPoint, Outcome)>,
    /// The RRset with each signature judged against the RRset itself. Its status counts for nothing.
    pub rrset: JudgedRrset,
    /// Secure when an entry point holds; insecure when none is supported; else bogus.
    pub status: Status,
    /// The keys that may sign the zone, when secure.
    pub keys: Option<AuthenticatedKeys>,
}

/// Follows every entry point into the DNSKEY RRset of `zone`.
pub fn authenticate(
    judge: &mut Judge,
    zone: &Name,
    rrset: &Rrset,
    entries: &[EntryPoint],
) -> JudgedKeys {
    let dnskeys = read_keys(judge, rrset);
    let judged = signature::judge_rrset(judge, zone, rrset, &dnskeys);
    let entries: Vec<_> = entries
        .iter()
        .map(|entry| {
            let outcome = usable(entry, entries)
                .err()
                .unwrap_or_else(|| follow(zone, entry, &dnskeys, &judged, judge));
            (entry.clone(), outcome)
        })
        .collect();
    let status = status_of(&entries);
    let keys = (status == Status::Secure).then(|| AuthenticatedKeys {
        keys: dnskeys.clone(),
    });
    JudgedKeys {
        dnskeys,
        entries,
        rrset: judged,
        status,
        keys,
    }
}

/// Whether none of the entry points is one that a validator with this code can follow; the zone is then
/// insecure (RFC 4035, section 5.2; RFC 6840, section 5.2). An empty set is not.
pub fn none_supported(entries: &[EntryPoint]) -> bool {
    let is_supported = |entry| {
        !matches!(
            usable(entry, entries),
            Err(Outcome::UnsupportedAlgorithm | Outcome::UnsupportedDigest)
        )
    };
    !entries.is_empty() && !entries.iter().any(is_supported)
}

fn status_of(entries: &[(EntryPoint, Outcome)]) -> Status {
    let points: Vec<_> = entries.iter().map(|(entry, _)| entry.clone()).collect();
    if entries
        .iter()
        .any(|(_, outcome)| *outcome == Outcome::Holds)
    {
        Status::Secure
    } else if none_supported(&points) {
        Status::Insecure
    } else {
        Status::Bogus
    }
}

fn read_keys(judge: &mut Judge, rrset: &Rrset) -> Vec<Dnskey> {
    if rrset.rdata.len() > judge.limits.keys_per_rrset {
        judge.reached.insert(Limit::KeysPerRrset);
    }
    rrset
        .rdata
        .iter()
        .take(judge.limits.keys_per_rrset)
        .filter_map(|rdata| Dnskey::parse(rdata).ok())
        .collect()
}

/// Whether an entry point can be followed at all, beside the others.
fn usable(entry: &EntryPoint, all: &[EntryPoint]) -> Result<(), Outcome> {
    if !entry.algorithm().is_supported() {
        return Err(Outcome::UnsupportedAlgorithm);
    }
    let EntryPoint::Ds(ds) = entry else {
        return Ok(());
    };
    if !DigestType(ds.digest_type).is_supported() {
        return Err(Outcome::UnsupportedDigest);
    }
    if ds.digest_type == DigestType::SHA1.0 && all.iter().any(is_stronger) {
        return Err(Outcome::Sha1Ignored);
    }
    Ok(())
}

fn is_stronger(entry: &EntryPoint) -> bool {
    match entry {
        EntryPoint::Ds(ds) => {
            let digest = DigestType(ds.digest_type);
            digest != DigestType::SHA1 && digest.is_supported() && entry.algorithm().is_supported()
        }
        EntryPoint::Dnskey(_) => false,
    }
}

/// Follows one entry point to the best that any key of its tag and algorithm has to offer.
fn follow(
    zone: &Name,
    entry: &EntryPoint,
    dnskeys: &[Dnskey],
    rrset: &JudgedRrset,
    judge: &mut Judge,
) -> Outcome {
    let candidates = dnskeys.iter().filter(|key| {
        key.key_tag() == entry.key_tag() && Algorithm(key.algorithm) == entry.algorithm()
    });
    let mut best = Outcome::NoKey;
    for key in candidates {
        let outcome = follow_to(zone, entry, key, rrset, judge);
        if outcome == Outcome::Holds {
            return outcome;
        }
        // A key that the digest matches says more than one that only shares the tag.
        if !matches!(outcome, Outcome::DigestMismatch(_)) || best == Outcome::NoKey {
            best = outcome;
        }
    }
    best
}

fn follow_to(
    zone: &Name,
    entry: &EntryPoint,
    key: &Dnskey,
    rrset: &JudgedRrset,
    judge: &mut Judge,
) -> Outcome {
    if let Some(found) = mismatch(zone, entry, key) {
        return Outcome::DigestMismatch(found);
    }
    if !key.is_zone_key() && !judge.traits.enters_by_unflagged_keys {
        return Outcome::NotZoneKey;
    }
    if key.protocol != 3 {
        return Outcome::Protocol(key.protocol);
    }
    if key.is_revoked() && !judge.traits.trusts_revoked_keys {
        return Outcome::Revoked;
    }
    if let Err(fault) = judge.read_key(key).as_ref() {
        return Outcome::KeyUnusable(*fault);
    }
    signed_by(key, rrset)
}

/// The key's own digest (or its octets, for an anchor that is a key) when it is not the one asked for.
fn mismatch(zone: &Name, entry: &EntryPoint, key: &Dnskey) -> Option<Vec<u8>> {
    match entry {
        EntryPoint::Ds(ds) => {
            let own = crypto::ds_digest(
                DigestType(ds.digest_type),
                &zone.canonical_wire(),
                &key.rdata(),
            )?;
            (own[..] != ds.digest[..]).then_some(own)
        }
        EntryPoint::Dnskey(anchor) => (anchor.key != key.key).then(|| key.key.to_vec()),
    }
}

fn signed_by(key: &Dnskey, rrset: &JudgedRrset) -> Outcome {
    let mut outcome = Outcome::NotSigning;
    for signature in &rrset.signatures {
        match &signature.result {
            Ok(signer) if signer == key => return Outcome::Holds,
            Ok(_) => {}
            Err(fault) if is_by(&signature.rrsig, key) => {
                outcome = Outcome::Signature(fault.clone())
            }
            Err(_) => {}
        }
    }
    outcome
}

fn is_by(rrsig: &crate::dns::Rrsig, key: &Dnskey) -> bool {
    rrsig.algorithm == key.algorithm && rrsig.key_tag == key.key_tag()
}
