//! The names of a zone in canonical order, and what each is: its apex, a delegation, what lies below one.
//!
//! Records of one name may lie in several runs; here they are brought together. Whatever is at or below a
//! zone cut or below a DNAME is told apart from what the zone answers for, since only that is signed and has
//! a place in the chain of NSEC or NSEC3 records (RFC 4035, section 2.2; RFC 6672, section 2.4).

use std::cmp::Ordering;
use std::sync::Arc;

use rayon::prelude::*;

use super::store::{Rec, RunId, Segment};
use super::wire;
use crate::dns::RecordType;

/// What a name is to the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Not at or below the apex.
    Outside,
    /// Below a delegation: glue, or data that nobody gets.
    BelowCut,
    /// Below a DNAME: data that nobody gets.
    BelowDname,
    /// The apex.
    Apex,
    /// A delegation.
    Cut,
    /// Any other name that the zone answers for.
    Plain,
}

impl Kind {
    /// Whether the zone answers for the name, if only with a referral.
    pub fn is_inside(self) -> bool {
        matches!(self, Self::Apex | Self::Cut | Self::Plain)
    }
}

/// What kinds of records a name has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Has(u8);

impl Has {
    const NS: u8 = 1;
    const DNAME: u8 = 2;
    const NSEC: u8 = 4;
    const NSEC3: u8 = 8;
    const DS: u8 = 16;
    const ADDRESS: u8 = 32;
    /// Anything but NSEC, NSEC3 and RRSIG.
    const DATA: u8 = 64;
    const SIGNATURE: u8 = 128;

    fn of(rtype: RecordType) -> u8 {
        match rtype {
            RecordType::NS => Self::NS | Self::DATA,
            RecordType::DNAME => Self::DNAME | Self::DATA,
            RecordType::NSEC => Self::NSEC,
            RecordType::NSEC3 => Self::NSEC3,
            RecordType::DS => Self::DS | Self::DATA,
            RecordType::A | RecordType::AAAA => Self::ADDRESS | Self::DATA,
            RecordType::RRSIG => Self::SIGNATURE,
            _ => Self::DATA,
        }
    }

    fn has(self, what: u8) -> bool {
        self.0 & what != 0
    }

    /// An NSEC record.
    pub fn nsec(self) -> bool {
        self.has(Self::NSEC)
    }

    /// An NSEC3 record.
    pub fn nsec3(self) -> bool {
        self.has(Self::NSEC3)
    }

    /// An RRSIG record.
    pub fn signature(self) -> bool {
        self.has(Self::SIGNATURE)
    }

    /// A DS record.
    pub fn ds(self) -> bool {
        self.has(Self::DS)
    }

    /// An A or AAAA record.
    pub fn address(self) -> bool {
        self.has(Self::ADDRESS)
    }

    /// Something that is neither signature nor proof.
    pub fn data(self) -> bool {
        self.has(Self::DATA)
    }
}

/// One name.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// Its first run, among [`Names::runs`].
    first: u32,
    count: u32,
    /// What it is.
    pub kind: Kind,
    /// What it has.
    pub has: Has,
}

impl Node {
    /// Whether all records lie in one run, so that its signatures could be verified on the way.
    pub fn is_whole(&self) -> bool {
        self.count == 1
    }

    /// Whether it stands in the chain of NSEC or NSEC3 records.
    pub fn is_listed(&self) -> bool {
        self.kind.is_inside() && self.has.data()
    }
}

/// All names of a zone.
pub struct Names {
    segments: Vec<Arc<Segment>>,
    runs: Vec<RunId>,
    /// In canonical order.
    pub nodes: Vec<Node>,
}

impl Names {
    /// Brings the runs of `segments` into order.
    pub fn new(segments: Vec<Arc<Segment>>, apex: &[u8]) -> Self {
        let numbered = (0..).zip(&segments);
        let mut runs: Vec<RunId> = numbered
            .flat_map(|(segment, held)| held.runs().map(move |(at, _)| RunId { segment, at }))
            .collect();
        let owner = |run: &RunId| segments[run.segment as usize].run(run.at).owner;
        let order = |a: &RunId, b: &RunId| wire::compare(owner(a), owner(b)).then(a.cmp(b));
        // Signers write zones in order, and then there is nothing to do.
        if !runs.is_sorted_by(|a, b| order(a, b) != Ordering::Greater) {
            runs.par_sort_by(order);
        }
        let mut names = Self {
            segments,
            runs,
            nodes: Vec::new(),
        };
        names.nodes = names.classified(apex);
        names
    }

    fn classified(&self, apex: &[u8]) -> Vec<Node> {
        let mut nodes = Vec::with_capacity(self.runs.len());
        let mut cut: Option<(&[u8], Kind)> = None;
        let mut at = 0;
        while at < self.runs.len() {
            let owner = self.run_owner(at);
            let more = self.runs[at + 1..].iter().zip(at + 1..);
            let count = 1 + more
                .take_while(|(_, next)| self.run_owner(*next) == owner)
                .count();
            let mut has = Has::default();
            for run in &self.runs[at..at + count] {
                let run = self.segments[run.segment as usize].run(run.at);
                run.records()
                    .for_each(|record| has.0 |= Has::of(record.rtype));
            }
            cut = cut.filter(|(above, _)| wire::is_below(owner, above));
            let kind = match cut {
                _ if !wire::is_at_or_below(owner, apex) => Kind::Outside,
                // An NSEC3 record beside a DNAME at the apex is data of nobody's.
                Some((above, Kind::BelowDname)) if above == apex && !has.data() => Kind::Plain,
                Some((_, kind)) => kind,
                None if owner == apex => Kind::Apex,
                None if has.has(Has::NS) => Kind::Cut,
                None => Kind::Plain,
            };
            if kind == Kind::Cut {
                cut = Some((owner, Kind::BelowCut));
            } else if kind.is_inside() && has.has(Has::DNAME) {
                cut = Some((owner, Kind::BelowDname));
            }
            nodes.push(Node {
                first: at as u32,
                count: count as u32,
                kind,
                has,
            });
            at += count;
        }
        nodes.shrink_to_fit();
        nodes
    }

    fn run_owner(&self, at: usize) -> &[u8] {
        let run = self.runs[at];
        self.segments[run.segment as usize].run(run.at).owner
    }

    /// Owner name in wire form.
    pub fn owner(&self, node: &Node) -> &[u8] {
        self.run_owner(node.first as usize)
    }

    /// The segment of the first run; of the only one where [`Node::is_whole`].
    pub fn segment(&self, node: &Node) -> usize {
        self.runs[node.first as usize].segment as usize
    }

    /// Puts its records into `records`, in the order of the file.
    pub fn records<'n>(&'n self, node: &Node, records: &mut Vec<Rec<'n>>) {
        records.clear();
        let first = node.first as usize;
        for run in &self.runs[first..first + node.count as usize] {
            records.extend(self.segments[run.segment as usize].run(run.at).records());
        }
    }

    /// The name, if the zone has it.
    pub fn find(&self, owner: &[u8]) -> Option<usize> {
        self.nodes
            .binary_search_by(|node| wire::compare(self.owner(node), owner))
            .ok()
    }
}
