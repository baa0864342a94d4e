//! How a server's signatures are refreshed, learned from what it shows.
//!
//! Signers leave very different margins before they sign anew: BIND 5 days of 14, Knot about two and a
//! half, PowerDNS a week, those that sign while they answer nearly the whole life of the signature. A fixed
//! threshold is wrong for most of them, so the margin of each server is taken from its own past.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Look;
use crate::dns::Timestamp;

/// Refreshes that are remembered.
const MOST: usize = 8;
/// Refreshes from which a margin is learned.
const ENOUGH: usize = 2;

/// A margin in seconds below which no habit excuses signatures that are about to end.
const LEAST_TRUSTED: i64 = 86_400;

/// The signatures of one server over time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    /// When its first RRset is left without a signature.
    pub expires: Option<Timestamp>,
    /// The latest inception.
    pub signed: Option<Timestamp>,
    /// Its SOA serial.
    pub serial: Option<u32>,
    /// Since when it has had that serial.
    pub serial_since: Option<Timestamp>,
    /// The look that saw all this.
    pub seen: Option<Timestamp>,
    /// What was left of the signature that would have ended first, each time it was replaced, in seconds,
    /// at the first look that saw the new one: at most what was left indeed.
    pub margins: Vec<i64>,
}

impl Signer {
    /// The least margin that this signer was seen to leave, in seconds; `None` before enough was seen.
    pub fn margin(&self) -> Option<i64> {
        let is_learned = self.margins.len() >= ENOUGH;
        self.margins.iter().min().copied().filter(|_| is_learned)
    }

    /// Whether this signer was seen to leave no more than so many seconds before, though a day at least: less is
    /// no habit to rely on. `false` before enough was seen.
    pub fn is_usual(&self, left: i64) -> bool {
        let margin = self.margin().filter(|margin| *margin >= LEAST_TRUSTED);
        margin.is_some_and(|margin| left >= latest(margin))
    }

    pub(crate) fn see(
        &mut self,
        expires: Option<Timestamp>,
        signed: Option<Timestamp>,
        at: Timestamp,
    ) {
        let replaced = self.expires.zip(expires).filter(|(old, new)| old < new);
        if let (Some((old, _)), Some(seen)) = (replaced, self.seen)
            && is_telling(old, seen, at)
        {
            self.margins.push(old.since(at));
            let excess = self.margins.len().saturating_sub(MOST);
            self.margins.drain(..excess);
        }
        // What ends sooner again was not renewed: other servers stand behind the address, or an answer was lost.
        if self
            .expires
            .zip(expires)
            .is_some_and(|(old, new)| new < old)
        {
            self.margins.pop();
        }
        self.expires = expires.or(self.expires);
        self.signed = signed.max(self.signed);
        self.seen = Some(at);
    }

    fn see_serial(&mut self, serial: Option<u32>, at: Timestamp) {
        if serial.is_some() && serial != self.serial {
            self.serial = serial;
            self.serial_since = Some(at);
        }
    }
}

/// What has to be left at least of signatures whose signer leaves a margin, in seconds: it may be late by a
/// twentieth of the margin, and by an hour.
pub fn latest(margin: i64) -> i64 {
    margin - (margin / 20).max(3_600)
}

/// Whether the looks before and after a refresh were near enough to each other to tell the margin. What was
/// replaced after its end is an outage and no habit.
fn is_telling(end: Timestamp, before: Timestamp, after: Timestamp) -> bool {
    end > after && after.since(before) * 10 <= end.since(before)
}

/// Those that did not answer stay as they were; those that are no longer servers of the zone are dropped.
pub(super) fn after(before: &BTreeMap<String, Signer>, look: Look<'_>) -> BTreeMap<String, Signer> {
    let rows = look.servers.iter();
    rows.map(|row| {
        let mut signer = before.get(&row.address).cloned().unwrap_or_default();
        if row.rtt_ms.is_some() {
            signer.see(row.expires, row.signed, look.at);
            signer.see_serial(row.serial, look.at);
        }
        (row.address.clone(), signer)
    })
    .collect()
}
