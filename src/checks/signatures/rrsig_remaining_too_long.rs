//! Signatures that can still be replayed for very long.

use super::{Given, state_given};
use crate::checks::{Context, Statement};
use crate::dns::time::humane;

declare! {
    /// # rrsig-remaining-too-long
    ///
    /// A signature is valid for more than half a year from now on.
    ///
    /// ## Why it matters
    ///
    /// This is how long a copy of today's record can be replayed after it was changed or deleted. What the
    /// signature's whole life says of the signer, this says of the risk: it shrinks from day to day.
    ///
    /// ## What resolvers do
    ///
    /// They accept it, and cache the record for its TTL as usual.
    ///
    /// ## How to put it right
    ///
    /// Sign anew with a shorter life. That does not revoke what was signed before: if a record of the past
    /// must not be believed any more, roll the zone-signing key.
    ///
    /// - BIND: `signatures-validity 14d;` in the `dnssec-policy`, then `rndc reconfig` and `rndc
    ///   sign example.com`; to roll, `rndc dnssec -rollover -key 12345 example.com`
    /// - Knot: `rrsig-lifetime: 14d` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`; to roll, `knotc zone-key-rollover example.com zsk`
    /// - ldns and NSD: `ldns-signzone -e 20270101000000 example.com.zone Kexample.com.+013+12345`, then
    ///   `nsd-control reload example.com`
    ///
    /// PowerDNS never signs that far ahead. The registrar has no part in it.
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.4.2. Zonemaster: REMAINING_LONG. The threshold is the setting
    /// `signature_left_most`.
    "rrsig-remaining-too-long", Signatures, Warning,
    rfc: ["RFC 6781 section 4.4.2"],
    explained_by: ["rrsig-lifetime-too-long"],
    summary: "A signature can be replayed for very long.",
}

fn run<'a>(context: &Context<'a>) -> Vec<Statement> {
    let most = context.policy.signature_left_most;
    let left = |rrsig: &crate::dns::Rrsig| rrsig.expiration.near(context.now).since(context.now);
    let find = |given: &Given<'a>| {
        let mut usable = given.usable();
        usable.find(|rrsig| context.is_target(&rrsig.signer) && left(rrsig) > most)
    };
    state_given(context, find, |group| {
        let first = &group.items[0].rrsig;
        let message = format!(
            "{} {} valid until {}, for {}, which is more than {}",
            group.subject(),
            group.verb("is", "are"),
            first.expiration.near(context.now),
            humane(left(first)),
            humane(most),
        );
        let fix = "sign anew with a shorter life (`signatures-validity` in BIND, `rrsig-lifetime` in Knot), and roll the zone-signing key if old records must not be believed";
        (message, fix.to_owned())
    })
}
