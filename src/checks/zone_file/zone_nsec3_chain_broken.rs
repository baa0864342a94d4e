//! An NSEC3 record does not lead to the next one.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-nsec3-chain-broken
    ///
    /// The Next Hashed Owner Name of an NSEC3 record is not the hash of the next record of the chain, or two
    /// records have the same owner.
    ///
    /// ## Why it matters
    ///
    /// The ring of hashes does not close: some names cannot be denied, and others that exist are.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for names that hash into the gap.
    ///
    /// ## How to put it right
    ///
    /// Sign the zone again from its source, and verify it before it goes out:
    ///
    /// - BIND: `rndc sign example.com`; offline `dnssec-signzone -S -o example.com example.com.zone`
    /// - Knot: `knotc zone-sign example.com`
    /// - ldns: `ldns-signzone example.com.zone Kexample.com.+013+12345`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    ///
    /// Then `anchorwatch zone example.com.zone.signed`.
    ///
    /// ## References
    ///
    /// RFC 5155, sections 3.1.7 and 7.1. Command: `zone`.
    "zone-nsec3-chain-broken", ZoneFile, Error,
    rfc: ["RFC 5155 section 7.1"],
    explained_by: [],
    summary: "An NSEC3 record does not lead to the next one.",
}
