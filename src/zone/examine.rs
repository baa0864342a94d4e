//! What is looked at name by name: RRsets, their signatures, delegations, NSEC records.
//!
//! Names are looked at in chunks, side by side. A chunk sees all names, since the place of one in the chain
//! depends on its neighbours, and tells of its own alone.

mod chain;
mod records;
mod signed;

use std::collections::BTreeMap;
use std::sync::Mutex;

pub use chain::bitmap_difference;

use super::fault::{self, Ledger, Place, Scribe};
use super::keys::ZoneKeys;
use super::names::{Kind, Names, Node};
use super::nsec3::{Expectations, Parameters};
use super::signature::{self, Batch, Computed};
use super::store::Rec;
use crate::dns::{RecordType, Timestamp};
use crate::policy::Policy;

/// What all names of a zone are judged by.
pub struct Frame<'f> {
    /// The names.
    pub names: &'f Names,
    /// The apex.
    pub apex: &'f [u8],
    /// Its keys.
    pub keys: &'f ZoneKeys,
    /// The algorithms that must have signed.
    pub algorithms: Vec<u8>,
    /// What was computed for each segment; `None` where only what [`Frame::is_sampled`] says is.
    pub computed: &'f [Option<Computed>],
    /// Whether the signatures of a name are computed, where its segment was not.
    pub is_sampled: &'f (dyn Fn(usize) -> bool + Sync),
    /// Thresholds.
    pub policy: &'f Policy,
    /// The instant judged at.
    pub now: Timestamp,
    /// How the zone proves what it does not have.
    pub denial: Denial<'f>,
    /// What the TTL of NSEC and NSEC3 records should be (RFC 9077, section 3).
    pub denial_ttl: Option<u32>,
    /// TTLs above this are told of.
    pub max_ttl: Option<u32>,
    /// Signatures that were made to last longer are told of, in seconds.
    pub max_lifetime: Option<i64>,
    /// Signatures with more left are told of, in seconds.
    pub max_remaining: Option<i64>,
    /// How many faults of each code are kept.
    pub kept: usize,
    /// For each chain of NSEC3 records the hashes that should have one, as the chunks find them.
    pub expected: &'f [Mutex<Expectations>],
}

/// How a zone proves what it does not have.
#[derive(Debug, Clone, Copy)]
pub enum Denial<'f> {
    /// By NSEC.
    Nsec,
    /// By NSEC3, in a chain for each of these parameters.
    Nsec3(&'f [Parameters]),
    /// By NSEC3 records that are not looked at: their parameters are wrong, which is told elsewhere.
    Unknown,
}

/// What was found in a chunk.
#[derive(Default)]
pub struct Part {
    /// The faults.
    pub ledger: Ledger,
    /// Counts.
    pub counts: Counts,
    /// How many signatures end on each day, in days since 1970.
    pub ends: BTreeMap<i64, u64>,
    /// The earliest end of a signature.
    pub first_end: Option<Timestamp>,
    /// Names with NSEC3 records.
    pub hashed: Vec<u32>,
    /// Valid signatures over the DNSKEY RRset: the places of the keys that made them.
    pub apex_signers: Vec<usize>,
    /// Keys that made valid signatures.
    pub signers: std::collections::BTreeSet<usize>,
}

/// What there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Records, duplicates included.
    pub records: u64,
    /// Names that have records.
    pub names: u64,
    /// RRsets that have to be signed.
    pub rrsets: u64,
    /// RRSIG records.
    pub signatures: u64,
    /// Signatures that were verified.
    pub verified: u64,
    /// Signatures that nothing here can verify.
    pub unverifiable: u64,
    /// Delegations.
    pub delegations: u64,
    /// Delegations with DS.
    pub secure_delegations: u64,
    /// NSEC records.
    pub nsec: u64,
    /// NSEC3 records.
    pub nsec3: u64,
}

impl Counts {
    /// Adds those of another part.
    pub fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.names += other.names;
        self.rrsets += other.rrsets;
        self.signatures += other.signatures;
        self.verified += other.verified;
        self.unverifiable += other.unverifiable;
        self.delegations += other.delegations;
        self.secure_delegations += other.secure_delegations;
        self.nsec += other.nsec;
        self.nsec3 += other.nsec3;
    }
}

/// Looks at the names from `first` on, as many as `nodes` has.
pub fn chunk(frame: &Frame<'_>, first: usize, nodes: &[Node]) -> Part {
    let mut chunk = Chunk {
        frame,
        scribe: Scribe::new(frame.policy, frame.kept),
        part: Part::default(),
        expected: frame
            .expected
            .iter()
            .map(|_| Expectations::default())
            .collect(),
        types: Vec::new(),
        listed: listed_before(frame.names, first, |_| true),
        required: listed_before(frame.names, first, is_required),
    };
    let apart = apart(frame, first, nodes);
    let mut records = Vec::new();
    let mut number = 0;
    for (node, index) in nodes.iter().zip(first..) {
        frame.names.records(node, &mut records);
        let computed = match frame.computed_with(node) {
            None => {
                renumber(&mut records, &mut number);
                (frame.is_sampled)(index).then_some(&apart)
            }
            known => known,
        };
        chunk.node(index, node, &mut records, computed);
    }
    chunk.part.ledger = chunk.scribe.ledger;
    for (all, own) in frame.expected.iter().zip(chunk.expected) {
        all.lock().expect("nobody panics with it").append(own);
    }
    chunk.part
}

impl<'f> Frame<'f> {
    /// Whether the signatures of a name were not computed with its segment.
    fn is_apart(&self, node: &Node) -> bool {
        self.computed_with(node).is_none()
    }

    /// What was computed with the segment that the name lies in.
    fn computed_with(&self, node: &Node) -> Option<&'f Computed> {
        let segment = self.names.segment(node)?;
        self.computed[segment].as_ref()
    }
}

/// Computes the signatures of the names of a chunk that were not computed with their segments.
fn apart(frame: &Frame<'_>, first: usize, nodes: &[Node]) -> Computed {
    let mut batch = Batch::new(frame.keys);
    let mut records = Vec::new();
    let mut number = 0;
    for (node, index) in nodes
        .iter()
        .zip(first..)
        .filter(|(node, _)| frame.is_apart(node))
    {
        frame.names.records(node, &mut records);
        renumber(&mut records, &mut number);
        if (frame.is_sampled)(index) {
            batch.add(frame.names.owner(node), &mut records);
        }
    }
    batch.finish()
}

/// Records out of several segments may have the same place, so they get places of their own.
fn renumber(records: &mut [Rec<'_>], number: &mut u32) {
    for record in records {
        record.at = *number;
        *number += 1;
    }
}

/// A delegation without DS may be left out of a chain with Opt-Out; nothing else may.
pub fn is_required(node: &Node) -> bool {
    node.kind != Kind::Cut || node.has.ds()
}

fn listed_before(names: &Names, index: usize, fits: fn(&Node) -> bool) -> Option<&[u8]> {
    let mut before = names.nodes[..index].iter().rev();
    let found = before.find(|node| node.is_listed() && fits(node));
    found.map(|node| names.owner(node))
}

struct Chunk<'f> {
    frame: &'f Frame<'f>,
    scribe: Scribe<'f>,
    part: Part,
    /// For each chain of NSEC3 records.
    expected: Vec<Expectations>,
    types: Vec<RecordType>,
    /// The listed name before, and the one before that is required.
    listed: Option<&'f [u8]>,
    required: Option<&'f [u8]>,
}

/// The place of a record.
pub fn place<'p>(owner: &'p [u8], record: &Rec<'_>) -> Place<'p> {
    Place {
        owner,
        file: record.file,
        line: Some(record.line),
    }
}

fn nowhere(owner: &[u8]) -> Place<'_> {
    Place {
        owner,
        file: 0,
        line: None,
    }
}

impl<'f> Chunk<'f> {
    fn node(
        &mut self,
        index: usize,
        node: &Node,
        records: &mut [Rec<'f>],
        computed: Option<&Computed>,
    ) {
        let names = self.frame.names;
        let owner = names.owner(node);
        records
            .sort_unstable_by(|a, b| (a.rtype.0, a.rdata, a.at).cmp(&(b.rtype.0, b.rdata, b.at)));
        self.part.counts.names += 1;
        self.part.counts.records += records.len() as u64;
        let from = records.partition_point(|record| record.rtype.0 < RecordType::RRSIG.0);
        let to = records.partition_point(|record| record.rtype.0 <= RecordType::RRSIG.0);
        let rrsigs = &records[from..to];
        self.part.counts.signatures += rrsigs.len() as u64;
        match node.kind {
            Kind::Outside => {
                self.scribe
                    .add(fault::OUT_OF_ZONE, place(owner, &records[0]), || {
                        "not at or below the apex".to_owned()
                    });
                return;
            }
            Kind::BelowCut | Kind::BelowDname => return self.below(owner, node, records),
            Kind::Cut => self.delegation(index, node, owner, records),
            Kind::Apex | Kind::Plain => {}
        }
        self.types.clear();
        for set in records.chunk_by(|a, b| a.rtype == b.rtype) {
            let rtype = set[0].rtype;
            if rtype == RecordType::RRSIG {
                continue;
            }
            let is_signed =
                node.kind != Kind::Cut || matches!(rtype, RecordType::DS | RecordType::NSEC);
            if is_signed || rtype == RecordType::NS {
                self.types.push(rtype);
            }
            self.rrset(owner, set);
            let first = rrsigs.partition_point(|r| signature::covered(r.rdata).0 < rtype.0);
            let after = rrsigs.partition_point(|r| signature::covered(r.rdata).0 <= rtype.0);
            if is_signed {
                self.signatures(owner, set, &rrsigs[first..after], computed);
            } else {
                self.unexpected(
                    owner,
                    &rrsigs[first..after],
                    "the zone does not answer for this RRset",
                );
            }
            self.misplaced(owner, node, set);
        }
        self.alone(owner, records);
        self.orphans(owner, records, rrsigs);
        self.denial(index, node, owner, records);
    }

    fn below(&mut self, owner: &[u8], node: &Node, records: &[Rec<'_>]) {
        if node.kind == Kind::BelowDname {
            self.scribe
                .add(fault::DNAME_MISPLACED, place(owner, &records[0]), || {
                    "data below a DNAME, which nobody gets".to_owned()
                });
        }
        for record in records {
            match record.rtype {
                RecordType::RRSIG => {
                    self.unexpected(owner, &[*record], "the name lies below a delegation")
                }
                RecordType::NSEC | RecordType::NSEC3 => {
                    self.scribe
                        .add(fault::NSEC_SUPERFLUOUS, place(owner, record), || {
                            format!("{} below a delegation", record.rtype)
                        });
                }
                _ => {}
            }
        }
    }

    fn unexpected(&mut self, owner: &[u8], rrsigs: &[Rec<'_>], why: &str) {
        for rrsig in rrsigs {
            self.scribe
                .add(fault::RRSIG_UNEXPECTED, place(owner, rrsig), || {
                    format!("RRSIG over {}: {why}", signature::covered(rrsig.rdata))
                });
        }
    }

    fn orphans(&mut self, owner: &[u8], records: &[Rec<'_>], rrsigs: &[Rec<'_>]) {
        for set in
            rrsigs.chunk_by(|a, b| signature::covered(a.rdata) == signature::covered(b.rdata))
        {
            let covered = signature::covered(set[0].rdata);
            if covered == RecordType::RRSIG {
                self.unexpected(owner, set, "signatures are not signed");
            } else if records
                .binary_search_by_key(&covered.0, |record| record.rtype.0)
                .is_err()
            {
                for rrsig in set {
                    self.scribe
                        .add(fault::RRSIG_ORPHAN, place(owner, rrsig), || {
                            format!("RRSIG over {covered}, which the name does not have")
                        });
                }
            }
        }
    }
}
