//! Where an alarm that is on belongs: into its incident, or behind a silence; and what a clock does to both.

use super::Board;
use crate::dns::Timestamp;
use crate::notify::alarm::Alarm;
use crate::notify::incident::{Incident, fingerprint};

impl Board {
    /// Makes an alarm that is on part of its incident, unless a silence covers it.
    pub(super) fn place(&mut self, alarm: &mut Alarm, now: Timestamp) {
        let fingerprint = fingerprint(alarm);
        let key = alarm.key();
        let incident = self.incidents.get_mut(&fingerprint);
        if let Some(incident) = incident.filter(|incident| incident.members.contains(&key)) {
            if alarm.signal.severity > incident.severity {
                incident.severity = alarm.signal.severity;
                self.schedule(&fingerprint, now);
            }
            return;
        }
        let covering = self
            .silences
            .values_mut()
            .find(|silence| silence.covers(alarm, now));
        if let Some(silence) = covering {
            if alarm.silenced != Some(silence.until) {
                silence.matched += 1;
                self.changed_silences.insert(silence.id.clone());
                self.changed_alarms.insert(key.clone());
                self.timers.insert((silence.until, key));
            }
            alarm.silenced = Some(silence.until);
            return;
        }
        if alarm.silenced.take().is_some() {
            self.changed_alarms.insert(key);
        }
        self.join(alarm, now);
    }

    pub(super) fn join(&mut self, alarm: &Alarm, now: Timestamp) {
        let fingerprint = fingerprint(alarm);
        let incident = self.incidents.entry(fingerprint.clone());
        let incident = incident.or_insert_with(|| Incident::of(alarm, now));
        let is_known = !incident.members.insert(alarm.key());
        let is_worse = alarm.signal.severity > incident.severity;
        incident.severity = incident.severity.max(alarm.signal.severity);
        let wait = match &incident.told {
            _ if is_known => return,
            None if incident.is_drill => now,
            None => incident.began.plus(self.timing.group_wait),
            Some(_) if is_worse => now,
            // What was told already, before a restart, is no news.
            Some(told) if incident.members.len() <= told.zones && incident.due.is_none() => return,
            Some(told) => told.at.plus(self.timing.group_interval).max(now),
        };
        self.schedule(&fingerprint, wait);
    }

    /// Takes an alarm out of its incident, which ends with the last one.
    pub(super) fn leave(&mut self, alarm: &Alarm, now: Timestamp) {
        let fingerprint = fingerprint(alarm);
        let Some(incident) = self.incidents.get_mut(&fingerprint) else {
            return;
        };
        if !incident.members.remove(&alarm.key()) {
            return;
        }
        match (incident.members.is_empty(), &incident.told) {
            // What nobody was told of needs no end.
            (true, None) => {
                self.incidents.remove(&fingerprint);
                self.changed_incidents.insert(fingerprint);
            }
            (true, Some(_)) => self.schedule(&fingerprint, now),
            (false, Some(told)) => {
                let at = told.at.plus(self.timing.group_interval).max(now);
                self.schedule(&fingerprint, at);
            }
            (false, None) => {}
        }
    }

    /// Has an incident told at an instant, or before if it is due then.
    pub(super) fn schedule(&mut self, fingerprint: &str, at: Timestamp) {
        let Some(incident) = self.incidents.get_mut(fingerprint) else {
            return;
        };
        let due = incident.due.map_or(at, |due| due.min(at));
        if incident.due != Some(due) {
            incident.due = Some(due);
            self.changed_incidents.insert(fingerprint.to_owned());
            self.news.insert((due, fingerprint.to_owned()));
        }
    }

    pub(super) fn end_silences(&mut self, now: Timestamp) {
        let ended: Vec<String> = (self.silences.values())
            .filter(|silence| silence.until <= now)
            .map(|silence| silence.id.clone())
            .collect();
        for id in ended {
            if let Some(silence) = self.silences.remove(&id)
                && silence.matched == 0
            {
                self.unused.push(silence);
            }
            self.changed_silences.insert(id);
        }
    }

    /// Nothing waits for an instant that a clock which was wrong had in mind.
    pub(super) fn set_back(&mut self, now: Timestamp) {
        for (key, alarm) in &mut self.alarms {
            if alarm.since > now {
                alarm.since = now;
                let patience = self.timing.patience(alarm);
                if let Some(due) = alarm.due(patience) {
                    self.timers.insert((due, key.clone()));
                }
            }
        }
        for (fingerprint, incident) in &mut self.incidents {
            if let Some(told) = &mut incident.told {
                told.at = told.at.min(now);
            }
            let latest = now.plus(self.timing.group_interval);
            if let Some(due) = incident.due.filter(|due| *due > latest) {
                incident.due = Some(due.min(latest));
                self.news.insert((latest, fingerprint.clone()));
            }
        }
    }
}
