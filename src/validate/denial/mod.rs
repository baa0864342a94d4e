//! Proofs that a name or a type does not exist: RFC 4035, section 5.4; RFC 5155, section 8; RFC 9824.
//!
//! A proof is built from the NSEC or NSEC3 records of one response whose signatures are valid and that
//! the zone itself made. What a proof must show depends on the answer it stands beside, see [`Claim`].
//! The files [`nsec`] and [`nsec3`] each say for every claim what their records must show; nothing else
//! counts as a proof, whatever the response code.

pub mod nsec;
pub mod nsec3;

use std::fmt;

use super::judge::Judge;
use super::signature::JudgedRrset;
use super::status::Status;
use crate::dns::{Name, Nsec, Nsec3, RecordType};

/// What an answer claims, and so what its proof must show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The name does not exist and no wildcard would give it (NXDOMAIN).
    NoName,
    /// The name exists, or a wildcard gives it, without this type (NODATA).
    NoType(RecordType),
    /// The exact name does not exist, so that the wildcard below this closest encloser was to be
    /// expanded.
    Expanded {
        /// The name just above the wildcard label.
        encloser: Name,
    },
    /// The name is a delegation without DS.
    NoDs,
}

/// What is wrong with a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DenialFault {
    /// The response holds neither NSEC nor NSEC3.
    NoRecords,
    /// There are records, but none has a valid signature of the zone.
    NoneValid,
    /// No NSEC covers the name.
    NameNotCovered,
    /// An NSEC shows that the name exists, or that something exists below it.
    NameExists,
    /// Nothing covers the wildcard that could give the name.
    WildcardNotCovered(Name),
    /// The wildcard that could give the name exists.
    WildcardExists(Name),
    /// The NSEC that covers the name covers the wildcard that gave it as well.
    WildcardDenied(Name),
    /// No NSEC matches the name, nor a wildcard that gives it.
    NoMatch,
    /// The name is denied altogether where only the type should be.
    NameCovered,
    /// The bitmap lists the type that is denied, or CNAME.
    TypeInBitmap(RecordType),
    /// The bitmap of a referral's proof lacks NS.
    ReferralWithoutNs,
    /// The bitmap of a referral's proof has SOA: it was taken from the child side.
    ReferralWithSoa,
    /// The bitmap of a referral's proof has DS.
    ReferralWithDs,
    /// The record stands at a delegation or a DNAME and says nothing about names below it
    /// (RFC 6840, section 4.1).
    AncestorDelegation(Name),
    /// No NSEC3 matches an ancestor of the name.
    NoClosestEncloser,
    /// No NSEC3 covers the next closer name.
    NextCloserNotCovered(Name),
    /// No NSEC3 matches the name.
    NoNsec3Match,
    /// The NSEC3 that covers the next closer name lacks Opt-Out, and the proof needs it.
    OptOutRequired,
    /// The NSEC3 records differ in hash algorithm, iterations or salt.
    MixedParameters,
    /// All NSEC3 records have a hash algorithm other than 1, or flags that are not assigned.
    NoUsableNsec3,
    /// The budget for hashes is spent.
    Budget,
}

impl fmt::Display for DenialFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRecords => f.write_str("the response holds neither NSEC nor NSEC3"),
            Self::NoneValid => f.write_str("no NSEC or NSEC3 has a valid signature"),
            Self::NameNotCovered => f.write_str("no NSEC covers the name"),
            Self::NameExists => f.write_str("an NSEC shows that the name exists"),
            Self::WildcardNotCovered(name) => write!(f, "nothing denies the wildcard {name}"),
            Self::WildcardExists(name) => write!(f, "the wildcard {name} exists"),
            Self::WildcardDenied(name) => write!(f, "the NSEC denies the wildcard {name} as well"),
            Self::NoMatch => f.write_str("no NSEC matches the name"),
            Self::NameCovered => f.write_str("an NSEC denies the whole name"),
            Self::TypeInBitmap(rtype) => write!(f, "the type bitmap lists {rtype}"),
            Self::ReferralWithoutNs => f.write_str("the type bitmap lacks NS"),
            Self::ReferralWithSoa => f.write_str("the type bitmap has SOA: it is the child's"),
            Self::ReferralWithDs => f.write_str("the type bitmap has DS"),
            Self::AncestorDelegation(name) => {
                write!(
                    f,
                    "the record at {name}, a delegation or DNAME, says nothing of names below it"
                )
            }
            Self::NoClosestEncloser => f.write_str("no NSEC3 matches an ancestor of the name"),
            Self::NextCloserNotCovered(name) => {
                write!(f, "no NSEC3 covers the next closer name {name}")
            }
            Self::NoNsec3Match => f.write_str("no NSEC3 matches the name"),
            Self::OptOutRequired => f.write_str("the covering NSEC3 lacks Opt-Out"),
            Self::MixedParameters => f.write_str("the NSEC3 records have different parameters"),
            Self::NoUsableNsec3 => f.write_str("no NSEC3 has hash algorithm 1 and assigned flags"),
            Self::Budget => f.write_str("the budget for NSEC3 hashes is spent"),
        }
    }
}

/// What a proof shows when it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The claim is true.
    Shown,
    /// The claim may be true: an opt-out span may hide an unsigned delegation (RFC 5155, section 9.2).
    OptOut,
    /// More iterations than are computed here: the zone's denials count as insecure (RFC 9276, section 3.2).
    TooManyIterations(u16),
}

impl Proof {
    /// What an answer with this proof is worth.
    pub fn status(self) -> Status {
        match self {
            Self::Shown => Status::Secure,
            Self::OptOut | Self::TooManyIterations(_) => Status::Insecure,
        }
    }
}

/// The denial records of one response that may be believed.
#[derive(Debug, Default)]
pub struct Records {
    /// NSEC with the owner name that was signed.
    pub nsec: Vec<(Name, Nsec)>,
    /// NSEC3 with their owner names.
    pub nsec3: Vec<(Name, Nsec3)>,
    /// Whether there were any at all, valid or not.
    pub any: bool,
}

impl Records {
    /// Takes the NSEC and NSEC3 out of judged RRsets.
    ///
    /// An NSEC that was itself expanded from a wildcard is taken back to the wildcard's name: it says
    /// nothing about the name it was expanded to (CVE-2017-15105).
    pub fn of(rrsets: &[JudgedRrset]) -> Self {
        let mut records = Self::default();
        for judged in rrsets {
            let rtype = judged.rrset.rtype;
            let is_denial = rtype == RecordType::NSEC || rtype == RecordType::NSEC3;
            records.any |= is_denial && !judged.rrset.rdata.is_empty();
            if !is_denial || judged.status != Status::Secure {
                continue;
            }
            let owner = judged
                .expanded_from()
                .unwrap_or_else(|| judged.rrset.owner.clone());
            for rdata in &judged.rrset.rdata {
                if rtype == RecordType::NSEC {
                    records
                        .nsec
                        .extend(Nsec::parse(rdata).ok().map(|nsec| (owner.clone(), nsec)));
                } else {
                    records
                        .nsec3
                        .extend(Nsec3::parse(rdata).ok().map(|nsec3| (owner.clone(), nsec3)));
                }
            }
        }
        records
    }
}

/// Whether `records` of `zone` prove `claim` about `name`.
///
/// # Errors
/// The first thing that the proof lacks. With both NSEC and NSEC3 present either may prove it, and the
/// fault reported is that of the NSEC3.
pub fn prove(
    judge: &mut Judge,
    zone: &Name,
    name: &Name,
    claim: &Claim,
    records: &Records,
) -> Result<Proof, DenialFault> {
    if records.nsec.is_empty() && records.nsec3.is_empty() {
        return Err(if records.any {
            DenialFault::NoneValid
        } else {
            DenialFault::NoRecords
        });
    }
    let by_nsec = match judge.traits.wraps_backward_nsec {
        true => nsec::prove(zone, name, claim, &wrapped(zone, &records.nsec)),
        false => nsec::prove(zone, name, claim, &records.nsec),
    };
    if by_nsec.is_ok() || records.nsec3.is_empty() {
        return by_nsec;
    }
    nsec3::prove(judge, zone, name, claim, &records.nsec3)
}

/// The records with the apex as the next name of each that leads backward.
fn wrapped(zone: &Name, records: &[(Name, Nsec)]) -> Vec<(Name, Nsec)> {
    let wrap = |(owner, nsec): &(Name, Nsec)| {
        let mut nsec = nsec.clone();
        if nsec.next <= *owner {
            nsec.next = zone.clone();
        }
        (owner.clone(), nsec)
    };
    records.iter().map(wrap).collect()
}
