//! Keys that came and went, and what caches make of signatures that they meet in the other version.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Judge;
use super::meeting::{KeyName, named};
use crate::crypto::{Algorithm, DigestType, ds_digest};
use crate::dns::{Ds, RecordType};
use crate::zone::fault;
use crate::zone::keys::{ZoneKey, ZoneKeys};

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
        let (stranded, withdrawn): (Vec<&ZoneKey>, Vec<&ZoneKey>) = gone
            .into_iter()
            .partition(|key| set.iter().any(|ds| leads(ds, key)));
        let withdrawn = withdrawn.into_iter().filter(|key| key.dnskey.is_sep());
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
        for key in withdrawn {
            self.not_judged.push(format!(
                "whether caches have a DS of {}, which is gone: they may, if the parent withdrew one less than its TTL ago",
                shown(named(key))
            ));
        }
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
