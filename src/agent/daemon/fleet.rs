//! The zones that are watched, and which of them is due.
//!
//! Plain bookkeeping behind one lock: what is due, what is under way, what is known. It does not look at a
//! clock; the loop says what time it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::dns::{Name, RecordType, Timestamp};
use crate::evidence::Resolver;
use crate::policy::Policy;
use crate::watch::ZoneState;
use crate::watch::schedule::{self, Due, Pace, Why};

/// A zone that is to be watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Apex.
    pub zone: Name,
    /// The group that it is configured in; empty without one.
    pub group: String,
    /// Labels that it is configured with.
    pub labels: BTreeMap<String, String>,
    /// How often it is looked at.
    pub pace: Pace,
    /// Names to audit beside the apex.
    pub also: Vec<(Name, RecordType)>,
    /// Resolvers to ask about it.
    pub resolvers: Vec<Resolver>,
    /// What weighs how much.
    pub policy: Arc<Policy>,
}

/// A zone that is watched.
#[derive(Debug, Clone)]
pub struct Member {
    /// What is wished.
    pub target: Arc<Target>,
    /// What is remembered.
    pub state: Arc<ZoneState>,
    /// When it is audited next, and why then.
    pub due: Due,
    /// Whether an audit is under way.
    pub is_running: bool,
    /// When the cheap questions are asked next.
    glance: Option<Timestamp>,
}

impl Member {
    /// When the cheap questions are asked next; never of a zone that was not audited yet.
    pub fn next_glance(&self) -> Option<Timestamp> {
        self.glance.filter(|_| self.state.probed.is_some())
    }
}

/// All of them.
#[derive(Debug)]
pub struct Fleet {
    begun: Timestamp,
    members: BTreeMap<Name, Member>,
    /// What is not under way, by when it is due.
    queue: BTreeSet<(Timestamp, Name)>,
    glances: BTreeSet<(Timestamp, Name)>,
}

impl Fleet {
    /// None yet. `begun` is when the watch began.
    pub fn new(begun: Timestamp) -> Self {
        Self {
            begun,
            members: BTreeMap::new(),
            queue: BTreeSet::new(),
            glances: BTreeSet::new(),
        }
    }

    /// Watches these zones and no others. What is remembered of a zone is kept.
    pub fn set(&mut self, targets: Vec<Target>, now: Timestamp) {
        let mut before = std::mem::take(&mut self.members);
        self.queue.clear();
        self.glances.clear();
        let count = targets.len();
        for mut target in targets {
            target.pace.start = schedule::start(&target.pace, count);
            let known = before.remove(&target.zone);
            let state = known.as_ref().map(|known| Arc::clone(&known.state));
            let state = state.unwrap_or_else(|| Arc::new(ZoneState::new(target.zone.clone())));
            let is_running = known.is_some_and(|known| known.is_running);
            self.enter(Arc::new(target), state, is_running);
        }
        self.heed(now);
    }

    /// Makes the schedule fit a clock that says `now`: a zone that was looked at in what is now the future,
    /// by a clock that was wrong then, is due like one that never was.
    pub fn heed(&mut self, now: Timestamp) {
        let is_ahead = |member: &&mut Member| member.state.probed.is_some_and(|at| at > now);
        for member in self.members.values_mut().filter(is_ahead) {
            let target = &member.target;
            if !member.is_running {
                self.queue.remove(&(member.due.at, target.zone.clone()));
            }
            if let Some(at) = member.glance {
                self.glances.remove(&(at, target.zone.clone()));
            }
            member.due = schedule::next(&target.zone, None, &target.pace, now);
            member.glance = schedule::glance(&target.zone, now, &target.pace);
            if !member.is_running {
                self.queue.insert((member.due.at, target.zone.clone()));
            }
            if let Some(at) = member.glance {
                self.glances.insert((at, target.zone.clone()));
            }
        }
    }

    fn enter(&mut self, target: Arc<Target>, state: Arc<ZoneState>, is_running: bool) {
        let zone = target.zone.clone();
        let due = schedule::next(&zone, Some(&state), &target.pace, self.begun);
        let glance = schedule::glance(&zone, state.probed.unwrap_or(self.begun), &target.pace);
        if !is_running {
            self.queue.insert((due.at, zone.clone()));
        }
        if let Some(at) = glance {
            self.glances.insert((at, zone.clone()));
        }
        let member = Member {
            target,
            state,
            due,
            is_running,
            glance,
        };
        self.members.insert(zone, member);
    }

    /// The zone that has been due longest, marked as under way; `None` when none is due at `now`.
    pub fn take_due(&mut self, now: Timestamp) -> Option<Member> {
        let (at, zone) = self.queue.first()?.clone();
        if at > now {
            return None;
        }
        self.queue.pop_first();
        let member = self.members.get_mut(&zone)?;
        member.is_running = true;
        Some(member.clone())
    }

    /// Takes in the state after a look. What became of a zone that is no longer watched is dropped, and
    /// the answer says so.
    pub fn finish(&mut self, state: ZoneState) -> bool {
        let Some(member) = self.members.remove(&state.zone) else {
            return false;
        };
        if let Some(at) = member.glance {
            self.glances.remove(&(at, state.zone.clone()));
        }
        self.enter(member.target, Arc::new(state), false);
        true
    }

    /// The zone whose cheap questions are due longest, with the next time noted.
    pub fn take_glance(&mut self, now: Timestamp) -> Option<Member> {
        let (at, zone) = self.glances.first()?.clone();
        if at > now {
            return None;
        }
        self.glances.pop_first();
        let member = self.members.get_mut(&zone)?;
        member.glance = schedule::glance(&zone, now, &member.target.pace);
        if let Some(at) = member.glance {
            self.glances.insert((at, zone));
        }
        Some(member.clone())
    }

    /// Makes a zone due at once because something changed.
    pub fn hasten(&mut self, zone: &Name, now: Timestamp) {
        let Some(member) = self.members.get_mut(zone) else {
            return;
        };
        if member.is_running || member.due.at <= now {
            return;
        }
        self.queue.remove(&(member.due.at, zone.clone()));
        member.due = Due {
            at: now,
            why: Why::Change,
        };
        self.queue.insert((now, zone.clone()));
    }

    /// When something is due next.
    pub fn next_at(&self) -> Option<Timestamp> {
        let firsts = [self.queue.first(), self.glances.first()];
        firsts.into_iter().flatten().map(|(at, _)| *at).min()
    }

    /// How long the zone that has been due longest waits for its turn, in seconds.
    pub fn lag(&self, now: Timestamp) -> i64 {
        let first = self.queue.first();
        first.map_or(0, |(at, _)| now.since(*at).max(0))
    }

    /// Every zone, by name.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// One zone.
    pub fn member(&self, zone: &Name) -> Option<&Member> {
        self.members.get(zone)
    }

    /// How many are watched.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Verdict;

    const BEGUN: Timestamp = Timestamp(1_790_000_000);

    fn target(zone: &str) -> Target {
        Target {
            zone: zone.parse().unwrap(),
            group: String::new(),
            labels: BTreeMap::new(),
            pace: Pace::default(),
            also: Vec::new(),
            resolvers: Vec::new(),
            policy: Arc::default(),
        }
    }

    fn fleet(zones: &[&str]) -> Fleet {
        let mut fleet = Fleet::new(BEGUN);
        let targets = zones.iter().map(|zone| target(zone)).collect();
        fleet.set(targets, BEGUN);
        fleet
    }

    #[test]
    fn each_zone_is_taken_once_until_it_is_finished() {
        let mut fleet = fleet(&["a.test.", "b.test."]);
        let late = BEGUN.plus(60);
        let first = fleet.take_due(late).unwrap();
        let second = fleet.take_due(late).unwrap();
        assert_ne!(first.target.zone, second.target.zone);
        assert!(fleet.take_due(late).is_none());
        let mut state = ZoneState::clone(&first.state);
        state.probed = Some(late);
        state.called = state.called.look(Verdict::Secure, false, late);
        assert!(fleet.finish(state));
        assert!(fleet.take_due(late).is_none());
        assert!(fleet.take_due(late.plus(450)).is_some());
    }

    #[test]
    fn a_reload_keeps_what_is_known_and_drops_what_is_gone() {
        let mut fleet = fleet(&["a.test.", "b.test."]);
        let taken = fleet.take_due(BEGUN.plus(60)).unwrap();
        let mut state = ZoneState::clone(&taken.state);
        state.probed = Some(BEGUN);
        fleet.set(vec![target("c.test.")], BEGUN);
        assert!(!fleet.finish(state), "it is no longer watched");
        let zones: Vec<_> = fleet
            .members()
            .map(|one| one.target.zone.to_string())
            .collect();
        assert_eq!(zones, ["c.test."]);
    }

    #[test]
    fn a_clock_that_was_a_day_ahead_puts_nothing_off_for_a_day() {
        let mut fleet = fleet(&["a.test."]);
        let tomorrow = BEGUN.plus(86_400);
        let taken = fleet.take_due(tomorrow).unwrap();
        let mut state = ZoneState::clone(&taken.state);
        state.probed = Some(tomorrow);
        state.called = state.called.look(Verdict::Secure, false, tomorrow);
        fleet.finish(state);
        assert!(fleet.take_due(BEGUN.plus(600)).is_none());
        fleet.heed(BEGUN);
        assert!(fleet.take_due(BEGUN.plus(60)).is_some());
    }

    #[test]
    fn a_change_makes_due_at_once_and_lag_shows_what_waits() {
        let mut fleet = fleet(&["a.test."]);
        fleet.hasten(&"a.test.".parse().unwrap(), BEGUN.plus(-100));
        let member = fleet.members().next().unwrap();
        assert_eq!(member.due.why, Why::Change);
        assert_eq!(fleet.lag(BEGUN), 100);
        assert_eq!(fleet.next_at(), Some(BEGUN.plus(-100)));
    }
}
