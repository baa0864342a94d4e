//! Signatures made to last for very long.

use super::{Given, state_given};
use crate::checks::{Context, Statement};
use crate::dns::time::humane;
use crate::dns::{Rrsig, Timestamp};

declare! {
    /// # rrsig-lifetime-too-long
    ///
    /// A signature was made to last longer than half a year.
    ///
    /// ## Why it matters
    ///
    /// For as long as it is valid, whoever kept a copy can replay it: the address of a server that was
    /// given up, a key that was taken back, a DS that was withdrawn. Nothing but a change of the key ends
    /// that sooner. And who signs that seldom does it by hand, and forgets it once.
    ///
    /// ## What resolvers do
    ///
    /// They accept it: validators have no limit for the life of a signature.
    ///
    /// ## How to put it right
    ///
    /// Sign for some weeks, and let the signer repeat it:
    ///
    /// - BIND: `signatures-validity 14d; signatures-validity-dnskey 14d;` in the `dnssec-policy`,
    ///   then `rndc reconfig` and `rndc sign example.com`
    /// - Knot: `rrsig-lifetime: 14d` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - PowerDNS signs for three weeks, and cannot be told otherwise
    /// - ldns and NSD: `ldns-signzone -e 20270101000000 example.com.zone Kexample.com.+013+12345` from a
    ///   timer, then `nsd-control reload example.com`
    ///
    /// The registrar has no part in it.
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.4.2; RFC 4033, section 8.2. Zonemaster: DURATION_LONG. The threshold is the
    /// setting `signature_life_most`.
    "rrsig-lifetime-too-long", Signatures, Warning,
    rfc: ["RFC 6781 section 4.4.2"],
    explained_by: [],
    summary: "A signature was made to last for very long.",
}

fn run<'a>(context: &Context<'a>) -> Vec<Statement> {
    let most = context.policy.signature_life_most;
    let find = |given: &Given<'a>| {
        let mut usable = given.usable();
        usable.find(|rrsig| context.is_target(&rrsig.signer) && life(rrsig, context.now) > most)
    };
    state_given(context, find, |group| {
        let first = &group.items[0].rrsig;
        let message = format!(
            "{} {} made to last {}, from {} to {}, which is more than {}",
            group.subject(),
            group.verb("was", "were"),
            humane(life(first, context.now)),
            first.inception.near(context.now),
            first.expiration.near(context.now),
            humane(most),
        );
        let fix = "let the signer sign for some weeks and repeat it by itself (`signatures-validity` in BIND, `rrsig-lifetime` in Knot)";
        (message, fix.to_owned())
    })
}

/// From inception to expiration, in seconds.
pub(super) fn life(rrsig: &Rrsig, now: Timestamp) -> i64 {
    let expiration = rrsig.expiration.near(now);
    expiration.since(rrsig.inception.near(now))
}
