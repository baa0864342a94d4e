//! What is said of an incident, to whom, and what is said again.

use std::collections::BTreeSet;

use super::Board;
use crate::dns::Timestamp;
use crate::notify::alarm::Alarm;
use crate::notify::incident::{Incident, Told};
use crate::notify::notice::{self, Happening, Notice};
use crate::notify::route::Route;

/// How long what is over is told again, in seconds.
const OVER: i64 = 300;
/// Of how many incidents.
const MOST_OVER: usize = 1_000;

impl Board {
    /// What an endpoint has been told that still stands, and what is over since a short while.
    pub fn standing(&mut self, endpoint: &str, now: Timestamp) -> Vec<Notice> {
        self.over.retain(|(_, notice)| now.since(notice.at) < OVER);
        let over = self
            .over
            .iter()
            .filter(|(told, _)| told.iter().any(|name| name == endpoint));
        let mut notices: Vec<Notice> = over.map(|(_, notice)| notice.clone()).collect();
        for incident in self
            .incidents
            .values()
            .filter(|incident| !incident.members.is_empty())
        {
            if let Some(told) = incident
                .told
                .as_ref()
                .filter(|told| told.endpoints.contains(endpoint))
            {
                notices.push(self.notice(incident, Happening::Updated, told, now));
            }
        }
        notices
    }

    /// Whether what [`Board::standing`] gave a moment ago still is so.
    pub fn still_stands(&self, notice: &Notice) -> bool {
        match notice.ended {
            Some(_) => self.over.iter().any(|(_, over)| over.id == notice.id),
            None => (self.incidents.get(&notice.fingerprint)).is_some_and(|incident| {
                incident.id() == notice.incident && !incident.members.is_empty()
            }),
        }
    }

    /// Says what there is to say of an incident.
    pub(super) fn tell(&mut self, fingerprint: &str, now: Timestamp) {
        let Some(mut incident) = self.incidents.remove(fingerprint) else {
            return;
        };
        self.changed_incidents.insert(fingerprint.to_owned());
        incident.due = None;
        if incident.members.is_empty() {
            self.tell_end(&incident, now);
            return;
        }
        let event = match &incident.told {
            None => Happening::Firing,
            Some(_) => Happening::Updated,
        };
        let mut alarms: Vec<&Alarm> = incident
            .members
            .iter()
            .filter_map(|key| self.alarms.get(key))
            .collect();
        let mut endpoints = self.endpoints(&incident, &alarms);
        let zones = alarms.len();
        let rows = notice::worst(&mut alarms);
        let before = incident.told.take();
        endpoints.extend(before.iter().flat_map(|told| told.endpoints.clone()));
        let mut told = Told {
            at: now,
            count: before.as_ref().map_or(0, |told| told.count),
            labels: match before {
                Some(before) => before.labels,
                None => notice::labels(&incident, &rows),
            },
            endpoints,
            zones,
            severity: incident.severity,
            rows,
        };
        self.say(&incident, event, &mut told, now);
        incident.told = Some(told);
        self.incidents.insert(fingerprint.to_owned(), incident);
    }

    /// Tells those who were told nothing of an incident yet, and nobody else. Those who are no longer
    /// configured are forgotten.
    pub(super) fn tell_newcomers(&mut self, fingerprint: &str, now: Timestamp) {
        let Some(mut incident) = self.incidents.remove(fingerprint) else {
            return;
        };
        let alarms: Vec<&Alarm> = (incident.members.iter())
            .filter_map(|key| self.alarms.get(key))
            .collect();
        let wanted = self.endpoints(&incident, &alarms);
        if let Some(mut told) = incident.told.take() {
            let known = std::mem::take(&mut told.endpoints);
            let is_configured = |name: &String| self.routes.iter().any(|one| one.endpoint == *name);
            let (known, gone): (BTreeSet<_>, BTreeSet<_>) =
                known.into_iter().partition(is_configured);
            told.endpoints = &wanted - &known;
            let is_changed = !told.endpoints.is_empty() || !gone.is_empty();
            if !told.endpoints.is_empty() {
                self.say(&incident, Happening::Firing, &mut told, now);
            }
            told.endpoints.extend(known);
            incident.told = Some(told);
            if is_changed {
                self.changed_incidents.insert(fingerprint.to_owned());
            }
        }
        self.incidents.insert(fingerprint.to_owned(), incident);
    }

    pub(super) fn tell_end(&mut self, incident: &Incident, now: Timestamp) {
        if let Some(mut told) = incident.told.clone() {
            self.say(incident, Happening::Resolved, &mut told, now);
        }
    }

    pub(super) fn say(
        &mut self,
        incident: &Incident,
        event: Happening,
        told: &mut Told,
        now: Timestamp,
    ) {
        let notice = self.notice(incident, event, told, now);
        told.count += 1;
        if !told.endpoints.is_empty() {
            let endpoints: Vec<String> = told.endpoints.iter().cloned().collect();
            if event == Happening::Resolved {
                self.over.push_back((endpoints.clone(), notice.clone()));
                let excess = self.over.len().saturating_sub(MOST_OVER);
                self.over.drain(..excess);
            }
            self.messages.push((endpoints, notice));
        }
    }

    fn notice(&self, incident: &Incident, event: Happening, told: &Told, now: Timestamp) -> Notice {
        let link = self.timing.link.as_ref();
        Notice {
            link: link.map(|link| format!("{link}{}", incident.id())),
            ..Notice::of(incident, event, told, now)
        }
    }

    pub(super) fn endpoints(&self, incident: &Incident, alarms: &[&Alarm]) -> BTreeSet<String> {
        let is_wanted = |route: &&Route| {
            alarms.iter().any(|alarm| match alarm.endpoint() {
                // That one fails is for every other to tell, whatever zones it is for.
                Some(failing) => failing != route.endpoint && alarm.signal.severity >= route.least,
                None => route.takes(
                    alarm.signal.severity,
                    &incident.group,
                    &alarm.subject.zone,
                    incident.is_drill,
                ),
            })
        };
        let wanted = self.routes.iter().filter(is_wanted);
        wanted.map(|route| route.endpoint.clone()).collect()
    }
}
