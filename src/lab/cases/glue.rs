//! The subdomains of the same paper whose only name server has an address that cannot work.
//!
//! Each is delegated, with a DS, to one server; nothing of the zone exists anywhere.

use std::net::IpAddr;

use super::{Entry, healthy};
use crate::lab::Group;
use crate::lab::plan::ServerPlan;

/// The address is in a block that is not for name servers of the Internet.
const SPECIAL: &[&str] = &["delegation-ns-address-special"];
/// Nothing answers there.
/// A server of the lab answers there, which does not know the zone.
const LAME: &[&str] = &["delegation-lame"];

const GLUE: [(&str, &str, &str, &[&str]); 19] = [
    (
        "v4-this-host",
        "0.0.0.0",
        "The glue is 0.0.0.0, this host on this network.",
        SPECIAL,
    ),
    (
        "v4-private-10",
        "10.53.53.53",
        "The glue is in the private block 10.0.0.0/8.",
        SPECIAL,
    ),
    (
        "v4-private-172",
        "172.16.53.53",
        "The glue is in the private block 172.16.0.0/12.",
        SPECIAL,
    ),
    (
        "v4-private-192",
        "192.168.53.53",
        "The glue is in the private block 192.168.0.0/16.",
        SPECIAL,
    ),
    (
        "v4-loopback",
        "127.0.0.1",
        "The glue is 127.0.0.1, where no server of the lab listens.",
        SPECIAL,
    ),
    (
        "v4-link-local",
        "169.254.53.53",
        "The glue is link-local.",
        SPECIAL,
    ),
    (
        "v4-doc",
        "192.0.2.53",
        "The glue is in a documentation block.",
        SPECIAL,
    ),
    (
        "v4-reserved",
        "240.0.0.53",
        "The glue is in the reserved block 240.0.0.0/4.",
        SPECIAL,
    ),
    (
        "v4-multicast",
        "224.0.0.53",
        "The glue is a multicast address; not in the paper.",
        SPECIAL,
    ),
    (
        "v6-unspecified",
        "::",
        "The glue is the unspecified address.",
        SPECIAL,
    ),
    (
        "v6-localhost",
        "::1",
        "The glue is ::1, where a server listens that does not know the zone.",
        LAME,
    ),
    (
        "v6-mapped",
        "::ffff:192.0.2.53",
        "The glue is an IPv4 address mapped into IPv6.",
        SPECIAL,
    ),
    (
        "v6-mapped-dep",
        "::192.0.2.53",
        "The glue is an IPv4 address in the deprecated IPv4-compatible form.",
        SPECIAL,
    ),
    (
        "v4-hex",
        "c000:235::",
        "The glue is an AAAA record that begins with the octets of an IPv4 address, outside all blocks that are assigned.",
        SPECIAL,
    ),
    (
        "v6-link-local",
        "fe80::53",
        "The glue is link-local.",
        SPECIAL,
    ),
    (
        "v6-unique-local",
        "fd53::53",
        "The glue is a unique local address.",
        SPECIAL,
    ),
    (
        "v6-doc",
        "2001:db8::53",
        "The glue is in a documentation block.",
        SPECIAL,
    ),
    (
        "v6-multicast",
        "ff02::53",
        "The glue is a multicast address.",
        SPECIAL,
    ),
    (
        "v6-nat64",
        "64:ff9b::c000:235",
        "The glue is in the well-known prefix of NAT64.",
        SPECIAL,
    ),
];

pub(super) fn entries() -> Vec<Entry> {
    GLUE.into_iter().map(entry).collect()
}

fn entry(
    (label, address, fault, codes): (&str, &str, &'static str, &'static [&'static str]),
) -> Entry {
    let address: IpAddr = address.parse().expect("the table holds addresses");
    healthy(Group::Glue, &format!("{label}.test."), fault)
        .unreachable(codes)
        .zone(|zone| {
            zone.is_served = false;
            zone.servers = vec![ServerPlan {
                address: Some(address),
                ..ServerPlan::GOOD
            }];
        })
}
