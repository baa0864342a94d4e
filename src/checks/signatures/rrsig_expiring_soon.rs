//! Signatures in use that end soon.

use super::{Given, is_usual, state_given};
use crate::checks::{Context, Statement};
use crate::dns::time::humane;
use crate::dns::{Rrsig, Timestamp};

declare! {
    /// # rrsig-expiring-soon
    ///
    /// The last valid signature over an RRset ends within days, and less than a quarter of its life is
    /// left.
    ///
    /// ## Why it matters
    ///
    /// A signer that works makes new signatures well before the old ones end: BIND five days
    /// before, PowerDNS a week. Knot by itself leaves little: 3.2 the greatest TTL and an hour,
    /// later releases a tenth of the lifetime more. Elsewhere signatures that come near their end
    /// mean that the signer has stopped, and the date named here is when the zone, or the part of
    /// it, disappears for validating resolvers. Until then nothing is seen from outside. Caches
    /// keep what they fetched for its TTL at most, and no longer than the signature lasts.
    ///
    /// `serve` knows how much each signer left at the last refreshes: where that was a day or more and
    /// the signer is not late, nothing is told here, and `rrsig-refresh-stalled` is once it is.
    ///
    /// ## What resolvers do
    ///
    /// Nothing yet. From that instant on SERVFAIL with extended error 7 (Signature Expired).
    ///
    /// ## How to put it right
    ///
    /// Sign now, then find out why the signer stopped: keys not readable, a full disk, a frozen zone, a
    /// cron job that ended, an offline key nobody fetched.
    ///
    /// - BIND: `rndc dnssec -status example.com`, then `rndc sign example.com`
    /// - Knot: `knotc zone-status example.com +events`, then `knotc zone-sign example.com`; if it
    ///   was going to sign in time, `rrsig-refresh: 5d` in the policy and `knotc reload` have it
    ///   sign days before
    /// - PowerDNS signs as it answers, each Thursday for three weeks: check the clock of the server
    /// - ldns: `ldns-signzone -e 20270101000000 example.com.zone Kexample.com.+013+12345`, then
    ///   `nsd-control reload example.com`
    ///
    /// At some of the servers only, the transfer to them has stopped: `nsd-control force_transfer
    /// example.com`, `rndc retransfer example.com`.
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.4.2; RFC 4035, section 5.3.1. Zonemaster: REMAINING_SHORT. The threshold is
    /// the setting `expiring_soon`.
    "rrsig-expiring-soon", Signatures, Warning,
    rfc: ["RFC 6781 section 4.4.2"],
    explained_by: ["rrsig-expired"],
    summary: "A signature in use will expire soon.",
}

fn run<'a>(context: &Context<'a>) -> Vec<Statement> {
    let find = |given: &Given<'a>| {
        given
            .last(context.now)
            .filter(|rrsig| is_soon(rrsig, context.now, context.policy.expiring_soon))
            .filter(|rrsig| !is_usual(context, given, rrsig))
    };
    state_given(context, find, |group| {
        let first = group.first_to_end();
        let at = first.rrsig.expiration.near(context.now);
        let message = format!(
            "signatures over {} {} expire soon, the first ({}) at {at}, in {}",
            group.types(),
            group.place(),
            first.rtype,
            humane(at.since(context.now)),
        );
        let fix = format!(
            "sign the zone before {at}: `rndc sign {zone}`, `knotc zone-sign {zone}`; then find out why the signer has not",
            zone = group.zone
        );
        (message, fix)
    })
}

/// Within the threshold, and in the last quarter of its life: signatures that are made while answering
/// may live for a day or two and are never near their end.
fn is_soon(rrsig: &Rrsig, now: Timestamp, threshold: i64) -> bool {
    let (inception, expiration) = (rrsig.inception.near(now), rrsig.expiration.near(now));
    let left = expiration.since(now);
    left < threshold && left < expiration.since(inception) / 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{RecordType, Serial};

    fn soon(days_past: i64, days_left: i64) -> bool {
        let now = Timestamp(1_800_000_000);
        let at = |days: i64| Serial(now.plus(days * 86_400).0 as u32);
        let rrsig = Rrsig {
            type_covered: RecordType::SOA,
            algorithm: 13,
            labels: 1,
            original_ttl: 60,
            expiration: at(days_left),
            inception: at(-days_past),
            key_tag: 1,
            signer: "example.".parse().unwrap(),
            signature: [].into(),
        };
        is_soon(&rrsig, now, 3 * 86_400)
    }

    #[test]
    fn only_the_end_of_a_long_life_is_soon() {
        assert!(soon(12, 2));
        assert!(!soon(9, 5));
        assert!(!soon(1, 1));
        assert!(!soon(2, 2));
    }
}
