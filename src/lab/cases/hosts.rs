//! Rarities that are about hosts: where name servers and mail servers are, and records that are at the wrong
//! name. The tests of checks ask for them; nothing serves them.

use super::{Entry, healthy};
use crate::lab::Group;

pub(super) fn entries() -> Vec<Entry> {
    vec![
        case(
            "ns-insecure",
            "The zone has an NS record that leads to a host in an unsigned zone.",
        )
        .secure_with(&["delegation-ns-sets-differ"])
        .with("@ NS ns1.unsigned.test.\n"),
        case(
            "mx-insecure",
            "Mail for the zone goes to a host in an unsigned zone.",
        )
        .with("@ MX 10 www.unsigned.test.\n@ MX 20 www.valid.test.\n"),
        case(
            "mx-secure",
            "Nothing is wrong: mail for the zone goes to hosts in secure zones.",
        )
        .with("@ MX 10 www\n@ MX 20 www.valid.test.\n"),
        case("ds-inside", "The zone has a DS at its own apex.")
            .with("@ DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n"),
        case(
            "ds-www",
            "A name in the zone that is no delegation has a DS.",
        )
        .with("www DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000\n")
        .ask("www"),
        case(
            "ns-alias",
            "The zone has an NS record that leads to an alias.",
        )
        .secure_with(&["delegation-ns-is-alias"])
        .with("@ NS alias\nalias CNAME ns1\n"),
        at(
            "one-network",
            "Both servers are in one network of the Internet, over one family.",
            ["198.51.101.1", "198.51.101.2"],
        )
        .secure_with(&[
            "delegation-ns-redundancy-low",
            "delegation-ns-single-family",
        ]),
        at(
            "two-networks",
            "Nothing is wrong: the servers are in two networks of the Internet, over both families.",
            ["198.51.101.3", "2d00::1"],
        ),
    ]
}

fn case(label: &str, fault: &'static str) -> Entry {
    healthy(Group::Operations, &format!("{label}.test."), fault)
}

/// A zone with servers at these addresses. Nothing is ever sent there: the lab answers in memory.
fn at(label: &str, fault: &'static str, addresses: [&str; 2]) -> Entry {
    case(label, fault).zone(|zone| {
        for (server, address) in zone.servers.iter_mut().zip(addresses) {
            server.address = address.parse().ok();
        }
    })
}
