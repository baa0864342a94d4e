//! A name's place in the chain of NSEC records, and what that of NSEC3 records should have for it.

use super::Chunk;
use super::Denial;
use super::{is_required, nowhere, place};
use crate::dns::RecordType;
use crate::zone::names::{Kind, Node};
use crate::zone::nsec3::Status as HashedStatus;
use crate::zone::nsec3::{Expected, Parameters};
use crate::zone::store::Rec;
use crate::zone::{fault, wire};

impl<'f> Chunk<'f> {
    pub(super) fn denial(
        &mut self,
        index: usize,
        node: &Node,
        owner: &'f [u8],
        records: &[Rec<'f>],
    ) {
        let of = |rtype: RecordType| {
            let from = records.partition_point(|record| record.rtype.0 < rtype.0);
            let to = records.partition_point(|record| record.rtype.0 <= rtype.0);
            &records[from..to]
        };
        let (nsec, nsec3) = (of(RecordType::NSEC), of(RecordType::NSEC3));
        self.part.counts.nsec += nsec.len() as u64;
        self.part.counts.nsec3 += nsec3.len() as u64;
        for record in nsec.iter().chain(nsec3) {
            if let Some(expected) = self.frame.denial_ttl.filter(|ttl| *ttl != record.ttl) {
                self.scribe
                    .add(fault::DENIAL_TTL, place(owner, record), || {
                        format!("{}: TTL {}, not {expected}", record.rtype, record.ttl)
                    });
            }
        }
        if !nsec3.is_empty() {
            // Index of a name: fewer than 2^32 are read.
            self.part.hashed.push(index as u32);
        }
        match self.frame.denial {
            Denial::Nsec3(chains) => self.expect(index, node, owner, chains),
            Denial::Nsec => self.nsec(index, node, owner, nsec),
            Denial::Unknown => {}
        }
        if node.is_listed() {
            self.listed = Some(owner);
            if is_required(node) {
                self.required = Some(owner);
            }
        }
    }

    /// The bitmap that the name should have, the type of the chain's own records left to the caller.
    pub(super) fn bitmap(&mut self, node: &Node, with: Option<RecordType>) -> Vec<u8> {
        let is_signed = node.kind != Kind::Cut || node.has.ds() || with.is_some();
        let chain = [RecordType::NSEC, RecordType::NSEC3];
        let mut types: Vec<RecordType> = self
            .types
            .iter()
            .copied()
            .filter(|t| !chain.contains(t))
            .collect();
        types.extend(is_signed.then_some(RecordType::RRSIG));
        types.extend(with);
        crate::dns::TypeBitmap::from_types(types).wire().to_vec()
    }

    pub(super) fn nsec(&mut self, index: usize, node: &Node, owner: &[u8], nsec: &[Rec<'_>]) {
        let Some(record) = nsec.first() else {
            if node.is_listed() {
                self.scribe.add(fault::NSEC_MISSING, nowhere(owner), || {
                    "the name has no NSEC".to_owned()
                });
            }
            return;
        };
        if !node.is_listed() {
            self.scribe
                .add(fault::NSEC_SUPERFLUOUS, place(owner, record), || {
                    "NSEC where there is nothing else".to_owned()
                });
            return;
        }
        if nsec.iter().any(|other| other.rdata != record.rdata) {
            self.scribe
                .add(fault::NSEC_SUPERFLUOUS, place(owner, &nsec[1]), || {
                    "more than one NSEC".to_owned()
                });
        }
        let Some(length) = wire::name_length(record.rdata) else {
            self.scribe
                .add(fault::NSEC_CHAIN_BROKEN, place(owner, record), || {
                    "NSEC that cannot be read".to_owned()
                });
            return;
        };
        let (next, bitmap) = record.rdata.split_at(length);
        let expected = self.bitmap(node, Some(RecordType::NSEC));
        if let Some(difference) = bitmap_difference(bitmap, &expected) {
            self.scribe
                .add(fault::BITMAP_WRONG, place(owner, record), || difference);
        }
        self.link(index, owner, record, &next.to_ascii_lowercase());
    }

    /// Whether the NSEC leads to the next name, or to the apex from the last.
    pub(super) fn link(&mut self, index: usize, owner: &[u8], record: &Rec<'_>, next: &[u8]) {
        let names = self.frame.names;
        let after = &names.nodes[index + 1..];
        let following = after.iter().find(|node| node.is_listed());
        let expected = following.map_or(self.frame.apex, |node| names.owner(node));
        if next == expected {
            return;
        }
        // Names without NSEC are told of by themselves: the chain may lead past them.
        let proven = after
            .iter()
            .find(|node| node.is_listed() && node.has.nsec());
        if following.is_some_and(|node| !node.has.nsec())
            && next == proven.map_or(self.frame.apex, |node| names.owner(node))
        {
            return;
        }
        let code = if following.is_none() {
            fault::NSEC_LAST
        } else {
            fault::NSEC_CHAIN_BROKEN
        };
        self.scribe.add(code, place(owner, record), || {
            format!(
                "NSEC leads to {}, not to {}",
                wire::shown(next),
                wire::shown(expected)
            )
        });
    }

    /// Notes what each chain of NSEC3 records should have for the name, and for the empty names above it.
    pub(super) fn expect(
        &mut self,
        index: usize,
        node: &Node,
        owner: &'f [u8],
        chains: &[Parameters],
    ) {
        if node.has.nsec() {
            self.scribe
                .add(fault::NSEC_SUPERFLUOUS, nowhere(owner), || {
                    "NSEC in a zone with NSEC3".to_owned()
                });
        }
        if !node.is_listed() {
            return;
        }
        let bitmap = self.bitmap(node, None);
        let is_required = is_required(node);
        let (status, empty, before) = match (is_required, node.kind) {
            (false, _) => (
                HashedStatus::Optional,
                HashedStatus::OptionalEmpty,
                self.listed,
            ),
            (true, Kind::Cut) => (HashedStatus::SecureCut, HashedStatus::Empty, self.required),
            (true, _) => (HashedStatus::Required, HashedStatus::Empty, self.required),
        };
        // Index of a name: fewer than 2^32 are read.
        let index = index as u32;
        let apex = self.frame.apex;
        for (parameters, expected) in chains.iter().zip(&mut self.expected) {
            let mut note = |name: &[u8], bitmap: &[u8], status, depth| {
                let bitmap = expected.interned(bitmap);
                expected.all.push(Expected {
                    hash: parameters.hash(name),
                    node: index,
                    bitmap,
                    status,
                    depth,
                });
            };
            note(owner, &bitmap, status, 0);
            let mut above = wire::parent(owner);
            let mut depth = 1;
            while wire::is_below(above, apex)
                && !before.is_some_and(|before| wire::is_at_or_below(before, above))
            {
                note(above, &[], empty, depth);
                above = wire::parent(above);
                depth += 1;
            }
        }
    }
}

/// What differs between a bitmap and the one expected; `None` when both list the same types.
pub fn bitmap_difference(found: &[u8], expected: &[u8]) -> Option<String> {
    if found == expected {
        return None;
    }
    let Ok(found) = crate::dns::TypeBitmap::from_wire(found) else {
        return Some("the type bitmap is malformed".to_owned());
    };
    let expected = crate::dns::TypeBitmap::from_wire(expected).ok()?;
    let list = |these: &crate::dns::TypeBitmap, not: &crate::dns::TypeBitmap| -> String {
        let only = these.types().filter(|rtype| !not.contains(*rtype));
        only.map(|rtype| format!(" {rtype}")).collect()
    };
    let (missing, extra) = (list(&expected, &found), list(&found, &expected));
    match (missing.is_empty(), extra.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("the bitmap lacks{missing}")),
        (true, false) => Some(format!(
            "the bitmap lists{extra}, which the name does not have"
        )),
        (false, false) => Some(format!("the bitmap lacks{missing} and lists{extra}")),
    }
}
