//! All alarms and incidents, and what is to be said of them.
//!
//! Looks come in, changes go out: what is to be kept, and which messages are to be sent, each written
//! before it is sent. A change of ten thousand zones costs as many steps and one message a cause. Timers
//! are lazy: one that is no longer meant is passed over when it comes up.

mod place;
mod tell;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::alarm::{Alarm, CHAIN_BROKEN, Key, Patience, Phase, Seen, Signal, Subject};
use super::incident::Incident;
use super::notice::Notice;
use super::route::Route;
use super::silence::Silence;
use crate::dns::Timestamp;

/// How long what is waited for, in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// A finding is there before it fires.
    pub pending: i64,
    /// A zone is called bogus before that fires; two looks have agreed already.
    pub broken_pending: i64,
    /// Either is away before it is resolved.
    pub recovering: i64,
    /// An incident waits for others of its cause before it is told.
    pub group_wait: i64,
    /// From one message about an incident to the next while it grows or shrinks.
    pub group_interval: i64,
    /// Where incidents are to be seen: their identifier is put behind this.
    pub link: Option<String>,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            pending: 600,
            broken_pending: 0,
            recovering: 300,
            group_wait: 10,
            group_interval: 300,
            link: None,
        }
    }
}

impl Timing {
    /// A rehearsal is over soon: what it rehearses is the way, not the waiting.
    fn patience(&self, alarm: &Alarm) -> Patience {
        if alarm.subject.is_drill {
            return Patience {
                pending: 0,
                recovering: 0,
            };
        }
        Patience {
            pending: match alarm.signal.code.as_str() {
                CHAIN_BROKEN => self.broken_pending,
                _ => self.pending,
            },
            recovering: self.recovering,
        }
    }
}

/// What changed since it was asked last: to be kept whole or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// Alarms; `None` for one that is gone.
    pub alarms: Vec<(Key, Option<String>)>,
    /// Incidents by fingerprint; `None` for one that is over.
    pub incidents: Vec<(String, Option<String>)>,
    /// Messages and the endpoints that get them, in order.
    pub messages: Vec<(Vec<String>, Notice)>,
    /// Silences that have matched, or are over.
    pub silences: Vec<(String, Option<Silence>)>,
    /// Silences that ended without having matched anything.
    pub unused: Vec<Silence>,
}

impl Changes {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.alarms.is_empty()
            && self.incidents.is_empty()
            && self.messages.is_empty()
            && self.silences.is_empty()
    }
}

/// The alarms and incidents.
#[derive(Debug, Default)]
pub struct Board {
    timing: Timing,
    routes: Vec<Route>,
    silences: BTreeMap<String, Silence>,
    alarms: BTreeMap<Key, Alarm>,
    incidents: BTreeMap<String, Incident>,
    timers: BTreeSet<(Timestamp, Key)>,
    news: BTreeSet<(Timestamp, String)>,
    changed_alarms: BTreeSet<Key>,
    changed_incidents: BTreeSet<String>,
    changed_silences: BTreeSet<String>,
    messages: Vec<(Vec<String>, Notice)>,
    unused: Vec<Silence>,
    /// What was said of incidents that are over, for receivers that have to be told again.
    over: VecDeque<(Vec<String>, Notice)>,
    /// The latest instant that was seen.
    last: Option<Timestamp>,
}

impl Board {
    /// A board with nothing on it.
    pub fn new(timing: Timing, routes: Vec<Route>) -> Self {
        Self {
            timing,
            routes,
            ..Self::default()
        }
    }

    /// Takes up what was kept.
    pub fn restore(&mut self, alarms: Vec<Alarm>, incidents: Vec<Incident>, now: Timestamp) {
        for incident in incidents {
            let known = incident.fingerprint.clone();
            self.incidents.insert(known, incident);
        }
        for alarm in alarms {
            let key = alarm.key();
            if alarm.is_on() && alarm.silenced.is_none() {
                self.join(&alarm, now);
            }
            self.watch(&alarm);
            self.alarms.insert(key, alarm);
        }
        let all: Vec<String> = self.incidents.keys().cloned().collect();
        for fingerprint in all {
            let Some(incident) = self.incidents.get_mut(&fingerprint) else {
                continue;
            };
            if incident.members.is_empty() || incident.told.is_none() {
                incident.due.get_or_insert(now);
            }
            if let Some(due) = incident.due {
                self.news.insert((due, fingerprint));
            }
        }
    }

    /// Other times and endpoints from now on. An endpoint that is new is told of what stands.
    pub fn configure(&mut self, timing: Timing, routes: Vec<Route>, now: Timestamp) {
        self.timing = timing;
        self.routes = routes;
        let told: Vec<String> = (self.incidents.iter())
            .filter(|(_, incident)| incident.told.is_some())
            .map(|(fingerprint, _)| fingerprint.clone())
            .collect();
        for fingerprint in told {
            self.tell_newcomers(&fingerprint, now);
        }
    }

    /// These silences from now on, and no others. How often one has matched is kept.
    pub fn set_silences(&mut self, silences: impl IntoIterator<Item = Silence>) {
        let before = std::mem::take(&mut self.silences);
        for mut silence in silences {
            if let Some(known) = before.get(&silence.id) {
                silence.matched = silence.matched.max(known.matched);
            }
            self.silences.insert(silence.id.clone(), silence);
        }
    }

    /// The silences that are not over.
    pub fn silences(&self) -> impl Iterator<Item = &Silence> {
        self.silences.values()
    }

    /// The alarms.
    pub fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        self.alarms.values()
    }

    /// One alarm.
    pub fn alarm(&self, key: &Key) -> Option<&Alarm> {
        self.alarms.get(key)
    }

    /// The incidents.
    pub fn incidents(&self) -> impl Iterator<Item = &Incident> {
        self.incidents.values()
    }

    /// Takes in what a look says of a zone.
    pub fn look(&mut self, subject: &Subject, seen: Seen, now: Timestamp) {
        let mut before = self.keys_of(subject);
        for signal in seen.signals {
            let key = Key {
                zone: subject.zone.clone(),
                code: signal.code.clone(),
                scope: signal.scope.clone(),
            };
            before.retain(|known| *known != key);
            let is_doubted = seen.is_doubted && signal.code == CHAIN_BROKEN;
            match is_doubted && self.alarms.contains_key(&key) {
                true => self.advance(&key, true, now),
                false => self.signal(subject, signal, now),
            }
        }
        for key in before.into_iter().filter(|_| !seen.is_blind) {
            self.advance(&key, false, now);
        }
    }

    /// Takes in one thing that is wrong.
    pub fn signal(&mut self, subject: &Subject, signal: Signal, now: Timestamp) {
        let mut new = Alarm::new(subject.clone(), signal, now);
        let key = new.key();
        let mut left = None;
        match self.alarms.get_mut(&key) {
            Some(known) => {
                if known.signal.severity != new.signal.severity {
                    self.changed_alarms.insert(key.clone());
                }
                // What incident it is part of does not change while it is, unless the fault is elsewhere now.
                if known.is_on() {
                    new.subject.group = known.subject.group.clone();
                    match new.signal.has_moved(&known.signal) {
                        true => left = Some(known.clone()),
                        false => new.signal.cause = known.signal.cause.clone(),
                    }
                }
                known.signal = new.signal;
                known.subject = new.subject;
            }
            None => {
                self.changed_alarms.insert(key.clone());
                self.alarms.insert(key.clone(), new);
            }
        }
        if let Some(left) = left {
            self.changed_alarms.insert(key.clone());
            self.leave(&left, now);
        }
        self.advance(&key, true, now);
    }

    /// Takes in that one thing is no longer wrong.
    pub fn clear(&mut self, key: &Key, now: Timestamp) {
        self.advance(key, false, now);
    }

    /// Ends what is about zones that are no longer watched.
    pub fn keep_zones(&mut self, is_watched: impl Fn(&Subject) -> bool, now: Timestamp) {
        let gone: Vec<Key> = (self.alarms.iter())
            .filter(|(_, alarm)| !is_watched(&alarm.subject))
            .map(|(key, _)| key.clone())
            .collect();
        for key in gone {
            self.remove(&key, now);
        }
    }

    /// Moves on what waited for this instant, and says what there is to say.
    pub fn tick(&mut self, now: Timestamp) {
        if self.last.is_some_and(|last| now < last) {
            self.set_back(now);
        }
        self.last = Some(now);
        self.end_silences(now);
        while let Some((at, key)) = self.timers.pop_first() {
            if at > now {
                self.timers.insert((at, key));
                break;
            }
            let alarm = self.alarms.get(&key);
            let due = alarm.and_then(|alarm| {
                let patience = self.timing.patience(alarm);
                Some((alarm.phase, alarm.due(patience)?))
            });
            if let Some((phase, _)) = due.filter(|(_, due)| *due <= now) {
                self.advance(&key, phase != Phase::Recovering, now);
            }
        }
        while let Some((at, fingerprint)) = self.news.pop_first() {
            if at > now {
                self.news.insert((at, fingerprint));
                break;
            }
            let incident = self.incidents.get(&fingerprint);
            if incident.is_some_and(|incident| incident.due.is_some_and(|due| due <= now)) {
                self.tell(&fingerprint, now);
            }
        }
    }

    /// When there is something to do next.
    pub fn next_at(&self) -> Option<Timestamp> {
        let timer = self.timers.first().map(|(at, _)| *at);
        let news = self.news.first().map(|(at, _)| *at);
        let ends = self.silences.values().map(|silence| silence.until).min();
        [timer, news, ends].into_iter().flatten().min()
    }

    /// What changed since this was asked last.
    pub fn take_changes(&mut self) -> Changes {
        let alarms = std::mem::take(&mut self.changed_alarms).into_iter();
        let incidents = std::mem::take(&mut self.changed_incidents).into_iter();
        let silences = std::mem::take(&mut self.changed_silences).into_iter();
        // All of these are texts and numbers, which are always JSON.
        Changes {
            alarms: alarms
                .map(|key| {
                    let alarm = self.alarms.get(&key);
                    let text = alarm.and_then(|alarm| serde_json::to_string(alarm).ok());
                    (key, text)
                })
                .collect(),
            incidents: incidents
                .map(|fingerprint| {
                    let incident = self.incidents.get(&fingerprint);
                    let text = incident.and_then(|incident| serde_json::to_string(incident).ok());
                    (fingerprint, text)
                })
                .collect(),
            messages: std::mem::take(&mut self.messages),
            silences: silences
                .map(|id| {
                    let silence = self.silences.get(&id).cloned();
                    (id, silence)
                })
                .collect(),
            unused: std::mem::take(&mut self.unused),
        }
    }

    /// The alarms of a zone: those in earnest, or those of a rehearsal.
    fn keys_of(&self, subject: &Subject) -> Vec<Key> {
        let first = Key {
            zone: subject.zone.clone(),
            code: String::new(),
            scope: String::new(),
        };
        let all = self.alarms.range(first..);
        let of_zone = all.take_while(|(key, _)| key.zone == subject.zone);
        // What is about an endpoint stands at the root, with the endpoint as its scope; no look tells of it.
        let of_kind = of_zone.filter(|(key, alarm)| {
            let is_of_zone = subject.is_drill || key.scope.is_empty();
            alarm.subject.is_drill == subject.is_drill && is_of_zone
        });
        of_kind.map(|(key, _)| key.clone()).collect()
    }

    fn watch(&mut self, alarm: &Alarm) {
        let patience = self.timing.patience(alarm);
        if let Some(due) = alarm.due(patience) {
            self.timers.insert((due, alarm.key()));
        }
    }

    fn advance(&mut self, key: &Key, is_there: bool, now: Timestamp) {
        let Some(mut alarm) = self.alarms.remove(key) else {
            return;
        };
        let patience = self.timing.patience(&alarm);
        let phase = alarm.phase;
        let stays = alarm.step(is_there, patience, now);
        let is_new = self.changed_alarms.contains(key);
        if stays && alarm.is_on() {
            self.place(&mut alarm, now);
        }
        if alarm.phase != phase || is_new {
            self.changed_alarms.insert(key.clone());
            self.watch(&alarm);
        }
        self.alarms.insert(key.clone(), alarm);
        if !stays {
            self.remove(key, now);
        }
    }

    fn remove(&mut self, key: &Key, now: Timestamp) {
        let Some(alarm) = self.alarms.remove(key) else {
            return;
        };
        self.changed_alarms.insert(key.clone());
        self.leave(&alarm, now);
    }
}
