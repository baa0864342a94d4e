//! Signatures that end before they begin.

use super::state_faults;
use crate::checks::{Context, Statement};
use crate::validate::SignatureFault;

declare! {
    /// # rrsig-expiration-before-inception
    ///
    /// The expiration of a signature lies before its inception, so there is no time at which it is valid.
    ///
    /// ## Why it matters
    ///
    /// The RRset is refused by every validating resolver, now and at any other time, unless another
    /// signature beside it is valid. It comes from a signer that was given its two times the wrong way
    /// round, or that added a lifetime of more than 68 years, which serial arithmetic takes for the past.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL. Extended errors differ: 8 (Signature Not Yet Valid) from Unbound, 7 (Signature Expired)
    /// from Knot Resolver and PowerDNS Recursor; code 25 (Signature Expired before Valid) is registered
    /// for it.
    ///
    /// ## How to put it right
    ///
    /// Look at the times that the signer is given, then sign again:
    ///
    /// - BIND: `signatures-validity` in the `dnssec-policy`, then `rndc reconfig` and `rndc sign
    ///   example.com`; by hand `dnssec-signzone -o example.com example.com.zone`, which takes an
    ///   hour ago and 30 days when given no times
    /// - Knot: `rrsig-lifetime` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - ldns: `ldns-signzone -i 20260101000000 -e 20260115000000 example.com.zone
    ///   Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 4034, section 3.1.5; RFC 1982, section 3.2; RFC 4035, section 5.3.1.
    "rrsig-expiration-before-inception", Signatures, Bogus,
    rfc: ["RFC 4034 section 3.1.5"],
    explained_by: [],
    summary: "A signature expires before it becomes valid.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted =
        |fault: &super::Fault| matches!(fault.fault, SignatureFault::ExpirationBeforeInception(..));
    state_faults(context, wanted, |group| {
        let first = group.items[0].rrsig;
        let message = format!(
            "{} by {} {} at {} before {} at {}",
            group.subject(),
            group.signers(),
            group.verb("expires", "expire, the first"),
            first.expiration.near(context.now),
            group.verb("its inception", "their inception"),
            first.inception.near(context.now),
        );
        let fix = format!(
            "correct the signature lifetime of the signer, then sign again: `rndc sign {zone}`, `knotc zone-sign {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}
