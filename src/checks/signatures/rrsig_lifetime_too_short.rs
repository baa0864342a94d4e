//! Signatures that are over before anybody notices that the signer stopped.

use super::rrsig_lifetime_too_long::life;
use super::{Given, state_given};
use crate::checks::{Context, Statement};
use crate::dns::time::humane;

declare! {
    /// # rrsig-lifetime-too-short
    ///
    /// The whole life of a signature is shorter than an hour.
    ///
    /// ## Why it matters
    ///
    /// Should the signer miss one turn, the zone is gone before anybody is awake, and a resolver whose
    /// clock is off by as much refuses signatures that are right. Signers that sign while they answer make
    /// lives of hours or days, and even those leave room.
    ///
    /// ## What resolvers do
    ///
    /// They accept it and keep the record no longer than the signature lasts. Those whose clock is wrong
    /// by more than is left answer SERVFAIL with extended error 7 (Signature Expired) or 8 (Signature Not
    /// Yet Valid).
    ///
    /// ## How to put it right
    ///
    /// Let signatures live for days at least, and several times as long as the greatest TTL:
    ///
    /// - BIND: `signatures-validity 14d;` in the `dnssec-policy`, then `rndc reconfig` and `rndc
    ///   sign example.com`
    /// - Knot: `rrsig-lifetime: 14d` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - ldns and NSD: `ldns-signzone -e 20270101000000 example.com.zone Kexample.com.+013+12345`, then
    ///   `nsd-control reload example.com`
    ///
    /// PowerDNS signs for three weeks. The registrar has no part in it.
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.4.2. The threshold is the setting `signature_life_least`. Neither DNSViz nor
    /// Zonemaster has a name for it.
    "rrsig-lifetime-too-short", Signatures, Notice,
    rfc: ["RFC 6781 section 4.4.2"],
    explained_by: ["rrsig-expired"],
    summary: "The whole life of a signature is too short to miss one signing.",
}

fn run<'a>(context: &Context<'a>) -> Vec<Statement> {
    let least = context.policy.signature_life_least;
    let find = |given: &Given<'a>| {
        let last = given.last(context.now)?;
        (context.is_target(&last.signer) && life(last, context.now) < least).then_some(last)
    };
    state_given(context, find, |group| {
        let first = &group.items[0].rrsig;
        let message = format!(
            "{} {} for {} in all, from {} to {}: no turn of the signer may be missed",
            group.subject(),
            group.verb("lives", "live"),
            humane(life(first, context.now)),
            first.inception.near(context.now),
            first.expiration.near(context.now),
        );
        let fix = "let signatures live for days (`signatures-validity` in BIND, `rrsig-lifetime` in Knot)";
        (message, fix.to_owned())
    })
}
