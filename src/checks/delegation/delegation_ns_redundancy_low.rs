//! Zones that go when one server or one network goes.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::{global, list};
use crate::checks::{Context, Statement};
use crate::evidence::topology::Zone;

declare! {
    /// # delegation-ns-redundancy-low
    ///
    /// The zone has one name server name, one address, or all its name servers are in one network (a /24
    /// of IPv4, a /48 of IPv6).
    ///
    /// ## Why it matters
    ///
    /// One failure, of a machine, of a line, of a route, takes the zone away from everybody. Resolvers keep
    /// what they have for its TTL, and a zone with DNSSEC cannot be served from anywhere else in a hurry.
    ///
    /// ## What resolvers do
    ///
    /// While it works, nothing. When it fails they answer SERVFAIL with extended error 22 (No Reachable
    /// Authority), or old data with extended error 3 (Stale Answer).
    ///
    /// ## How to put it right
    ///
    /// Add a secondary in another network, best at another operator, and name it on both sides of the
    /// delegation. A secondary needs no keys: it serves the signed zone as it gets it.
    ///
    /// - BIND: `type secondary; primaries { 192.0.2.1; };` in the `zone` there, `also-notify` here
    /// - Knot: `master: primary` in the `zone` there, `notify` and `acl` here
    /// - PowerDNS: `pdnsutil create-secondary-zone example.com 192.0.2.1` there
    /// - NSD: `request-xfr: 192.0.2.1 NOKEY` in the `zone` there, `notify` and `provide-xfr` here
    ///
    /// Then add its NS record to the zone, and have the registrar add it to the delegation.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.1; RFC 2182, sections 3.1 and 5. Zonemaster: NOT_ENOUGH_NS_CHILD,
    /// NOT_ENOUGH_NS_DEL, CHILD_NS_SAME_IP, DEL_NS_SAME_IP, CN04_IPV4_SINGLE_PREFIX,
    /// CN04_IPV6_SINGLE_PREFIX. Which autonomous system announces an address is not looked up, and that an
    /// address stands for many machines (anycast) cannot be seen: silence it for such a zone. Looked at is
    /// the zone of the audited name, and only where all its addresses are global.
    "delegation-ns-redundancy-low", Delegation, Warning,
    rfc: ["RFC 1034 section 4.1", "RFC 2182 section 5"],
    explained_by: ["delegation-ns-unresolvable"],
    summary: "The name servers share one name, one address or one network.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    global::of_target(context, state)
}

fn state(context: &Context<'_>, zone: &Zone) -> Option<Statement> {
    let hosts = global::hosts(zone)?;
    let addresses: BTreeSet<IpAddr> = hosts.values().flatten().copied().collect();
    let what = match (zone.ns_names.len(), addresses.len()) {
        (0 | 1, _) => "one NS name".to_owned(),
        (_, 1) => format!("one address, {}, for all NS names", list(&addresses)),
        _ if is_one_network(hosts.values()) => {
            format!("all name servers in one network: {}", list(&addresses))
        }
        _ => return None,
    };
    let message = format!("{} has {what}: one failure takes it away", zone.apex);
    Some(
        Statement::new(&zone.apex, message)
            .about("rrtype", "NS")
            .fix(format!(
                "add a name server in another network to {}, in the zone and at the registrar",
                zone.apex
            ))
            .shown_by(global::told(context, zone)),
    )
}

/// Whether some network has an address of every host, and no family has a second network.
fn is_one_network<'a>(hosts: impl Iterator<Item = &'a BTreeSet<IpAddr>>) -> bool {
    let networks: Vec<BTreeSet<_>> = hosts
        .map(|addresses| addresses.iter().map(|one| global::network(*one)).collect())
        .collect();
    let all: BTreeSet<_> = networks.iter().flatten().copied().collect();
    let of_family = |is_v4: bool| all.iter().filter(|(v4, _)| *v4 == is_v4).count();
    let is_shared = |network| networks.iter().all(|of_host| of_host.contains(network));
    of_family(true) <= 1 && of_family(false) <= 1 && all.iter().any(is_shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_one(hosts: &[&[&str]]) -> bool {
        let hosts: Vec<BTreeSet<IpAddr>> = hosts
            .iter()
            .map(|addresses| addresses.iter().map(|text| text.parse().unwrap()).collect())
            .collect();
        is_one_network(hosts.iter())
    }

    #[test]
    fn servers_side_by_side_are_in_one_network() {
        assert!(is_one(&[&["192.0.2.1"], &["192.0.2.200"]]));
        assert!(is_one(&[
            &["192.0.2.1", "2001:db8:0:1::1"],
            &["192.0.2.2", "2001:db8:0:2::1"]
        ]));
        assert!(!is_one(&[&["192.0.2.1"], &["198.51.100.1"]]));
        assert!(!is_one(&[
            &["192.0.2.1", "2001:db8::1"],
            &["192.0.2.2", "2001:db8:1::1"]
        ]));
        // Two hosts, each with another family, share no line.
        assert!(!is_one(&[&["192.0.2.1"], &["2001:db8::1"]]));
    }
}
