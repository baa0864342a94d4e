//! Some servers serve the zone signed, others unsigned.

use super::{group_by, in_words, state};
use crate::checks::{Context, Statement};
use crate::policy::Reach;
use crate::validate::{AnswerKind, JudgedServer, JudgedZone, KeysReply};

declare! {
    /// # signed-state-inconsistent
    ///
    /// Some servers of the zone have a DNSKEY RRset, and others say that there is none.
    ///
    /// ## Why it matters
    ///
    /// Two versions of the zone are served, one signed and one not. With a DS at the parent, what comes
    /// from the unsigned servers is bogus, and the zone comes and goes with the server that a resolver
    /// happens to ask. Usually secondaries transfer from the unsigned source in place of the signer, or
    /// stopped transferring before the zone was signed.
    ///
    /// ## What resolvers do
    ///
    /// Unbound, BIND and mostly Knot Resolver ask another server; PowerDNS Recursor does not and answers
    /// SERVFAIL in a part of the cases.
    ///
    /// ## How to put it right
    ///
    /// Have the unsigned servers transfer from the signer, and transfer the zone again:
    ///
    /// - BIND: `primaries` of the zone, then `rndc retransfer example.com`
    /// - Knot: `master` of the zone, then `knotc zone-retransfer example.com`
    /// - NSD: `request-xfr` of the zone, then `nsd-control force_transfer example.com`
    /// - PowerDNS: `pdns_control retrieve example.com`
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.1. Zonemaster: DS07_INCONSISTENT_SIGNED, DS11_INCONSISTENT_SIGNED_ZONE.
    "signed-state-inconsistent", Servers, Error,
    rfc: ["RFC 4035 section 3.1"],
    explained_by: [],
    summary: "Some servers serve the zone signed and others unsigned.",
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
    let groups = group_by(&servers, is_signed);
    if groups.len() < 2 {
        return None;
    }
    let message = format!(
        "servers of {} do not agree on whether it is signed: {}",
        zone.apex,
        in_words(context, &zone.apex, &groups)
    );
    // Where no chain leads to the zone, nobody minds.
    let reach = if Context::is_chained(zone) {
        Reach::SomeServers
    } else {
        Reach::Harmless
    };
    let unsigned = groups.get("no DNSKEY RRset")?;
    Some(
        state(context, &zone.apex, &groups, message)
            .reach(reach)
            .about("rrtype", "DNSKEY")
            .about("nameserver", context.servers(&zone.apex, &unsigned.servers))
            .fix(format!(
                "transfer the signed zone again at the servers without keys: `rndc retransfer {zone}`, `knotc zone-retransfer {zone}`, `nsd-control force_transfer {zone}`",
                zone = zone.apex
            )),
    )
}

fn is_signed(server: &JudgedServer) -> Option<(&'static str, usize)> {
    match &server.keys {
        KeysReply::Given(id, _) => Some(("a DNSKEY RRset", *id)),
        KeysReply::Without(id, AnswerKind::NoType) => Some(("no DNSKEY RRset", *id)),
        _ => None,
    }
}
