//! DS RRsets over time: what a cache may still hold of the parent's side.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Look;
use crate::dns::Timestamp;
use crate::report::DelegationSigner;

/// DS RRsets that are remembered at most.
const MOST: usize = 8;

/// A DS record as it is kept: key tag, algorithm, digest type, digest in hexadecimal digits.
pub type PastDs = (u16, u8, u8, String);

/// A DS RRset that the parent publishes or published, all its servers together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastDelegation {
    /// Its records, in order; none while the delegation is insecure.
    pub ds: Vec<PastDs>,
    /// The records of it that no chain led through, with the instant since when.
    pub idle: BTreeMap<String, Timestamp>,
    /// TTL in seconds; 0 while it has no records.
    pub ttl: u32,
    /// The first look that saw it.
    pub first: Timestamp,
    /// The last look that saw it.
    pub last: Timestamp,
}

impl PastDelegation {
    /// Until when caches may hold it.
    pub fn cached_until(&self) -> Timestamp {
        self.last.plus(i64::from(self.ttl))
    }
}

/// A DS record of the inventory as it is kept.
pub fn past(ds: &DelegationSigner) -> PastDs {
    (ds.key_tag, ds.algorithm, ds.digest_type, ds.digest.clone())
}

pub(super) fn after(before: &[PastDelegation], look: Look<'_>) -> Vec<PastDelegation> {
    let mut all = before.to_vec();
    let ds: Vec<PastDs> = look.inventory.ds.iter().map(past).collect();
    // What some server of the parent did not say is no change.
    let is_same = all.last().is_some_and(|latest| latest.ds == ds);
    if !look.inventory.is_ds_whole && !is_same && !all.is_empty() {
        return all;
    }
    let known = all.pop_if(|latest| latest.ds == ds);
    let first = known.as_ref().map_or(look.at, |known| known.first);
    let idle = idle(all.last().or(known.as_ref()), known.as_ref(), look);
    all.push(PastDelegation {
        ds,
        idle,
        ttl: look.inventory.ttls.ds.unwrap_or(0),
        first,
        last: look.at,
    });
    let excess = all.len().saturating_sub(MOST);
    all.drain(..excess);
    all
}

/// Records that no chain leads through, each since the first look that saw it so.
fn idle(
    before: Option<&PastDelegation>,
    known: Option<&PastDelegation>,
    look: Look<'_>,
) -> BTreeMap<String, Timestamp> {
    let earlier = |digest: &String| {
        let sets = [known, before].into_iter().flatten();
        sets.filter_map(|set| set.idle.get(digest)).min().copied()
    };
    let idle = look.inventory.ds.iter().filter(|ds| !ds.holds);
    idle.map(|ds| (ds.digest.clone(), earlier(&ds.digest).unwrap_or(look.at)))
        .collect()
}
