//! Alarms with one cause are one incident: ten thousand zones on one set of name servers are one message.
//!
//! What makes alarms belong together is their code, their group and their [`Cause`]: a zone above them that
//! is broken, or the set of name servers that they share. The fingerprint is a hash of that, so that it is
//! the same after a restart; an incident that comes again has the same fingerprint and another identifier.

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::alarm::{Alarm, Key};
use super::notice::Row;
use crate::crypto::sha256;
use crate::dns::{Name, Timestamp};
use crate::report::Severity;
use crate::watch::ZoneState;

/// What alarms may have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "kebab-case")]
pub enum Cause {
    /// The chain breaks above the zone, at this one.
    Parent(Name),
    /// The names of the zone's name servers, sorted.
    Servers(Vec<String>),
    /// Nothing that is known: the zone stands alone.
    Zone(Name),
}

impl Cause {
    /// The cause that a zone may share with others; `is_broken` says that its chain is.
    pub(super) fn of(state: &ZoneState, is_broken: bool) -> Self {
        if let Some(at) = state.broken_at.as_ref().filter(|_| is_broken)
            && state.zone.is_below(at)
        {
            return Self::Parent(at.to_lowercase());
        }
        let inventory = state.inventory.iter();
        let names = inventory.flat_map(|inventory| &inventory.name_servers);
        let names: BTreeSet<String> = names.map(|name| plain(&name.to_lowercase())).collect();
        match names.is_empty() {
            true => Self::Zone(state.zone.to_lowercase()),
            false => Self::Servers(names.into_iter().collect()),
        }
    }
}

/// A name as labels of metrics have it: without the dot at its end.
pub fn plain(name: &Name) -> String {
    let text = name.to_string();
    match text.trim_end_matches('.') {
        "" => text,
        short => short.to_owned(),
    }
}

/// One incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Hash of code, group and cause.
    pub fingerprint: String,
    /// What is wrong.
    pub code: String,
    /// What its alarms share.
    pub cause: Cause,
    /// The group of its zones.
    pub group: String,
    /// Whether it is a rehearsal.
    pub is_drill: bool,
    /// When its first alarm fired.
    pub began: Timestamp,
    /// When it is told of next; `None` while there is no news.
    pub due: Option<Timestamp>,
    /// The greatest weight that its alarms had.
    pub severity: Severity,
    /// What was told last.
    pub told: Option<Told>,
    /// Alarms that are on; kept with the alarms.
    #[serde(skip)]
    pub members: BTreeSet<Key>,
}

/// What was told of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// How often so far.
    pub count: u32,
    /// The endpoints that were told at any time: each gets what follows.
    pub endpoints: BTreeSet<String>,
    /// What tells it apart for receivers that identify by labels: these never change.
    pub labels: BTreeMap<String, String>,
    /// Its members then, for the message that it has ended.
    pub zones: usize,
    /// The weight that was told.
    pub severity: Severity,
    /// The zones that were named.
    pub rows: Vec<Row>,
}

impl Incident {
    /// The incident that an alarm would begin.
    pub fn of(alarm: &Alarm, now: Timestamp) -> Self {
        Self {
            fingerprint: fingerprint(alarm),
            code: alarm.signal.code.clone(),
            cause: alarm.signal.cause.clone(),
            group: alarm.subject.group.clone(),
            is_drill: alarm.subject.is_drill,
            began: now,
            due: None,
            severity: alarm.signal.severity,
            told: None,
            members: BTreeSet::new(),
        }
    }

    /// Tells this incident from one with the same fingerprint before or after it.
    pub fn id(&self) -> String {
        format!("{}-{}", self.fingerprint, self.began.0)
    }
}

impl Told {
    /// The identifier of the message that is told with this: the same however often it is sent, to
    /// whomever, also when a crash makes it be written again.
    pub fn message_id(&self, incident: &Incident) -> String {
        format!("msg_{}_{}", incident.id(), self.count)
    }
}

/// The fingerprint of the incident that an alarm belongs to.
pub fn fingerprint(alarm: &Alarm) -> String {
    let mut text = String::new();
    let drill = if alarm.subject.is_drill { "drill" } else { "" };
    for part in [&alarm.signal.code, &alarm.subject.group, drill] {
        text += part;
        text.push('\n');
    }
    match &alarm.signal.cause {
        Cause::Parent(zone) => text += &format!("parent\n{zone}"),
        Cause::Servers(names) => text += &format!("servers\n{}", names.join("\n")),
        Cause::Zone(zone) => text += &format!("zone\n{zone}"),
    }
    HEXLOWER.encode(&sha256(text.as_bytes())[..8])
}
