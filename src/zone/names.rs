//! The names of a zone in canonical order, and what each is: its apex, a delegation, what lies below one.
//!
//! Records of one name may lie in several runs; here they are brought together. Whatever is at or below a
//! zone cut or below a DNAME is told apart from what the zone answers for, since only that is signed and has
//! a place in the chain of NSEC or NSEC3 records (RFC 4035, section 2.2; RFC 6672, section 2.4).

use std::cmp::Ordering;
use std::sync::Arc;

use rayon::prelude::*;

use super::store::{Rec, Run, RunId, Segment};
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

    /// A DNAME record.
    pub fn dname(self) -> bool {
        self.has(Self::DNAME)
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
    held: RunId,
    /// Whether all records lie in one run.
    is_whole: bool,
    /// What it is.
    pub kind: Kind,
    /// What it has.
    pub has: Has,
}

impl Node {
    /// Whether it stands in the chain of NSEC or NSEC3 records.
    pub fn is_listed(&self) -> bool {
        self.kind.is_inside() && self.has.data()
    }
}

/// All names of a zone.
pub struct Names {
    segments: Vec<Arc<Segment>>,
    /// The runs of the names that have several: [`Node::held`] is then not the run itself, but where its
    /// runs begin here and how many they are.
    several: Vec<RunId>,
    /// In canonical order.
    pub nodes: Vec<Node>,
}

impl Names {
    /// Brings the runs of `segments` into order.
    pub fn new(segments: Vec<Arc<Segment>>, apex: &[u8]) -> Self {
        let count = segments.iter().map(|segment| segment.count as usize);
        let mut runs: Vec<RunId> = Vec::with_capacity(count.sum());
        for (segment, held) in (0..).zip(&segments) {
            runs.extend(held.runs().map(|(at, _)| RunId { segment, at }));
        }
        let owner = |run: &RunId| segments[run.segment as usize].run(run.at).owner;
        let order = |a: &RunId, b: &RunId| wire::compare(owner(a), owner(b)).then(a.cmp(b));
        // Signers write zones in order, and then there is nothing to do.
        if !runs.is_sorted_by(|a, b| order(a, b) != Ordering::Greater) {
            runs.par_sort_by(order);
        }
        let mut names = Self {
            segments,
            several: Vec::new(),
            nodes: Vec::new(),
        };
        (names.nodes, names.several) = names.classified(&runs, apex);
        names
    }

    fn classified(&self, runs: &[RunId], apex: &[u8]) -> (Vec<Node>, Vec<RunId>) {
        let mut nodes = Vec::with_capacity(runs.len());
        let mut several = Vec::new();
        let mut cut: Option<(&[u8], Kind)> = None;
        for own in runs.chunk_by(|a, b| self.run(*a).owner == self.run(*b).owner) {
            let owner = self.run(own[0]).owner;
            let mut has = Has::default();
            for run in own {
                let records = self.run(*run).records();
                records.for_each(|record| has.0 |= Has::of(record.rtype));
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
            let held = match own {
                [one] => *one,
                // There are fewer than 2^31 runs.
                _ => RunId {
                    segment: several.len() as u32,
                    at: own.len() as u32,
                },
            };
            if own.len() > 1 {
                several.extend_from_slice(own);
            }
            nodes.push(Node {
                held,
                is_whole: own.len() == 1,
                kind,
                has,
            });
        }
        nodes.shrink_to_fit();
        (nodes, several)
    }

    fn run(&self, run: RunId) -> Run<'_> {
        self.segments[run.segment as usize].run(run.at)
    }

    /// The runs of a name that has several.
    fn several(&self, node: &Node) -> &[RunId] {
        let start = node.held.segment as usize;
        &self.several[start..start + node.held.at as usize]
    }

    /// Owner name in wire form.
    pub fn owner(&self, node: &Node) -> &[u8] {
        let first = match node.is_whole {
            true => node.held,
            false => self.several(node)[0],
        };
        self.run(first).owner
    }

    /// The segment of the only run, with which its signatures could be verified; `None` where there are several.
    pub fn segment(&self, node: &Node) -> Option<usize> {
        node.is_whole.then_some(node.held.segment as usize)
    }

    /// Puts its records into `records`, in the order of the file.
    pub fn records<'n>(&'n self, node: &Node, records: &mut Vec<Rec<'n>>) {
        records.clear();
        let own = match node.is_whole {
            true => &[node.held][..],
            false => self.several(node),
        };
        for run in own {
            records.extend(self.run(*run).records());
        }
    }

    /// The name, if the zone has it.
    pub fn find(&self, owner: &[u8]) -> Option<usize> {
        self.nodes
            .binary_search_by(|node| wire::compare(self.owner(node), owner))
            .ok()
    }
}
