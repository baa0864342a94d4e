//! Signatures that may end at a secondary before it gives up.

use crate::checks::servers::soa;
use crate::checks::{Context, Statement};
use crate::dns::time::humane;
use crate::history::Signer;
use crate::validate::JudgedZone;

declare! {
    /// # timing-refresh-vs-expire-and-ttl
    ///
    /// What the signer leaves of a signature when it makes the next is less than the Expire field of the
    /// SOA and the longest TTL together.
    ///
    /// ## Why it matters
    ///
    /// A secondary that loses its primary just before new signatures are made goes on serving its copy
    /// until Expire has passed, and caches keep what they got from it for a TTL more. With a margin below
    /// that, it serves expired signatures before it gives up. As long as transfers work nothing is wrong.
    ///
    /// ## What resolvers do
    ///
    /// Nothing while transfers work. Expired signatures from a cut-off secondary are extended error 7
    /// (Signature Expired); BIND and Unbound then ask another server.
    ///
    /// ## How to put it right
    ///
    /// Lower Expire to a third or a quarter of the life of signatures, or let the signer leave more:
    ///
    /// - BIND: `signatures-refresh 10d;` with `signatures-validity 28d;` in the `dnssec-policy`
    /// - Knot: `rrsig-refresh: 10d` with `rrsig-lifetime: 28d` in the policy
    /// - PowerDNS leaves a week of three: an Expire of less than a week
    /// - ldns and NSD: sign anew that much earlier; Expire is the fourth number of the SOA
    ///
    /// The registrar has no part in it.
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.4.1. The margin is learned from two refreshes at least, so that the check is
    /// silent without the memory of earlier looks.
    "timing-refresh-vs-expire-and-ttl", Rollover, Notice,
    rfc: ["RFC 6781 section 4.4.1"],
    explained_by: [
        "rrsig-expired",
        "rrsig-expiring-soon",
        "rrsig-refresh-stalled",
        "rrsig-shorter-than-soa-expire",
    ],
    summary: "Signatures may end at a cut-off secondary before it gives up.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, _, zone)) = context.remembered() else {
        return Vec::new();
    };
    let margin = history.signers.values().filter_map(Signer::margin).min();
    let (Some(margin), Some((id, expire))) = (margin, expire(zone)) else {
        return Vec::new();
    };
    let ttl = history.data_ttl();
    if margin >= expire + ttl {
        return Vec::new();
    }
    let message = format!(
        "the signer of {} leaves {} of a signature, less than the Expire field of the SOA ({}) and a TTL ({}): a cut-off secondary serves expired signatures",
        zone.apex,
        humane(margin),
        humane(expire),
        humane(ttl),
    );
    vec![
        Statement::new(&zone.apex, message)
            .about("rrtype", "SOA")
            .fact("margin", margin)
            .fact("expire", expire)
            .fix("lower Expire to a quarter of the life of signatures, or have the signer sign earlier (`signatures-refresh` in BIND, `rrsig-refresh` in Knot)")
            .shown_by([id]),
    ]
}

/// The longest Expire that a server has, in seconds.
fn expire(zone: &JudgedZone) -> Option<(usize, i64)> {
    let all = zone.servers.values().filter_map(|server| soa(zone, server));
    all.map(|(id, soa)| (id, i64::from(soa.expire)))
        .max_by_key(|(_, expire)| *expire)
}
