//! Both versions side by side, name by name: what each has that the other has not, and which signatures and
//! keys meet in caches.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::meeting::{Meeting, Pairs};
use super::{Delegations, Listed, TypeChange, Version};
use crate::dns::{RecordType, Timestamp, present};
use crate::zone::names::{Kind, Names, Node};
use crate::zone::signature::{self, RrsigView};
use crate::zone::store::Rec;
use crate::zone::{CHUNK, wire};

/// What the two versions showed.
#[derive(Debug, Default)]
pub struct Seen {
    pub types: BTreeMap<u16, TypeChange>,
    pub names_before: u64,
    pub names_after: u64,
    pub names_added: Listed,
    pub names_removed: Listed,
    pub delegations: Delegations,
    pub apex: Listed,
    pub ttls: Listed,
    pub older: Listed,
    /// The greatest TTL of the older version, in seconds.
    pub old_ttl: u32,
    /// Signatures that keys of the other version meet.
    pub pairs: Pairs,
}

impl Seen {
    /// Goes over both versions.
    pub fn new(old: &Version, new: &Version, at: Timestamp, kept: usize) -> Self {
        let frame = Frame {
            old,
            new,
            at,
            kept,
            meeting: Meeting::new(&old.keys, &new.keys),
        };
        let stretches: Vec<_> = stretches(&old.names, &new.names).collect();
        let parts: Vec<Self> = stretches
            .into_par_iter()
            .map(|(olds, news)| frame.stretch(olds, news))
            .collect();
        let mut all = Self::default();
        parts.into_iter().for_each(|part| all.absorb(part, kept));
        all
    }

    /// Whether anything but the line of a record differs.
    pub fn is_different(&self) -> bool {
        self.ttls.total > 0 || self.types.values().any(|row| row.added + row.removed > 0)
    }

    fn absorb(&mut self, other: Self, kept: usize) {
        for (rtype, theirs) in other.types {
            let ours = self.row(RecordType(rtype));
            ours.before += theirs.before;
            ours.after += theirs.after;
            ours.added += theirs.added;
            ours.removed += theirs.removed;
        }
        self.names_before += other.names_before;
        self.names_after += other.names_after;
        let theirs = other.delegations;
        let ours = &mut self.delegations;
        ours.secure_removed += theirs.secure_removed;
        for (ours, theirs) in [
            (&mut self.names_added, other.names_added),
            (&mut self.names_removed, other.names_removed),
            (&mut self.apex, other.apex),
            (&mut self.ttls, other.ttls),
            (&mut self.older, other.older),
            (&mut ours.added, theirs.added),
            (&mut ours.removed, theirs.removed),
            (&mut ours.ns_changed, theirs.ns_changed),
            (&mut ours.ds_added, theirs.ds_added),
            (&mut ours.ds_removed, theirs.ds_removed),
            (&mut ours.ds_changed, theirs.ds_changed),
        ] {
            ours.absorb(theirs, kept);
        }
        self.old_ttl = self.old_ttl.max(other.old_ttl);
        self.pairs.absorb(other.pairs);
    }

    fn row(&mut self, rtype: RecordType) -> &mut TypeChange {
        self.types.entry(rtype.0).or_insert(TypeChange {
            rtype,
            before: 0,
            after: 0,
            added: 0,
            removed: 0,
        })
    }
}

/// Pieces of both lists that cover the same names: as many as [`CHUNK`] of the older.
fn stretches<'n>(
    old: &'n Names,
    new: &'n Names,
) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + 'n {
    let count = old.nodes.len().div_ceil(CHUNK).max(1);
    let begins = move |index: usize| -> (usize, usize) {
        if index == 0 {
            return (0, 0);
        }
        let Some(first) = old.nodes.get(index * CHUNK) else {
            return (old.nodes.len(), new.nodes.len());
        };
        let pivot = old.owner(first);
        let at = new
            .nodes
            .partition_point(|node| wire::compare(new.owner(node), pivot) == Ordering::Less);
        (index * CHUNK, at)
    };
    (0..count).map(move |index| {
        let (from, to) = (begins(index), begins(index + 1));
        (from.0..to.0, from.1..to.1)
    })
}

struct Frame<'f> {
    old: &'f Version,
    new: &'f Version,
    at: Timestamp,
    kept: usize,
    meeting: Meeting,
}

/// A name in one of the versions.
struct Side<'n> {
    kind: Kind,
    /// In canonical order, each once.
    records: Vec<Rec<'n>>,
}

impl<'n> Side<'n> {
    fn of(names: &'n Names, node: Option<&Node>) -> Option<Self> {
        let node = node.filter(|node| node.kind != Kind::Outside)?;
        let mut records = Vec::new();
        names.records(node, &mut records);
        records.sort_unstable_by(|a, b| (a.rtype.0, a.rdata).cmp(&(b.rtype.0, b.rdata)));
        records.dedup_by(|a, b| (a.rtype, a.rdata) == (b.rtype, b.rdata));
        let kind = node.kind;
        Some(Self { kind, records })
    }

    fn set(&self, rtype: RecordType) -> &[Rec<'n>] {
        let from = self.records.partition_point(|r| r.rtype.0 < rtype.0);
        let to = self.records.partition_point(|r| r.rtype.0 <= rtype.0);
        &self.records[from..to]
    }

    /// The signatures over a type that the zone answers for.
    fn signatures(&self, rtype: RecordType) -> Vec<RrsigView<'n>> {
        let is_signed = match self.kind {
            Kind::Apex | Kind::Plain => true,
            Kind::Cut => matches!(rtype, RecordType::DS | RecordType::NSEC),
            _ => false,
        };
        let all = self.set(RecordType::RRSIG).iter();
        let over = all.filter(|record| is_signed && signature::covered(record.rdata) == rtype);
        over.filter_map(|record| RrsigView::of(record.rdata))
            .collect()
    }

    /// Whether the name has data of its own.
    fn is_name(&self) -> bool {
        let is_data = |rtype| {
            !matches!(
                rtype,
                RecordType::NSEC | RecordType::NSEC3 | RecordType::RRSIG
            )
        };
        self.kind.is_inside() && self.records.iter().any(|record| is_data(record.rtype))
    }
}

fn set_of<'s, 'n>(side: Option<&'s Side<'n>>, rtype: RecordType) -> &'s [Rec<'n>] {
    side.map_or(&[], |side| side.set(rtype))
}

impl Frame<'_> {
    fn stretch(&self, olds: Range<usize>, news: Range<usize>) -> Seen {
        let mut seen = Seen::default();
        let (old, new) = (&self.old.names, &self.new.names);
        let (mut before, mut after) = (olds.start, news.start);
        while before < olds.end || after < news.end {
            let was = (before < olds.end).then(|| &old.nodes[before]);
            let is = (after < news.end).then(|| &new.nodes[after]);
            let order = match (was, is) {
                (Some(was), Some(is)) => wire::compare(old.owner(was), new.owner(is)),
                (Some(_), None) => Ordering::Less,
                _ => Ordering::Greater,
            };
            let was = was.filter(|_| order != Ordering::Greater);
            let is = is.filter(|_| order != Ordering::Less);
            before += usize::from(was.is_some());
            after += usize::from(is.is_some());
            let owner = was.map(|node| old.owner(node));
            let owner = owner.or_else(|| is.map(|node| new.owner(node)));
            let (was, is) = (Side::of(old, was), Side::of(new, is));
            self.name(owner.unwrap_or(&[]), was.as_ref(), is.as_ref(), &mut seen);
        }
        seen
    }

    fn name(&self, owner: &[u8], was: Option<&Side<'_>>, is: Option<&Side<'_>>, seen: &mut Seen) {
        let names = [was, is].map(|side| side.is_some_and(Side::is_name));
        seen.names_before += u64::from(names[0]);
        seen.names_after += u64::from(names[1]);
        match names {
            [false, true] => seen.names_added.add(self.kept, || wire::shown(owner)),
            [true, false] => seen.names_removed.add(self.kept, || wire::shown(owner)),
            _ => {}
        }
        self.delegation(owner, was, is, &mut seen.delegations);
        let mut types: Vec<RecordType> = [was, is]
            .into_iter()
            .flatten()
            .flat_map(|side| side.records.iter().map(|record| record.rtype))
            .collect();
        types.sort_unstable_by_key(|rtype| rtype.0);
        types.dedup();
        for rtype in types {
            self.set(owner, rtype, was, is, seen);
        }
    }

    fn set(
        &self,
        owner: &[u8],
        rtype: RecordType,
        was: Option<&Side<'_>>,
        is: Option<&Side<'_>>,
        seen: &mut Seen,
    ) {
        let (olds, news) = (set_of(was, rtype), set_of(is, rtype));
        let is_told = owner == self.new.apex
            && !matches!(
                rtype,
                RecordType::SOA
                    | RecordType::DNSKEY
                    | RecordType::RRSIG
                    | RecordType::NSEC
                    | RecordType::NSEC3
                    | RecordType::ZONEMD
            );
        let (mut added, mut removed) = (0, 0);
        let mut tell = |sign: char, record: &Rec<'_>| {
            if is_told {
                let text = || format!("{sign} {rtype} {}", present::rdata(rtype, record.rdata));
                seen.apex.add(self.kept.max(SHOWN_AT_APEX), text);
            }
        };
        differences(olds, news, |record, is_new| {
            let (count, sign) = match is_new {
                true => (&mut added, '+'),
                false => (&mut removed, '-'),
            };
            *count += 1;
            tell(sign, record);
        });
        let row = seen.row(rtype);
        row.before += olds.len() as u64;
        row.after += news.len() as u64;
        row.added += added;
        row.removed += removed;
        let ttl = |set: &[Rec<'_>]| set.iter().map(|record| record.ttl).max();
        seen.old_ttl = seen.old_ttl.max(ttl(olds).unwrap_or(0));
        if rtype == RecordType::RRSIG {
            return;
        }
        if let (Some(before), Some(after)) = (ttl(olds), ttl(news))
            && before != after
        {
            let shown = || format!("{} {rtype} {before} -> {after}", wire::shown(owner));
            seen.ttls.add(self.kept, shown);
        }
        let before = was.map_or_else(Vec::new, |side| side.signatures(rtype));
        let after = is.map_or_else(Vec::new, |side| side.signatures(rtype));
        if is_older(&before, &after, self.at) && !olds.is_empty() && !news.is_empty() {
            let shown = || format!("{} {rtype}", wire::shown(owner));
            seen.older.add(self.kept, shown);
        }
        // Caches get the keys by way of the DS, and the signals for the parent are read by it alone.
        if !matches!(
            rtype,
            RecordType::DNSKEY | RecordType::CDS | RecordType::CDNSKEY
        ) {
            let held = ttl(olds).unwrap_or(0);
            self.meeting.before(&before, held, self.at, &mut seen.pairs);
            self.meeting.after(&after, &mut seen.pairs);
        }
    }

    fn delegation(
        &self,
        owner: &[u8],
        was: Option<&Side<'_>>,
        is: Option<&Side<'_>>,
        told: &mut Delegations,
    ) {
        let cut = |side: &&Side<'_>| side.kind == Kind::Cut;
        let (was, is) = (was.filter(cut), is.filter(cut));
        let shown = || wire::shown(owner);
        let differs = |rtype| {
            let mut any = false;
            differences(set_of(was, rtype), set_of(is, rtype), |_, _| any = true);
            any
        };
        match (was, is) {
            (None, Some(_)) => told.added.add(self.kept, shown),
            (Some(was), None) => {
                told.removed.add(self.kept, shown);
                told.secure_removed += u64::from(!was.set(RecordType::DS).is_empty());
            }
            (Some(was), Some(is)) => {
                if differs(RecordType::NS) {
                    told.ns_changed.add(self.kept, shown);
                }
                let had = !was.set(RecordType::DS).is_empty();
                let has = !is.set(RecordType::DS).is_empty();
                match (had, has) {
                    (false, true) => told.ds_added.add(self.kept, shown),
                    (true, false) => told.ds_removed.add(self.kept, shown),
                    (true, true) if differs(RecordType::DS) => {
                        told.ds_changed.add(self.kept, shown);
                    }
                    _ => {}
                }
            }
            (None, None) => {}
        }
    }
}

/// So many changes at the apex are told at least: there are few, and they matter.
const SHOWN_AT_APEX: usize = 20;

/// What one of two sets in canonical order has that the other has not, in that order; `true` for the newer.
fn differences<'n>(olds: &[Rec<'n>], news: &[Rec<'n>], mut tell: impl FnMut(&Rec<'n>, bool)) {
    let (mut olds, mut news) = (olds.iter().peekable(), news.iter().peekable());
    loop {
        let order = match (olds.peek(), news.peek()) {
            (Some(old), Some(new)) => old.rdata.cmp(new.rdata),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        let old = olds.next_if(|_| order != Ordering::Greater);
        let new = news.next_if(|_| order != Ordering::Less);
        match (old, new) {
            (Some(old), None) => tell(old, false),
            (None, Some(new)) => tell(new, true),
            _ => {}
        }
    }
}

/// Whether the latest signature was begun earlier and ends earlier than it did.
fn is_older(before: &[RrsigView<'_>], after: &[RrsigView<'_>], at: Timestamp) -> bool {
    let latest = |all: &[RrsigView<'_>]| {
        let near = |low: u32| crate::dns::Serial(low).near(at);
        let begun = all.iter().map(|view| near(view.inception)).max();
        begun.zip(all.iter().map(|view| near(view.expiration)).max())
    };
    match (latest(before), latest(after)) {
        (Some(before), Some(after)) => after.0 < before.0 && after.1 < before.1,
        _ => false,
    }
}
