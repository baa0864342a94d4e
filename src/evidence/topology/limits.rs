//! How far the search for zones and servers goes, each number with its source.
//!
//! All of these are far above what zones in use need; they end what a hostile zone could prolong. One
//! that is reached is listed in [`super::Topology::limits`].

/// Zones on one trail. The longest names in use, those below `ip6.arpa`, have 34 labels, so that no trail
/// of theirs has more than 35 zones. (Unbound stops after 130 referrals: `MAX_REFERRAL_COUNT` in
/// `iterator/iterator.h`.)
pub const ZONES: usize = 36;

/// CNAMEs and DNAMEs followed. Unbound starts again at most 11 times (`max-query-restarts` in
/// unbound.conf(5)).
pub const ALIASES: usize = 11;

/// Hosts that records of the audited name point to (MX, SRV), of which a thorough look finds the zones. Mail
/// clients are told to try at least two (RFC 5321, section 5.1); few names have more than ten.
pub const DEPENDENCIES: usize = 16;

/// NS names of one zone that are used. BIND looks up addresses for at most 20 (`NS_PROCESSING_LIMIT` in
/// `lib/dns/resolver.c`, CVE-2022-2795).
pub const NS_NAMES: usize = 20;

/// Records of one type that are read out of one message. BIND keeps no more than 100 of a name and type
/// (`max-records-per-type`, CVE-2024-1737).
pub const RECORDS: usize = 100;

/// Addresses of one zone that are asked. The root and the largest top-level domains have 13 names with
/// two addresses each, which is 26.
pub const ADDRESSES: usize = 64;

/// Trails to name servers without addresses in one audit. Unbound looks up at most 64 (`MAX_TARGET_COUNT`
/// in `iterator/iterator.h`), against NXNSAttack (CVE-2020-8616, CVE-2020-12662).
pub const NAME_SERVER_TRAILS: usize = 64;

/// Name servers tried for a zone that only serves to find an address, when the delegation comes without
/// addresses that answer.
pub const SUPPORTING_NS_NAMES: usize = 4;

/// Trails to name servers that depend on one another. BIND allows 7 levels, the query itself included
/// (`max-recursion-depth`).
pub const NAME_SERVER_DEPTH: usize = 6;

/// Labels added one by one below one zone before the whole name is asked: those of the longest names in
/// use, 34, and two more. (RFC 9156, section 2.3, lets a resolver stop after 10; an audit must not miss a
/// cut.)
pub const MINIMISED_LABELS: usize = 36;

/// Times the trails are followed again because a later one found servers for an earlier one. Each
/// repetition needs a name server trail that ended, so that the depth bounds it.
pub const ROUNDS: usize = 2 * (NAME_SERVER_DEPTH + 1);

/// Labels of a name for which a resolver is asked about zone cuts, from the root down: as many as a walk
/// of authoritative servers adds below one zone.
pub const RESOLVER_LABELS: usize = MINIMISED_LABELS;
