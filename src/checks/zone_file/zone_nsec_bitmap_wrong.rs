//! A type bitmap differs from the types that the name has.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-nsec-bitmap-wrong
    ///
    /// The Type Bit Maps field of an NSEC or NSEC3 record lists a type that the name does not have, lacks one
    /// that it has, or is malformed.
    ///
    /// ## Why it matters
    ///
    /// A type that is missing is denied although it exists, for as long as the record is cached. One that is
    /// there too much leaves the answer without a proof.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for a type that is listed and not there; answers that come and go for one that is there and not
    /// listed.
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
    /// RFC 4034, section 4.1.2; RFC 5155, section 3.2.1. Command: `zone`.
    "zone-nsec-bitmap-wrong", ZoneFile, Error,
    rfc: ["RFC 4034 section 4.1.2", "RFC 5155 section 7.1"],
    explained_by: [],
    summary: "A type bitmap differs from the types that the name has.",
}
