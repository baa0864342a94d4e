//! Zones that one of the two Internets does not reach.

use super::global;
use crate::checks::{Context, Statement};
use crate::evidence::topology::Zone;

declare! {
    /// # delegation-ns-single-family
    ///
    /// All name servers of the zone have addresses of one family: IPv4 alone, or IPv6 alone.
    ///
    /// ## Why it matters
    ///
    /// A resolver that has the other family alone reaches no server of the zone. Such resolvers exist:
    /// those in networks without IPv4 ask through a translator at best.
    ///
    /// ## What resolvers do
    ///
    /// With both families, nothing. With the other one alone they answer SERVFAIL with extended error 22
    /// (No Reachable Authority).
    ///
    /// ## How to put it right
    ///
    /// Give at least one name server, better two, an address of the other family: in the zone of its name,
    /// and as glue at the registrar ("host object") when the name lies in the zone itself. The server must
    /// listen there:
    ///
    /// - BIND: `listen-on-v6 { any; };` and `listen-on { any; };` in `options`, then `rndc reconfig`
    /// - Knot: `listen: [ 0.0.0.0@53, ::@53 ]` in the `server` section, then restart it
    /// - PowerDNS: `local-address=0.0.0.0, ::`, then restart it
    /// - NSD: `ip-address: ::0` and `ip-address: 0.0.0.0` in the `server` clause, then restart it
    ///
    /// ## References
    ///
    /// RFC 10001, which replaces RFC 3901. DNSViz: NO_NS_ADDRESSES_FOR_IPV4, NO_NS_ADDRESSES_FOR_IPV6. Zonemaster:
    /// NO_IPV4_NS_CHILD, NO_IPV4_NS_DEL, NO_IPV6_NS_CHILD, NO_IPV6_NS_DEL. Looked at is the zone of the
    /// audited name, and only where all its addresses are global: private networks have one family by
    /// choice.
    "delegation-ns-single-family", Delegation, Notice,
    rfc: ["RFC 10001"],
    explained_by: ["delegation-glue-missing"],
    summary: "All name servers have addresses of one family.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    global::of_target(context, state)
}

fn state(context: &Context<'_>, zone: &Zone) -> Option<Statement> {
    let hosts = global::hosts(zone)?;
    let mut addresses = hosts.values().flatten();
    let is_ipv4 = addresses.next()?.is_ipv4();
    if addresses.any(|address| address.is_ipv4() != is_ipv4) {
        return None;
    }
    let (has, lacks) = match is_ipv4 {
        true => ("IPv4", "IPv6"),
        false => ("IPv6", "IPv4"),
    };
    let message = format!(
        "the {} NS names of {} have {has} addresses alone: over {lacks} the zone cannot be reached",
        hosts.len(),
        zone.apex
    );
    Some(
        Statement::new(&zone.apex, message)
            .about("family", lacks)
            .fix(format!(
                "give a name server of {} an {lacks} address, in the zone of its name and as glue at the registrar",
                zone.apex
            ))
            .shown_by(global::told(context, zone)),
    )
}
