//! Name servers in the zone itself whose addresses the parent does not give.

use super::list;
use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::evidence::probes;
use crate::evidence::topology::Zone;
use crate::policy::Reach;

declare! {
    /// # delegation-glue-missing
    ///
    /// The delegation names a server that lies in the zone itself, and comes without its address (glue),
    /// or without that of one family although the zone has one.
    ///
    /// ## Why it matters
    ///
    /// The address can only be learned from the zone, which is reached by that address. When another
    /// server has glue the zone can be reached all the same, and this server has to do without questions;
    /// with none at all the zone is gone. Glue of one family alone hides the other from resolvers that
    /// have no other.
    ///
    /// ## What resolvers do
    ///
    /// They use what has an address. When nothing has, SERVFAIL with extended error 22 (No Reachable
    /// Authority).
    ///
    /// ## How to put it right
    ///
    /// Have the registrar add the address to the name server ("host object" or "child name server" in
    /// their forms). Who runs the parent zone adds A and AAAA records below the delegation:
    ///
    /// - BIND: `nsupdate`, then `zone com`, `update add ns1.example.com 3600 A 192.0.2.1` and
    ///   `send`; without `zone` it may update the child
    /// - Knot: `knotc zone-begin com`, `knotc zone-set com ns1.example.com. 3600 A 192.0.2.1`, `knotc
    ///   zone-commit com`
    /// - PowerDNS: `pdnsutil add-record com ns1.example A 192.0.2.1`, then `pdnsutil rectify-zone
    ///   com`, which marks it as glue
    /// - ldns and NSD: edit the parent's zone file, sign it, then `nsd-control reload com`
    ///
    /// Glue is not signed, so that nothing else changes.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.2.1; RFC 9471, section 3.1. DNSViz: MISSING_GLUE_FOR_NS_NAME,
    /// MISSING_GLUE_IPV4, MISSING_GLUE_IPV6. Servers below a sibling zone are not looked at: their glue may
    /// be left out (RFC 9471, section 3.2).
    "delegation-glue-missing", Delegation, Warning,
    rfc: ["RFC 1034 section 4.2.1", "RFC 9471 section 3.1"],
    explained_by: [],
    summary: "A name server in the zone comes without its address.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.zones();
    zones.filter_map(|(_, zone)| state(context, zone)).collect()
}

fn state(context: &Context<'_>, zone: &Zone) -> Option<Statement> {
    // The root has hints in place of a delegation; a parent on the same servers shows none.
    let parent = zone.parent.as_ref()?;
    let inside = zone.parent_ns.iter();
    let inside: Vec<_> = inside
        .filter(|name| name.is_at_or_below(&zone.apex))
        .collect();
    let missing: Vec<_> = inside
        .iter()
        .filter_map(|name| Some((*name, lacking(zone, name)?)))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let texts: Vec<_> = missing
        .iter()
        .map(|(name, what)| format!("{name} {what}"))
        .collect();
    let has_any = |name: &Name| zone.parent_addresses.contains_key(name);
    let is_reached = zone.parent_ns.len() > inside.len() || inside.iter().any(|name| has_any(name));
    let question = probes::question(&zone.apex, RecordType::NS);
    let parents = context.topology.zones.get(parent)?;
    let replies = context.view.replies(&question);
    let shown = replies.filter(|reply| parents.servers.contains_key(&reply.server));
    let message = format!(
        "the delegation of {} at {parent} lacks glue: {}",
        zone.apex,
        list(&texts)
    );
    Some(
        Statement::new(&zone.apex, message)
            .reach(match is_reached {
                true => Reach::SomeServers,
                false => Reach::Everywhere,
            })
            .about("nameserver", list(missing.iter().map(|(name, _)| name)))
            .fix(format!(
                "have the registrar add the addresses:\n{}",
                lines(zone, &missing)
            ))
            .shown_by(shown.map(|reply| reply.id)),
    )
}

/// What the parent does not give of the addresses of a server.
fn lacking(zone: &Zone, name: &Name) -> Option<&'static str> {
    let Some(glue) = zone
        .parent_addresses
        .get(name)
        .filter(|glue| !glue.is_empty())
    else {
        return Some("has no address");
    };
    let own = zone.child_addresses.get(name)?;
    let lacks = |is_v4: bool| {
        own.iter().any(|address| address.is_ipv4() == is_v4)
            && !glue.iter().any(|address| address.is_ipv4() == is_v4)
    };
    match (lacks(true), lacks(false)) {
        (true, _) => Some("has no IPv4 address"),
        (_, true) => Some("has no IPv6 address"),
        _ => None,
    }
}

fn lines(zone: &Zone, missing: &[(&Name, &str)]) -> String {
    let own = missing.iter().flat_map(|(name, _)| {
        let addresses = zone.child_addresses.get(*name).into_iter().flatten();
        addresses.map(move |address| {
            let rtype = if address.is_ipv4() { "A" } else { "AAAA" };
            format!("{name} IN {rtype} {address}")
        })
    });
    own.collect::<Vec<_>>().join("\n")
}
