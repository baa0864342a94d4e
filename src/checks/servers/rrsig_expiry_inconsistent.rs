//! Signatures that end much earlier at some servers.

use std::collections::BTreeMap;

use super::{Server, answer_set, group_by, in_words, peers, state};
use crate::checks::{Context, Statement};
use crate::dns::{RecordType, Timestamp};
use crate::validate::{JudgedServer, JudgedZone};

/// Servers may differ by this much however short the signatures are: signers spread expirations, and a
/// day is more than any transfer takes. Seconds.
const TOLERATED: i64 = 86_400;

declare! {
    /// # rrsig-expiry-inconsistent
    ///
    /// The signature over the SOA ends much earlier at some servers than at others: by more than a day
    /// and a quarter of its lifetime.
    ///
    /// ## Why it matters
    ///
    /// The servers with the earlier end no longer get what the signer makes. Nothing fails yet; when
    /// their signatures end, they do.
    ///
    /// ## What resolvers do
    ///
    /// Nothing, until the earlier signatures end.
    ///
    /// ## How to put it right
    ///
    /// See why the zone does not arrive at the servers that are behind, and transfer it:
    ///
    /// - BIND: `rndc zonestatus example.com`, `rndc retransfer example.com`
    /// - Knot: `knotc zone-status example.com`, `knotc zone-retransfer example.com`
    /// - NSD: `nsd-control zonestatus example.com`, `nsd-control force_transfer example.com`
    ///
    /// If the serial is the same everywhere, the signer signed again without raising it.
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.2; RFC 6781, section 4.4.2.
    "rrsig-expiry-inconsistent", Servers, Warning,
    rfc: ["RFC 4035 section 2.2"],
    explained_by: [
        "secondary-serves-expired",
        "rrsig-expired",
        "soa-serial-inconsistent",
        "rrsig-expiring-soon",
    ],
    summary: "Signatures end much earlier at some servers than at others.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.flat_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let classes = peers(zone);
    let states = classes.iter().filter_map(|servers| {
        let groups: BTreeMap<String, _> = group_by(servers, |server| {
            let (id, end) = end(context, zone, server)?;
            Some((end.to_string(), id))
        });
        if !is_spread(context, zone, servers) {
            return None;
        }
        let message = format!(
            "the signature over the SOA of {} ends at different times: {}",
            zone.apex,
            in_words(context, &zone.apex, &groups)
        );
        let stated = state(context, &zone.apex, &groups, message).about("rrtype", "SOA");
        Some(stated.fix(format!(
            "at the servers with the earlier end: `rndc retransfer {zone}`, `knotc zone-retransfer {zone}`, `nsd-control force_transfer {zone}`",
            zone = zone.apex
        )))
    });
    states.collect()
}

/// When the last valid signature over the SOA ends.
fn end(
    context: &Context<'_>,
    zone: &JudgedZone,
    server: &JudgedServer,
) -> Option<(usize, Timestamp)> {
    let (id, set) = answer_set(zone, server, RecordType::SOA)?;
    Some((id, set.valid_until(context.now)?))
}

fn is_spread(context: &Context<'_>, zone: &JudgedZone, servers: &[Server<'_>]) -> bool {
    let ends = || {
        let all = servers.iter();
        all.filter_map(|(_, server)| Some(end(context, zone, server)?.1))
    };
    let lifetimes = servers.iter().filter_map(|(_, server)| {
        let (_, set) = answer_set(zone, server, RecordType::SOA)?;
        let spans = set.valid().map(|(rrsig, _)| {
            let end = rrsig.expiration.near(context.now);
            end.since(rrsig.inception.near(context.now))
        });
        spans.max()
    });
    match (ends().min(), ends().max(), lifetimes.max()) {
        (Some(first), Some(last), Some(lifetime)) => {
            last.since(first) > TOLERATED.max(lifetime / 4)
        }
        _ => false,
    }
}
