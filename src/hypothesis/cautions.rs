//! What one look cannot tell about a change, and what has to stay as it is meanwhile.
//!
//! Worlds are made of what is there now. What went before, and may still be in caches, nobody can see; nor what a
//! server has that did not answer, nor whether the old servers will be left on. Each line says what to make sure
//! of, with the longest time that it can matter.

use std::collections::BTreeSet;

use super::base::Base;
use super::worlds::{Changes, Worlds};
use crate::dns::time::humane;
use crate::dns::{Ds, Name, Timestamp};
use crate::report::Deadline;

/// Findings of a zone that is not signed by every algorithm that its DS RRset or its keys have.
const HALF_SIGNED: [&str; 2] = [
    "rrsig-missing-for-ds-algorithm",
    "rrsig-missing-for-dnskey-algorithm",
];

/// The lines for a hypothesis that brings these findings and is everywhere by then; with the next instant at which
/// something of now ends.
pub(super) fn of(
    worlds: &Worlds<'_>,
    brings: &[String],
    settled: Timestamp,
    deadline: Option<&Deadline>,
) -> Vec<String> {
    let (now, hypothesis) = (&worlds.now, worlds.hypothesis);
    let zone = &hypothesis.zone;
    let mut lines = Vec::new();
    if hypothesis.servers.is_some() && now.has(zone) {
        lines.push(format!(
            "let the servers of now serve {zone} as it is until {settled} and longer: who holds the old delegation asks them"
        ));
    }
    lines.extend(
        hypothesis
            .keys_removed
            .iter()
            .flat_map(|&tag| former(now, zone, tag)),
    );
    lines.extend(rest(worlds));
    lines.extend(unseen(worlds));
    if is_half_signed(brings) {
        lines.push(
            "sign the whole zone with the new algorithm, and wait until caches hold that, before its DS: a resolver may \
             want signatures of every algorithm that a DS names (RFC 4035, section 2.2; Unbound with \
             harden-algo-downgrade)"
                .to_owned(),
        );
    }
    lines.extend(asked_otherwise(worlds));
    lines.extend(silent(now, zone));
    if let Some(deadline) = deadline.filter(|deadline| deadline.at < settled) {
        lines.push(format!(
            "at {}, before that is over, {}: what is said here holds while signatures are renewed in time",
            deadline.at, deadline.what
        ));
    }
    lines
}

fn is_half_signed(brings: &[String]) -> bool {
    brings
        .iter()
        .any(|code| HALF_SIGNED.contains(&code.as_str()))
}

/// Who fails of a change that is told to be without harm, in the end of its sentence.
pub(super) fn exception(brings: &[String]) -> &'static str {
    match is_half_signed(brings) {
        true => ", but for one that wants signatures of every algorithm",
        false => "",
    }
}

/// What a key that is taken away did before, and caches may hold.
fn former(now: &Base, zone: &Name, tag: u16) -> Vec<String> {
    let mut lines = Vec::new();
    let alike = now
        .keys(zone)
        .iter()
        .filter(|key| key.key_tag() == tag)
        .count();
    if alike > 1 {
        lines.push(format!(
            "{alike} keys have the tag {tag}, and all of them are supposed to go"
        ));
    }
    let is_known = alike > 0;
    if is_known && !now.is_signing(zone, tag) {
        let longest = humane(i64::from(now.data_ttl(zone)));
        lines.push(format!(
            "key {tag} signs nothing that was seen: keep it for the longest TTL of what it signed before ({longest} of \
             what was seen), counted from when every server had that signed anew"
        ));
    }
    let is_entry = now
        .keys(zone)
        .iter()
        .any(|key| key.key_tag() == tag && (key.is_sep() || now.ds(zone).is_empty()));
    let has_ds = now.ds(zone).iter().any(|ds| ds.key_tag == tag);
    if is_entry && !has_ds {
        let longest = humane(i64::from(now.ds_ttl(zone)));
        lines.push(format!(
            "no DS of key {tag} is at the parent now: if there was one, keep the key for {longest} after the last server \
             of the parent lost it"
        ));
    }
    lines
}

/// On what the chain rests afterwards, where that is there already: since when nobody can see.
fn rest(worlds: &Worlds<'_>) -> Option<String> {
    let (now, hypothesis) = (&worlds.now, worlds.hypothesis);
    let zone = &hypothesis.zone;
    let all = worlds.all();
    let is_first = now.ds(zone).is_empty() && all.has(Changes::DS_ADDED) && now.has(zone);
    if is_first && !all.has(Changes::MOVED) {
        let longest = humane(i64::from(now.data_ttl(zone).max(now.keys_ttl(zone))));
        return Some(format!(
            "caches may hold what {zone} had before it was signed, {longest} at most of what was seen: publish the first \
             DS that long after every server had it signed"
        ));
    }
    let is_new = |tag: u16| hypothesis.keys_added.iter().any(|key| key.key_tag() == tag);
    let added = hypothesis.ds_added.iter().map(|ds| ds.key_tag);
    let published = now.ds(zone).into_iter().map(|ds| ds.key_tag);
    let left: BTreeSet<u16> = published
        .chain(added)
        .filter(|tag| !hypothesis.ds_removed.contains(tag) && !is_new(*tag))
        .collect();
    let left: Vec<_> = left.iter().map(u16::to_string).collect();
    (all.has(Changes::DS_REMOVED) && !left.is_empty()).then(|| {
        let longest = humane(i64::from(now.keys_ttl(zone)));
        format!(
            "the chain rests on key {} then: withdraw the other DS when that key has been at every server of {zone} for \
             {longest}, the TTL of the DNSKEY RRset",
            left.join(", ")
        )
    })
}

/// Of a zone that moves, one look has seen some records.
fn unseen(worlds: &Worlds<'_>) -> Option<String> {
    let (now, zone) = (&worlds.now, &worlds.hypothesis.zone);
    (worlds.all().has(Changes::MOVED) && now.has(zone)).then(|| {
        let longest = humane(i64::from(now.data_ttl(zone)));
        format!(
            "{longest} is the longest TTL of data of {zone} that was seen: where another record has a longer one, caches hold \
             that as long, with the signatures of now"
        )
    })
}

/// A parent that acts on CDS would undo a change of the DS RRset that CDS does not ask for.
fn asked_otherwise(worlds: &Worlds<'_>) -> Option<String> {
    let hypothesis = worlds.hypothesis;
    let asked = worlds.now.cds(&hypothesis.zone);
    let asks_for = |tag: &u16| {
        asked
            .iter()
            .any(|ds| ds.key_tag == *tag && ds.algorithm != 0)
    };
    let is_asked = |ds: &Ds| asked.contains(ds);
    let kept = hypothesis.ds_removed.iter().filter(|tag| asks_for(tag));
    let unasked = hypothesis.ds_added.iter().filter(|ds| !is_asked(ds));
    let tags: BTreeSet<u16> = kept.copied().chain(unasked.map(|ds| ds.key_tag)).collect();
    let tags: Vec<_> = tags.iter().map(u16::to_string).collect();
    (!asked.is_empty() && !tags.is_empty()).then(|| {
        format!(
            "CDS or CDNSKEY of {} asks the parent for something else about DS {}: change that too, or a parent that acts on it undoes this",
            hypothesis.zone,
            tags.join(", ")
        )
    })
}

/// Servers of which nothing is known.
fn silent(now: &Base, zone: &Name) -> Option<String> {
    let silent = now.silent(zone);
    let silent: Vec<_> = silent
        .iter()
        .map(|server| server.ip().to_string())
        .collect();
    (!silent.is_empty()).then(|| {
        format!(
            "{} did not say what it has, so none of this counts it in: ask it before you act",
            silent.join(", ")
        )
    })
}
