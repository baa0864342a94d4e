//! Does an RRset carry a signature that a key of its zone made? RFC 4035, section 5.3.
//!
//! Every signature is judged, also behind one that is valid: a validator stops at the first good one, an
//! auditor wants to know of the bad ones beside it. There is no grace on times. The clauses are tried in
//! the order of the RFC, and the first that fails is the signature's fault.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;

use super::judge::{Judge, ReadKey};
use super::limits::Limit;
use super::status::Status;
use super::traits::Luck;
use crate::crypto::{Algorithm, KeyFault, SignatureFault as Arithmetic};
use crate::dns::{Dnskey, Name, RecordType, Rrset, Rrsig, Timestamp};

/// Why one signature proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureFault {
    /// The signer name is not the zone that holds the RRset.
    SignerNotZone(Name),
    /// The Labels field counts more labels than the owner name has.
    LabelsExceedOwner(usize),
    /// The Labels field counts fewer labels than the signer name has.
    LabelsBelowSigner(usize),
    /// Expiration lies before inception.
    ExpirationBeforeInception(Timestamp, Timestamp),
    /// The expiration is in the past.
    Expired(Timestamp),
    /// The inception is in the future.
    NotYetValid(Timestamp),
    /// No code for this algorithm here.
    UnsupportedAlgorithm(Algorithm),
    /// No key of the DNSKEY RRset has this tag and algorithm.
    NoKey,
    /// The key's Zone Key flag is 0 (RFC 4034, section 2.1.1).
    NotZoneKey,
    /// The key's protocol is not 3 (RFC 4034, section 2.1.2).
    Protocol(u8),
    /// The key is revoked (RFC 5011, section 2.1).
    Revoked,
    /// The key cannot be read.
    KeyUnusable(KeyFault),
    /// The signature has a length that the key cannot make. Octets.
    Length {
        /// What the key makes.
        expected: usize,
        /// What is there.
        found: usize,
    },
    /// The arithmetic does not come out.
    Mismatch,
    /// The budget was spent before this signature was tried.
    NotTried(Limit),
}

impl fmt::Display for SignatureFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignerNotZone(zone) => write!(f, "the signer is not the zone {zone}"),
            Self::LabelsExceedOwner(labels) => {
                write!(
                    f,
                    "the Labels field exceeds the {labels} labels of the owner name"
                )
            }
            Self::LabelsBelowSigner(labels) => {
                write!(
                    f,
                    "the Labels field is below the {labels} labels of the signer"
                )
            }
            Self::ExpirationBeforeInception(expiration, inception) => {
                write!(
                    f,
                    "expiration {expiration} lies before inception {inception}"
                )
            }
            Self::Expired(at) => write!(f, "expired at {at}"),
            Self::NotYetValid(at) => write!(f, "not valid before {at}"),
            Self::UnsupportedAlgorithm(algorithm) => write!(f, "{algorithm} is not supported"),
            Self::NoKey => f.write_str("no key of the zone has this tag and algorithm"),
            Self::NotZoneKey => f.write_str("the key's Zone Key flag is 0"),
            Self::Protocol(protocol) => write!(f, "the key's protocol is {protocol}, not 3"),
            Self::Revoked => f.write_str("the key is revoked"),
            Self::KeyUnusable(fault) => write!(f, "the key cannot be used: {fault}"),
            Self::Length { expected, found } => {
                write!(
                    f,
                    "the signature has {found} octets where the key makes {expected}"
                )
            }
            Self::Mismatch => f.write_str("the signature does not verify"),
            Self::NotTried(limit) => write!(f, "not tried: limit on {limit} reached"),
        }
    }
}

/// One signature and what it is worth.
#[derive(Debug, Clone)]
pub struct JudgedSignature {
    /// The RRSIG.
    pub rrsig: Rrsig,
    /// The key whose check came out, or why none did.
    pub result: Result<Dnskey, SignatureFault>,
}

/// An RRset with every signature judged.
#[derive(Debug, Clone)]
pub struct JudgedRrset {
    /// The RRset as one server gave it.
    pub rrset: Rrset,
    /// Each signature in the order given.
    pub signatures: Vec<JudgedSignature>,
    /// [`Status::Secure`] when at least one signature is valid, else [`Status::Bogus`]; the status of the
    /// zone when that is not secure.
    pub status: Status,
}

impl JudgedRrset {
    /// An RRset of a zone that no chain leads to: nothing is computed.
    pub fn unjudged(rrset: Rrset, status: Status) -> Self {
        Self {
            rrset,
            signatures: Vec::new(),
            status,
        }
    }

    /// The signatures that are valid, with the key that made each.
    pub fn valid(&self) -> impl Iterator<Item = (&Rrsig, &Dnskey)> {
        self.signatures
            .iter()
            .filter_map(|s| s.result.as_ref().ok().map(|key| (&s.rrsig, key)))
    }

    /// The signatures that are not valid, with their faults.
    pub fn faults(&self) -> impl Iterator<Item = (&Rrsig, &SignatureFault)> {
        self.signatures
            .iter()
            .filter_map(|s| s.result.as_ref().err().map(|fault| (&s.rrsig, fault)))
    }

    /// When the last valid signature expires.
    pub fn valid_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.valid()
            .map(|(rrsig, _)| rrsig.expiration.near(now))
            .max()
    }

    /// The wildcard it was expanded from, if every valid signature says so.
    pub fn expanded_from(&self) -> Option<Name> {
        if self
            .valid()
            .any(|(rrsig, _)| !self.rrset.is_expanded(rrsig))
        {
            return None;
        }
        let (rrsig, _) = self.valid().next()?;
        self.rrset.signed_owner(rrsig)
    }
}

/// What the signatures of one RRset are checked with. A hostile server may send thousands of signatures beside
/// hundreds of keys and records: what is the same for each is computed once, and none of it before a key fits.
struct Bench<'a> {
    zone: &'a Name,
    rrset: &'a Rrset,
    canonical: OnceCell<Vec<Vec<u8>>>,
    candidates: Vec<Candidate<'a>>,
    left: u32,
}

/// A key that may have signed.
struct Candidate<'a> {
    key: &'a Dnskey,
    tag: u16,
    read: OnceCell<ReadKey>,
}

impl<'a> Candidate<'a> {
    fn new(key: &'a Dnskey) -> Self {
        let (tag, read) = (key.key_tag(), OnceCell::new());
        Self { key, tag, read }
    }
}

/// Judges every signature of `rrset`, which stands in `zone`, against `keys`.
pub fn judge_rrset(judge: &mut Judge, zone: &Name, rrset: &Rrset, keys: &[Dnskey]) -> JudgedRrset {
    judge.failures_left = judge.traits.failures_per_rrset.unwrap_or(u32::MAX);
    let (rrsigs, keys) = (in_order(judge, &rrset.rrsigs), keys_in_order(judge, keys));
    let mut bench = Bench {
        zone,
        rrset,
        canonical: OnceCell::new(),
        candidates: keys.iter().map(Candidate::new).collect(),
        left: judge.limits.signatures_per_rrset,
    };
    let signatures: Vec<_> = rrsigs
        .iter()
        .map(|rrsig| JudgedSignature {
            rrsig: rrsig.clone(),
            result: bench.judge(judge, rrsig),
        })
        .collect();
    let is_secure = signatures.iter().any(|signature| signature.result.is_ok())
        && !is_overlooked(judge, &signatures);
    JudgedRrset {
        rrset: rrset.clone(),
        signatures,
        status: if is_secure {
            Status::Secure
        } else {
            Status::Bogus
        },
    }
}

/// The signatures as they are tried.
fn in_order<'r>(judge: &Judge, rrsigs: &'r [Rrsig]) -> Cow<'r, [Rrsig]> {
    if !judge.traits.is_sorting {
        return Cow::Borrowed(rrsigs);
    }
    let mut sorted = rrsigs.to_vec();
    sorted.sort_by_cached_key(|rrsig| (rrsig.signed_head(), rrsig.signature.clone()));
    Cow::Owned(sorted)
}

/// The keys as they are tried.
fn keys_in_order<'k>(judge: &Judge, keys: &'k [Dnskey]) -> Cow<'k, [Dnskey]> {
    if !judge.traits.is_sorting {
        return Cow::Borrowed(keys);
    }
    let mut sorted = keys.to_vec();
    sorted.sort_by_cached_key(Dnskey::rdata);
    Cow::Owned(sorted)
}

/// Whether a validator that reads only some signatures may read none that is valid.
fn is_overlooked(judge: &Judge, signatures: &[JudgedSignature]) -> bool {
    let invalid = signatures.iter().filter(|one| one.result.is_err()).count();
    let read = judge.traits.signatures_read;
    judge.luck == Luck::Bad && read.is_some_and(|read| invalid >= read)
}

impl Bench<'_> {
    fn judge(&mut self, judge: &mut Judge, rrsig: &Rrsig) -> Result<Dnskey, SignatureFault> {
        check_fields(self.zone, self.rrset, rrsig)?;
        check_times(rrsig, judge.now)?;
        let algorithm = Algorithm(rrsig.algorithm);
        if !algorithm.is_supported() {
            return Err(SignatureFault::UnsupportedAlgorithm(algorithm));
        }
        let mut fault = SignatureFault::NoKey;
        for at in 0..self.candidates.len() {
            let Candidate { key, tag, .. } = self.candidates[at];
            if key.algorithm != rrsig.algorithm || tag != rrsig.key_tag {
                continue;
            }
            match self.try_key(judge, at, rrsig) {
                Ok(()) => return Ok(key.clone()),
                Err(error) => fault = error,
            }
            if matches!(fault, SignatureFault::NotTried(_)) {
                break;
            }
        }
        Err(fault)
    }

    fn try_key(
        &mut self,
        judge: &mut Judge,
        at: usize,
        rrsig: &Rrsig,
    ) -> Result<(), SignatureFault> {
        let Candidate { key, read, .. } = &self.candidates[at];
        let enters =
            judge.traits.enters_by_unflagged_keys && self.rrset.rtype == RecordType::DNSKEY;
        if !key.is_zone_key() && !enters {
            return Err(SignatureFault::NotZoneKey);
        }
        if key.protocol != 3 {
            return Err(SignatureFault::Protocol(key.protocol));
        }
        if key.is_revoked() && !judge.traits.trusts_revoked_keys {
            return Err(SignatureFault::Revoked);
        }
        let public = read.get_or_init(|| judge.read_key(key)).as_ref().as_ref();
        let public = public.map_err(|fault| SignatureFault::KeyUnusable(*fault))?;
        if self.left == 0 {
            judge.reached.insert(Limit::SignaturesPerRrset);
            return Err(SignatureFault::NotTried(Limit::SignaturesPerRrset));
        }
        if judge.failures_left == 0 {
            return Err(SignatureFault::NotTried(Limit::SignaturesPerRrset));
        }
        self.left -= 1;
        let rrset = self.rrset;
        let canonical = self.canonical.get_or_init(|| rrset.canonical_rdata());
        // A label count that exceeds the owner was refused before; what is left is RDATA too long to sign.
        let data = rrset.signed_data_of(rrsig, canonical);
        let data = data.ok_or(SignatureFault::Mismatch)?;
        match judge.check_signature(key, public, &data, &rrsig.signature) {
            None => Err(SignatureFault::NotTried(Limit::SignaturesPerAudit)),
            Some(Ok(())) => Ok(()),
            Some(Err(fault)) => {
                judge.failures_left -= 1;
                Err(fault.into())
            }
        }
    }
}

fn check_fields(zone: &Name, rrset: &Rrset, rrsig: &Rrsig) -> Result<(), SignatureFault> {
    if rrsig.signer != *zone {
        return Err(SignatureFault::SignerNotZone(zone.clone()));
    }
    let labels = usize::from(rrsig.labels);
    if labels > rrset.owner.rrsig_labels() {
        return Err(SignatureFault::LabelsExceedOwner(
            rrset.owner.rrsig_labels(),
        ));
    }
    // Not a clause of section 5.3.1: a wildcard source above the apex is in another zone all the same.
    if labels < zone.label_count() {
        return Err(SignatureFault::LabelsBelowSigner(zone.label_count()));
    }
    Ok(())
}

fn check_times(rrsig: &Rrsig, now: Timestamp) -> Result<(), SignatureFault> {
    let (inception, expiration) = (rrsig.inception.near(now), rrsig.expiration.near(now));
    if rrsig.inception.is_after(rrsig.expiration) != Some(false) {
        return Err(SignatureFault::ExpirationBeforeInception(
            expiration, inception,
        ));
    }
    if expiration < now {
        return Err(SignatureFault::Expired(expiration));
    }
    if inception > now {
        return Err(SignatureFault::NotYetValid(inception));
    }
    Ok(())
}

impl From<Arithmetic> for SignatureFault {
    fn from(fault: Arithmetic) -> Self {
        match fault {
            Arithmetic::Mismatch => Self::Mismatch,
            Arithmetic::Length { expected, found } => Self::Length { expected, found },
        }
    }
}
