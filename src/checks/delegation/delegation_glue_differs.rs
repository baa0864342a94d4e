//! Glue that is not what the zone says.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::list;
use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::evidence::probes;
use crate::evidence::topology::Zone;
use crate::validate::JudgedZone;

declare! {
    /// # delegation-glue-differs
    ///
    /// The addresses that come with the delegation (glue) are not those that the zone itself has for the
    /// same name server.
    ///
    /// ## Why it matters
    ///
    /// Resolvers reach the zone by the glue first. An address that only the glue has is often that of a
    /// server that was moved: it may be dead, or belong to somebody else by now.
    ///
    /// ## What resolvers do
    ///
    /// They use the glue to begin with, and many replace it by the zone's own addresses when they have
    /// them. Unanswered questions to the old address cost time.
    ///
    /// ## How to put it right
    ///
    /// Make both sides equal: the A and AAAA records in the zone, and the addresses of the name server
    /// at the registrar ("host object" or "child name server" in their forms). To compare:
    ///
    /// - `dig +norecurse @ns1.parent.example example.com NS` (additional section)
    /// - `dig +norecurse @ns1.example.com ns1.example.com A`, and the same for AAAA
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.2.2; RFC 9471. DNSViz: GLUE_MISMATCH, EXTRA_GLUE_IPV4, EXTRA_GLUE_IPV6.
    /// Zonemaster: IN_BAILIWICK_ADDR_MISMATCH.
    "delegation-glue-differs", Delegation, Warning,
    rfc: ["RFC 1034 section 4.2.2"],
    explained_by: ["delegation-ns-address-special"],
    summary: "Glue differs from the addresses in the zone.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.zones();
    zones
        .filter_map(|(judged, zone)| state(context, judged, zone))
        .collect()
}

fn state(context: &Context<'_>, judged: &JudgedZone, zone: &Zone) -> Option<Statement> {
    // The root has hints in place of a delegation.
    zone.parent.as_ref()?;
    let differing: Vec<_> = zone
        .parent_addresses
        .iter()
        .filter(|(name, _)| name.is_at_or_below(&zone.apex))
        .filter_map(|(name, glue)| Some((name, difference(glue, zone.child_addresses.get(name)?)?)))
        .collect();
    let texts: Vec<_> = differing
        .iter()
        .map(|(name, text)| format!("{name} {text}"))
        .collect();
    if texts.is_empty() {
        return None;
    }
    let names: BTreeSet<&Name> = differing.iter().map(|(name, _)| *name).collect();
    Some(
        Statement::new(
            &judged.apex,
            format!(
                "glue of {} differs from the zone: {}",
                zone.apex,
                texts.join("; ")
            ),
        )
        .about(
            "nameserver",
            names
                .iter()
                .map(|name| name.to_string())
                .collect::<Vec<_>>()
                .join(", "),
        )
        .fix(format!("have the registrar set:\n{}", lines(zone, &names)))
        .shown_by(evidence(context, zone, &names)),
    )
}

/// What only one side has, among the families for which the glue has an address: that glue lacks a family
/// is no contradiction.
fn difference(glue: &BTreeSet<IpAddr>, own: &BTreeSet<IpAddr>) -> Option<String> {
    let has_family = |address: &IpAddr| {
        glue.iter()
            .any(|other| other.is_ipv4() == address.is_ipv4())
    };
    let only_glue: Vec<_> = glue.difference(own).map(IpAddr::to_string).collect();
    let only_own: Vec<_> = own
        .difference(glue)
        .filter(|address| has_family(address))
        .map(IpAddr::to_string)
        .collect();
    let sides = [
        (only_glue, "in the glue only"),
        (only_own, "in the zone only"),
    ];
    let texts: Vec<_> = sides
        .into_iter()
        .filter(|(addresses, _)| !addresses.is_empty())
        .map(|(addresses, place)| format!("{} {place}", list(&addresses)))
        .collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn lines(zone: &Zone, names: &BTreeSet<&Name>) -> String {
    let own = names.iter().flat_map(|name| {
        let addresses = zone.child_addresses.get(*name).into_iter().flatten();
        addresses.map(move |address| match address {
            IpAddr::V4(v4) => format!("{name} IN A {v4}"),
            IpAddr::V6(v6) => format!("{name} IN AAAA {v6}"),
        })
    });
    own.collect::<Vec<_>>().join("\n")
}

fn evidence(context: &Context<'_>, zone: &Zone, names: &BTreeSet<&Name>) -> BTreeSet<usize> {
    let addresses = names.iter().flat_map(|name| {
        [RecordType::A, RecordType::AAAA].map(|rtype| probes::question(name, rtype))
    });
    let questions = addresses.chain([probes::question(&zone.apex, RecordType::NS)]);
    let mut found = BTreeSet::new();
    for question in questions {
        let servers = context.view.servers_asked(&question);
        found.extend(servers.filter_map(|server| Some(context.view.reply(server, &question)?.id)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(addresses: &[&str]) -> BTreeSet<IpAddr> {
        addresses.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_family_without_glue_is_no_difference() {
        let glue = set(&["192.0.2.1"]);
        assert_eq!(difference(&glue, &set(&["192.0.2.1", "2001:db8::1"])), None);
        assert!(difference(&glue, &set(&["192.0.2.2"])).is_some());
        assert!(difference(&glue, &set(&["192.0.2.1", "192.0.2.2"])).is_some());
    }
}
