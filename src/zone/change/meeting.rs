//! Signatures of one version beside the keys of the other, as they meet in caches.

use std::collections::{BTreeMap, BTreeSet};

use crate::dns::{Serial, Timestamp};
use crate::zone::keys::{ZoneKey, ZoneKeys};
use crate::zone::signature::RrsigView;

/// Algorithm and tag: what a signature says of its key.
pub type KeyName = (u8, u16);

/// Which signatures the keys of the other version verify.
#[derive(Debug, Default)]
pub struct Meeting {
    old: BTreeSet<KeyName>,
    new: BTreeSet<KeyName>,
    /// What names a key of both; two keys may have one tag (RFC 4034, appendix B).
    both: BTreeSet<KeyName>,
    came: BTreeSet<u8>,
    went: BTreeSet<u8>,
}

/// Signatures that the keys of the other version do not verify.
#[derive(Debug, Default)]
pub struct Pairs {
    /// Of the older version, by key: how many RRsets have no other signature, and how long caches may hold
    /// one of them, in seconds.
    pub lost: BTreeMap<KeyName, (u64, i64)>,
    /// Of the newer version, by key: how many RRsets have no other signature.
    pub early: BTreeMap<KeyName, u64>,
    /// By algorithm that came: how many RRsets of the older version lack it, and for how long at most.
    pub lacked: BTreeMap<u8, (u64, i64)>,
    /// By algorithm that went: how many RRsets of the newer version lack it.
    pub lacks: BTreeMap<u8, u64>,
}

impl Pairs {
    pub fn absorb(&mut self, other: Self) {
        let more = |into: &mut (u64, i64), from: (u64, i64)| {
            into.0 += from.0;
            into.1 = into.1.max(from.1);
        };
        for (key, from) in other.lost {
            more(self.lost.entry(key).or_default(), from);
        }
        for (algorithm, from) in other.lacked {
            more(self.lacked.entry(algorithm).or_default(), from);
        }
        for (key, count) in other.early {
            *self.early.entry(key).or_default() += count;
        }
        for (algorithm, count) in other.lacks {
            *self.lacks.entry(algorithm).or_default() += count;
        }
    }
}

impl Meeting {
    pub fn new(old: &ZoneKeys, new: &ZoneKeys) -> Self {
        let (was, is) = (old.algorithms(), new.algorithms());
        // A zone that was not signed, or is no more, has no algorithm that is left out of it.
        let between = |one: &BTreeSet<u8>, other: &BTreeSet<u8>| match other.is_empty() {
            true => BTreeSet::new(),
            false => one.difference(other).copied().collect(),
        };
        Self {
            came: between(&is, &was),
            went: between(&was, &is),
            old: signing(old).map(named).collect(),
            new: signing(new).map(named).collect(),
            both: signing(old)
                .filter(|key| signing(new).any(|other| other.dnskey.key == key.dnskey.key))
                .map(named)
                .collect(),
        }
    }

    /// The signatures over an RRset of the older version, which caches may hold for `ttl` seconds from `at`,
    /// beside the keys of the newer.
    pub fn before(&self, all: &[RrsigView<'_>], ttl: u32, at: Timestamp, pairs: &mut Pairs) {
        // Nobody holds a signature longer than it is valid (RFC 4035, section 5.3.3).
        let held =
            |view: &RrsigView<'_>| Serial(view.expiration).near(at).since(at).min(ttl.into());
        let held: Vec<(KeyName, i64)> = all
            .iter()
            .map(|view| (name(view), held(view)))
            .filter(|(key, held)| *held > 0 && self.old.contains(key))
            .collect();
        let Some(longest) = held.iter().map(|(_, held)| *held).max() else {
            return;
        };
        if !held.iter().any(|(key, _)| self.both.contains(key)) {
            for (key, held) in &held {
                let lost = pairs.lost.entry(*key).or_default();
                *lost = (lost.0 + 1, lost.1.max(*held));
            }
        }
        for algorithm in &self.came {
            if !all.iter().any(|view| view.algorithm == *algorithm) {
                let lacked = pairs.lacked.entry(*algorithm).or_default();
                *lacked = (lacked.0 + 1, lacked.1.max(longest));
            }
        }
    }

    /// The signatures over an RRset of the newer version, beside the keys of the older.
    pub fn after(&self, all: &[RrsigView<'_>], pairs: &mut Pairs) {
        let keys = all.iter().map(name).filter(|key| self.new.contains(key));
        let keys: Vec<KeyName> = keys.collect();
        if keys.is_empty() || self.old.is_empty() {
            return;
        }
        if !keys.iter().any(|key| self.both.contains(key)) {
            for key in keys {
                *pairs.early.entry(key).or_default() += 1;
            }
        }
        for algorithm in &self.went {
            if !all.iter().any(|view| view.algorithm == *algorithm) {
                *pairs.lacks.entry(*algorithm).or_default() += 1;
            }
        }
    }
}

fn name(view: &RrsigView<'_>) -> KeyName {
    (view.algorithm, view.key_tag)
}

/// The keys that verify data.
fn signing(keys: &ZoneKeys) -> impl Iterator<Item = &ZoneKey> {
    let may_sign = |key: &&ZoneKey| key.dnskey.is_zone_key() && !key.dnskey.is_revoked();
    keys.keys.iter().filter(may_sign)
}

pub fn named(key: &ZoneKey) -> KeyName {
    (key.dnskey.algorithm, key.tag)
}
