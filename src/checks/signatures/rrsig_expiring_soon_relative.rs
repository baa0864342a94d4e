//! Signatures in use of whose life little is left.

use super::{Given, is_usual, state_given};
use crate::checks::{Context, Statement};
use crate::dns::time::humane;
use crate::dns::{Rrsig, Timestamp};

declare! {
    /// # rrsig-expiring-soon-relative
    ///
    /// Of the life of the last valid signature over an RRset less than a tenth is left, which may still
    /// be weeks.
    ///
    /// ## Why it matters
    ///
    /// Signers make new signatures when a share of the old ones' life remains: BIND more than a
    /// third of its fourteen days, PowerDNS a third of its three weeks, Knot from 3.3 on a tenth
    /// and the greatest TTL besides. Knot 3.2 leaves no more than the greatest TTL and an hour
    /// unless `rrsig-refresh` says otherwise. Whoever signs for a year and has three weeks left has
    /// forgotten the zone, or signs by hand and by a calendar; a threshold in days would notice
    /// that only at the end.
    ///
    /// ## What resolvers do
    ///
    /// Nothing yet. Once the signature has ended, SERVFAIL with extended error 7 (Signature Expired).
    ///
    /// ## How to put it right
    ///
    /// Sign now, and leave the next time to the signer:
    ///
    /// - BIND: `rndc dnssec -status example.com`, then `rndc sign example.com`; the margin is
    ///   `signatures-refresh` in the `dnssec-policy`
    /// - Knot: `knotc zone-sign example.com`; the margin is `rrsig-refresh` in the policy
    /// - PowerDNS: it signs as it answers: look at the server's clock
    /// - ldns and NSD: `ldns-signzone -e 20270101000000 example.com.zone Kexample.com.+013+12345`, then
    ///   `nsd-control reload example.com`
    ///
    /// The registrar has no part in it.
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.4.1. The share is the setting `expiring_share`; DNSViz and Zonemaster know
    /// thresholds in days only.
    "rrsig-expiring-soon-relative", Signatures, Warning,
    rfc: ["RFC 6781 section 4.4.1"],
    explained_by: ["rrsig-expired", "rrsig-expiring-soon", "rrsig-refresh-stalled"],
    summary: "Of the life of a signature in use little is left.",
}

fn run<'a>(context: &Context<'a>) -> Vec<Statement> {
    let share = context.policy.expiring_share;
    let find = |given: &Given<'a>| {
        let last = given.last(context.now);
        last.filter(|rrsig| is_below(rrsig, context.now, share))
            .filter(|rrsig| !is_usual(context, given, rrsig))
    };
    state_given(context, find, |group| {
        let first = group.first_to_end().rrsig;
        let (inception, at) = (
            first.inception.near(context.now),
            first.expiration.near(context.now),
        );
        let message = format!(
            "less than {share} % is left of the life of {}, made at {inception}: the first ends at {at}, in {}",
            group.subject(),
            humane(at.since(context.now)),
        );
        let fix = format!(
            "sign the zone before {at}: `rndc sign {zone}`, `knotc zone-sign {zone}`; then find out why the signer has not",
            zone = group.zone
        );
        (message, fix)
    })
}

/// Whether less than this share of its life, in percent, is left.
fn is_below(rrsig: &Rrsig, now: Timestamp, share: i64) -> bool {
    let (inception, expiration) = (rrsig.inception.near(now), rrsig.expiration.near(now));
    expiration.since(now) * 100 < expiration.since(inception) * share
}
