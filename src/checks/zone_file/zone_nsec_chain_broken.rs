//! An NSEC record does not lead to the next name.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-nsec-chain-broken
    ///
    /// The Next Domain Name field of an NSEC record is not the next name of the zone in canonical order that is
    /// signed or delegated.
    ///
    /// ## Why it matters
    ///
    /// A span that is too wide denies names that exist; one that is too narrow leaves names that do not exist
    /// without a proof. A name added after signing does the same.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL where the proof is missing; NXDOMAIN for names that exist where it is too wide and cached (RFC
    /// 8198).
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
    /// RFC 4034, sections 4.1.1 and 6.1. Command: `zone`.
    "zone-nsec-chain-broken", ZoneFile, Error,
    rfc: ["RFC 4034 section 4.1.1"],
    explained_by: [],
    summary: "An NSEC record does not lead to the next name.",
}
