//! Signatures that do not verify.

use super::state_faults;
use crate::checks::{Context, Statement};
use crate::validate::SignatureFault;

declare! {
    /// # rrsig-invalid
    ///
    /// A signature names a key of the zone, and the arithmetic with that key does not come out.
    ///
    /// ## Why it matters
    ///
    /// Either the records changed after they were signed, or the signature or the key did. Without
    /// another valid signature beside it the RRset is refused by every validating resolver. That is what
    /// DNSSEC is for: a validator cannot tell a mistake from an attack.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 6 (DNSSEC Bogus). BIND and Unbound ask another server first. Beside a
    /// valid signature they go on to the next, some only a few times: PowerDNS Recursor 4.8 failed about
    /// half of the time with 16 bad signatures beside a good one. BIND since 9.18.24 gives up after a
    /// single one that fails (`max-validation-failures-per-fetch`), if it comes to that one first.
    ///
    /// ## How to put it right
    ///
    /// Usual causes: a signed zone file edited by hand, a record changed by a load balancer or
    /// provisioning after signing, a zone assembled from two versions, a private key that is not the one
    /// of the published DNSKEY. Remove the cause, then sign again from the unsigned data:
    ///
    /// - BIND: `rndc sign example.com`; with `dnssec-signzone`, sign the unsigned file, not the signed
    ///   one
    /// - Knot: `knotc zone-sign example.com`, which drops all old signatures
    /// - PowerDNS: `pdnsutil check-zone example.com`, then `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone example.com.zone Kexample.com.+013+12345`
    ///
    /// At some of the servers only, transfer the zone there again: `rndc retransfer example.com`, `knotc
    /// zone-retransfer example.com`, `nsd-control force_transfer example.com`.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.3; RFC 4034, section 3.1.8.1. DNSViz: SIGNATURE_INVALID. Zonemaster:
    /// DS08_RRSIG_NOT_VALID_BY_DNSKEY, DS09_RRSIG_NOT_VALID_BY_DNSKEY.
    "rrsig-invalid", Signatures, Bogus,
    rfc: ["RFC 4035 section 5.3.3"],
    explained_by: ["ds-digest-mismatch"],
    summary: "A signature does not verify with the key it names.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |fault: &super::Fault| fault.fault == SignatureFault::Mismatch;
    state_faults(context, wanted, |group| {
        let message = format!(
            "{} by {} {} not verify",
            group.subject(),
            group.signers(),
            group.verb("does", "do"),
        );
        let fix = format!(
            "sign again from unsigned data: `rndc sign {zone}`, `knotc zone-sign {zone}`, `pdnsutil rectify-zone {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}
