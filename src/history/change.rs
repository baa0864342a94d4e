//! What changed between the looks, for as long as it matters: until caches have forgotten what was before.

use std::collections::BTreeSet;

use super::delegation::{PastDs, past};
use super::{History, Look};
use crate::dns::Timestamp;

/// A change is told for this long at least, in seconds, however short the TTLs are.
const LEAST: i64 = 3_600;

/// Records that came and went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<T> {
    /// What was not there before.
    pub added: BTreeSet<T>,
    /// What is there no more.
    pub removed: BTreeSet<T>,
    /// The look that saw the latest of it.
    pub at: Timestamp,
    /// The last look that saw what was before: it changed between the two.
    pub before: Timestamp,
    /// Until when caches may hold what was before: it may have been fetched just before it was seen to have
    /// changed.
    pub cached: Timestamp,
    /// Until when it is told: that instant, and an hour after the change at least.
    pub until: Timestamp,
}

/// A key as it is named: tag, algorithm, identity.
pub type NamedKey = (u16, u8, String);

impl History {
    /// How the DS RRset changed, while caches may hold the one before.
    pub fn ds_change(&self, look: Look<'_>) -> Option<Change<PastDs>> {
        let now: Vec<PastDs> = look.inventory.ds.iter().map(past).collect();
        let mut earlier = self.delegations.iter().rev().peekable();
        let known = earlier.next_if(|latest| latest.ds == now);
        let before = earlier.next()?;
        let (old, new): (BTreeSet<_>, BTreeSet<_>) = (
            before.ds.iter().cloned().collect(),
            now.into_iter().collect(),
        );
        if !look.inventory.is_ds_whole && known.is_none() {
            return None;
        }
        let at = known.map_or(look.at, |known| known.first);
        let until = at.plus(i64::from(before.ttl).max(LEAST));
        let cached = at.plus(i64::from(before.ttl));
        (until > look.at).then(|| Change {
            added: new.difference(&old).cloned().collect(),
            removed: old.difference(&new).cloned().collect(),
            at,
            before: before.last,
            cached,
            until,
        })
    }

    /// How the DNSKEY RRset changed, while caches may hold the one before.
    pub fn key_change(&self, look: Look<'_>) -> Option<Change<NamedKey>> {
        // Before anything is known there is nothing to compare with.
        self.last?;
        let ttl = i64::from(self.ttls.dnskey.unwrap_or(0));
        let hold = ttl.max(LEAST);
        let (mut added, mut removed) = (BTreeSet::new(), BTreeSet::new());
        let (mut at, mut before) = (None, None);
        for key in &look.inventory.keys {
            let (unseen, first) = match self.keys.get(&key.identity) {
                Some(known) if known.unseen.is_none() => continue,
                Some(known) => (known.unseen, known.first),
                None => (self.last, look.at),
            };
            if first.plus(hold) > look.at {
                added.insert((key.key_tag, key.algorithm, key.identity.clone()));
                at = at.max(Some(first));
                before = before.max(unseen);
            }
        }
        for (identity, gone) in self.gone(look) {
            let seen = gone.gone.unwrap_or(look.at);
            if seen.plus(hold) > look.at {
                removed.insert((gone.key_tag, gone.algorithm, identity.to_owned()));
                at = at.max(Some(seen));
                before = before.max(Some(gone.last));
            }
        }
        let at = at?;
        Some(Change {
            added,
            removed,
            at,
            before: before.unwrap_or(at),
            cached: at.plus(ttl),
            until: at.plus(hold),
        })
    }
}
