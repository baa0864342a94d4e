//! One key for several zones.

use std::collections::{BTreeMap, BTreeSet};

use super::{ZoneKey, keys};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};

declare! {
    /// # dnskey-reused-across-zones
    ///
    /// Two zones of the chain have the same public key.
    ///
    /// ## Why it matters
    ///
    /// Whoever gets the private key can forge both zones, and it cannot be rolled in one of them alone
    /// without being spent. Where a parent and its child share a key, those who may sign the child may
    /// sign the parent too.
    ///
    /// ## What resolvers do
    ///
    /// Nothing: the owner name is part of what is signed, so that no signature of one zone holds in the
    /// other.
    ///
    /// ## How to put it right
    ///
    /// Nothing, if it is meant: hosters with many zones of one owner do it to have fewer keys in a
    /// module. Otherwise give one of the zones its own key at the next rollover:
    ///
    /// - BIND: `rndc dnssec -rollover -key 12345 example.com`
    /// - Knot: `ksk-shared: off` in the policy, then `knotc reload` and `knotc zone-key-rollover
    ///   example.com ksk`
    /// - PowerDNS: `pdnsutil add-zone-key example.com zsk active ecdsa256`, later
    ///   `pdnsutil remove-zone-key example.com ID`
    /// - ldns and NSD: `ldns-keygen -a ECDSAP256SHA256 example.com`
    ///
    /// When it is the key-signing key, the registrar has to replace the DS.
    ///
    /// ## References
    ///
    /// RFC 6781, section 3.4. Compared are the zones of one audit, from the root down to the name and to
    /// its aliases; zones that are watched beside it are not. Neither DNSViz nor Zonemaster looks.
    "dnskey-reused-across-zones", Keys, Notice,
    rfc: ["RFC 6781 section 3.4"],
    explained_by: ["dnskey-known-weak"],
    summary: "Two zones of the chain have the same key.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let all = keys(context);
    let mut owners: BTreeMap<(u8, &[u8]), Vec<&ZoneKey<'_>>> = BTreeMap::new();
    for one in all.iter().filter(|one| !one.key.key.is_empty()) {
        let same = owners.entry((one.key.algorithm, &one.key.key)).or_default();
        same.push(one);
    }
    owners
        .into_values()
        .filter_map(|same| state(&same))
        .collect()
}

fn state(same: &[&ZoneKey<'_>]) -> Option<Statement> {
    // Zones stand in the order of the chain: it is said of the last.
    let apexes: BTreeSet<_> = same.iter().map(|one| &one.zone.apex).collect();
    let last = same.last().filter(|_| apexes.len() > 1)?;
    let others = apexes.into_iter().filter(|apex| **apex != last.zone.apex);
    let text = format!("{} has the same key", list(others));
    let evidence = same.iter().flat_map(|one| one.evidence.iter().copied());
    Some(
        super::state(&last.zone.apex, &[last], text)
            .fix(format!("give {} a key of its own", last.zone.apex))
            .shown_by(evidence),
    )
}
