//! A rollover that is under way, and how far it is.

use super::key_name;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::crypto::Algorithm;
use crate::dns::Timestamp;
use crate::history::{History, Look};
use crate::report::Key;

/// A key that joined longer ago is no new one, in seconds: RFC 5011 takes a month for the slowest of all
/// rollovers, and what waits longer is told by others.
const NEW: i64 = 30 * 86_400;

declare! {
    /// # rollover-in-progress
    ///
    /// A key has joined the DNSKEY RRset within a month, and keys of the same role from before are still
    /// there. Which keys sign and which have a DS tells how far the rollover is.
    ///
    /// ## Why it matters
    ///
    /// Nothing is wrong. It is told so that nobody begins a second change in the middle of the first, and
    /// so that a rollover that nobody started is seen.
    ///
    /// ## What resolvers do
    ///
    /// They validate by whichever key the DS and the signatures lead to.
    ///
    /// ## How to put it right
    ///
    /// Nothing, if it is yours: wait for the step that is named. To see what the signer waits for:
    ///
    /// - BIND: `rndc dnssec -status example.com`
    /// - Knot: `keymgr example.com list`, `knotc zone-status example.com`
    /// - PowerDNS: `pdnsutil show-zone example.com`
    /// - ldns and NSD: nobody waits but you; `anchorwatch ds example.com` gives the instants
    ///
    /// The registrar is needed when a key-signing key waits for its DS.
    ///
    /// ## References
    ///
    /// RFC 7583, section 3; RFC 6781, section 4.1. Only with the memory of earlier looks. The fact `phase`
    /// is one of `published`, `signing`, `ds-awaited`, `ds-of-both`, `ds-withdrawn`.
    "rollover-in-progress", Rollover, Notice,
    rfc: ["RFC 7583 section 3"],
    explained_by: [
        "dnskey-changed",
        "ds-changed",
        "dnskey-set-replaced",
        "rollover-algorithm-out-of-order",
        "rollover-ds-awaited",
        "rollover-ds-withdrawal-awaited",
        "rollover-key-removed-too-early",
        "rollover-signing-too-early",
        "rollover-zsk-removed-too-early",
    ],
    summary: "A rollover of keys is under way.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    let stated = [true, false].into_iter().filter_map(|is_sep| {
        let keys = look.inventory.keys.iter();
        let (new, old): (Vec<&Key>, Vec<&Key>) = keys
            .filter(|key| key.is_sep() == is_sep && !key.is_revoked())
            .partition(|key| is_new(history, look, key));
        if new.is_empty() || old.is_empty() {
            return None;
        }
        let (phase, words) = match is_sep {
            true => of_ksk(&new, &old)?,
            false => of_zsk(&new, &old),
        };
        let message = format!(
            "a {} of {} from {} to {} is under way: {words}",
            what(&new, &old),
            zone.apex,
            names(&old),
            names(&new),
        );
        let tags: Vec<_> = new.iter().map(|key| key.key_tag.to_string()).collect();
        Some(
            Statement::new(&zone.apex, message)
                .about("key_tag", tags.join(", "))
                .fact("phase", phase)
                .fact("since", since(history, context.now, &new))
                .fix(format!(
                    "wait for the next step: `anchorwatch ds {}`",
                    zone.apex
                )),
        )
    });
    stated.collect()
}

/// Whether the key joined others that were there, and not long ago.
fn is_new(history: &History, look: Look<'_>, key: &Key) -> bool {
    match history.keys.get(&key.identity) {
        Some(past) => past.unseen.is_some() && look.at.since(past.first) < NEW,
        None => !history.keys.is_empty(),
    }
}

fn since(history: &History, now: Timestamp, new: &[&Key]) -> Timestamp {
    let first = new.iter().filter_map(|key| history.keys.get(&key.identity));
    first.map(|past| past.first).min().unwrap_or(now)
}

fn what(new: &[&Key], old: &[&Key]) -> String {
    let other = new
        .iter()
        .find(|key| old.iter().all(|old| old.algorithm != key.algorithm));
    match other {
        Some(key) => format!("rollover to {}", Algorithm(key.algorithm)),
        None => "rollover".to_owned(),
    }
}

fn names(keys: &[&Key]) -> String {
    list(keys.iter().map(|key| key_name(key.key_tag, key.algorithm)))
}

/// `None` where nothing tells the parent's side.
fn of_ksk(new: &[&Key], old: &[&Key]) -> Option<(&'static str, &'static str)> {
    let has_ds = |keys: &[&Key]| keys.iter().any(|key| key.has_ds);
    let is_signing = new.iter().any(|key| key.signs_keys);
    match (has_ds(new), has_ds(old)) {
        (false, true) if is_signing => {
            Some(("ds-awaited", "the new key signs, and its DS is awaited"))
        }
        (false, true) => Some((
            "published",
            "the new key is published and does not sign yet",
        )),
        (true, true) => Some((
            "ds-of-both",
            "the DS of both is published, and the old one is to go next",
        )),
        (true, false) => Some((
            "ds-withdrawn",
            "the DS is that of the new key, and the old key is to go next",
        )),
        (false, false) => None,
    }
}

fn of_zsk(new: &[&Key], old: &[&Key]) -> (&'static str, &'static str) {
    let signs = |keys: &[&Key]| keys.iter().any(|key| key.signs_data);
    match (signs(new), signs(old)) {
        (false, _) => (
            "published",
            "the new key is published and does not sign yet",
        ),
        (true, true) => ("signing", "both keys sign"),
        (true, false) => (
            "signing",
            "the new key signs, and the old one is to go next",
        ),
    }
}
