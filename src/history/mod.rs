//! What earlier looks at a zone saw, as far as it matters to caches and to those who wait.
//!
//! Resolvers hold what was published for as long as its TTL says, so that whether a change is safe depends
//! on yesterday's answer (RFC 7583). A history is evidence like any other: plain data that is handed to the
//! audit, and the same history under the same evidence gives the same report.
//!
//! What one look could not see is no change. A key or a DS counts as gone when every server answered
//! without it, or after [`PATIENCE`] looks without it. Everything here is bounded in number.

pub mod change;
pub mod delegation;
pub mod key;
mod outage;
pub mod signer;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use change::Change;
pub use delegation::PastDelegation;
pub use key::PastKey;
pub use outage::Outage;
pub use signer::Signer;

use crate::dns::{RecordType, Timestamp};
use crate::report::{Inventory, Link, Report, ServerVerdict, Ttls, Verdict};

/// Looks without a record after which it counts as gone even though some server is silent.
pub const PATIENCE: u8 = 3;
/// Codes of findings whose beginning is remembered, since others tell how long they have stood.
const STANDING: &[&str] = &[
    "cds-differs-from-ds",
    "delegation-glue-differs",
    "delegation-ns-sets-differ",
];

/// What is remembered of one zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The first look that told anything.
    pub begun: Option<Timestamp>,
    /// The last one that did.
    pub last: Option<Timestamp>,
    /// Keys that are or were in the DNSKEY RRset, by their identity.
    pub keys: BTreeMap<String, PastKey>,
    /// DS RRsets of the parent, the latest at the end; one without a record stands for none.
    pub delegations: Vec<PastDelegation>,
    /// How each server's signatures are refreshed, by its address.
    pub signers: BTreeMap<String, Signer>,
    /// TTLs at the last look; of what was missing then, at the look before.
    pub ttls: Ttls,
    /// The latest inception of a signature over CDS.
    pub cds_signed: Option<Timestamp>,
    /// Since when findings with these codes have stood.
    pub standing: BTreeMap<String, Timestamp>,
    /// The last time the zone was bogus.
    pub outage: Option<Outage>,
}

/// What a look tells beside the inventory.
#[derive(Debug, Clone, Copy)]
pub struct Look<'r> {
    /// When.
    pub at: Timestamp,
    /// What the zone has.
    pub inventory: &'r Inventory,
    /// The rows of the zone's servers.
    pub servers: &'r [ServerVerdict],
}

impl<'r> Look<'r> {
    /// A look that showed these links of the chain.
    pub fn new(at: Timestamp, inventory: &'r Inventory, chain: &'r [Link]) -> Self {
        let link = chain.iter().rfind(|link| link.zone == inventory.zone);
        Self {
            at,
            inventory,
            servers: link.map_or(&[], |link| &link.servers),
        }
    }

    /// Whether every address of the zone's servers answered for its keys.
    pub fn is_whole(&self) -> bool {
        self.inventory.is_keys_whole
    }
}

impl History {
    /// The history after one more look. A look that told nothing leaves it as it is.
    pub fn after(&self, report: &Report) -> Self {
        let own = report.inventory.as_ref();
        let Some(inventory) = own.filter(|inventory| inventory.zone == report.query.name) else {
            return self.clone();
        };
        if report.verdict == Verdict::Indeterminate {
            return self.clone();
        }
        let look = Look::new(report.at, inventory, &report.chain);
        Self {
            begun: self.begun.or(Some(report.at)),
            last: Some(report.at),
            keys: key::after(&self.keys, self, look),
            delegations: delegation::after(&self.delegations, look),
            signers: signer::after(&self.signers, look),
            ttls: ttls(&self.ttls, &inventory.ttls),
            // One that claims to be made in the future would make all after it replays.
            cds_signed: cds_signed(inventory)
                .map(|at| at.min(report.at))
                .max(self.cds_signed),
            standing: self.standing_after(report),
            outage: outage::after(self.outage.as_ref(), report),
        }
    }

    /// Keys that were there at the last look and are certainly not in `look`.
    pub fn gone<'h>(&'h self, look: Look<'h>) -> impl Iterator<Item = (&'h str, &'h PastKey)> {
        let keys = self.keys.iter();
        keys.filter(move |(identity, past)| past.is_gone(identity, look))
            .map(|(identity, past)| (identity.as_str(), past))
    }

    /// Until when caches may hold a DS RRset that was replaced: it may have been fetched just before the next
    /// one was seen.
    pub fn cached_until(&self, past: &PastDelegation, look: Look<'_>) -> Timestamp {
        let mut later = self.delegations.iter().skip_while(|set| *set != past);
        let next = later.nth(1).map_or(look.at, |next| next.first);
        next.plus(i64::from(past.ttl))
    }

    /// For how long caches may keep what zone-signing keys sign, in seconds: the longest TTL that is known.
    pub fn zone_ttl(&self) -> i64 {
        let ttls = [self.ttls.soa, self.ttls.negative];
        ttls.into_iter().flatten().max().map_or(0, i64::from)
    }

    /// For how long caches may keep data of the zone, its keys included, in seconds.
    pub fn data_ttl(&self) -> i64 {
        let ttls = [self.ttls.dnskey, self.ttls.soa, self.ttls.negative];
        ttls.into_iter().flatten().max().map_or(0, i64::from)
    }

    fn standing_after(&self, report: &Report) -> BTreeMap<String, Timestamp> {
        let all = report.findings.iter().chain(&report.folded);
        // Those of the zones above are not this zone's to end.
        let own = all.filter(|finding| finding.zone == report.query.name);
        let standing = own.filter(|finding| STANDING.contains(&finding.code.as_str()));
        standing
            .map(|finding| {
                let since = self.standing.get(&finding.code);
                (finding.code.clone(), since.copied().unwrap_or(report.at))
            })
            .collect()
    }
}

fn ttls(before: &Ttls, now: &Ttls) -> Ttls {
    Ttls {
        ds: now.ds.or(before.ds),
        dnskey: now.dnskey.or(before.dnskey),
        soa: now.soa.or(before.soa),
        negative: now.negative.or(before.negative),
    }
}

/// The latest inception of a signature over CDS or CDNSKEY.
pub fn cds_signed(inventory: &Inventory) -> Option<Timestamp> {
    let signals = [RecordType::CDS, RecordType::CDNSKEY];
    let signatures = inventory.signatures.iter();
    let of_signals = signatures.filter(|horizon| signals.contains(&horizon.rrtype));
    of_signals.map(|horizon| horizon.signed).max()
}
