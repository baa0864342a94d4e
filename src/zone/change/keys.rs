//! Keys that came and went, and what caches make of signatures that they meet in the other version.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Judge;
use crate::crypto::{Algorithm, DigestType, ds_digest};
use crate::dns::{Ds, RecordType, Serial, Timestamp};
use crate::zone::fault;
use crate::zone::keys::{ZoneKey, ZoneKeys};
use crate::zone::signature::RrsigView;

/// Algorithm and tag: what a signature says of its key.
type KeyName = (u8, u16);

/// What happened to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyStep {
    /// It is new.
    Added,
    /// It is there no more.
    Removed,
    /// It has other flags, as when it is revoked, and so another tag.
    Reflagged,
}

/// A key that is not in both versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyChange {
    /// What happened.
    pub change: KeyStep,
    /// Its tag.
    pub tag: u16,
    /// Its algorithm.
    pub algorithm: String,
    /// Its flags.
    pub flags: u16,
    /// Its tag before, where that is another one.
    pub tag_before: Option<u16>,
}

/// Which signatures the keys of the other version verify.
#[derive(Debug, Default)]
pub struct Meeting {
    old: BTreeSet<KeyName>,
    new: BTreeSet<KeyName>,
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
            old: usable(old),
            new: usable(new),
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
        if !held.iter().any(|(key, _)| self.new.contains(key)) {
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
        if !keys.iter().any(|key| self.old.contains(key)) {
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
fn usable(keys: &ZoneKeys) -> BTreeSet<KeyName> {
    let may_sign = |key: &&ZoneKey| key.dnskey.is_zone_key() && !key.dnskey.is_revoked();
    let signing = keys.keys.iter().filter(may_sign);
    signing.map(|key| (key.dnskey.algorithm, key.tag)).collect()
}

fn shown((algorithm, tag): KeyName) -> String {
    format!("DNSKEY {tag} ({})", Algorithm(algorithm))
}

fn algorithms(all: impl Iterator<Item = u8>) -> String {
    let names: Vec<String> = all.map(|number| Algorithm(number).to_string()).collect();
    names.join(", ")
}

/// The keys of `one` that are not in `other`.
fn apart<'k>(one: &'k ZoneKeys, other: &'k ZoneKeys) -> impl Iterator<Item = &'k ZoneKey> {
    let has = |key: &ZoneKey| other.keys.iter().any(|known| known.dnskey == key.dnskey);
    one.keys.iter().filter(move |key| !has(key))
}

/// The changes of a DNSKEY RRset.
fn changes(old: &ZoneKeys, new: &ZoneKeys) -> Vec<KeyChange> {
    let row = |key: &ZoneKey, change, tag_before| KeyChange {
        change,
        tag: key.tag,
        algorithm: Algorithm(key.dnskey.algorithm).to_string(),
        flags: key.dnskey.flags,
        tag_before,
    };
    let is_same = |one: &ZoneKey, other: &ZoneKey| {
        one.dnskey.algorithm == other.dnskey.algorithm && one.dnskey.key == other.dnskey.key
    };
    let removed = apart(old, new)
        .filter(|key| !apart(new, old).any(|other| is_same(key, other)))
        .map(|key| row(key, KeyStep::Removed, None));
    let added =
        apart(new, old).map(
            |key| match apart(old, new).find(|other| is_same(key, other)) {
                Some(was) => row(key, KeyStep::Reflagged, Some(was.tag)),
                None => row(key, KeyStep::Added, None),
            },
        );
    removed.chain(added).collect()
}

impl Judge<'_> {
    /// Judges how the keys changed, and tells it.
    pub(super) fn keys(&mut self) -> Vec<KeyChange> {
        let (old, new) = (&self.old.keys, &self.new.keys);
        if new.keys.is_empty() && !old.keys.is_empty() {
            self.unsigned();
        } else if !old.keys.is_empty() {
            let is_replaced = !old.keys.iter().any(|key| {
                new.keys
                    .iter()
                    .any(|other| other.dnskey.key == key.dnskey.key)
            });
            match is_replaced {
                true => self.replaced(),
                false => self.met(),
            }
            self.entries();
        }
        self.denial_algorithms();
        changes(&self.old.keys, &self.new.keys)
    }

    fn unsigned(&mut self) {
        match &self.settings.ds {
            Some(set) if set.is_empty() => self.not_judged.push(
                "the zone is no longer signed; caches may hold a DS that the parent withdrew less than its TTL ago"
                    .to_owned(),
            ),
            Some(_) => self.tell(
                fault::DS_UNSIGNED,
                RecordType::SOA,
                None,
                "the zone is no longer signed, and there is a DS: nobody could validate it".to_owned(),
            ),
            None => self.tell(
                fault::UNSIGNED_TOO_EARLY,
                RecordType::SOA,
                None,
                "the zone is no longer signed; wherever the parent or a cache still has its DS it is bogus (--ds or --live-ds tells)"
                    .to_owned(),
            ),
        }
    }

    /// No key of the older version is left: nothing goes with anything.
    fn replaced(&mut self) {
        let pairs = &self.seen.pairs;
        let held = pairs
            .lost
            .values()
            .map(|(_, held)| *held)
            .max()
            .unwrap_or(0);
        let until = held.max(self.old.ttl(RecordType::DNSKEY).into());
        let message = format!(
            "every key is new: caches that hold the old keys can validate nothing that is new, until {}",
            self.settings.at.plus(until)
        );
        self.tell(
            fault::SET_REPLACED,
            RecordType::DNSKEY,
            Some(until),
            message,
        );
    }

    /// Signatures of one version and keys of the other.
    fn met(&mut self) {
        let seen = self.seen;
        let at = self.settings.at;
        for (key, (count, held)) in &seen.pairs.lost {
            let message = format!(
                "{} is gone, and caches may hold {count} RRsets that it alone signed until {}",
                shown(*key),
                at.plus(*held)
            );
            self.tell(
                fault::ZSK_TOO_EARLY,
                RecordType::DNSKEY,
                Some(*held),
                message,
            );
        }
        let ttl = i64::from(self.old.ttl(RecordType::DNSKEY));
        for (key, count) in seen.pairs.early.iter().filter(|_| ttl > 0) {
            let message = format!(
                "{} is new and alone signs {count} RRsets, and caches may hold the keys without it until {}",
                shown(*key),
                at.plus(ttl)
            );
            self.tell(
                fault::SIGNING_TOO_EARLY,
                RecordType::DNSKEY,
                Some(ttl),
                message,
            );
        }
        for (algorithm, (count, held)) in &seen.pairs.lacked {
            let message = format!(
                "{} came with its signatures: until {} strict validators may hold {count} RRsets without one (publish signatures first, keys after the TTL)",
                Algorithm(*algorithm),
                at.plus(*held)
            );
            self.tell(
                fault::ALGORITHM_ORDER,
                RecordType::DNSKEY,
                Some(*held),
                message,
            );
        }
        for (algorithm, count) in seen.pairs.lacks.iter().filter(|_| ttl > 0) {
            let message = format!(
                "{} went with its signatures: until {} strict validators may hold its key and miss them on {count} RRsets (withdraw keys first, signatures after the TTL)",
                Algorithm(*algorithm),
                at.plus(ttl)
            );
            self.tell(
                fault::ALGORITHM_ORDER,
                RecordType::DNSKEY,
                Some(ttl),
                message,
            );
        }
    }

    /// Keys that are gone, against the DS RRset of the parent.
    fn entries(&mut self) {
        let (old, new) = (self.old, self.new);
        let gone: Vec<&ZoneKey> = apart(&old.keys, &new.keys).collect();
        let Some(set) = &self.settings.ds else {
            let entry = gone.iter().filter(|key| key.dnskey.is_sep());
            for key in entry {
                self.not_judged.push(format!(
                    "whether a DS leads to {}, which is gone: give --ds or --live-ds",
                    shown((key.dnskey.algorithm, key.tag))
                ));
            }
            return;
        };
        let leads = |ds: &Ds, key: &ZoneKey| {
            let digest = ds_digest(DigestType(ds.digest_type), &new.apex, &key.dnskey.rdata());
            ds.algorithm == key.dnskey.algorithm
                && digest.is_some_and(|digest| digest == *ds.digest)
        };
        let stranded: Vec<&ZoneKey> = gone
            .into_iter()
            .filter(|key| set.iter().any(|ds| leads(ds, key)))
            .collect();
        let held = set
            .iter()
            .filter(|ds| new.keys.keys.iter().any(|key| leads(ds, key)))
            .map(|ds| ds.algorithm);
        let held: BTreeSet<u8> = held.collect();
        let names: Vec<String> = stranded
            .iter()
            .map(|key| shown((key.dnskey.algorithm, key.tag)))
            .collect();
        let names = names.join(", ");
        let left = stranded.iter().map(|key| key.dnskey.algorithm);
        let left: BTreeSet<u8> = left.filter(|algorithm| !held.contains(algorithm)).collect();
        if stranded.is_empty() {
            return;
        }
        if held.is_empty() {
            let message = format!(
                "{names} is gone, and the parent has no DS but for it: replace the DS, wait for its TTL, then take the key out"
            );
            self.tell(fault::KEY_TOO_EARLY, RecordType::DNSKEY, None, message);
        } else if !left.is_empty() {
            let message = format!(
                "{names} is gone, and the parent still has a DS of {}: strict validators want its signatures (withdraw the DS, wait for its TTL, then take the key out)",
                algorithms(left.into_iter())
            );
            self.tell(fault::ALGORITHM_ORDER, RecordType::DNSKEY, None, message);
        }
    }

    /// NSEC3 under algorithms that are older than it (RFC 5155, section 2).
    fn denial_algorithms(&mut self) {
        const BEFORE_NSEC3: [u8; 3] = [1, 3, 5];
        let has = |rtype: RecordType| self.seen.types.get(&rtype.0);
        let began = has(RecordType::NSEC3).is_some_and(|row| row.before == 0 && row.after > 0);
        let used = self.new.keys.algorithms();
        let unable: Vec<u8> = BEFORE_NSEC3
            .into_iter()
            .filter(|n| used.contains(n))
            .collect();
        if began && !unable.is_empty() {
            let message = format!(
                "the zone went over to NSEC3 with keys of {}, which is for NSEC alone",
                algorithms(unable.into_iter())
            );
            self.tell(fault::NSEC3_UNABLE, RecordType::NSEC3PARAM, None, message);
        }
    }
}
