//! An NSEC3 record is the hash of no name in the zone.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-nsec3-orphan
    ///
    /// The owner name of an NSEC3 record is the hash of neither a name of the zone nor an empty name above one.
    ///
    /// ## Why it matters
    ///
    /// The chain was made for another version of the zone, or with other parameters for a part of it. It is
    /// harmless by itself and a sign that signer and file do not agree.
    ///
    /// ## What resolvers do
    ///
    /// They accept the record.
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
    /// RFC 5155, section 7.1. Command: `zone`.
    "zone-nsec3-orphan", ZoneFile, Warning,
    rfc: ["RFC 5155 section 7.1"],
    explained_by: [],
    summary: "An NSEC3 record is the hash of no name in the zone.",
}
