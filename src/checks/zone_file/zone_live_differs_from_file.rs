//! A server has something else at the apex than the zone file.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-live-differs-from-file
    ///
    /// A name server of the zone has another SOA, NS, DNSKEY, NSEC3PARAM, CDS or CDNSKEY RRset than the zone file.
    ///
    /// ## Why it matters
    ///
    /// What was verified is the file; what is served is something else. A server that stays behind hands out older
    /// signatures, and ends with expired ones. Other keys at one server are how the takeover of a server, or a signer
    /// beside the one that is known, shows.
    ///
    /// ## What resolvers do
    ///
    /// They get one or the other by chance. Where keys and signatures come from different versions, SERVFAIL with
    /// extended error 9 (DNSKEY Missing) or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// If the file is newer, load it; if the server lags, make it fetch the zone:
    ///
    /// - BIND: `rndc reload example.com`, at a secondary `rndc retransfer example.com`
    /// - Knot: `knotc zone-reload example.com`, at a secondary `knotc zone-retransfer example.com`
    /// - NSD: `nsd-control reload example.com`, at a secondary `nsd-control force_transfer example.com`
    /// - PowerDNS: `pdns_control retrieve example.com` at a secondary
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.3.5. Command: `zone FILE --live`.
    "zone-live-differs-from-file", ZoneFile, Warning,
    rfc: ["RFC 1034 section 4.3.5"],
    explained_by: [],
    summary: "A server has something else at the apex than the zone file.",
}
