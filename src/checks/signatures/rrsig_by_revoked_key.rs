//! Signatures by a revoked key over other RRsets than the DNSKEYs.

use super::state_faults;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::validate::SignatureFault;

declare! {
    /// # rrsig-by-revoked-key
    ///
    /// A signature was made by a key whose REVOKE flag is set.
    ///
    /// ## Why it matters
    ///
    /// A revoked key may sign the DNSKEY RRset, to announce its own revocation, and nothing else counts
    /// (RFC 5011, section 2.1). Where it is the only signature, the RRset is refused.
    ///
    /// ## What resolvers do
    ///
    /// BIND and PowerDNS Recursor refuse a revoked key, with SERVFAIL when no other signature is valid.
    /// Unbound 1.17 goes on with it, and so does Knot Resolver 5.6 unless a DS points at it.
    ///
    /// ## How to put it right
    ///
    /// Sign the zone with another key, or clear the flag if it was set by mistake:
    ///
    /// - BIND: `dnssec-settime -R none Kexample.com.+013+12345` removes a planned revocation; `rndc
    ///   dnssec -rollover -key 12345 example.com` starts a new key
    /// - Knot: `knotc zone-key-rollover example.com zsk`
    /// - PowerDNS: `pdnsutil add-zone-key example.com zsk active ecdsa256`
    ///
    /// Setting the flag changes the key tag, so a DS of the key no longer matches.
    ///
    /// ## References
    ///
    /// RFC 5011, section 2.1. DNSViz: DNSKEY_REVOKED_RRSIG.
    "rrsig-by-revoked-key", Signatures, Bogus,
    rfc: ["RFC 5011 section 2.1"],
    explained_by: ["ds-dnskey-revoked"],
    summary: "A signature was made by a revoked key.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    // Over the DNSKEY RRset it belongs there: that is how a key is revoked.
    let wanted = |fault: &super::Fault| {
        fault.fault == SignatureFault::Revoked && fault.rtype != RecordType::DNSKEY
    };
    state_faults(context, wanted, |group| {
        let message = format!(
            "{} {} by {}, which is revoked",
            group.subject(),
            group.verb("is", "are"),
            group.signers(),
        );
        let fix = format!(
            "sign with a key that is not revoked: `knotc zone-key-rollover {zone} zsk`, `rndc dnssec -rollover -key TAG {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}
