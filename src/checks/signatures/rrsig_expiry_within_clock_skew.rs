//! Signatures that a fast clock calls expired.

use super::{Given, state_given};
use crate::checks::{Context, Statement};
use crate::dns::time::humane;

/// In seconds; the value of DNSViz, and of Kerberos (RFC 4120, section 8.2).
const SKEW: i64 = 300;

declare! {
    /// # rrsig-expiry-within-clock-skew
    ///
    /// The last valid signature over an RRset ends within five minutes.
    ///
    /// ## Why it matters
    ///
    /// A validator whose clock is a few minutes fast refuses it already. Five minutes is what DNSViz
    /// allows for; nothing in RFC 4035 allows any grace at all, so the signature must be replaced long
    /// before its end.
    ///
    /// ## What resolvers do
    ///
    /// Those with a fast clock answer SERVFAIL with extended error 7 (Signature Expired). Unbound
    /// forgives up to a tenth of the signature's life, between an hour and a day (`val-sig-skew-min`).
    ///
    /// ## How to put it right
    ///
    /// Sign at once, and let signatures be replaced days before they end:
    ///
    /// - BIND: `rndc sign example.com`; for the next time `signatures-refresh 5d;` in the
    ///   `dnssec-policy`, then `rndc reconfig`
    /// - Knot: `knotc zone-sign example.com`; `rrsig-refresh: 5d` in the policy
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.1; RFC 6781, section 4.4.2. DNSViz: EXPIRATION_WITHIN_CLOCK_SKEW.
    "rrsig-expiry-within-clock-skew", Signatures, Warning,
    rfc: ["RFC 4035 section 5.3.1"],
    explained_by: ["rrsig-expired", "rrsig-expiring-soon"],
    summary: "A signature in use expires within plausible clock error of now.",
}

fn run<'a>(context: &Context<'a>) -> Vec<Statement> {
    let find = |given: &Given<'a>| {
        let last = given.last(context.now)?;
        let left = last.expiration.near(context.now).since(context.now);
        (left <= SKEW).then_some(last)
    };
    state_given(context, find, |group| {
        let at = group.first_to_end().rrsig.expiration.near(context.now);
        let message = format!(
            "{} {} at {at}, in {}: a clock five minutes fast refuses {} now",
            group.subject(),
            group.verb("expires", "expire, the first"),
            humane(at.since(context.now)),
            group.verb("it", "them"),
        );
        let fix = format!(
            "sign at once: `rndc sign {zone}`, `knotc zone-sign {zone}`",
            zone = group.zone
        );
        (message, fix)
    })
}
