//! Signatures that end before a cut-off secondary gives up.

use super::{Given, state_given};
use crate::checks::{Context, Statement};
use crate::dns::time::humane;
use crate::dns::{RecordType, Rrsig, Soa};

/// Signatures with a shorter life, in seconds, are made while answering.
const LEAST: i64 = 3 * 86_400;

declare! {
    /// # rrsig-shorter-than-soa-expire
    ///
    /// The whole life of the signatures is shorter than the time after which a secondary that cannot
    /// reach its primary stops serving the zone (the Expire field of the SOA).
    ///
    /// ## Why it matters
    ///
    /// A secondary that is cut off goes on serving its copy until Expire has passed. If the signatures
    /// end before that, it serves expired signatures, which is worse than no answer: resolvers would ask
    /// another server. With an Expire below the life of the signatures the secondary falls silent in
    /// time.
    ///
    /// ## What resolvers do
    ///
    /// Nothing while transfers work. From a cut-off secondary they get expired signatures; BIND and
    /// Unbound then ask another server, PowerDNS Recursor does not.
    ///
    /// ## How to put it right
    ///
    /// Let signatures live longer than Expire, or lower Expire in the SOA; both are common, as in an
    /// Expire of a week with signatures of two:
    ///
    /// - BIND: `signatures-validity 28d;` in the `dnssec-policy`, then `rndc reconfig` and `rndc
    ///   sign example.com`
    /// - Knot: `rrsig-lifetime: 28d` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - the SOA: fourth of its five numbers, in seconds
    ///
    /// Not reported of signatures that live less than three days: those are made while answering, and
    /// such zones are not transferred.
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.4.1; RFC 1912, section 2.2.
    "rrsig-shorter-than-soa-expire", Signatures, Notice,
    rfc: ["RFC 6781 section 4.4.1"],
    explained_by: ["rrsig-expired", "rrsig-expiring-soon"],
    summary: "Signatures live shorter than secondaries keep the zone.",
}

fn run<'a>(context: &Context<'a>) -> Vec<Statement> {
    let life = |rrsig: &Rrsig| {
        let expiration = rrsig.expiration.near(context.now);
        expiration.since(rrsig.inception.near(context.now))
    };
    let find = |given: &Given<'a>| {
        let set = &given.set.rrset;
        if set.rtype != RecordType::SOA || !context.is_target(&set.owner) {
            return None;
        }
        let expire = expire_of(given)?;
        let last = given.last(context.now)?;
        (LEAST..expire).contains(&life(last)).then_some(last)
    };
    state_given(context, find, |group| {
        let lives = life(group.items[0].rrsig);
        let message = format!(
            "signatures over SOA {} live {}, less than the Expire field of the SOA: a cut-off secondary serves expired signatures",
            group.place(),
            humane(lives),
        );
        let fix = format!(
            "lower the Expire field of the SOA below {lives}, or let signatures live longer (`signatures-validity` in BIND, `rrsig-lifetime` in Knot)"
        );
        (message, fix)
    })
}

fn expire_of(given: &Given<'_>) -> Option<i64> {
    let soa = Soa::parse(given.set.rrset.rdata.first()?).ok()?;
    Some(i64::from(soa.expire))
}
