//! Records that outlive their signature in caches.

use super::{Given, state_given};
use crate::checks::{Context, Statement};
use crate::dns::time::humane;

declare! {
    /// # rrsig-ttl-beyond-expiration
    ///
    /// The TTL of an RRset is longer than its signature still lasts.
    ///
    /// ## Why it matters
    ///
    /// A cache that does not validate, a forwarder for example, keeps the RRset with its signature for
    /// the whole TTL and hands out an expired signature; a validating resolver behind it then fails
    /// although the zone has long been signed again. It also shows that signatures are replaced too late.
    ///
    /// ## What resolvers do
    ///
    /// Validating resolvers cut the TTL to what is left of the signature (RFC 4035, section 5.3.3).
    /// Others keep the TTL, and validators behind them answer SERVFAIL with extended error 7 (Signature
    /// Expired) until it has run out.
    ///
    /// ## How to put it right
    ///
    /// Sign again now, and let the signer replace signatures at the latest one TTL before they end. Or
    /// use a shorter TTL:
    ///
    /// - BIND: `signatures-refresh 5d;` in the `dnssec-policy` and `max-zone-ttl 1d;`, then `rndc
    ///   reconfig` and `rndc sign example.com`
    /// - Knot: `rrsig-refresh: 5d` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - ldns: a later `-e`, as in `ldns-signzone -e 20270101000000 example.com.zone
    ///   Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.3.3; RFC 6781, section 4.4.1. DNSViz: TTL_BEYOND_EXPIRATION.
    "rrsig-ttl-beyond-expiration", Signatures, Warning,
    rfc: ["RFC 4035 section 5.3.3", "RFC 6781 section 4.4.1"],
    explained_by: ["rrsig-expired", "rrsig-lifetime-too-short"],
    summary: "An RRset may be cached for longer than its signature lasts.",
}

fn run<'a>(context: &Context<'a>) -> Vec<Statement> {
    let find = |given: &Given<'a>| {
        let last = given.last(context.now)?;
        let left = last.expiration.near(context.now).since(context.now);
        let ttl = i64::from(given.set.rrset.ttl());
        (ttl > left).then_some(last)
    };
    state_given(context, find, |group| {
        let first = group.first_to_end();
        let at = first.rrsig.expiration.near(context.now);
        let message = format!(
            "{} may be cached beyond the end of the signature: TTL {}, signature ends in {} ({at})",
            group.rrsets(),
            humane(i64::from(first.rrsig.original_ttl)),
            humane(at.since(context.now)),
        );
        let fix = format!(
            "sign now (`rndc sign {zone}`, `knotc zone-sign {zone}`), and let signatures be replaced at least one TTL before they end",
            zone = group.zone
        );
        (message, fix)
    })
}
