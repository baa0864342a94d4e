//! Servers with different NS RRsets.

use std::collections::{BTreeMap, BTreeSet};

use super::{answer_set, group_by, in_words, state};
use crate::checks::{Context, Statement};
use crate::dns::{RecordType, rdata};
use crate::validate::JudgedZone;

declare! {
    /// # ns-set-inconsistent
    ///
    /// Servers of the zone have different NS RRsets at its apex.
    ///
    /// ## Why it matters
    ///
    /// Resolvers that take the NS RRset from the zone end up with different lists of servers. One of the
    /// versions is old, or two operators each name only their own servers.
    ///
    /// ## What resolvers do
    ///
    /// They use what they learned first, for its TTL.
    ///
    /// ## How to put it right
    ///
    /// Where a version is old, transfer the zone again: `rndc retransfer example.com`,
    /// `knotc zone-retransfer example.com`, `nsd-control force_transfer example.com`,
    /// `pdns_control retrieve example.com`. With several operators, each must list the name servers of
    /// all. Compare: `dig +norecurse @ns1.example.com example.com NS`, at each server.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.2.2. Zonemaster: MULTIPLE_NS_SET.
    "ns-set-inconsistent", Servers, Warning,
    rfc: ["RFC 1034 section 4.2.2"],
    explained_by: ["soa-serial-inconsistent"],
    summary: "Servers have different NS RRsets.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let servers: Vec<_> = zone
        .servers
        .iter()
        .map(|(a, server)| (*a, server))
        .collect();
    let groups: BTreeMap<String, _> = group_by(&servers, |server| {
        let (id, set) = answer_set(zone, server, RecordType::NS)?;
        let names = set
            .rrset
            .rdata
            .iter()
            .filter_map(|rdata| rdata::target(rdata));
        let names: BTreeSet<_> = names.map(|name| name.to_lowercase()).collect();
        let texts: Vec<_> = names.iter().map(ToString::to_string).collect();
        Some((texts.join(", "), id))
    });
    if groups.len() < 2 {
        return None;
    }
    let message = format!(
        "servers of {} have different NS RRsets: {}",
        zone.apex,
        in_words(context, &zone.apex, &groups)
    );
    Some(
        state(context, &zone.apex, &groups, message)
            .about("rrtype", "NS")
            .fix("transfer the zone again where its old version is served, or let all operators list all servers"),
    )
}
