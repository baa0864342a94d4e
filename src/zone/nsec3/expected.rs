//! The hashes that should have an NSEC3 record, as the names of a zone call for them.
//!
//! They stand together once, in no order, with the bitmaps that they share.

use std::collections::BTreeMap;

use super::Hash;

/// Why a hash should be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// A name that the zone answers for.
    Required,
    /// A delegation with DS.
    SecureCut,
    /// An empty name above one of these.
    Empty,
    /// A delegation without DS.
    Optional,
    /// An empty name above such delegations alone.
    OptionalEmpty,
}

/// A hash that should have a record.
#[derive(Debug, Clone, Copy)]
pub struct Expected {
    /// The hash.
    pub hash: Hash,
    /// The name, or one below it.
    pub node: u32,
    /// The number of its bitmap.
    pub bitmap: u32,
    /// Why.
    pub status: Status,
    /// How many labels the name is above that of `node`.
    pub depth: u8,
}

/// The hashes that should have a record.
#[derive(Debug, Default)]
pub struct Expectations {
    /// In no order.
    pub all: Vec<Expected>,
    /// The numbers of their bitmaps, from 0.
    bitmaps: BTreeMap<Vec<u8>, u32>,
}

impl Expectations {
    /// None yet, with room for so many.
    pub fn with_capacity(count: usize) -> Self {
        Self {
            all: Vec::with_capacity(count),
            bitmaps: BTreeMap::new(),
        }
    }

    /// The number of a bitmap.
    pub fn interned(&mut self, bitmap: &[u8]) -> u32 {
        if let Some(number) = self.bitmaps.get(bitmap) {
            return *number;
        }
        // Fewer than there are names.
        let next = self.bitmaps.len() as u32;
        self.bitmaps.insert(bitmap.to_vec(), next);
        next
    }

    /// All of them, and the bitmaps by number.
    pub fn into_parts(self) -> (Vec<Expected>, Vec<Vec<u8>>) {
        let mut bitmaps = vec![Vec::new(); self.bitmaps.len()];
        for (bitmap, number) in self.bitmaps {
            bitmaps[number as usize] = bitmap;
        }
        (self.all, bitmaps)
    }

    /// Adds those of a chunk.
    pub fn append(&mut self, chunk: Self) {
        let mut numbers = vec![0; chunk.bitmaps.len()];
        for (bitmap, number) in chunk.bitmaps {
            numbers[number as usize] = self.interned(&bitmap);
        }
        self.all.extend(chunk.all.into_iter().map(|one| Expected {
            bitmap: numbers[one.bitmap as usize],
            ..one
        }));
    }
}
