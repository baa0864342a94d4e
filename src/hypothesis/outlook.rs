//! From worlds to what is told of a change: verdicts before, after and meanwhile, and steps without harm.
//!
//! Steps are found by search: from no change to all of it, by the fewest steps in none of which a resolver
//! fails, whatever it still holds. Between two steps every cache has time to forget, so that only the two
//! states of one step ever mix.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::worlds::{Changes, World, Worlds};
use super::{Heard, Hypothesis};
use crate::delegation;
use crate::dns::time::humane;
use crate::dns::{Dnskey, Timestamp};
use crate::evidence::Evidence;
use crate::report::{Meanwhile, Outlook, OutlookStep, Report, Verdict};
use crate::validate::{Status, Supposed};

/// Judges a hypothesis on what was heard: the report of the change made, with its outlook. `judge` makes a
/// report of evidence in which some signatures count as made. Also the evidence and signatures supposed.
pub fn weigh(
    heard: &Heard,
    hypothesis: &Hypothesis,
    at: Timestamp,
    judge: &dyn Fn(&Evidence, &Supposed) -> Report,
) -> (Report, Evidence, Supposed) {
    let mut worlds = Worlds::new(heard, hypothesis, at);
    let (evidence, supposed) = worlds.evidence(World::of(worlds.all()));
    let now = judge(&heard.now, &Supposed::default());
    let mut then = judge(&evidence, &supposed);
    then.outlook = Some(
        Prospect {
            worlds: &mut worlds,
            at,
        }
        .outlook(&now, &then),
    );
    (then, evidence, supposed)
}

struct Prospect<'w, 'a> {
    worlds: &'w mut Worlds<'a>,
    at: Timestamp,
}

/// A part of a change that only some resolvers see, with what they hold of the state before it.
struct Mix {
    world: World,
    /// Which of the cached RRsets are old.
    held: Vec<usize>,
}

/// What the cached RRsets are called.
const NAMES: [&str; 3] = ["DS RRset", "DNSKEY RRset", "delegation"];

impl Prospect<'_, '_> {
    fn outlook(&mut self, now: &Report, then: &Report) -> Outlook {
        let all = self.worlds.all();
        let is_safe_at_once = self.is_harmless(Changes::default(), all);
        let steps = match is_safe_at_once {
            true => Vec::new(),
            false => self
                .path(all)
                .map(|path| self.steps(&path))
                .unwrap_or_default(),
        };
        let meanwhile = self.meanwhile(all);
        let (before, after) = (codes(now), codes(then));
        Outlook {
            zone: self.worlds.hypothesis.zone.clone(),
            supposed: supposed(self.worlds.hypothesis),
            now: now.verdict,
            then: then.verdict,
            brings: after.difference(&before).cloned().collect(),
            removes: before.difference(&after).cloned().collect(),
            settled: self.at.plus(self.longest(Changes::default(), all)),
            summary: summary(
                now.verdict,
                then.verdict,
                is_safe_at_once,
                steps.len(),
                &meanwhile,
            ),
            meanwhile,
            is_safe_at_once,
            steps,
        }
    }

    /// Every mix of two states that a resolver may see, all old and all new included.
    fn mixes(&self, from: Changes, to: Changes) -> Vec<Mix> {
        let changed: Vec<usize> = (0..3)
            .filter(|&at| from.of(Changes::CACHED[at]) != to.of(Changes::CACHED[at]))
            .collect();
        let mut mixes = Vec::new();
        for picks in 0..(1_u8 << changed.len()) {
            let held: Vec<usize> = changed
                .iter()
                .enumerate()
                .filter(|(bit, _)| picks & (1 << bit) != 0)
                .map(|(_, &at)| at)
                .collect();
            let seen = |at: usize| match held.contains(&at) {
                true => from.of(Changes::CACHED[at]),
                false => to.of(Changes::CACHED[at]),
            };
            let world = World {
                ds: seen(0),
                keys: seen(1),
                data: seen(2),
            };
            // Who knows only the old servers cannot have the keys of the new ones; and where there was no
            // delegation there were no keys to hold.
            let has_foreign_keys =
                world.keys.has(Changes::MOVED) && !world.data.has(Changes::MOVED);
            let holds_nothing = held == [1] && !self.worlds.now.has(&self.worlds.hypothesis.zone);
            if !has_foreign_keys && !holds_nothing {
                mixes.push(Mix { world, held });
            }
        }
        mixes
    }

    /// Whether no resolver fails that does not fail now, whatever it holds of the first state.
    fn is_harmless(&mut self, from: Changes, to: Changes) -> bool {
        let now = self.worlds.status(World::of(Changes::default()));
        let mixes = self.mixes(from, to);
        now == Status::Bogus
            || mixes
                .into_iter()
                .all(|mix| !is_failure(now, self.worlds.status(mix.world)))
    }

    /// The fewest steps from no change to all, as the states passed through, the last is all.
    fn path(&mut self, all: Changes) -> Option<Vec<Changes>> {
        let mut came_from: BTreeMap<Changes, Changes> = BTreeMap::new();
        let mut waiting = VecDeque::from([Changes::default()]);
        while let Some(state) = waiting.pop_front() {
            if state == all {
                return Some(walked(&came_from, all));
            }
            for next in (0..=all.0).map(Changes) {
                let is_onward = all.has(next) && next.has(state) && next != state;
                if is_onward && !came_from.contains_key(&next) && self.is_harmless(state, next) {
                    came_from.insert(next, state);
                    waiting.push_back(next);
                }
            }
        }
        None
    }

    fn steps(&self, path: &[Changes]) -> Vec<OutlookStep> {
        let mut steps = Vec::new();
        let (mut before, mut earliest) = (Changes::default(), self.at);
        let mut because = "nothing has to be waited for".to_owned();
        for &state in path {
            let made = Changes(state.0 & !before.0);
            let parts = parts(self.worlds.hypothesis, made);
            steps.push(OutlookStep {
                text: parts.join("; "),
                earliest,
                because,
            });
            let wait = self.longest(before, state);
            earliest = earliest.plus(wait);
            let names: Vec<_> = self.changed(before, state).map(|at| NAMES[at]).collect();
            because = format!(
                "by then no cache holds the {} of before step {} ({} at most)",
                names.join(" or the "),
                steps.len(),
                humane(wait)
            );
            before = state;
        }
        steps
    }

    fn changed(&self, from: Changes, to: Changes) -> impl Iterator<Item = usize> {
        (0..3).filter(move |&at| from.of(Changes::CACHED[at]) != to.of(Changes::CACHED[at]))
    }

    /// How long a cache may hold one of the RRsets, in seconds.
    fn ttl(&self, at: usize) -> i64 {
        let (now, zone) = (&self.worlds.now, &self.worlds.hypothesis.zone);
        i64::from(match at {
            0 => now.ds_ttl(zone),
            1 => now.keys_ttl(zone),
            _ if now.has(zone) => now.ns_ttl(zone),
            // That there is no such name is held as long as that there is no DS of it.
            _ => now.ds_ttl(zone),
        })
    }

    fn longest(&self, from: Changes, to: Changes) -> i64 {
        self.changed(from, to)
            .map(|at| self.ttl(at))
            .max()
            .unwrap_or(0)
    }

    /// What a cache holds of the state before.
    fn old(&self, at: usize) -> String {
        let (now, zone) = (&self.worlds.now, &self.worlds.hypothesis.zone);
        match at {
            0 if now.ds(zone).is_empty() => "the proof that there is no DS".to_owned(),
            _ if !now.has(zone) => "the answer that there is no such zone".to_owned(),
            _ => format!("the old {}", NAMES[at]),
        }
    }

    fn meanwhile(&mut self, all: Changes) -> Vec<Meanwhile> {
        let mixes = self.mixes(Changes::default(), all);
        let changed = self.changed(Changes::default(), all).count();
        let mut found = Vec::new();
        for mix in mixes.into_iter().filter(|mix| !mix.held.is_empty()) {
            let shortest = mix.held.iter().map(|&at| self.ttl(at)).min().unwrap_or(0);
            let names: Vec<_> = mix.held.iter().map(|&at| self.old(at)).collect();
            let rest = match mix.held.len() == changed {
                true => "",
                false => " and see the rest new",
            };
            found.push(Meanwhile {
                who: format!("resolvers that hold {}{rest}", names.join(" and ")),
                verdict: verdict(self.worlds.status(mix.world)),
                from: self.at,
                until: self.at.plus(shortest),
            });
        }
        found
    }
}

fn is_failure(now: Status, status: Status) -> bool {
    status == Status::Bogus || (status == Status::Indeterminate && now != Status::Indeterminate)
}

fn walked(came_from: &BTreeMap<Changes, Changes>, all: Changes) -> Vec<Changes> {
    let mut path = vec![all];
    let mut state = all;
    while let Some(&before) = came_from.get(&state) {
        if before == Changes::default() {
            break;
        }
        path.push(before);
        state = before;
    }
    path.reverse();
    path
}

fn codes(report: &Report) -> BTreeSet<String> {
    let all = report.findings.iter().chain(&report.folded);
    all.map(|finding| finding.code.clone()).collect()
}

fn verdict(status: Status) -> Verdict {
    match status {
        Status::Secure => Verdict::Secure,
        Status::Insecure => Verdict::Insecure,
        Status::Bogus => Verdict::Bogus,
        Status::Indeterminate => Verdict::Indeterminate,
    }
}

/// What each part of a change is, in words.
fn parts(hypothesis: &Hypothesis, changes: Changes) -> Vec<String> {
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
        parts.push(format!(
            "withdraw DS {removed} of {zone} at every server of the parent"
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
fn supposed(hypothesis: &Hypothesis) -> Vec<String> {
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

fn summary(
    now: Verdict,
    then: Verdict,
    is_safe: bool,
    steps: usize,
    meanwhile: &[Meanwhile],
) -> String {
    let failing = meanwhile.iter().filter(|one| one.verdict == Verdict::Bogus);
    let failing = failing.count();
    match (now, then, is_safe) {
        (Verdict::Bogus, Verdict::Bogus, _) => {
            "it is bogus now, and the change does not mend that".to_owned()
        }
        (Verdict::Bogus, ..) => {
            "it is bogus now, so nothing is lost by doing all of it at once".to_owned()
        }
        (_, Verdict::Indeterminate, _) => {
            "once this is so, no server gives what a verdict needs".to_owned()
        }
        (_, Verdict::Bogus, _) => "once this is so, every validating resolver fails".to_owned(),
        (_, _, true) => {
            "all of it may be done at once: no resolver fails, whatever it still holds".to_owned()
        }
        (_, _, false) if steps > 0 && failing > 0 => format!(
            "done at once, resolvers fail until their caches forget; in {steps} steps none does"
        ),
        (_, _, false) if steps > 0 => format!("in {steps} steps no resolver fails"),
        _ => "no order of these steps was found in which no resolver fails".to_owned(),
    }
}
