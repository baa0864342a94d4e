//! Addresses that cannot be those of a name server on the Internet.
//!
//! The table follows the IANA registries "IPv4 Special-Purpose Address Space" and "IPv6 Special-Purpose
//! Address Space" (RFC 6890) as far as they say "not globally reachable", with multicast and the forms of
//! IPv6 that embed an IPv4 address. Blocks that are special but globally reachable (AS112, Teredo, 6to4)
//! are left out.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A block of addresses that are not global.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// What the block is for, in two words or less.
    pub why: &'static str,
    /// The RFC that set it aside.
    pub source: &'static str,
    /// Whether a host there can be sent a packet at all, in a private network. Otherwise the packet would
    /// reach this host, every host, or another host than the one that is written.
    pub is_host: bool,
}

struct V4(Ipv4Addr, u32, Block);
struct V6(Ipv6Addr, u32, Block);

const fn v4(octets: [u8; 4], length: u32, why: &'static str, source: &'static str) -> V4 {
    let [a, b, c, d] = octets;
    let block = Block {
        why,
        source,
        is_host: true,
    };
    V4(Ipv4Addr::new(a, b, c, d), length, block)
}

const fn v6(groups: [u16; 4], length: u32, why: &'static str, source: &'static str) -> V6 {
    let [a, b, c, d] = groups;
    let block = Block {
        why,
        source,
        is_host: true,
    };
    V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), length, block)
}

impl V4 {
    const fn no_host(mut self) -> Self {
        self.2.is_host = false;
        self
    }
}

impl V6 {
    const fn no_host(mut self) -> Self {
        self.2.is_host = false;
        self
    }

    const fn at(mut self, address: Ipv6Addr) -> Self {
        self.0 = address;
        self
    }
}

/// The first block that fits counts.
const V4_BLOCKS: &[V4] = &[
    v4([0, 0, 0, 0], 8, "this host", "RFC 1122, section 3.2.1.3").no_host(),
    v4([10, 0, 0, 0], 8, "private", "RFC 1918"),
    v4([100, 64, 0, 0], 10, "shared", "RFC 6598"),
    v4([127, 0, 0, 0], 8, "loopback", "RFC 1122, section 3.2.1.3"),
    v4([169, 254, 0, 0], 16, "link-local", "RFC 3927"),
    v4([172, 16, 0, 0], 12, "private", "RFC 1918"),
    v4(
        [192, 0, 0, 0],
        24,
        "protocol assignment",
        "RFC 6890, section 2.1",
    ),
    v4([192, 0, 2, 0], 24, "documentation", "RFC 5737"),
    v4([192, 168, 0, 0], 16, "private", "RFC 1918"),
    v4([198, 18, 0, 0], 15, "benchmarking", "RFC 2544"),
    v4([198, 51, 100, 0], 24, "documentation", "RFC 5737"),
    v4([203, 0, 113, 0], 24, "documentation", "RFC 5737"),
    v4([224, 0, 0, 0], 4, "multicast", "RFC 5771").no_host(),
    v4([255, 255, 255, 255], 32, "broadcast", "RFC 919, section 7").no_host(),
    v4([240, 0, 0, 0], 4, "reserved", "RFC 1112, section 4"),
];

const V6_BLOCKS: &[V6] = &[
    v6([0; 4], 128, "unspecified", "RFC 4291, section 2.5.2").no_host(),
    v6([0; 4], 128, "loopback", "RFC 4291, section 2.5.3").at(Ipv6Addr::LOCALHOST),
    v6([0; 4], 96, "IPv4-mapped", "RFC 4291, section 2.5.5.2")
        .at(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0))
        .no_host(),
    v6([0; 4], 96, "IPv4-compatible", "RFC 4291, section 2.5.5.1").no_host(),
    v6([0x64, 0xff9b, 0, 0], 96, "NAT64", "RFC 6052").no_host(),
    v6([0x64, 0xff9b, 1, 0], 48, "NAT64", "RFC 8215").no_host(),
    v6([0x100, 0, 0, 0], 64, "discard-only", "RFC 6666"),
    v6([0x100, 0, 0, 1], 64, "dummy", "RFC 9780"),
    v6([0x2001, 2, 0, 0], 48, "benchmarking", "RFC 5180"),
    v6([0x2001, 0x10, 0, 0], 28, "ORCHID", "RFC 4843"),
    v6([0x2001, 0xdb8, 0, 0], 32, "documentation", "RFC 3849"),
    v6([0x3fff, 0, 0, 0], 20, "documentation", "RFC 9637"),
    v6([0x5f00, 0, 0, 0], 16, "segment routing", "RFC 9602"),
    v6([0xfc00, 0, 0, 0], 7, "unique local", "RFC 4193"),
    v6(
        [0xfe80, 0, 0, 0],
        10,
        "link-local",
        "RFC 4291, section 2.5.6",
    ),
    v6([0xfec0, 0, 0, 0], 10, "site-local", "RFC 3879"),
    v6([0xff00, 0, 0, 0], 8, "multicast", "RFC 4291, section 2.7").no_host(),
    // What is left outside 2000::/3 is not assigned to hosts.
    v6([0, 0, 0, 0], 3, "unassigned", "RFC 4291, section 2.4"),
    v6([0x4000, 0, 0, 0], 2, "unassigned", "RFC 4291, section 2.4"),
    v6([0x8000, 0, 0, 0], 1, "unassigned", "RFC 4291, section 2.4"),
];

/// The block an address belongs to when it cannot be global.
pub fn block(address: IpAddr) -> Option<&'static Block> {
    match address {
        IpAddr::V4(address) => V4_BLOCKS
            .iter()
            .find(|V4(network, length, _)| {
                (address.to_bits() ^ network.to_bits()).leading_zeros() >= *length
            })
            .map(|V4(_, _, block)| block),
        IpAddr::V6(address) => V6_BLOCKS
            .iter()
            .find(|V6(network, length, _)| {
                (address.to_bits() ^ network.to_bits()).leading_zeros() >= *length
            })
            .map(|V6(_, _, block)| block),
    }
}

/// The block that a packet to an address may end up in: its own, or that of the IPv4 host which 6to4
/// (RFC 3056, section 2) or Teredo (RFC 4380, section 4) hands it to.
pub fn reached(address: IpAddr) -> Option<&'static Block> {
    let within = match address {
        IpAddr::V4(_) => None,
        IpAddr::V6(address) => match (address.segments(), address.octets()) {
            ([0x2002, ..], [_, _, a, b, c, d, ..]) => Some(Ipv4Addr::new(a, b, c, d)),
            ([0x2001, 0, ..], [.., a, b, c, d]) => Some(Ipv4Addr::new(!a, !b, !c, !d)),
            _ => None,
        },
    };
    block(address).or_else(|| block(IpAddr::V4(within?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(address: &str) -> Option<(&'static str, bool)> {
        block(address.parse().expect(address)).map(|block| (block.why, block.is_host))
    }

    #[test]
    fn blocks_end_where_the_registries_say() {
        for (address, expected) in [
            ("0.0.0.0", Some(("this host", false))),
            ("9.255.255.255", None),
            ("10.0.0.0", Some(("private", true))),
            ("100.63.255.255", None),
            ("100.127.255.255", Some(("shared", true))),
            ("127.0.0.53", Some(("loopback", true))),
            ("172.31.255.255", Some(("private", true))),
            ("172.32.0.0", None),
            ("192.0.2.1", Some(("documentation", true))),
            ("192.0.3.1", None),
            ("198.19.0.1", Some(("benchmarking", true))),
            ("223.255.255.255", None),
            ("239.1.1.1", Some(("multicast", false))),
            ("250.0.0.1", Some(("reserved", true))),
            ("255.255.255.255", Some(("broadcast", false))),
            ("::", Some(("unspecified", false))),
            ("::1", Some(("loopback", true))),
            ("::2", Some(("IPv4-compatible", false))),
            ("::ffff:192.0.2.1", Some(("IPv4-mapped", false))),
            ("64:ff9b::c000:201", Some(("NAT64", false))),
            ("100::1", Some(("discard-only", true))),
            ("2001:500::1", None),
            ("2001:db8:ffff::1", Some(("documentation", true))),
            ("2001:db9::1", None),
            ("3fff:fff::1", Some(("documentation", true))),
            ("3fff:1000::1", None),
            ("fd00::1", Some(("unique local", true))),
            ("febf::1", Some(("link-local", true))),
            ("ff02::1", Some(("multicast", false))),
            ("1fff::1", Some(("unassigned", true))),
            ("2000::1", None),
            ("4000::1", Some(("unassigned", true))),
            ("c000:235::", Some(("unassigned", true))),
        ] {
            assert_eq!(why(address), expected, "{address}");
        }
    }

    #[test]
    fn what_is_tunnelled_reaches_the_host_inside() {
        let why = |text: &str| reached(text.parse().unwrap()).map(|block| block.why);
        assert_eq!(why("2002:7f00:1::1"), Some("loopback"));
        assert_eq!(why("2002:a00:1::1"), Some("private"));
        assert_eq!(why("2002:909:909::1"), None);
        assert_eq!(why("2001:0:909:909::f5ff:fffe"), Some("private"));
        assert_eq!(why("2001:0:909:909::f6f6:f6f6"), None);
        assert_eq!(why("fe80::1"), Some("link-local"));
        assert_eq!(why("10.0.0.1"), Some("private"));
    }
}
