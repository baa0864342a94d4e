//! A signature covers what must not be signed.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-rrsig-unexpected
    ///
    /// An RRSIG covers the NS records of a delegation, glue, other data below a delegation, or another RRSIG.
    ///
    /// ## Why it matters
    ///
    /// The parent does not answer for such data and must not sign it. A zone file with such signatures was
    /// signed by something that did not see the zone cut; the chain of NSEC or NSEC3 records then is likely
    /// wrong as well.
    ///
    /// ## What resolvers do
    ///
    /// They ignore these signatures.
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
    /// RFC 4035, section 2.2. Command: `zone`.
    "zone-rrsig-unexpected", ZoneFile, Warning,
    rfc: ["RFC 4035 section 2.2"],
    explained_by: [],
    summary: "A signature covers what must not be signed.",
}
