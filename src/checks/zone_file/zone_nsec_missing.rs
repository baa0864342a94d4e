//! A name has no NSEC or NSEC3 record.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-nsec-missing
    ///
    /// A name that the zone answers for, or a delegation, has no NSEC record, or there is no NSEC3 record with
    /// its hash.
    ///
    /// ## Why it matters
    ///
    /// Nothing proves what the name does not have. A delegation without DS and without such a record cannot be
    /// shown to be insecure, so the zone below it is bogus; every question for a type that the name lacks
    /// fails.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 12 (NSEC Missing).
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
    /// RFC 4035, section 2.3; RFC 5155, section 7.1. Command: `zone`.
    "zone-nsec-missing", ZoneFile, Error,
    rfc: ["RFC 4035 section 2.3", "RFC 5155 section 7.1"],
    explained_by: [],
    summary: "A name has no NSEC or NSEC3 record.",
}
