//! DS records that caches keep for very long.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::parent_name;
use crate::checks::{Context, Statement};
use crate::dns::time::humane;
use crate::validate::JudgedZone;

declare! {
    /// # ds-ttl-excessive
    ///
    /// The TTL of the DS RRset is above a day.
    ///
    /// ## Why it matters
    ///
    /// Withdrawing the DS is the last resort when keys are lost or a zone is broken, and it helps each
    /// resolver only when the old DS RRset has left its cache. Every step of a rollover that waits for the
    /// DS waits that long too.
    ///
    /// ## What resolvers do
    ///
    /// They keep the DS for its TTL, Unbound for a day at most (`cache-max-ttl`). Until then a
    /// zone whose DS was withdrawn stays bogus there: extended error 9 (DNSKEY Missing).
    ///
    /// ## How to put it right
    ///
    /// The TTL is the parent's: a registry has one for all its delegations, and the registrar cannot
    /// change it. Who runs the parent sets it in the zone, an hour being common:
    ///
    /// - BIND: `nsupdate`, then `zone example.com`, `update delete child.example.com DS`, the same
    ///   records with `update add` and another TTL, and `send`; or in the zone file
    /// - Knot: in the zone file, then `knotc zone-reload example.com`
    /// - PowerDNS: `pdnsutil replace-rrset example.com child DS 3600 "12345 13 2 …"`, then
    ///   `pdnsutil rectify-zone example.com`
    /// - ldns and NSD: in the zone file, `ldns-signzone`, then `nsd-control reload example.com`
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.4.1; RFC 7583, section 3.3. The threshold is the setting `ds_ttl_most`. A
    /// signature's Original TTL limits the TTL (RFC 4035, section 5.3.3). Looked at is the delegation of
    /// the zone that answers for the audited name.
    "ds-ttl-excessive", Delegation, Notice,
    rfc: ["RFC 6781 section 4.4.1", "RFC 7583 section 3.3"],
    explained_by: [],
    summary: "The DS stays in caches for very long.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones
        .filter(|zone| context.is_target(&zone.apex))
        .flat_map(|zone| of_zone(context, zone))
        .collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let most = context.policy.ds_ttl_most;
    let mut found: BTreeMap<u32, (BTreeSet<SocketAddr>, BTreeSet<usize>)> = BTreeMap::new();
    for (server, (id, ds)) in &zone.delegation {
        let Some(set) = &ds.rrset else {
            continue;
        };
        let signed = set.valid().map(|(rrsig, _)| rrsig.original_ttl).max();
        let ttl = set.rrset.ttl().min(signed.unwrap_or(u32::MAX));
        if ttl > most {
            let (servers, evidence) = found.entry(ttl).or_default();
            servers.insert(*server);
            evidence.insert(*id);
        }
    }
    let Some((ttl, (servers, evidence))) = found.pop_last() else {
        return Vec::new();
    };
    let message = format!(
        "the DS of {} stays in caches for {}, and so does a withdrawn one",
        zone.apex,
        humane(i64::from(ttl))
    );
    let fix = format!(
        "for the operator of {}: lower the TTL of the DS to an hour",
        parent_name(zone)
    );
    let parent = zone.parent.as_ref().unwrap_or(&zone.apex);
    vec![
        Statement::new(&zone.apex, message)
            .about("rrtype", "DS")
            .about("nameserver", context.servers(parent, &servers))
            .fact("ttl", ttl)
            .fix(fix)
            .shown_by(evidence),
    ]
}
