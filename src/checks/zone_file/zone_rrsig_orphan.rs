//! A signature covers a type that its owner does not have.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-rrsig-orphan
    ///
    /// An RRSIG covers a type of which there is no record at its owner name.
    ///
    /// ## Why it matters
    ///
    /// The RRset it was made for is missing from the file: it was lost between signer and publication, or the
    /// signature is left over from before. Either way signer and file do not agree.
    ///
    /// ## What resolvers do
    ///
    /// They never ask for the signature alone. If the RRset is missing by mistake, its absence is denied by the
    /// NSEC or NSEC3 record or not at all.
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
    "zone-rrsig-orphan", ZoneFile, Warning,
    rfc: ["RFC 4035 section 2.2"],
    explained_by: [],
    summary: "A signature covers a type that its owner does not have.",
}
