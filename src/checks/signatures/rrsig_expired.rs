//! Signatures past their end.

use super::state_faults;
use crate::checks::{Context, Statement};
use crate::dns::time::humane;
use crate::validate::SignatureFault;

declare! {
    /// # rrsig-expired
    ///
    /// The expiration of a signature lies in the past.
    ///
    /// ## Why it matters
    ///
    /// From the second of expiry on, every validating resolver whose cache has run out refuses the RRset,
    /// unless another valid signature stands beside it. If it is the DNSKEY RRset or the SOA, the whole
    /// zone is gone. At some of the servers only, answers come and go with the server that a resolver
    /// happens to ask: usually a secondary that no longer transfers the zone.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 7 (Signature Expired) from Unbound, Knot Resolver and PowerDNS
    /// Recursor. Unbound and BIND ask another server first; PowerDNS Recursor does not.
    ///
    /// ## How to put it right
    ///
    /// Find out why the signer stopped: keys not readable, a full disk, a zone frozen, a clock that is
    /// wrong. Then sign again:
    ///
    /// - BIND: `rndc sign example.com`, and `rndc dnssec -status example.com` to see the keys
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: signs as it answers; check the clock, then `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone -e 20270101000000 example.com.zone Kexample.com.+013+12345`, then
    ///   `nsd-control reload example.com`
    ///
    /// If only some servers serve the old signatures, transfer the zone there again: `rndc retransfer
    /// example.com`, `knotc zone-retransfer example.com`, `nsd-control force_transfer example.com`.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.1; RFC 4034, section 3.1.5; RFC 6781, section 4.4.2. DNSViz:
    /// EXPIRATION_IN_PAST. Zonemaster: RRSIG_EXPIRED, DS08_DNSKEY_RRSIG_EXPIRED, DS09_SOA_RRSIG_EXPIRED.
    "rrsig-expired", Signatures, Bogus,
    rfc: ["RFC 4035 section 5.3.1"],
    explained_by: ["probe-clock-unreliable"],
    summary: "A signature has expired.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |fault: &super::Fault| matches!(fault.fault, SignatureFault::Expired(_));
    state_faults(context, wanted, |group| {
        let first = group.first_to_end().rrsig.expiration.near(context.now);
        let since = humane(context.now.since(first));
        let message = format!(
            "{} by {} {} {first} ({since} ago)",
            group.subject(),
            group.signers(),
            group.verb("expired at", "expired, the first at"),
        );
        let fix = format!(
            "sign the zone again: `rndc sign {zone}`, `knotc zone-sign {zone}`; then find out why the signer stopped",
            zone = group.zone
        );
        (message, fix)
    })
}
