//! Keys over time: since when caches can have one, and for how long they may lack it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{History, Look, PATIENCE};
use crate::dns::Timestamp;
use crate::report::Key;

/// Keys of a zone that are remembered at most; those gone longest are forgotten first.
const MOST: usize = 32;

/// The add hold-down time, in seconds (RFC 5011, section 2.4.1).
pub const HOLD_DOWN: i64 = 30 * 86_400;
/// Flags of a DNSKEY record (RFC 4034, section 2.1.1; RFC 5011, section 2.1).
const SEP: u16 = 0x0001;
const REVOKE: u16 = 0x0080;

/// A key that is or was in the DNSKEY RRset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastKey {
    /// Key tag.
    pub key_tag: u16,
    /// Number of the algorithm.
    pub algorithm: u8,
    /// Flags of the record, as they were last.
    pub flags: u16,
    /// The first look that saw it.
    pub first: Timestamp,
    /// The last look that saw it.
    pub last: Timestamp,
    /// The last look before the first, which saw the zone without it; `None` when it was there from the
    /// beginning.
    pub unseen: Option<Timestamp>,
    /// TTL of the DNSKEY RRset that it joined, in seconds: for how long caches lack it from `first` on.
    pub joined_ttl: u32,
    /// The last look at which it signed the DNSKEY RRset.
    pub signed_keys: Option<Timestamp>,
    /// The last look at which it signed something else.
    pub signed_data: Option<Timestamp>,
    /// Looks since then that did not see it.
    pub missed: u8,
    /// The first of these.
    #[serde(default)]
    pub gone: Option<Timestamp>,
}

impl PastKey {
    /// Whether it was there at the last look and is certainly not in this one.
    pub fn is_gone(&self, identity: &str, look: Look<'_>) -> bool {
        let is_there = look
            .inventory
            .keys
            .iter()
            .any(|key| key.identity == identity);
        !is_there && (look.is_whole() || self.missed.saturating_add(1) >= PATIENCE)
    }

    /// Whether some cache surely still has a DNSKEY RRset without it at `at`, fetched at the last look that
    /// saw one.
    pub fn is_unknown_to_caches(&self, at: Timestamp) -> bool {
        let until = |unseen: Timestamp| unseen.plus(i64::from(self.joined_ttl));
        self.unseen.is_some_and(|unseen| at < until(unseen))
    }

    /// From when on every cache has it: an RRset without it may have been fetched just before it was seen.
    pub fn known_everywhere(&self) -> Timestamp {
        self.first.plus(i64::from(self.joined_ttl))
    }
}

pub(super) fn after(
    before: &BTreeMap<String, PastKey>,
    history: &History,
    look: Look<'_>,
) -> BTreeMap<String, PastKey> {
    let mut keys = before.clone();
    for past in keys.values_mut() {
        past.missed = past.missed.saturating_add(1);
        past.gone = past.gone.or(Some(look.at));
    }
    for key in &look.inventory.keys {
        let past = keys.entry(key.identity.clone());
        let past = past.or_insert_with(|| appeared(key, history, look));
        // What was gone and comes back begins anew.
        if past.missed > PATIENCE {
            *past = appeared(key, history, look);
        }
        past.see(key, look.at);
    }
    forget(keys)
}

impl PastKey {
    /// The state of a key of the root for a validator that follows it (RFC 5011, section 4.2), `at` being the
    /// last look; `None` for a key without the SEP flag.
    pub fn anchor_state(&self, at: Timestamp) -> Option<&'static str> {
        if self.flags & SEP == 0 {
            return None;
        }
        let is_new = self.unseen.is_some() && at.since(self.first) < HOLD_DOWN;
        Some(match () {
            () if self.flags & REVOKE != 0 => "revoked",
            () if self.missed > 0 => "missing",
            () if is_new => "add-pend",
            () => "valid",
        })
    }

    fn see(&mut self, key: &Key, at: Timestamp) {
        self.last = at;
        self.missed = 0;
        self.gone = None;
        self.flags = key.flags;
        if key.signs_keys {
            self.signed_keys = Some(at);
        }
        if key.signs_data {
            self.signed_data = Some(at);
        }
    }
}

fn appeared(key: &Key, history: &History, look: Look<'_>) -> PastKey {
    PastKey {
        key_tag: key.key_tag,
        algorithm: key.algorithm,
        flags: key.flags,
        first: look.at,
        last: look.at,
        // A zone that had no key at all has none in caches that could hide this one.
        unseen: history.last.filter(|_| !history.keys.is_empty()),
        joined_ttl: history.ttls.dnskey.unwrap_or(0),
        signed_keys: None,
        signed_data: None,
        missed: 0,
        gone: None,
    }
}

fn forget(mut keys: BTreeMap<String, PastKey>) -> BTreeMap<String, PastKey> {
    while keys.len() > MOST {
        let oldest = keys.iter().min_by_key(|(_, past)| past.last);
        let Some(identity) = oldest.map(|(identity, _)| identity.clone()) else {
            break;
        };
        keys.remove(&identity);
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Name;
    use crate::report::{Inventory, Ttls};

    /// A key is remembered for much longer than looks are counted.
    #[test]
    fn a_key_that_is_gone_for_months_stays_gone() {
        let past = PastKey {
            key_tag: 1,
            algorithm: 13,
            flags: 257,
            first: Timestamp(0),
            last: Timestamp(0),
            unseen: None,
            joined_ttl: 0,
            signed_keys: None,
            signed_data: None,
            missed: u8::MAX,
            gone: Some(Timestamp(1)),
        };
        let inventory = Inventory {
            zone: Name::root(),
            parent: None,
            keys: Vec::new(),
            ds: Vec::new(),
            name_servers: Vec::new(),
            signatures: Vec::new(),
            ttls: Ttls::default(),
            is_keys_whole: false,
            is_ds_whole: false,
            nsec3_iterations: None,
        };
        let look = Look {
            at: Timestamp(2),
            inventory: &inventory,
            servers: &[],
        };
        assert!(!look.is_whole() && past.is_gone("key", look));
    }
}
