//! An algorithm rollover whose steps came in the wrong order for those who have the older answer.

use std::collections::BTreeSet;

use super::{key_name, leads_somewhere, when};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::crypto::Algorithm;
use crate::dns::Timestamp;
use crate::history::{History, Look};
use crate::validate::{JudgedZone, Status};

declare! {
    /// # rollover-algorithm-out-of-order
    ///
    /// A DS of a new algorithm is at the parent before the signatures by that algorithm are in every
    /// cache; or the signatures by the old algorithm are gone while caches still have its DS.
    ///
    /// ## Why it matters
    ///
    /// A zone has to be signed with every algorithm in its DS RRset. With a DS RRset of two algorithms and
    /// data of one, which is what caches then hold, a strict validator sees an attack that strips the
    /// better algorithm. In between the zone fails for some users, and nothing is to be seen at the
    /// servers.
    ///
    /// ## What resolvers do
    ///
    /// Validators should not insist on every algorithm (RFC 6840, section 5.11), and most do not. Unbound
    /// with `harden-algo-downgrade: yes` does, and answers SERVFAIL with extended error 10 (RRSIGs
    /// Missing).
    ///
    /// ## How to put it right
    ///
    /// Undo the last step until the instant that is given: withdraw the new DS, or sign with the old
    /// algorithm again. Signers that roll algorithms by themselves keep the order:
    ///
    /// - BIND: the `dnssec-policy`; `rndc dnssec -status example.com` shows what it waits for
    /// - Knot: `knotc zone-ksk-submitted example.com` only when the DS is at every server of the parent;
    ///   `propagation-delay` and `zone-max-ttl` of the policy have to be true
    /// - PowerDNS: `pdnsutil add-zone-key example.com ksk active ecdsa256`, the same for `zsk`, then a TTL
    ///   of waiting before the DS
    /// - ldns and NSD: sign with the keys of both algorithms, wait for the greatest TTL, then change the DS
    ///
    /// At the registrar add the new DS when `anchorwatch ds example.com` says so, and not before.
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.1.4; RFC 4035, section 2.2; RFC 6840, section 5.11.
    "rollover-algorithm-out-of-order", Rollover, Warning,
    rfc: ["RFC 6781 section 4.1.4", "RFC 4035 section 2.2"],
    explained_by: ["dnskey-set-replaced", "rollover-key-removed-too-early"],
    summary: "The steps of an algorithm rollover came in the wrong order.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    // What is wrong by itself is told as that.
    if zone.status != Status::Secure {
        return Vec::new();
    }
    let early = ds_too_early(history, look).map(|(algorithm, until)| {
        let message = format!(
            "the DS of {} of {} came before caches had its signatures: they may have the zone without them until {}",
            Algorithm(algorithm),
            zone.apex,
            when(until, context.now)
        );
        let fix = format!("withdraw the DS of {} until {until}", Algorithm(algorithm));
        (message, fix, until)
    });
    let late = signatures_too_early(history, look, zone).map(|(keys, until)| {
        let message = format!(
            "nothing of {} is signed by the algorithm of {keys} any more, whose DS caches may hold until {}",
            zone.apex,
            when(until, context.now)
        );
        (message, format!("sign with {keys} again until {until}"), until)
    });
    let stated = early.into_iter().chain(late);
    stated
        .filter(|(.., until)| *until > context.now)
        .map(|(message, fix, until)| Statement::new(&zone.apex, message).until(until).fix(fix))
        .collect()
}

/// An algorithm that joined the DS RRset before its keys had been in the zone for as long as caches keep
/// data, and until when that matters.
fn ds_too_early(history: &History, look: Look<'_>) -> Option<(u8, Timestamp)> {
    let now: BTreeSet<u8> = look.inventory.ds.iter().map(|ds| ds.algorithm).collect();
    let found = now.into_iter().filter_map(|algorithm| {
        let ds = joined_parent(history, look, algorithm)?;
        let keys = look.inventory.keys.iter();
        let keys = keys.filter(|key| key.algorithm == algorithm);
        let joined = keys.map(|key| match history.keys.get(&key.identity) {
            Some(past) => past.unseen.map(|_| past.first),
            None => Some(look.at),
        });
        // A key that was there from the beginning is in every cache.
        let first = joined.collect::<Option<Vec<_>>>()?.into_iter().min()?;
        let until = first.plus(history.data_ttl());
        (ds < until).then_some((algorithm, until))
    });
    found.max_by_key(|(_, until)| *until)
}

/// When the first DS of this algorithm joined others; `None` when it was there from the beginning.
fn joined_parent(history: &History, look: Look<'_>, algorithm: u8) -> Option<Timestamp> {
    let mut lacking = history.delegations.iter().rev();
    let mut joined = look.at;
    let before = lacking.find(|set| {
        let has = set.ds.iter().any(|ds| ds.1 == algorithm);
        if has {
            joined = set.first;
        }
        !has
    })?;
    (!before.ds.is_empty()).then_some(joined)
}

/// The keys of a DS that caches may hold, whose algorithm signs nothing any more while another DS beside it
/// still leads into the zone, and until when.
fn signatures_too_early(
    history: &History,
    look: Look<'_>,
    zone: &JudgedZone,
) -> Option<(String, Timestamp)> {
    let signing: BTreeSet<u8> = super::signing_keys(zone).map(|key| key.algorithm).collect();
    let found = history.delegations.iter().filter_map(|past| {
        let gone: Vec<_> = past
            .ds
            .iter()
            .filter(|ds| !signing.contains(&ds.1))
            .collect();
        let is_held = past.ds.iter().any(|ds| leads_somewhere(zone, ds));
        let names = list(gone.iter().map(|ds| key_name(ds.0, ds.1)));
        (is_held && !gone.is_empty()).then(|| (names, history.cached_until(past, look)))
    });
    found.max_by_key(|(_, until)| *until)
}
