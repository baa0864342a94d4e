//! The zone has no DNSKEY, or none that signed the DNSKEY RRset.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-dnskey-missing
    ///
    /// The apex has no DNSKEY record, or no signature over the DNSKEY RRset by one of its keys is valid.
    ///
    /// ## Why it matters
    ///
    /// With a DS at the parent, a zone without a self-signed DNSKEY RRset is bogus as a whole. Published by
    /// mistake in place of its signed version, an unsigned zone is gone for everybody who validates.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for every name of the zone, with extended error 9 (DNSKEY Missing), if the parent has a DS.
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
    /// RFC 4035, sections 2.1 and 5.2. Command: `zone`.
    "zone-dnskey-missing", ZoneFile, Error,
    rfc: ["RFC 4035 section 2.1"],
    explained_by: [],
    summary: "The zone has no DNSKEY, or none that signed the DNSKEY RRset.",
}
