//! From worlds to what is told of a change: verdicts before, after and meanwhile, and steps without harm.
//!
//! Steps are found by search: from no change to all of it, by the fewest steps in none of which a resolver
//! fails, whatever it still holds. Between two steps every cache has time to forget, so that only the two
//! states of one step ever mix.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::standing::{Loss, Standing};
use super::words::{parts, summary, supposed};
use super::worlds::{Changes, World, Worlds};
use super::{Heard, Hypothesis, cautions};
use crate::dns::Timestamp;
use crate::dns::time::humane;
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

impl Prospect<'_, '_> {
    fn outlook(&mut self, now: &Report, then: &Report) -> Outlook {
        let all = self.worlds.all();
        let is_safe_at_once = self.is_harmless(Changes::default(), all);
        let path = match is_safe_at_once {
            true => Vec::new(),
            false => self.best_path(all).unwrap_or_default(),
        };
        let bare = self.bare(&path);
        let (steps, end) = self.steps(&path, &bare);
        let meanwhile = self.meanwhile(all);
        let (before, after) = (codes(now), codes(then));
        let brings: Vec<String> = after.difference(&before).cloned().collect();
        let settled = self.at.plus(self.longest(Changes::default(), all));
        let is_lossy = self.loss(World::of(all)).is_some();
        let last = end.max(settled);
        let summary = summary(
            now.verdict,
            then.verdict,
            is_safe_at_once,
            is_lossy,
            steps.len(),
            &meanwhile,
        );
        let is_told_harmless = is_safe_at_once || !steps.is_empty();
        let exceptions = [
            (is_told_harmless && now.verdict != Verdict::Bogus)
                .then(|| cautions::exception(&brings)),
            bare.contains(&true)
                .then_some(", but the zone is insecure on the way"),
        ];
        let summary = summary + &exceptions.into_iter().flatten().collect::<String>();
        Outlook {
            zone: self.worlds.hypothesis.zone.clone(),
            supposed: supposed(self.worlds.hypothesis),
            now: now.verdict,
            then: then.verdict,
            cautions: cautions::of(self.worlds, &brings, last, now.deadline.as_ref()),
            brings,
            removes: before.difference(&after).cloned().collect(),
            settled,
            summary,
            meanwhile,
            is_safe_at_once,
            steps,
        }
    }

    /// Every mix of two states that a resolver may see, all old and all new included.
    fn mixes(&self, from: Changes, to: Changes) -> Vec<Mix> {
        let changed: Vec<usize> = self.changed(from, to).collect();
        // Where there was no delegation there were no keys to hold: they come with it.
        let is_new = self.is_new();
        let mut mixes = Vec::new();
        for picks in 0..(1_u8 << changed.len()) {
            let held: Vec<usize> = changed
                .iter()
                .enumerate()
                .filter(|(bit, _)| picks & (1 << bit) != 0)
                .map(|(_, &at)| at)
                .collect();
            let seen = |at: usize| match held.contains(&if at == 1 && is_new { 2 } else { at }) {
                true => from.of(Changes::CACHED[at]),
                false => to.of(Changes::CACHED[at]),
            };
            let world = World {
                ds: seen(0),
                keys: seen(1),
                data: seen(2),
            };
            mixes.push(Mix { world, held });
        }
        mixes
    }

    /// Whether no resolver fails that does not fail now, whatever it holds of the first state.
    fn is_harmless(&mut self, from: Changes, to: Changes) -> bool {
        let mixes = self.mixes(from, to);
        mixes.into_iter().all(|mix| self.loss(mix.world).is_none())
    }

    /// Whether it is secure for every resolver, whatever it holds of the first state.
    fn is_kept(&mut self, from: Changes, to: Changes) -> bool {
        let mixes = self.mixes(from, to);
        mixes.into_iter().all(|mix| self.is_secure(mix.world))
    }

    fn now(&mut self) -> Standing {
        self.worlds.standing(World::of(Changes::default()))
    }

    /// Who fails in a world that does not fail now.
    fn loss(&mut self, world: World) -> Option<Loss> {
        let now = self.now();
        self.worlds.standing(world).loss(&now)
    }

    /// The fewest steps in which nobody fails; where it is secure before and after, those in which it stays so.
    fn best_path(&mut self, all: Changes) -> Option<Vec<Changes>> {
        let kept = match self.is_to_stay_secure(all) {
            true => self.path(all, true),
            false => None,
        };
        kept.or_else(|| self.path(all, false))
    }

    fn is_to_stay_secure(&mut self, all: Changes) -> bool {
        let ends = [Changes::default(), all].map(World::of);
        ends.into_iter().all(|world| self.is_secure(world))
    }

    fn is_secure(&mut self, world: World) -> bool {
        self.worlds.standing(world).lucky == Status::Secure
    }

    /// Whether it is insecure after each of these steps, where it was and is to be secure.
    fn bare(&mut self, path: &[Changes]) -> Vec<bool> {
        let is_to_stay = path.last().is_some_and(|&all| self.is_to_stay_secure(all));
        let states = path.iter().map(|&state| World::of(state));
        states
            .map(|world| is_to_stay && !self.is_secure(world))
            .collect()
    }

    /// The fewest steps from no change to all, as the states passed through, the last is all.
    fn path(&mut self, all: Changes, is_kept: bool) -> Option<Vec<Changes>> {
        let mut came_from: BTreeMap<Changes, Changes> = BTreeMap::new();
        let mut waiting = VecDeque::from([Changes::default()]);
        while let Some(state) = waiting.pop_front() {
            if state == all {
                return Some(walked(&came_from, all));
            }
            for next in (0..=all.0).map(Changes) {
                let is_onward = all.has(next) && next.has(state) && next != state;
                let is_open = is_onward && !came_from.contains_key(&next);
                if is_open
                    && self.is_harmless(state, next)
                    && (!is_kept || self.is_kept(state, next))
                {
                    came_from.insert(next, state);
                    waiting.push_back(next);
                }
            }
        }
        None
    }

    /// The steps, and the instant from which no cache holds anything of before the last.
    fn steps(&self, path: &[Changes], bare: &[bool]) -> (Vec<OutlookStep>, Timestamp) {
        let mut steps = Vec::new();
        let (mut before, mut earliest) = (Changes::default(), self.at);
        let mut because = "nothing has to be waited for".to_owned();
        let first_bare = bare.iter().position(|&is_bare| is_bare);
        for (index, &state) in path.iter().enumerate() {
            let made = Changes(state.0 & !before.0);
            let mut parts = parts(self.worlds.hypothesis, made);
            if first_bare == Some(index) {
                parts.push("from then on it is insecure, until the last step is made".to_owned());
            }
            steps.push(OutlookStep {
                text: parts.join("; "),
                earliest,
                because,
            });
            let (wait, made_at) = (self.longest(before, state), earliest);
            earliest = earliest.plus(wait);
            let names: Vec<_> = self
                .changed(before, state)
                .map(|at| self.name(at))
                .collect();
            because = format!(
                "{} after step {number} is at every server no cache holds the {} of before it; counted as if that \
                 were so at {}",
                humane(wait),
                names.join(" or the "),
                made_at,
                number = steps.len(),
            );
            before = state;
        }
        (steps, earliest)
    }

    fn is_new(&self) -> bool {
        !self.worlds.now.has(&self.worlds.hypothesis.zone)
    }

    /// What caches may hold that is another in one state than in the other.
    fn changed(&self, from: Changes, to: Changes) -> impl Iterator<Item = usize> + use<> {
        let is_new = self.is_new();
        (0..3).filter(move |&at| {
            let is_held = at != 1 || !is_new;
            is_held && from.of(Changes::CACHED[at]) != to.of(Changes::CACHED[at])
        })
    }

    /// How long a cache may hold one of the RRsets, in seconds.
    fn ttl(&self, at: usize) -> i64 {
        let (now, zone) = (&self.worlds.now, &self.worlds.hypothesis.zone);
        i64::from(match at {
            0 => now.ds_ttl(zone),
            // After a move it is the new servers' RRset that caches hold.
            1 => {
                let then = self.worlds.then.as_ref();
                let then = then.map_or(0, |then| then.keys_ttl(zone));
                now.keys_ttl(zone).max(then)
            }
            // Data goes with the servers it is from, and outlives the delegation to them.
            _ if now.has(zone) => {
                let own = now.ns_ttl(zone).max(now.data_ttl(zone));
                own.max(self.hosts_ttl())
            }
            // That there is no such name is held as long as that there is no DS of it.
            _ => now.ds_ttl(zone).max(self.hosts_ttl()),
        })
    }

    /// How long a cache may hold other addresses of the name servers than those supposed, in seconds.
    fn hosts_ttl(&self) -> u32 {
        let servers = self.worlds.hypothesis.servers.as_ref();
        servers.map_or(0, |servers| self.worlds.now.hosts_ttl(servers))
    }

    fn longest(&self, from: Changes, to: Changes) -> i64 {
        self.changed(from, to)
            .map(|at| self.ttl(at))
            .max()
            .unwrap_or(0)
    }

    /// What the things that are cached are called.
    fn name(&self, at: usize) -> &'static str {
        match (at, &self.worlds.hypothesis.servers) {
            (0, _) => "DS RRset",
            (1, _) => "DNSKEY RRset",
            (_, Some(_)) => "delegation or data",
            (_, None) => "data",
        }
    }

    /// What a cache holds of the state before.
    fn old(&self, at: usize) -> String {
        let (now, zone) = (&self.worlds.now, &self.worlds.hypothesis.zone);
        match at {
            0 if now.ds(zone).is_empty() => "the proof that there is no DS".to_owned(),
            _ if !now.has(zone) => "the answer that there is no such zone".to_owned(),
            1 if now.keys(zone).is_empty() => "the answer that there is no DNSKEY".to_owned(),
            _ => format!("the old {}", self.name(at)),
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
            let lucky = self.worlds.standing(mix.world).lucky;
            let (verdict, which) = match self.loss(mix.world) {
                Some(Loss::Unlucky) => (
                    Verdict::Bogus,
                    ", where they ask a server that is not in step",
                ),
                Some(Loss::Beside) => (Verdict::Bogus, ", for other answers of the zone"),
                Some(Loss::All) | None => (verdict(lucky), ""),
            };
            found.push(Meanwhile {
                who: format!("resolvers that hold {}{rest}{which}", names.join(" and ")),
                verdict,
                from: self.at,
                until: self.at.plus(shortest),
            });
        }
        found
    }
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
