//! A supposed change in words: what it is made of, what is done in a step, and what comes of it in one sentence.

use std::collections::BTreeSet;

use super::Hypothesis;
use super::worlds::Changes;
use crate::delegation;
use crate::dns::Dnskey;
use crate::report::{Meanwhile, Verdict};

/// What each part of a change is, in words.
pub(super) fn parts(hypothesis: &Hypothesis, changes: Changes) -> Vec<String> {
    let zone = &hypothesis.zone;
    let tags = |tags: &mut dyn Iterator<Item = u16>| -> String {
        let tags: BTreeSet<_> = tags.collect();
        let tags: Vec<_> = tags.iter().map(u16::to_string).collect();
        tags.join(", ")
    };
    let mut parts = Vec::new();
    if changes.has(Changes::KEYS_ADDED) {
        let added = tags(&mut hypothesis.keys_added.iter().map(Dnskey::key_tag));
        parts.push(format!("publish key {added} at every server of {zone}"));
    }
    if changes.has(Changes::DS_ADDED) {
        let added = tags(&mut hypothesis.ds_added.iter().map(|ds| ds.key_tag));
        parts.push(format!(
            "publish DS {added} of {zone} at every server of the parent"
        ));
    }
    if changes.has(Changes::MOVED) {
        parts.push(moved(hypothesis));
    }
    if changes.has(Changes::DS_REMOVED) {
        let removed = tags(&mut hypothesis.ds_removed.iter().copied());
        // Another digest of a key has the tag of the one that goes.
        let is_alike = |ds: &crate::dns::Ds| hypothesis.ds_removed.contains(&ds.key_tag);
        let except = match hypothesis.ds_added.iter().any(is_alike) {
            true => ", except what is published by this",
            false => "",
        };
        parts.push(format!(
            "withdraw DS {removed} of {zone} at every server of the parent{except}"
        ));
    }
    if changes.has(Changes::KEYS_REMOVED) {
        let removed = tags(&mut hypothesis.keys_removed.iter().copied());
        parts.push(format!("take key {removed} out of {zone}"));
    }
    parts
}

fn moved(hypothesis: &Hypothesis) -> String {
    let zone = &hypothesis.zone;
    let servers = hypothesis.servers.as_ref().map(|servers| {
        let names: Vec<_> = servers.names.iter().map(ToString::to_string).collect();
        format!("delegate {zone} to {}", names.join(", "))
    });
    let file = hypothesis
        .file
        .as_ref()
        .map(|_| format!("serve {zone} from the file"));
    let both: Vec<_> = servers.into_iter().chain(file).collect();
    both.join(" and ")
}

/// What is supposed, a line each.
pub(super) fn supposed(hypothesis: &Hypothesis) -> Vec<String> {
    let zone = &hypothesis.zone;
    let mut lines = Vec::new();
    let added = hypothesis.ds_added.iter();
    lines.extend(added.map(|ds| format!("+ {}", delegation::line(zone, ds))));
    lines.extend(
        hypothesis
            .ds_removed
            .iter()
            .map(|tag| format!("- DS {tag} of {zone}")),
    );
    for key in &hypothesis.keys_added {
        let role = match key.is_sep() {
            true => ", which signs the DNSKEY RRset",
            false => "",
        };
        let (tag, flags) = (key.key_tag(), key.flags);
        lines.push(format!(
            "+ key {tag} of {zone} (flags {flags}, algorithm {}){role}",
            key.algorithm
        ));
    }
    lines.extend(
        hypothesis
            .keys_removed
            .iter()
            .map(|tag| format!("- key {tag} of {zone}")),
    );
    if let Some(servers) = &hypothesis.servers {
        let names = servers.names.iter();
        lines.extend(names.map(|name| format!("+ {zone} IN NS {name}")));
    }
    if hypothesis.servers.is_some() {
        lines.push(format!("- every other NS of {zone}"));
    }
    if hypothesis.file.is_some() {
        lines.push(format!("+ {zone} as the zone file has it"));
    }
    lines
}

pub(super) fn summary(
    now: Verdict,
    then: Verdict,
    is_safe: bool,
    is_lossy: bool,
    steps: usize,
    meanwhile: &[Meanwhile],
) -> String {
    let failing = meanwhile.iter().filter(|one| one.verdict == Verdict::Bogus);
    let failing = failing.count();
    match (now, then, is_safe) {
        (Verdict::Bogus, Verdict::Bogus, true) => {
            "it is bogus now, and the change does not mend that".to_owned()
        }
        (Verdict::Bogus, Verdict::Bogus, false) if is_lossy => {
            "it is bogus now, and once this is so, more of the zone is".to_owned()
        }
        (Verdict::Bogus, _, true) => {
            "it is bogus now, so nothing is lost by doing all of it at once".to_owned()
        }
        (_, Verdict::Indeterminate, _) => {
            "once this is so, no server gives what a verdict needs".to_owned()
        }
        (Verdict::Secure | Verdict::Insecure | Verdict::Indeterminate, Verdict::Bogus, _) => {
            "once this is so, every validating resolver fails".to_owned()
        }
        (..) if is_lossy => {
            "once this is so, some resolvers fail: servers are not in step, or other answers of the zone are bogus"
                .to_owned()
        }
        (.., true) => {
            "all of it may be done at once: no resolver fails, whatever it holds of what is there now".to_owned()
        }
        (.., false) if steps > 0 && failing > 0 => format!(
            "done at once, resolvers fail until their caches forget; in {steps} steps none does"
        ),
        (.., false) if steps > 0 => format!("in {steps} steps no resolver fails"),
        _ => "no order of these steps was found in which no resolver fails".to_owned(),
    }
}
