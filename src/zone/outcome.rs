//! What is said of a zone in the end: plain data, in the shape of its JSON form.

use serde::Serialize;

use super::change::Change;
use super::examine::Counts;
use super::fault::{self, Fault, Ledger};
use super::live::Live;
use super::nsec3::Parameters;
use super::wire;
use super::{Found, Taken};
use crate::crypto::Algorithm;
use crate::dns::master::MasterError;
use crate::dns::{Soa, Timestamp};
use crate::report::Severity;
use crate::report::status::Status;

/// Name and version of the JSON form.
pub const SCHEMA: &str = "anchorwatch.zone/1";

/// The JSON Schema of the JSON form.
pub const JSON_SCHEMA: &str = include_str!("schema-1.json");

/// How many errors of the reader are told.
const TOLD: usize = 10;

/// Records that could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    /// How many.
    pub total: u64,
    /// The first of them, with file, line and column.
    pub first: Vec<String>,
}

impl Unreadable {
    pub(super) fn add(&mut self, error: &MasterError) {
        self.total += 1;
        if self.first.len() < TOLD {
            self.first.push(error.to_string());
        }
    }
}

/// A random sample in place of all signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// Names whose signatures were verified.
    pub names: usize,
    /// Names there are.
    pub of: usize,
    /// The seed it was chosen by.
    pub seed: u64,
}

impl Sample {
    /// How likely it is at most that none of the bad names is in the sample, if this share of all names is bad.
    ///
    /// Of n names drawn from N, with B of them bad, none is bad with the probability (N−B)/N · (N−B−1)/(N−1) ···,
    /// n factors of which none is above the first, 1 − B/N. One name of the sample may not have been drawn: the apex
    /// is always in it.
    pub fn miss(&self, share: f64) -> f64 {
        if self.names >= self.of {
            return 0.0;
        }
        (1.0 - share).powf(self.names.saturating_sub(1) as f64)
    }
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyLine {
    /// Its tag.
    pub tag: u16,
    /// Its algorithm.
    pub algorithm: String,
    /// Its flags.
    pub flags: u16,
    /// Whether it validly signed the DNSKEY RRset.
    pub signs_keys: bool,
    /// Whether it validly signed anything.
    pub signs: bool,
}

/// How NSEC3 owner names are made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hashing {
    /// Additional iterations.
    pub iterations: u16,
    /// Octets of salt.
    pub salt_octets: usize,
}

/// Faults with the same code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grievance {
    /// The code.
    pub code: &'static str,
    /// The worst weight.
    pub severity: Severity,
    /// How many there are.
    pub total: u64,
    /// The first of them, in canonical order of their names.
    pub first: Vec<Fault>,
}

/// Signatures that end on the same day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Day {
    /// As `2027-01-31`.
    pub day: String,
    /// How many.
    pub signatures: u64,
}

/// What is said of a zone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// The apex.
    pub zone: String,
    /// The serial of the SOA.
    pub serial: Option<u32>,
    /// The instant judged at.
    pub at: Timestamp,
    /// What there is.
    pub counts: Counts,
    /// The keys.
    pub keys: Vec<KeyLine>,
    /// `None` in a zone with NSEC.
    pub nsec3: Option<Hashing>,
    /// Whether the chain of NSEC or NSEC3 records was gone through; not where the parameters forbid it.
    pub is_denial_checked: bool,
    /// The earliest end of a signature.
    pub first_expiration: Option<Timestamp>,
    /// How many signatures end on which day.
    pub expirations: Vec<Day>,
    /// A random sample in place of all signatures.
    pub sample: Option<Sample>,
    /// Records that could not be read.
    pub unreadable: Unreadable,
    /// What is wrong, the worst first.
    pub faults: Vec<Grievance>,
    /// The files read.
    pub files: Vec<String>,
    /// What changed since an older version, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// What its servers and its parent say, where they were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<Live>,
}

impl Outcome {
    /// The state of the zone: what it comes to for a script that wants to hear of faults from `fail_on` on.
    ///
    /// A zone that is wrong is so whether or not everything of it could be read; one of which something could
    /// not be read or verified is never right. Nor is one that is not signed, whatever `fail_on` says, unless
    /// [`Outcome::allow_unsigned`] was called: a signer that has done nothing is what a gate is there for.
    pub fn status(&self, fail_on: Severity) -> Status {
        let counts = |fault: &&Grievance| {
            fault.severity >= fail_on || fault.code == fault::DNSKEY_MISSING.name
        };
        let worst = self.faults.iter().filter(counts);
        let worst = worst.map(|fault| fault.severity).max();
        let before = self.change.as_ref().map(|change| &change.before);
        let is_whole = self.unreadable.total == 0
            && self.counts.unverifiable == 0
            && self.is_denial_checked
            && before.is_none_or(|before| before.unreadable == 0)
            && self.live.as_ref().is_none_or(|live| live.silent.is_empty());
        match worst {
            Some(Severity::Bogus | Severity::Error) => Status::Critical,
            _ if !is_whole => Status::Unknown,
            Some(_) => Status::Warning,
            None => Status::Ok,
        }
    }

    /// Whether there is neither a key nor a signature in the zone.
    pub fn is_unsigned(&self) -> bool {
        self.keys.is_empty() && self.counts.signatures == 0
    }

    /// Takes a zone that is not signed for one that need not be: nothing is said of its having no keys.
    pub fn allow_unsigned(&mut self) {
        if self.is_unsigned() {
            self.faults
                .retain(|fault| fault.code != fault::DNSKEY_MISSING.name);
        }
    }

    /// The name of the file that a fault is in.
    pub fn file(&self, fault: &Fault) -> &str {
        self.files
            .get(usize::from(fault.file))
            .map_or("", String::as_str)
    }
}

/// What an outcome is made of.
pub(super) struct Draft<'d> {
    pub taken: &'d Taken,
    pub found: Found,
    pub soa: Option<Soa>,
    pub hashing: Option<&'d Parameters>,
    pub sample: Option<Sample>,
    pub is_denial_checked: bool,
    pub at: Timestamp,
    pub ledger: Ledger,
}

impl Draft<'_> {
    pub(super) fn finish(self) -> Outcome {
        let found = &self.found;
        let keys = self
            .taken
            .keys
            .keys
            .iter()
            .enumerate()
            .map(|(at, key)| KeyLine {
                tag: key.tag,
                algorithm: Algorithm(key.dnskey.algorithm).to_string(),
                flags: key.dnskey.flags,
                signs_keys: found.apex_signers.contains(&at),
                signs: found.signers.contains(&at),
            });
        let days = found.ends.iter().map(|(day, signatures)| Day {
            day: Timestamp(day * 86_400)
                .to_string()
                .chars()
                .take(10)
                .collect(),
            signatures: *signatures,
        });
        let faults = grievances(self.ledger);
        Outcome {
            schema: SCHEMA,
            zone: wire::shown(&self.taken.apex),
            serial: self.soa.map(|soa| soa.serial.0),
            at: self.at,
            counts: found.counts,
            keys: keys.collect(),
            nsec3: self.hashing.map(|hashing| Hashing {
                iterations: hashing.iterations,
                salt_octets: hashing.salt.len(),
            }),
            is_denial_checked: self.is_denial_checked,
            first_expiration: found.first_end,
            expirations: days.collect(),
            sample: self.sample,
            unreadable: self.taken.unreadable.clone(),
            faults,
            files: self.taken.files.clone(),
            change: None,
            live: None,
        }
    }
}

/// Faults as they are told, the worst first.
pub(super) fn grievances(ledger: Ledger) -> Vec<Grievance> {
    let all = ledger.tallies.into_iter().map(|(code, tally)| Grievance {
        code,
        severity: tally.worst.unwrap_or(Severity::Notice),
        total: tally.total,
        first: tally.first,
    });
    let mut faults: Vec<Grievance> = all.collect();
    order(&mut faults);
    faults
}

/// The worst first.
pub(super) fn order(faults: &mut [Grievance]) {
    faults.sort_by_key(|fault| (std::cmp::Reverse(fault.severity), fault.code));
}
