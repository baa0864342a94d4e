//! An empty name above others has no NSEC3 record.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-nsec3-ent-missing
    ///
    /// A name without records of its own stands above names that have some, and there is no NSEC3 record with
    /// its hash. With Opt-Out that is allowed above delegations without DS alone.
    ///
    /// ## Why it matters
    ///
    /// The proof that a name does not exist begins at the closest name that does. If that one is empty and has
    /// no record, the proof cannot be made.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for names that do not exist below the empty one.
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
    /// RFC 5155, section 7.1, step 4. Command: `zone`.
    "zone-nsec3-ent-missing", ZoneFile, Error,
    rfc: ["RFC 5155 section 7.1"],
    explained_by: [],
    summary: "An empty name above others has no NSEC3 record.",
}
