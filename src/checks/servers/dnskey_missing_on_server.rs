//! A key that some servers lack.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::peers;
use crate::checks::delegation::{is_signing, key_name, vouches};
use crate::checks::keys::{ZoneKey, is_used, of_zone};
use crate::checks::{Context, Statement};
use crate::dns::present;
use crate::policy::Reach;
use crate::validate::{Arrival, EntryPoint, JudgedZone, KeysReply, Status};

declare! {
    /// # dnskey-missing-on-server
    ///
    /// Servers of the zone have different DNSKEY RRsets: a key that some of them have is missing at others.
    ///
    /// ## Why it matters
    ///
    /// If a DS leads to the missing key and to no other at that server, nothing of what the server gives
    /// can be trusted. If the key is in waiting, the next step of its rollover must not come before all
    /// servers have it. Usually a secondary has an old copy of the zone.
    ///
    /// ## What resolvers do
    ///
    /// They take the DNSKEY RRset of whichever server they ask. If it does not hold, Unbound and BIND ask
    /// another; PowerDNS Recursor does not.
    ///
    /// ## How to put it right
    ///
    /// Transfer the zone again where the key is missing, and look at the serials:
    ///
    /// - BIND: `rndc zonestatus example.com`, `rndc retransfer example.com`
    /// - Knot: `knotc zone-status example.com`, `knotc zone-retransfer example.com`
    /// - NSD: `nsd-control zonestatus example.com`, `nsd-control force_transfer example.com`
    /// - PowerDNS: `pdns_control retrieve example.com`
    ///
    /// Where servers sign on their own, give all of them the same keys.
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.1; RFC 8901, section 2. DNSViz: DNSKEY_MISSING_FROM_SERVERS.
    "dnskey-missing-on-server", Servers, Error,
    rfc: ["RFC 4035 section 2.1"],
    explained_by: ["multi-signer-dnskey-incomplete", "soa-serial-inconsistent"],
    summary: "A key that some servers have is missing at others.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones
        .flat_map(|zone| {
            let keys = of_zone(zone);
            let states = keys.iter().filter_map(|one| state(context, zone, one));
            states.collect::<Vec<_>>()
        })
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone, one: &ZoneKey<'_>) -> Option<Statement> {
    // A key that signs data is the concern of multi-signer-dnskey-incomplete.
    if is_used(zone, one.key, false) {
        return None;
    }
    let lacking = lacking(zone, one);
    let orphaned: BTreeSet<SocketAddr> = lacking
        .iter()
        .copied()
        .filter(|server| is_linked(zone, one) && !holds_at(zone, *server))
        .collect();
    let (servers, reach) = if orphaned.is_empty() {
        (forgotten(zone, one, lacking), Reach::Harmless)
    } else {
        (orphaned, Reach::SomeServers)
    };
    if servers.is_empty() {
        return None;
    }
    let message = format!(
        "{} of {} is missing at {}",
        key_name(one.key),
        zone.apex,
        context.servers(&zone.apex, &servers)
    );
    let shown = servers
        .iter()
        .filter_map(|server| match &zone.servers.get(server)?.keys {
            KeysReply::Given(id, _) => Some(*id),
            _ => None,
        });
    Some(
        Statement::new(&zone.apex, message)
            .reach(reach)
            .about("rrtype", "DNSKEY")
            .about("key_tag", one.key.key_tag())
            .about("algorithm", one.algorithm())
            .about("nameserver", context.servers(&zone.apex, &servers))
            .fix(format!(
                "transfer the zone again at these servers, or publish there:\n{} IN DNSKEY {}",
                zone.apex,
                present::dnskey(one.key)
            ))
            .shown_by(shown)
            .shown_by(one.evidence.iter().copied()),
    )
}

/// The servers that gave keys, this one not among them.
fn lacking(zone: &JudgedZone, one: &ZoneKey<'_>) -> BTreeSet<SocketAddr> {
    let given = zone
        .servers
        .iter()
        .filter(|(_, server)| matches!(server.keys, KeysReply::Given(..)));
    given
        .map(|(address, _)| *address)
        .filter(|address| !one.servers.contains(address))
        .collect()
}

/// Those of the servers whose peers have the key: another signer need not have a key-signing key or a key
/// in waiting.
fn forgotten(
    zone: &JudgedZone,
    one: &ZoneKey<'_>,
    lacking: BTreeSet<SocketAddr>,
) -> BTreeSet<SocketAddr> {
    let classes = peers(zone);
    let has_peer = |server: &SocketAddr| {
        let mut classes = classes.iter();
        classes.any(|class| {
            let has = |wanted: &SocketAddr| class.iter().any(|(address, _)| address == wanted);
            has(server) && one.servers.iter().any(has)
        })
    };
    lacking.into_iter().filter(has_peer).collect()
}

/// Whether the key is one that a DS leads to.
fn is_linked(zone: &JudgedZone, one: &ZoneKey<'_>) -> bool {
    let mut ds = zone.published_ds().into_iter().map(EntryPoint::Ds);
    let is_delegated = matches!(zone.arrival, Arrival::Delegation(_));
    is_delegated
        && is_signing(zone, one.key)
        && ds.any(|entry| vouches(&zone.apex, &entry, one.key))
}

fn holds_at(zone: &JudgedZone, server: SocketAddr) -> bool {
    let server = zone.servers.get(&server);
    server.is_some_and(|server| server.key_status != Status::Bogus)
}
