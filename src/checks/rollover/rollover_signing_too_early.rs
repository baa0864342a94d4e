//! Signatures by a key that caches do not know yet.

use std::collections::BTreeSet;

use super::{key_name, when};
use crate::checks::{Context, Statement};
use crate::validate::JudgedRrset;

declare! {
    /// # rollover-signing-too-early
    ///
    /// An RRset is signed by nothing but keys that joined the DNSKEY RRset so lately that caches may have
    /// the RRset without them.
    ///
    /// ## Why it matters
    ///
    /// Who holds the older DNSKEY RRset finds no key for these signatures: the data is bogus there until the
    /// older one has expired.
    ///
    /// ## What resolvers do
    ///
    /// They answer SERVFAIL with extended error 9 (DNSKEY Missing); some fetch the keys anew first.
    ///
    /// ## How to put it right
    ///
    /// Sign with the old key as well, or go back to it, until the instant that is given; then switch over:
    ///
    /// - BIND: `rndc dnssec -status example.com` shows what a `dnssec-policy` waits for; keys set by hand lack `-P` and `-A` times
    /// - Knot DNS: `keymgr example.com list`; `propagation-delay` and `dnskey-ttl` of the policy have to be true
    /// - PowerDNS: `pdnsutil activate-zone-key example.com ID` for the old key, then `pdnsutil deactivate-zone-key example.com ID` for the new
    ///
    /// ## References
    ///
    /// RFC 7583, section 3.2.1; RFC 6781, section 4.1.1.1.
    "rollover-signing-too-early", Rollover, Error,
    rfc: ["RFC 7583 section 3.2.1"],
    explained_by: ["dnskey-set-replaced"],
    summary: "Data is signed by a key that caches do not know yet.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    // A key that this look is the first to see joined between the last one and now.
    let unknown = |identity: &str| match history.keys.get(identity) {
        Some(past) => past
            .is_unknown_to_caches(context.now)
            .then(|| past.known_everywhere()),
        None => {
            let ttl = i64::from(history.ttls.dnskey.unwrap_or(0));
            let is_cached = history
                .last
                .is_some_and(|last| last.plus(ttl) > context.now);
            (is_cached && !history.keys.is_empty()).then(|| context.now.plus(ttl))
        }
    };
    let young = look.inventory.keys.iter().filter_map(|key| {
        unknown(&key.identity).map(|until| ((key.key_tag, key.algorithm), until))
    });
    let young: std::collections::BTreeMap<_, _> = young.collect();
    let is_hit = |set: &&JudgedRrset| {
        let mut by = set
            .valid()
            .map(|(rrsig, _)| (rrsig.key_tag, rrsig.algorithm))
            .peekable();
        by.peek().is_some() && by.all(|key| young.contains_key(&key))
    };
    let sets: Vec<&JudgedRrset> = zone
        .servers
        .values()
        .flat_map(|server| server.data())
        .filter(is_hit)
        .collect();
    let keys = sets.iter().flat_map(|set| set.valid());
    let keys: BTreeSet<_> = keys
        .map(|(rrsig, _)| (rrsig.key_tag, rrsig.algorithm))
        .collect();
    let Some(until) = keys.iter().filter_map(|key| young.get(key)).max().copied() else {
        return Vec::new();
    };
    let types: BTreeSet<_> = sets.iter().map(|set| set.rrset.rtype).collect();
    let names = crate::checks::statement::list(keys.iter().map(|key| key_name(key.0, key.1)));
    let message = format!(
        "{} of {} is signed by {names} alone, which caches may not have before {}",
        crate::checks::statement::list(&types),
        zone.apex,
        when(until, context.now)
    );
    let fix = format!("sign {} with the old key as well until {until}", zone.apex);
    vec![Statement::new(&zone.apex, message).until(until).fix(fix)]
}
