//! Signatures before their beginning.

use super::state_faults;
use crate::checks::{Context, Statement};
use crate::dns::time::humane;
use crate::validate::SignatureFault;

declare! {
    /// # rrsig-not-yet-valid
    ///
    /// The inception of a signature lies in the future.
    ///
    /// ## Why it matters
    ///
    /// Until then the signature proves nothing, and without another valid one beside it the RRset is
    /// refused by every validating resolver. The cause is nearly always a clock: the signer's runs ahead,
    /// or it took a time zone for UTC. If this program's own clock is behind, this and every other
    /// statement about times is wrong.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 8 (Signature Not Yet Valid) from Unbound, Knot Resolver and PowerDNS
    /// Recursor. Unbound forgives up to a tenth of the signature's life, between an hour and a day
    /// (`val-sig-skew-min`, `val-sig-skew-max`).
    ///
    /// ## How to put it right
    ///
    /// Compare the clocks first: `date -u` on the signer and here. Then sign again; signers set the
    /// inception an hour or more into the past so that clocks need not agree to the second:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - ldns: `ldns-signzone -i 20260101000000 example.com.zone Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.1; RFC 4034, section 3.1.5. DNSViz: INCEPTION_IN_FUTURE. Zonemaster:
    /// DS08_DNSKEY_RRSIG_NOT_YET_VALID, DS09_SOA_RRSIG_NOT_YET_VALID.
    "rrsig-not-yet-valid", Signatures, Bogus,
    rfc: ["RFC 4035 section 5.3.1"],
    explained_by: ["probe-clock-unreliable"],
    summary: "A signature is not valid yet.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |fault: &super::Fault| matches!(fault.fault, SignatureFault::NotYetValid(_));
    state_faults(context, wanted, |group| {
        let inceptions = group.items.iter();
        let inceptions = inceptions.map(|item| item.rrsig.inception.near(context.now));
        let last = inceptions.max().unwrap_or(context.now);
        let message = format!(
            "{} by {} {} not valid before {last} (in {})",
            group.subject(),
            group.signers(),
            group.verb("is", "are"),
            humane(last.since(context.now)),
        );
        let fix = format!(
            "compare the signer's clock with UTC, then sign again: `rndc sign {zone}`, `knotc zone-sign {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}
