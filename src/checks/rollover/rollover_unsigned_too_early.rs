//! A zone that went unsigned while its DS is still in caches.

use super::when;
use crate::checks::{Context, Statement};

declare! {
    /// # rollover-unsigned-too-early
    ///
    /// The parent has withdrawn the DS and the zone is no longer signed, but caches may still hold the DS.
    ///
    /// ## Why it matters
    ///
    /// Whoever holds the DS expects signatures and finds none: the zone is bogus there until the DS has
    /// expired. Slack was away for a day in 2021 for this reason.
    ///
    /// ## What resolvers do
    ///
    /// They answer SERVFAIL with extended error 9 or 10 (DNSKEY Missing, RRSIGs Missing) until they ask the
    /// parent again.
    ///
    /// ## How to put it right
    ///
    /// Sign the zone again with the keys that it had, until the instant that is given:
    ///
    /// - BIND: put the old `dnssec-policy` back; when it is time, use `dnssec-policy insecure`, which waits for the DS to expire
    /// - Knot DNS: `dnssec-signing: on` with the old keys, then `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil secure-zone example.com` makes new keys: import the old ones with `pdnsutil import-zone-key`
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.4; RFC 7583, section 3.3.
    "rollover-unsigned-too-early", Rollover, Bogus,
    rfc: ["RFC 6781 section 4.4"],
    explained_by: [],
    summary: "The zone is unsigned while caches still hold its DS.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    // With a DS at the parent the chain itself is bogus.
    if !look.inventory.keys.is_empty() || !look.inventory.ds.is_empty() || !look.is_whole() {
        return Vec::new();
    }
    let sets = history.delegations.iter();
    let cached = sets.filter(|past| super::secures(past) && past.cached_until() > context.now);
    let Some(until) = cached.map(|past| history.cached_until(past, look)).max() else {
        return Vec::new();
    };
    let apex = &zone.apex;
    let message = format!(
        "{apex} is not signed any more, and caches may hold its DS until {}: there the zone is bogus",
        when(until, context.now)
    );
    let fix = format!("sign {apex} again with the keys that it had, until {until}");
    vec![Statement::new(apex, message).until(until).fix(fix)]
}
