//! Expired signatures at some servers, fresh ones at others.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::soa;
use crate::checks::{Context, Statement};
use crate::dns::{Name, Timestamp};
use crate::policy::Reach;
use crate::validate::SignatureFault;

declare! {
    /// # secondary-serves-expired
    ///
    /// Some servers of the zone serve signatures that have expired, while others have fresh ones.
    ///
    /// ## Why it matters
    ///
    /// The signer works; its work does not arrive everywhere. Answers fail or not with the server that a
    /// resolver happens to ask.
    ///
    /// ## What resolvers do
    ///
    /// Unbound, BIND and mostly Knot Resolver ask another server; PowerDNS Recursor does not and answered
    /// SERVFAIL in most of the cases measured.
    ///
    /// ## How to put it right
    ///
    /// At the server that is behind, see why it does not transfer (refused by the primary, TSIG, a
    /// firewall on TCP port 53, a full disk), then transfer:
    ///
    /// - BIND: `rndc zonestatus example.com`, `rndc retransfer example.com`
    /// - Knot: `knotc zone-status example.com`, `knotc zone-retransfer example.com`
    /// - NSD: `nsd-control zonestatus example.com`, `nsd-control force_transfer example.com`
    /// - PowerDNS: `pdns_control retrieve example.com`
    ///
    /// An SOA expire time below the remaining life of the signatures would make such a server stop
    /// serving the zone before its signatures end, so that resolvers go elsewhere.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.1; RFC 6781, section 4.4.1.
    "secondary-serves-expired", Servers, Bogus,
    rfc: ["RFC 4035 section 5.3.1"],
    explained_by: ["rrsig-expired"],
    summary: "Some servers serve expired signatures while others have fresh ones.",
}

/// Expired signatures of a zone at the same servers.
struct Stale {
    since: Timestamp,
    count: usize,
    evidence: BTreeSet<usize>,
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let mut found: BTreeMap<(&Name, &BTreeSet<SocketAddr>), Stale> = BTreeMap::new();
    for fault in &context.faults.signatures {
        let SignatureFault::Expired(at) = fault.fault else {
            continue;
        };
        let reach = context.reach(&fault.zone, &fault.servers);
        if fault.is_harmless || reach != Reach::SomeServers {
            continue;
        }
        let stale = found.entry((&fault.zone, &fault.servers)).or_insert(Stale {
            since: at,
            count: 0,
            evidence: BTreeSet::new(),
        });
        stale.since = stale.since.min(at);
        stale.count += 1;
        stale.evidence.extend(&fault.evidence);
    }
    let states = found.into_iter();
    states
        .map(|((zone, servers), stale)| state(context, zone, servers, &stale))
        .collect()
}

fn state(
    context: &Context<'_>,
    zone: &Name,
    servers: &BTreeSet<SocketAddr>,
    stale: &Stale,
) -> Statement {
    let message = format!(
        "{} of {zone} serve {} signatures that expired, the first at {}; serials there: {}, elsewhere: {}",
        context.servers(zone, servers),
        stale.count,
        stale.since,
        serials(context, zone, |server| servers.contains(server)),
        serials(context, zone, |server| !servers.contains(server)),
    );
    Statement::new(zone, message)
        .reach(Reach::SomeServers)
        .about("nameserver", context.servers(zone, servers))
        .fact("expired", stale.since)
        .fix(format!(
            "transfer the zone again there: `rndc retransfer {zone}`, `knotc zone-retransfer {zone}`, `nsd-control force_transfer {zone}`"
        ))
        .shown_by(stale.evidence.iter().copied())
}

fn serials(context: &Context<'_>, apex: &Name, wanted: impl Fn(&SocketAddr) -> bool) -> String {
    let zone = context.chain.zone(apex);
    let servers = zone
        .iter()
        .flat_map(|zone| zone.servers.iter().map(move |pair| (zone, pair)));
    let known: BTreeSet<u32> = servers
        .filter(|(_, (address, _))| wanted(address))
        .filter_map(|(zone, (_, server))| Some(soa(zone, server)?.1.serial.0))
        .collect();
    let texts: Vec<_> = known.iter().map(u32::to_string).collect();
    if texts.is_empty() {
        "unknown".to_owned()
    } else {
        texts.join(", ")
    }
}
