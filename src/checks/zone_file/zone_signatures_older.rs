//! Signatures are older than those they replace.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-signatures-older
    ///
    /// RRsets have signatures that were begun earlier and end earlier than those that the older version has: the newer
    /// file was signed before it.
    ///
    /// ## Why it matters
    ///
    /// It is how a file out of a backup, or out of a signer that stood still, looks. It is valid for now, and ends
    /// sooner than what is served; nobody expects that it needs to be signed again so soon.
    ///
    /// ## What resolvers do
    ///
    /// Nothing until the signatures end. Then SERVFAIL with extended error 7 (Signature Expired).
    ///
    /// ## How to put it right
    ///
    /// Find out why the file is older than what is served, and sign it again from its source:
    ///
    /// - BIND: `rndc sign example.com`; offline `dnssec-signzone -S -o example.com example.com.zone`
    /// - Knot: `knotc zone-sign example.com`
    /// - ldns: `ldns-signzone example.com.zone Kexample.com.+013+12345`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`; it signs while it answers
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.3. Command: `zone OLD --against NEW`.
    "zone-signatures-older", ZoneFile, Warning,
    rfc: ["RFC 4035 section 5.3.3"],
    explained_by: [],
    summary: "Signatures are older than those they replace.",
}
