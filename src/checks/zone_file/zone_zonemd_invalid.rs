//! The digest of the zone is not right.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-zonemd-invalid
    ///
    /// A ZONEMD record has another digest than the zone, another serial than the SOA, stands twice with the
    /// same scheme and hash algorithm, or none of them has a known scheme.
    ///
    /// ## Why it matters
    ///
    /// Something changed after the digest was made: a record was lost, added or edited. Servers and resolvers
    /// that check the digest refuse the zone.
    ///
    /// ## What resolvers do
    ///
    /// Those that load whole zones (Unbound with `zonemd-check: yes`) refuse it and go on with the old one, or
    /// without.
    ///
    /// ## How to put it right
    ///
    /// Sign the zone again from its source, and verify it before it goes out:
    ///
    /// - BIND: `rndc sign example.com`; offline `dnssec-signzone -S -o example.com example.com.zone`
    /// - Knot: `knotc zone-sign example.com`
    /// - ldns: `ldns-signzone example.com.zone Kexample.com.+013+12345`
    ///
    /// Then `anchorwatch zone example.com.zone.signed`.
    ///
    /// ## References
    ///
    /// RFC 8976, section 4. Command: `zone`.
    "zone-zonemd-invalid", ZoneFile, Error,
    rfc: ["RFC 8976 section 4"],
    explained_by: [],
    summary: "The digest of the zone is not right.",
}
