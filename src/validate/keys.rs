//! Which keys of a zone are trusted: RFC 4035, section 5.2.
//!
//! A key is an entry point only when a DS or a trust anchor matches it *and* that very key signed the
//! DNSKEY RRset; a matching tag proves nothing. Each DS is followed to its own end, so that a report can
//! say of every one what became of it. Once one entry point holds, all zone keys of the RRset may sign.

use std::collections::BTreeMap;
use std::fmt;

use super::anchor::{AnchorKind, TrustAnchor};
use super::judge::Judge;
use super::limits::Limit;
use super::signature::{self, JudgedRrset, JudgedSignature, SignatureFault};
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
    let has_stronger = entries.iter().any(is_stronger);
    let mut doors: Vec<_> = dnskeys.iter().map(|key| Door::new(zone, key)).collect();
    let entries: Vec<_> = entries
        .iter()
        .map(|entry| {
            let outcome = usable(entry, has_stronger)
                .err()
                .unwrap_or_else(|| follow(entry, &mut doors, &judged, judge));
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
    !entries.is_empty() && !entries.iter().any(|entry| supported(entry).is_ok())
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

/// Whether an entry point can be followed at all, beside others with a stronger digest or without.
fn usable(entry: &EntryPoint, has_stronger: bool) -> Result<(), Outcome> {
    supported(entry)?;
    match entry {
        EntryPoint::Ds(ds) if ds.digest_type == DigestType::SHA1.0 && has_stronger => {
            Err(Outcome::Sha1Ignored)
        }
        _ => Ok(()),
    }
}

/// Whether there is code here for its algorithm and digest type.
fn supported(entry: &EntryPoint) -> Result<(), Outcome> {
    if !entry.algorithm().is_supported() {
        return Err(Outcome::UnsupportedAlgorithm);
    }
    match entry {
        EntryPoint::Ds(ds) if !DigestType(ds.digest_type).is_supported() => {
            Err(Outcome::UnsupportedDigest)
        }
        _ => Ok(()),
    }
}

fn is_stronger(entry: &EntryPoint) -> bool {
    match entry {
        EntryPoint::Ds(ds) => ds.digest_type != DigestType::SHA1.0 && supported(entry).is_ok(),
        EntryPoint::Dnskey(_) => false,
    }
}

/// A key that entry points may lead to. Its digests are computed once, however many DS records have its tag.
struct Door<'k> {
    zone: &'k Name,
    key: &'k Dnskey,
    tag: u16,
    digests: BTreeMap<u8, Vec<u8>>,
}

impl<'k> Door<'k> {
    fn new(zone: &'k Name, key: &'k Dnskey) -> Self {
        Self {
            zone,
            key,
            tag: key.key_tag(),
            digests: BTreeMap::new(),
        }
    }

    /// What an entry point of this kind has to hold to lead here: a digest of the key, or its octets.
    fn mark(&mut self, entry: &EntryPoint) -> &[u8] {
        let EntryPoint::Ds(ds) = entry else {
            return &self.key.key;
        };
        let (zone, key) = (self.zone, self.key);
        self.digests.entry(ds.digest_type).or_insert_with(|| {
            let digest_type = DigestType(ds.digest_type);
            crypto::ds_digest(digest_type, &zone.canonical_wire(), &key.rdata()).unwrap_or_default()
        })
    }
}

impl EntryPoint {
    /// The digest, or the octets of the key.
    fn mark(&self) -> &[u8] {
        match self {
            Self::Ds(ds) => &ds.digest,
            Self::Dnskey(key) => &key.key,
        }
    }
}

/// Follows one entry point to the best that any key of its tag and algorithm has to offer.
fn follow(
    entry: &EntryPoint,
    doors: &mut [Door<'_>],
    rrset: &JudgedRrset,
    judge: &mut Judge,
) -> Outcome {
    let (tag, algorithm) = (entry.key_tag(), entry.algorithm());
    let candidates = doors
        .iter_mut()
        .filter(|door| door.tag == tag && Algorithm(door.key.algorithm) == algorithm);
    let mut best = Outcome::NoKey;
    for door in candidates {
        let mark = door.mark(entry);
        if mark != entry.mark() {
            // A key that the digest matches says more than one that only shares the tag.
            if best == Outcome::NoKey {
                best = Outcome::DigestMismatch(mark.to_vec());
            }
            continue;
        }
        best = enter(door, rrset, judge);
        if best == Outcome::Holds {
            break;
        }
    }
    best
}

/// What becomes of an entry point that this key matches.
fn enter(door: &Door<'_>, rrset: &JudgedRrset, judge: &mut Judge) -> Outcome {
    let key = door.key;
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
    signed_by(door, rrset)
}

fn signed_by(door: &Door<'_>, rrset: &JudgedRrset) -> Outcome {
    let mut outcome = Outcome::NotSigning;
    for JudgedSignature { rrsig, result } in &rrset.signatures {
        let is_by = rrsig.algorithm == door.key.algorithm && rrsig.key_tag == door.tag;
        match result {
            Ok(signer) if signer == door.key => return Outcome::Holds,
            Err(fault) if is_by => outcome = Outcome::Signature(fault.clone()),
            _ => {}
        }
    }
    outcome
}
