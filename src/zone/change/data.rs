//! What changed, as plain data in the shape of its JSON form.

use serde::Serialize;

use super::KeyChange;
use crate::dns::{RecordType, Serial, Timestamp};
use crate::report::Severity;
use crate::zone::Outcome;

/// Names and the like: how many there are, and the first of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// How many.
    pub total: u64,
    /// The first of them, in canonical order.
    pub first: Vec<String>,
}

impl Listed {
    pub(super) fn add(&mut self, kept: usize, shown: impl FnOnce() -> String) {
        self.total += 1;
        if self.first.len() < kept {
            self.first.push(shown());
        }
    }

    pub(super) fn absorb(&mut self, other: Self, kept: usize) {
        self.total += other.total;
        let room = kept.saturating_sub(self.first.len());
        self.first.extend(other.first.into_iter().take(room));
    }
}

/// The records of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TypeChange {
    /// The type.
    #[serde(rename = "type", serialize_with = "named")]
    pub rtype: RecordType,
    /// How many there were.
    pub before: u64,
    /// How many there are.
    pub after: u64,
    /// How many are new.
    pub added: u64,
    /// How many are there no more.
    pub removed: u64,
}

fn named<S: serde::Serializer>(rtype: &RecordType, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(rtype)
}

/// What is said of the older version by itself, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Before {
    /// Its files.
    pub files: Vec<String>,
    /// The serial of its SOA.
    pub serial: Option<u32>,
    /// Its names.
    pub names: u64,
    /// Its delegations.
    pub delegations: u64,
    /// Its delegations with DS.
    pub secure_delegations: u64,
    /// Its signatures.
    pub signatures: u64,
    /// Records that could not be read.
    pub unreadable: u64,
    /// The earliest end of a signature.
    pub first_expiration: Option<Timestamp>,
    /// What is wrong with it.
    pub faults: Vec<Ailment>,
}

/// What is wrong with the older version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ailment {
    /// The code.
    pub code: &'static str,
    /// The worst weight.
    pub severity: Severity,
    /// How many there are.
    pub total: u64,
}

impl Before {
    pub(super) fn of(outcome: &Outcome) -> Self {
        let faults = outcome.faults.iter().map(|fault| Ailment {
            code: fault.code,
            severity: fault.severity,
            total: fault.total,
        });
        Self {
            files: outcome.files.clone(),
            serial: outcome.serial,
            names: outcome.counts.names,
            delegations: outcome.counts.delegations,
            secure_delegations: outcome.counts.secure_delegations,
            signatures: outcome.counts.signatures,
            unreadable: outcome.unreadable.total,
            first_expiration: outcome.first_expiration,
            faults: faults.collect(),
        }
    }
}

/// How the serial moved (RFC 1982, section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum SerialStep {
    /// Forwards, by so much: secondaries fetch it.
    Forwards {
        /// How far.
        by: u32,
    },
    /// It stands.
    Same,
    /// Backwards, or exactly half of the way round: secondaries keep what they have.
    Backwards,
    /// One of the versions has no serial.
    Unknown,
}

impl SerialStep {
    pub(super) fn of(before: Option<u32>, after: Option<u32>) -> Self {
        let (Some(before), Some(after)) = (before, after) else {
            return Self::Unknown;
        };
        match Serial(after).is_after(Serial(before)) {
            _ if before == after => Self::Same,
            Some(true) => Self::Forwards {
                by: after.wrapping_sub(before),
            },
            _ => Self::Backwards,
        }
    }
}

/// A field that has another value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name.
    pub field: &'static str,
    /// As it was.
    pub before: String,
    /// As it is.
    pub after: String,
}

/// What became of a delegation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Delegations {
    /// New ones.
    pub added: Listed,
    /// Those that are there no more.
    pub removed: Listed,
    /// With other name servers.
    pub ns_changed: Listed,
    /// Delegated before too, and without DS then.
    pub ds_added: Listed,
    /// Still delegated, and without DS now.
    pub ds_removed: Listed,
    /// With another DS RRset.
    pub ds_changed: Listed,
    /// How many of those that are there no more had DS.
    pub secure_removed: u64,
}

/// What changed from one version of a zone to the next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The older version.
    pub before: Before,
    /// How the serial moved.
    pub serial: SerialStep,
    /// By type, in the order of their numbers; a type that is in neither has no row.
    pub types: Vec<TypeChange>,
    /// Names with data of their own that are new; what lies below delegations is left out.
    pub names_added: Listed,
    /// Such names that are there no more.
    pub names_removed: Listed,
    /// What became of delegations.
    pub delegations: Delegations,
    /// Keys that came, went, or have other flags.
    pub keys: Vec<KeyChange>,
    /// Records at the apex but for keys, SOA, signatures and proofs: `+` or `-`, type and data.
    pub apex: Listed,
    /// Fields of the SOA but for the serial, and how the zone proves what it does not have.
    pub fields: Vec<Field>,
    /// RRsets with another TTL.
    pub ttls: Listed,
    /// RRsets whose signatures are older than they were: begun earlier and ending earlier.
    pub signatures_older: Listed,
    /// Until when caches may hold records of the older version, if it is served until the instant judged at.
    pub cached_until: Timestamp,
    /// What could not be judged, and what it needs.
    pub not_judged: Vec<String>,
}
