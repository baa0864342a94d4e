//! The chain of NSEC3 records: every name and every empty name above one, hashed, against what is there.
//!
//! RFC 5155, section 7.1. The hashes that should be there and the records that are there are both in order,
//! and are gone through side by side. Each NSEC3PARAM announces a chain of its own, which has to be whole, since a
//! server may go by any (section 4). A delegation without DS, and an empty name above nothing else, may be
//! left out where the span that covers it has the Opt-Out flag (RFC 5155, section 6).

mod expected;

use data_encoding::BASE32HEX_NOPAD;
use rayon::prelude::*;

use super::examine::{bitmap_difference, place};
use super::fault::{self, Place, Scribe};
use super::names::Names;
use super::store::Rec;
use super::wire;
use crate::crypto::nsec3_hash;
use crate::dns::{Nsec3param, RecordType, present};
use crate::policy::Reach;
pub use expected::{Expectations, Expected, Status};

/// Above so many iterations names are not hashed: RFC 5155, section 10.3 has no zone above 2,500, and no
/// validator of today takes more than 150.
pub const MAX_ITERATIONS: u16 = 500;

/// More chains than this are not gone through: one change of parameters has two.
pub const MAX_CHAINS: usize = 8;

/// A hashed owner name.
pub type Hash = [u8; 20];

/// How owner names are hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// Additional iterations.
    pub iterations: u16,
    /// The salt.
    pub salt: Vec<u8>,
}

impl Parameters {
    /// Those of NSEC3PARAM, or of NSEC3 RDATA, which begins in the same way. `None` for a hash algorithm that
    /// is not SHA-1, and for RDATA that is cut off.
    pub fn of(rdata: &[u8]) -> Option<Self> {
        let salt_end = 5 + usize::from(*rdata.get(4)?);
        let parsed = Nsec3param::parse(rdata.get(..salt_end)?).ok()?;
        (parsed.hash_algorithm == 1).then(|| Self {
            iterations: parsed.iterations,
            salt: parsed.salt.to_vec(),
        })
    }

    /// The hash of a name in wire form and lower case.
    pub fn hash(&self, name: &[u8]) -> Hash {
        nsec3_hash(name, self.iterations, &self.salt)
    }
}

/// One NSEC3 record, taken apart where it lies.
struct View<'r> {
    flags: u8,
    next: &'r [u8],
    bitmap: &'r [u8],
}

impl<'r> View<'r> {
    fn of(rdata: &'r [u8]) -> Option<Self> {
        let salt_end = 5 + usize::from(*rdata.get(4)?);
        let next_at = salt_end + 1;
        let next_end = next_at + usize::from(*rdata.get(salt_end)?);
        Some(Self {
            flags: rdata[1],
            next: rdata.get(next_at..next_end)?,
            bitmap: &rdata[next_end..],
        })
    }

    fn is_opt_out(&self) -> bool {
        self.flags & 1 != 0
    }
}

/// Everything the chain is held against.
pub struct Chain<'c> {
    names: &'c Names,
    apex: &'c [u8],
    /// Of all chains that there should be, and which of them this is.
    chains: &'c [Parameters],
    number: usize,
    expected: Vec<Expected>,
    bitmaps: Vec<Vec<u8>>,
    /// How far through the expected hashes.
    at: usize,
    is_opt_out_seen: bool,
}

/// The record gone past last.
struct Before<'n> {
    owner: &'n [u8],
    file: u16,
    line: u32,
    next: Vec<u8>,
    is_opt_out: bool,
}

impl<'c> Chain<'c> {
    /// One of the chains that should be there, by its number.
    pub fn new(
        names: &'c Names,
        apex: &'c [u8],
        (chains, number): (&'c [Parameters], usize),
        expectations: Expectations,
    ) -> Self {
        let (mut expected, bitmaps) = expectations.into_parts();
        expected.par_sort_unstable_by_key(|one| (one.hash, one.status, one.node));
        expected.dedup_by_key(|one| one.hash);
        Self {
            names,
            apex,
            chains,
            number,
            expected,
            bitmaps,
            at: 0,
            is_opt_out_seen: false,
        }
    }

    /// Goes through the names with NSEC3 records, in canonical order, which is that of their hashes.
    pub fn examine(mut self, hashed: &[u32], scribe: &mut Scribe<'_>) {
        let names = self.names;
        let mut records = Vec::new();
        let mut first: Option<Hash> = None;
        let mut before: Option<Before<'_>> = None;
        let mut skipped = 0..0;
        for node in hashed {
            let node = &names.nodes[*node as usize];
            let owner = names.owner(node);
            names.records(node, &mut records);
            records.retain(|record| record.rtype == RecordType::NSEC3);
            let Some(hash) = self.hash_of(owner, &records[0], scribe) else {
                continue;
            };
            let Some((record, view)) = self.chosen(owner, &records, scribe) else {
                continue;
            };
            let missing = self.skip_to(&hash);
            match &before {
                None => skipped = missing,
                Some(before) => {
                    self.tell_missing(missing.clone(), before.is_opt_out, scribe);
                    self.link(before, Some(&hash), missing, scribe);
                }
            }
            self.bitmap(owner, &hash, record, &view, scribe);
            first = first.or(Some(hash));
            before = Some(Before {
                owner,
                file: record.file,
                line: record.line,
                next: view.next.to_vec(),
                is_opt_out: view.is_opt_out(),
            });
        }
        let rest = self.at..self.expected.len();
        let Some(before) = before else {
            return self.tell_missing(rest, false, scribe);
        };
        // The last record covers what lies behind it and what lies before the first.
        self.tell_missing(rest.clone(), before.is_opt_out, scribe);
        self.tell_missing(skipped.clone(), before.is_opt_out, scribe);
        let missing = if rest.is_empty() { skipped } else { rest };
        self.link(&before, first.as_ref(), missing, scribe);
    }

    /// The hash that an owner name is (RFC 5155, section 3).
    fn hash_of(&self, owner: &[u8], record: &Rec<'_>, scribe: &mut Scribe<'_>) -> Option<Hash> {
        let label = owner.get(1..1 + usize::from(owner[0])).unwrap_or_default();
        let decoded = BASE32HEX_NOPAD.decode(&label.to_ascii_uppercase()).ok();
        let hash = decoded.and_then(|octets| Hash::try_from(octets).ok());
        let hash = hash.filter(|_| wire::parent(owner) == self.apex);
        if hash.is_none() && self.number == 0 {
            scribe.add(fault::NSEC3_OWNER, place(owner, record), || {
                "the owner of an NSEC3 is no hash below the apex".to_owned()
            });
        }
        hash
    }

    /// The record of the chain at hand.
    fn chosen<'r>(
        &mut self,
        owner: &[u8],
        records: &[Rec<'r>],
        scribe: &mut Scribe<'_>,
    ) -> Option<(Rec<'r>, View<'r>)> {
        let mut chosen: Option<(Rec<'r>, View<'r>)> = None;
        for record in records {
            let at = place(owner, record);
            let read = self.read(record, at, scribe);
            let Some((_, view)) = read.filter(|(chain, _)| *chain == self.number) else {
                continue;
            };
            if view.is_opt_out() && !self.is_opt_out_seen {
                self.is_opt_out_seen = true;
                scribe.add(fault::NSEC3_OPT_OUT, at, || {
                    "the chain has Opt-Out".to_owned()
                });
            }
            if chosen
                .as_ref()
                .is_some_and(|(other, _)| other.rdata != record.rdata)
            {
                scribe.add(fault::NSEC3_CHAIN_BROKEN, at, || {
                    "two NSEC3 records with the same owner".to_owned()
                });
                continue;
            }
            chosen = Some((*record, view));
        }
        chosen
    }

    /// The number of the chain that a record is of. What is wrong with the record by itself is told once, with
    /// the first chain.
    fn read<'r>(
        &self,
        record: &Rec<'r>,
        at: Place<'_>,
        scribe: &mut Scribe<'_>,
    ) -> Option<(usize, View<'r>)> {
        let mut tell = |code, reach, why: &dyn Fn() -> String| {
            if self.number == 0 {
                scribe.weigh(code, reach, at, why);
            }
        };
        if record.rdata.first() != Some(&1) {
            let why = || "the hash algorithm is not 1".to_owned();
            tell(fault::NSEC3_HASH, Reach::Everywhere, &why);
            return None;
        }
        let Some(view) = View::of(record.rdata) else {
            let why = || "an NSEC3 that cannot be read".to_owned();
            tell(fault::NSEC3_NEXT, Reach::Everywhere, &why);
            return None;
        };
        if view.flags & !1 != 0 {
            let why = || format!("flags {}", view.flags);
            tell(fault::NSEC3_FLAGS, Reach::Everywhere, &why);
        }
        if view.next.len() != 20 {
            let why = || format!("the next hash has {} octets, not 20", view.next.len());
            tell(fault::NSEC3_NEXT, Reach::Everywhere, &why);
            return None;
        }
        let own = Parameters::of(record.rdata)?;
        let chain = self.chains.iter().position(|chain| *chain == own);
        if chain.is_none() {
            // Servers go by NSEC3PARAM: a chain that is being made or taken away hurts nobody.
            let why = || "not the parameters of NSEC3PARAM".to_owned();
            tell(fault::NSEC3PARAM_MISMATCH, Reach::Harmless, &why);
        }
        Some((chain?, view))
    }

    /// The expected hashes before this one.
    fn skip_to(&mut self, hash: &Hash) -> std::ops::Range<usize> {
        let start = self.at;
        while self
            .expected
            .get(self.at)
            .is_some_and(|expected| expected.hash < *hash)
        {
            self.at += 1;
        }
        start..self.at
    }

    fn name(&self, expected: &Expected) -> &'c [u8] {
        let mut name = self.names.owner(&self.names.nodes[expected.node as usize]);
        for _ in 0..expected.depth {
            name = wire::parent(name);
        }
        name
    }

    /// Of which chain something is said, where there are several.
    fn of_chain(&self) -> String {
        let chain = &self.chains[self.number];
        match self.chains.len() {
            1 => String::new(),
            _ => format!(
                " with {} iterations and salt {}",
                chain.iterations,
                present::salt(&chain.salt)
            ),
        }
    }

    fn tell_missing(
        &self,
        missing: std::ops::Range<usize>,
        is_opt_out: bool,
        scribe: &mut Scribe<'_>,
    ) {
        for expected in &self.expected[missing] {
            let name = self.name(expected);
            let at = Place {
                owner: name,
                file: 0,
                line: None,
            };
            match (expected.status, is_opt_out) {
                (Status::Optional | Status::OptionalEmpty, true) => {}
                (Status::Empty | Status::OptionalEmpty, _) => {
                    scribe.add(fault::NSEC3_ENT_MISSING, at, || {
                        format!("an empty name without NSEC3{}", self.of_chain())
                    });
                }
                (Status::SecureCut, true) => scribe.add(fault::NSEC3_OPT_OUT_SECURE, at, || {
                    "a delegation with DS that an Opt-Out span leaves out".to_owned()
                }),
                _ => scribe.add(fault::NSEC_MISSING, at, || {
                    format!("the name has no NSEC3{}", self.of_chain())
                }),
            }
        }
    }

    /// Whether a record leads to the one that follows it.
    fn link(
        &self,
        before: &Before<'_>,
        next: Option<&Hash>,
        missing: std::ops::Range<usize>,
        scribe: &mut Scribe<'_>,
    ) {
        let Some(next) = next.filter(|next| next[..] != before.next[..]) else {
            return;
        };
        // A record that is missing is told of by itself.
        if self.expected[missing].iter().any(|expected| {
            // What an Opt-Out span may leave out was not told of, and nothing may point at it.
            let is_left_out = before.is_opt_out
                && matches!(expected.status, Status::Optional | Status::OptionalEmpty);
            expected.hash[..] == before.next[..] && !is_left_out
        }) {
            return;
        }
        let at = Place {
            owner: before.owner,
            file: before.file,
            line: Some(before.line),
        };
        scribe.add(fault::NSEC3_CHAIN_BROKEN, at, || {
            let shown = |hash: &[u8]| BASE32HEX_NOPAD.encode(hash).to_ascii_lowercase();
            format!(
                "the next hash is {}, not {}",
                shown(&before.next),
                shown(next)
            )
        });
    }

    fn bitmap(
        &mut self,
        owner: &[u8],
        hash: &Hash,
        record: Rec<'_>,
        view: &View<'_>,
        scribe: &mut Scribe<'_>,
    ) {
        match self.expected.get(self.at) {
            Some(expected) if expected.hash == *hash => {
                self.at += 1;
                let wanted = &self.bitmaps[expected.bitmap as usize];
                if let Some(difference) = bitmap_difference(view.bitmap, wanted) {
                    let name = self.name(expected);
                    scribe.add(fault::BITMAP_WRONG, place(owner, &record), || {
                        format!("{}: {difference}", wire::shown(name))
                    });
                }
            }
            _ => scribe.add(fault::NSEC3_ORPHAN, place(owner, &record), || {
                "an NSEC3 that is the hash of no name".to_owned()
            }),
        }
    }
}
