//! An NSEC or NSEC3 record stands where none may be.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-nsec-superfluous
    ///
    /// An NSEC record stands at glue, at a name without other data, beside another NSEC, or in a zone with
    /// NSEC3.
    ///
    /// ## Why it matters
    ///
    /// The record is a link to which no other leads, or one that leads past names that exist. Signers do not
    /// make it, so file and signer do not agree.
    ///
    /// ## What resolvers do
    ///
    /// They use what they are given: a validator that caches aggressively (RFC 8198) may deny names that exist.
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
    /// RFC 4035, section 2.3; RFC 8198, section 5. Command: `zone`.
    "zone-nsec-superfluous", ZoneFile, Warning,
    rfc: ["RFC 4035 section 2.3"],
    explained_by: [],
    summary: "An NSEC or NSEC3 record stands where none may be.",
}
