//! A whole zone, before or after it is published: is every RRset signed, does every signature verify, does
//! the chain of NSEC or NSEC3 records prove what is there and nothing else?
//!
//! ```text
//! master file → store → (signature, as segments fill up) → names → examine → nsec3, zonemd → Outcome
//! ```
//!
//! RFC 4035, section 2; RFC 5155, section 7.1; RFC 8976. [`verify`] is pure but for reading from what it is
//! given: time, files and cores are the caller's. Records stay octets in segments, and nothing is said of a
//! zone whose last record has not been read: [`verify`] then gives a [`Refusal`].
//!
//! [`compare`] sets a version beside an older one, [`served`] beside what servers have at the apex.
//!
//! Left out: what lies below delegations.

mod apex;
mod as_served;
mod change;
mod examine;
mod fault;
mod keys;
mod live;
mod names;
mod nsec3;
mod outcome;
mod render;
mod sample;
mod signature;
mod store;
mod take;
mod wire;

mod zonemd;

pub use change::{
    Ailment, Before, Change, Delegations, Field, KeyChange, KeyStep, Listed, OtherZone, SerialStep,
    TypeChange, Version, compare,
};
pub use examine::Counts;
pub use fault::{CODES, Code, Fault};
pub use live::{Live, Served, delegated, served};
pub use outcome::{Grievance, JSON_SCHEMA, KeyLine, Outcome, SCHEMA, Sample, Unreadable};
pub use render::{json, metrics, metrics_of_nothing, nagios, nagios_of_nothing, ndjson, text};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rayon::prelude::*;

use crate::dns::master::{Entry, MasterError, Reader};
use crate::dns::{Ds, Name, RecordType, Timestamp};
use crate::policy::Policy;
use apex::Apex;
use examine::{Denial, Frame, Part};
use fault::{Place, Scribe};
use keys::ZoneKeys;
use names::Names;
use sample::chosen;
use store::Rec;
use take::{Taken, take};

/// How many names are looked at in one piece.
const CHUNK: usize = 8_192;
/// How many errors of the reader are kept, and how many end it even when it is to go on.
const MAX_UNREADABLE: u64 = 1_000;

/// What is to be verified, and by what.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The zone; without it, the owner of the first SOA.
    pub origin: Option<Name>,
    /// The instant judged at.
    pub at: Timestamp,
    /// Thresholds.
    pub policy: Policy,
    /// How many faults of each code are kept.
    pub kept: usize,
    /// TTLs above this are told of.
    pub max_ttl: Option<u32>,
    /// Signatures that were made to last longer than so many seconds are told of.
    pub max_lifetime: Option<i64>,
    /// Signatures with more than so many seconds left are told of.
    pub max_remaining: Option<i64>,
    /// The DS RRset that the parent has or is going to have; an empty one where it certainly has none.
    pub ds: Option<Vec<Ds>>,
    /// Verify the signatures of so many names alone, chosen by this seed.
    pub sample: Option<(usize, u64)>,
    /// Whether to go on behind a record that cannot be read.
    pub is_going_on: bool,
}

/// Where the records of a zone come from, one after another.
pub trait Records {
    /// The next record; `None` behind the last one of a whole zone.
    ///
    /// # Errors
    /// Why there is none. Unless it is fatal, the next call goes on behind it.
    fn next(&mut self) -> Result<Option<Entry<'_>>, MasterError>;

    /// What [`Entry::file`] counts: the files read so far.
    fn files(&self) -> Vec<String>;
}

impl Records for Reader<'_> {
    fn next(&mut self) -> Result<Option<Entry<'_>>, MasterError> {
        Reader::next(self)
    }

    fn files(&self) -> Vec<String> {
        Reader::files(self).to_vec()
    }
}

/// How far a run is; the caller looks at it from another thread, and may end it.
#[derive(Debug, Default)]
pub struct Progress {
    records: AtomicU64,
    signatures: AtomicU64,
    is_stopped: AtomicBool,
}

impl Progress {
    /// Records read.
    pub fn records(&self) -> u64 {
        self.records.load(Ordering::Relaxed)
    }

    /// Signatures verified.
    pub fn signatures(&self) -> u64 {
        self.signatures.load(Ordering::Relaxed)
    }

    /// Ends the run.
    pub fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    fn is_wanted(&self) -> bool {
        !self.is_stopped.load(Ordering::Relaxed)
    }
}

/// Why nothing is said of a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The file cannot be read, or not to its end.
    Unreadable(MasterError),
    /// There is no record.
    Empty,
    /// Nothing says which zone it is.
    NoOrigin,
    /// [`Progress::stop`] was called.
    Stopped,
    /// More than can be numbered.
    TooLarge,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(f),
            Self::Empty => f.write_str("there is no record in it"),
            Self::NoOrigin => f.write_str("there is no SOA, so nothing says which zone it is"),
            Self::Stopped => f.write_str("not finished"),
            Self::TooLarge => f.write_str("more than 2^31 runs of records"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Reads a zone to its end and verifies it.
///
/// # Errors
/// A [`Refusal`] when that cannot be done; then nothing is known of the zone.
pub fn verify(
    reader: &mut impl Records,
    settings: &Settings,
    progress: &Progress,
) -> Result<Outcome, Refusal> {
    read(reader, settings, progress).map(|(outcome, _)| outcome)
}

/// The same, and what it takes to [`compare`] the zone with another version of it.
///
/// # Errors
/// As [`verify`].
pub fn read(
    reader: &mut impl Records,
    settings: &Settings,
    progress: &Progress,
) -> Result<(Outcome, Version), Refusal> {
    let taken = take(reader, settings, progress)?;
    let names = Names::new(taken.segments.clone(), &taken.apex);
    let mut scribe = Scribe::new(&settings.policy, settings.kept);
    let apex = Apex {
        name: &taken.apex,
        records: apex_records(&names, &taken.apex),
    };
    let soa = apex.soa(&mut scribe);
    apex.ns(&names, &mut scribe);
    taken.keys.examine(
        apex.place(RecordType::DNSKEY),
        settings.policy.rsa_bits_recommended,
        &mut scribe,
    );
    apex.child_signals(&taken.keys, &mut scribe);
    let first_nsec3 = first_nsec3(&names);
    let tolerated = settings.policy.nsec3_iterations_tolerated;
    let hashing = apex.hashing(first_nsec3, tolerated, &mut scribe);
    let denial = match (&hashing[..], first_nsec3) {
        ([], Some(_)) => Denial::Unknown,
        ([], None) => Denial::Nsec,
        (chains, _) => Denial::Nsec3(chains),
    };
    let chosen = settings
        .sample
        .map(|(count, seed)| chosen(&names.nodes, count, seed));
    let is_sampled = |index: usize| chosen.as_ref().is_none_or(|chosen| chosen.contains(&index));
    // A name has one hash as a rule. What is reserved and not used takes no memory.
    let reserved = match denial {
        Denial::Nsec3(_) => names.nodes.iter().filter(|node| node.is_listed()).count(),
        _ => 0,
    };
    let expected = hashing
        .iter()
        .map(|_| Mutex::new(nsec3::Expectations::with_capacity(reserved)));
    let expected: Vec<_> = expected.collect();
    let frame = Frame {
        names: &names,
        apex: &taken.apex,
        keys: &taken.keys,
        algorithms: taken.keys.algorithms().into_iter().collect(),
        computed: &taken.computed,
        is_sampled: &is_sampled,
        policy: &settings.policy,
        now: settings.at,
        denial,
        denial_ttl: soa.as_ref().map(|(soa, ttl)| soa.minimum.min(*ttl)),
        max_ttl: settings.max_ttl,
        max_lifetime: settings.max_lifetime,
        max_remaining: settings.max_remaining,
        kept: settings.kept,
        expected: &expected,
    };
    let mut parts = examined(&frame, progress)?;
    let found = Found::of(&mut parts);
    for part in &mut parts {
        scribe.absorb(std::mem::take(&mut part.ledger));
    }
    for (number, expected) in expected.into_iter().enumerate() {
        let expected = expected.into_inner().expect("nobody panics with it");
        let chain = nsec3::Chain::new(&names, &taken.apex, (&hashing, number), expected);
        chain.examine(&found.hashed, &mut scribe);
    }
    if found.counts.nsec > 0 && found.counts.nsec3 > 0 {
        scribe.add(fault::MIXED_DENIAL, apex.place(RecordType::NSEC), || {
            format!(
                "{} NSEC and {} NSEC3 records",
                found.counts.nsec, found.counts.nsec3
            )
        });
    }
    zonemd::examine(
        &names,
        &apex,
        soa.as_ref().map(|(soa, _)| soa.serial.0),
        &mut scribe,
    );
    key_roles(&apex, &taken.keys, &found, settings, &mut scribe);
    if !taken.keys.keys.is_empty() {
        as_served::examine(&apex, settings, &mut scribe);
    }
    if !progress.is_wanted() {
        return Err(Refusal::Stopped);
    }
    if taken.keys.keys.is_empty() && found.counts.signatures == 0 {
        // That the zone is not signed is said once.
        for consequence in [fault::RRSIG_MISSING, fault::NSEC_MISSING] {
            scribe.ledger.tallies.remove(consequence.name);
        }
    }
    let sample = chosen.map(|chosen| Sample {
        names: chosen.len(),
        of: sample::candidates(&names.nodes).count(),
        seed: settings.sample.map_or(0, |(_, seed)| seed),
    });
    let outcome = outcome::Draft {
        taken: &taken,
        found,
        soa: soa.map(|(soa, _)| soa),
        hashing: hashing.first(),
        sample,
        is_denial_checked: !matches!(denial, Denial::Unknown),
        at: settings.at,
        ledger: scribe.ledger,
    };
    let outcome = outcome.finish();
    let (apex, keys) = (taken.apex, taken.keys);
    Ok((outcome, Version { names, apex, keys }))
}

fn apex_records<'n>(names: &'n Names, apex: &[u8]) -> Vec<Rec<'n>> {
    let mut records = Vec::new();
    if let Some(at) = names.find(apex) {
        names.records(&names.nodes[at], &mut records);
    }
    records
}

fn first_nsec3(names: &Names) -> Option<&[u8]> {
    let node = names
        .nodes
        .iter()
        .find(|node| node.has.nsec3() && node.kind.is_inside())?;
    let mut records = Vec::new();
    names.records(node, &mut records);
    let first = records
        .iter()
        .find(|record| record.rtype == RecordType::NSEC3);
    first.map(|record| record.rdata)
}

fn examined(frame: &Frame<'_>, progress: &Progress) -> Result<Vec<Part>, Refusal> {
    let chunks = frame.names.nodes.par_chunks(CHUNK).enumerate();
    let parts: Vec<Option<Part>> = chunks
        .map(|(index, nodes)| {
            let part = progress
                .is_wanted()
                .then(|| examine::chunk(frame, index * CHUNK, nodes))?;
            Some(part)
        })
        .collect();
    let parts: Option<Vec<Part>> = parts.into_iter().collect();
    parts.ok_or(Refusal::Stopped)
}

/// What the parts found, together.
#[derive(Default)]
struct Found {
    counts: Counts,
    ends: BTreeMap<i64, u64>,
    first_end: Option<Timestamp>,
    hashed: Vec<u32>,
    apex_signers: Vec<usize>,
    signers: BTreeSet<usize>,
}

impl Found {
    fn of(parts: &mut [Part]) -> Self {
        let mut found = Self::default();
        for part in parts {
            found.counts.add(&part.counts);
            for (day, count) in &part.ends {
                *found.ends.entry(*day).or_default() += count;
            }
            found.first_end = [found.first_end, part.first_end]
                .into_iter()
                .flatten()
                .min();
            found.hashed.append(&mut part.hashed);
            found.apex_signers.append(&mut part.apex_signers);
            found.signers.append(&mut part.signers);
        }
        found
    }
}

/// Whether the keys do what they are there for.
fn key_roles(
    apex: &Apex<'_>,
    keys: &ZoneKeys,
    found: &Found,
    settings: &Settings,
    scribe: &mut Scribe<'_>,
) {
    let at: Place<'_> = apex.place(RecordType::DNSKEY);
    if keys.keys.is_empty() {
        scribe.add(fault::DNSKEY_MISSING, at, || {
            "no DNSKEY at the apex: the zone is not signed".to_owned()
        });
    } else if found.apex_signers.is_empty() {
        scribe.add(fault::DNSKEY_MISSING, at, || {
            "no key has validly signed the DNSKEY RRset".to_owned()
        });
    }
    for (index, key) in keys.keys.iter().enumerate() {
        if !found.signers.contains(&index) {
            scribe.add(fault::KEY_UNUSED, at, || {
                format!("the DNSKEY with tag {} signs nothing here", key.tag)
            });
        }
    }
    if let Some(set) = settings.ds.as_ref().filter(|set| !set.is_empty()) {
        apex.delegation_signers(set, keys, &found.apex_signers, scribe);
    }
}
