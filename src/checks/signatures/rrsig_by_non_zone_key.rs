//! Signatures by a key that may not sign a zone.

use super::state_faults;
use crate::checks::{Context, Statement};
use crate::validate::SignatureFault;

declare! {
    /// # rrsig-by-non-zone-key
    ///
    /// A signature was made by a key whose Zone Key flag is 0.
    ///
    /// ## Why it matters
    ///
    /// Only a DNSKEY with the Zone Key flag (flags 256 or 257) may sign the records of a zone. Where no
    /// other signature is valid, the RRset is refused.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 11 (No Zone Key Bit Set) from Unbound, 6 (DNSSEC Bogus) from Knot
    /// Resolver and PowerDNS Recursor.
    ///
    /// ## How to put it right
    ///
    /// Publish the key with flags 256 (zone-signing) or 257 (key-signing). Changing the flags changes the
    /// key tag, so sign again afterwards and publish a new DS for a key-signing key:
    ///
    /// - BIND: make a key with `dnssec-keygen -a ECDSAP256SHA256 example.com` (its flags are right), then
    ///   `rndc loadkeys example.com` and `rndc sign example.com`
    /// - Knot: `keymgr example.com. generate algorithm=ECDSAP256SHA256`, then `knotc zone-sign
    ///   example.com`
    ///
    /// ## References
    ///
    /// RFC 4034, section 2.1.1; RFC 4035, section 5.3.1.
    "rrsig-by-non-zone-key", Signatures, Bogus,
    rfc: ["RFC 4034 section 2.1.1", "RFC 4035 section 5.3.1"],
    explained_by: ["ds-dnskey-zone-bit-clear", "dnskey-flags-invalid"],
    summary: "A signature was made by a key whose Zone Key flag is 0.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |fault: &super::Fault| fault.fault == SignatureFault::NotZoneKey;
    state_faults(context, wanted, |group| {
        let message = format!(
            "{} {} by {}, whose Zone Key flag is 0",
            group.subject(),
            group.verb("is", "are"),
            group.signers(),
        );
        let fix = format!(
            "publish the key with flags 256 or 257 and sign again: `rndc sign {zone}`, `knotc zone-sign {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}
