//! What is said of an incident, or of an event: the same for every endpoint; each format says it in its
//! own way.
//!
//! A notice is small whatever the incident: a count, and the worst of its zones.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::alarm::{Alarm, CHAIN_BROKEN, ENDPOINT_FAILING, Subject, clipped};
use super::incident::{Cause, Incident, Told, plain};
use crate::crypto::sha256;
use crate::dns::Timestamp;
use crate::report::Severity;
use crate::watch::Event;

/// Zones that a notice names.
pub const TOP: usize = 20;
/// Name servers that a notice names.
const SERVERS: usize = 8;
/// Longest title, in characters.
const TITLE: usize = 300;

/// Why there is a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Happening {
    /// An incident began.
    Firing,
    /// Zones have come to it or left it, or it weighs more.
    Updated,
    /// It is over.
    Resolved,
    /// Something happened once: no incident, and nothing that would end.
    Event,
    /// Nothing: the way to the endpoint is tried.
    Test,
    /// Nothing: whoever hears this knows that the sender lives.
    Heartbeat,
}

/// A message, before it has a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Identifier of the message, the same over all attempts.
    pub id: String,
    /// Why there is one.
    pub event: Happening,
    /// When it was made.
    pub at: Timestamp,
    /// The incident.
    pub incident: String,
    /// The same for every incident of this code, group and cause.
    pub fingerprint: String,
    /// What is wrong, or the kind of the event.
    pub code: String,
    /// Code of the finding that explains a broken chain.
    pub reason: Option<String>,
    /// How much it weighs.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// What the worst alarm says.
    pub summary: String,
    /// What its zones share.
    pub cause: Cause,
    /// How many zones.
    pub count: usize,
    /// The worst of them.
    pub zones: Vec<Row>,
    /// Their group.
    pub group: String,
    /// What tells the incident apart; the same from its first message to its last.
    pub labels: BTreeMap<String, String>,
    /// When it began.
    pub began: Timestamp,
    /// When it was over.
    pub ended: Option<Timestamp>,
    /// Where more is to be seen.
    pub link: Option<String>,
    /// Whether it is a rehearsal.
    pub drill: bool,
    /// Tag and number of the algorithm of the key that an event is about.
    pub key: Option<(u16, u8)>,
}

/// One zone of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Apex, without the dot at its end.
    pub zone: String,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// Code of the finding that explains a broken chain.
    pub reason: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// As it is configured.
    pub labels: BTreeMap<String, String>,
}

impl Row {
    fn of(alarm: &Alarm) -> Self {
        Self {
            zone: plain(&alarm.subject.zone),
            severity: alarm.signal.severity,
            message: alarm.signal.message.clone(),
            reason: alarm.signal.reason.clone(),
            since: alarm.begun,
            labels: alarm.subject.labels.clone(),
        }
    }
}

/// The worst of an incident's alarms, the worst first, then by zone.
pub fn worst(alarms: &mut [&Alarm]) -> Vec<Row> {
    let rank = |alarm: &&Alarm| std::cmp::Reverse(alarm.signal.severity);
    if alarms.len() > TOP {
        // The order among equals is that of the zones, which the caller keeps.
        alarms.sort_by_key(rank);
        return alarms[..TOP].iter().map(|alarm| Row::of(alarm)).collect();
    }
    alarms.sort_by_key(rank);
    alarms.iter().map(|alarm| Row::of(alarm)).collect()
}

impl Notice {
    /// What is said of an incident at `now`. `told` is what is told with this.
    pub fn of(incident: &Incident, event: Happening, told: &Told, now: Timestamp) -> Self {
        let rows = told.rows.clone();
        let reason = rows.first().and_then(|row| row.reason.clone());
        let title = title(incident, event, told.zones, &rows, reason.as_deref());
        Self {
            id: told.message_id(incident),
            event,
            at: now,
            incident: incident.id(),
            fingerprint: incident.fingerprint.clone(),
            code: incident.code.clone(),
            reason,
            severity: told.severity,
            title: clipped(&title, TITLE),
            summary: rows
                .first()
                .map_or_else(String::new, |row| row.message.clone()),
            cause: shortened(&incident.cause),
            count: told.zones,
            zones: rows,
            group: incident.group.clone(),
            labels: told.labels.clone(),
            began: incident.began,
            ended: (event == Happening::Resolved).then_some(now),
            link: None,
            drill: incident.is_drill,
            key: None,
        }
    }

    /// A message about nothing: a test of the way, or a sign of life.
    pub fn of_nothing(event: Happening, id: String, now: Timestamp) -> Self {
        let (code, title, summary) = match event {
            Happening::Heartbeat => (
                "heartbeat",
                "anchorwatch is alive",
                "When this stops, so has what would tell you of an outage.",
            ),
            _ => (
                "test",
                "A test message from anchorwatch",
                "No zone is at fault. Who reads this gets the messages that matter.",
            ),
        };
        let labels = [("alertname".to_owned(), alert_name(code))];
        Self {
            incident: id.clone(),
            fingerprint: code.to_owned(),
            id,
            event,
            at: now,
            code: code.to_owned(),
            reason: None,
            severity: Severity::Notice,
            title: title.to_owned(),
            summary: summary.to_owned(),
            cause: Cause::Zone(crate::dns::Name::root()),
            count: 0,
            zones: Vec::new(),
            group: String::new(),
            labels: labels.into(),
            began: now,
            ended: None,
            link: None,
            drill: false,
            key: None,
        }
    }

    /// A message about an event of a zone. Its identifier is the same however often it is made. Events of
    /// one key keep their order, as do those of a zone that are about no key.
    pub fn of_event(event: &Event, subject: &Subject) -> Self {
        let (zone, code) = (plain(&event.zone.to_lowercase()), event.kind.to_string());
        let about = event
            .key
            .map(|(tag, algorithm)| format!(" {tag}/{algorithm}"));
        let about = format!("event {zone}{}", about.unwrap_or_default());
        let named = format!("{about}\n{code}\n{}\n{}", event.at.0, event.text);
        let mut labels = subject.labels.clone();
        labels.insert("zone".to_owned(), zone.clone());
        let row = Row {
            zone: zone.clone(),
            severity: Severity::Notice,
            message: event.text.clone(),
            reason: None,
            since: event.at,
            labels: subject.labels.clone(),
        };
        Self {
            id: format!(
                "msg_event_{}",
                HEXLOWER.encode(&sha256(named.as_bytes())[..8])
            ),
            event: Happening::Event,
            at: event.at,
            fingerprint: HEXLOWER.encode(&sha256(about.as_bytes())[..8]),
            incident: about,
            code,
            reason: None,
            severity: Severity::Notice,
            title: clipped(&format!("{zone}: {}", event.text), TITLE),
            summary: event.text.clone(),
            cause: Cause::Zone(event.zone.to_lowercase()),
            count: 1,
            zones: vec![row],
            group: subject.group.clone(),
            labels,
            began: event.at,
            ended: None,
            link: None,
            drill: false,
            key: event.key,
        }
    }
}

/// What identifies an incident by labels, decided when it is told first: its zone when it has one alone.
pub fn labels(incident: &Incident, rows: &[Row]) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let mut label = |name: &str, value: String| drop(labels.insert(name.to_owned(), value));
    label("alertname", alert_name(&incident.code));
    label("code", incident.code.clone());
    label("group", incident.group.clone());
    label("fingerprint", incident.fingerprint.clone());
    label("severity", urgency(incident.severity).to_owned());
    if incident.is_drill {
        label("drill", "true".to_owned());
    }
    match &incident.cause {
        Cause::Parent(parent) => label("parent", plain(parent)),
        _ if rows.len() == 1 => label("zone", rows[0].zone.clone()),
        Cause::Servers(_) => label("nameservers", servers(&incident.cause)),
        Cause::Zone(zone) => label("zone", plain(zone)),
    }
    if let [row] = rows {
        for (name, value) in &row.labels {
            labels.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    labels
}

/// The name that an alert has where alerting rules have names: in camel case, with our prefix.
pub fn alert_name(code: &str) -> String {
    let words = code.split('-').map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        format!("{}{rest}", first.to_uppercase())
    });
    format!("Dnssec{}", words.collect::<String>())
}

/// Page, ticket, or neither: the severities that alerting rules have.
pub fn urgency(severity: Severity) -> &'static str {
    match severity {
        Severity::Bogus => "critical",
        Severity::Error | Severity::Warning => "warning",
        Severity::Notice => "info",
    }
}

fn servers(cause: &Cause) -> String {
    match shortened(cause) {
        Cause::Servers(names) => names.join(" "),
        _ => String::new(),
    }
}

/// With no more name servers than can be read.
fn shortened(cause: &Cause) -> Cause {
    match cause {
        Cause::Servers(names) if names.len() > SERVERS => {
            let kept = names[..SERVERS].iter().cloned();
            let more = format!("and {} more", names.len() - SERVERS);
            Cause::Servers(kept.chain([more]).collect())
        }
        cause => cause.clone(),
    }
}

fn title(
    incident: &Incident,
    event: Happening,
    count: usize,
    rows: &[Row],
    reason: Option<&str>,
) -> String {
    let drill = if incident.is_drill { "[drill] " } else { "" };
    let over = match event {
        Happening::Resolved => "resolved: ",
        _ => "",
    };
    let who = match (count, rows.first()) {
        (0 | 1, Some(row)) => row.zone.clone(),
        _ => format!("{count} zones"),
    };
    let because = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
    let what = match &incident.cause {
        Cause::Parent(parent) => format!(
            "{} is broken, not {who}: what is below it does not validate{because}",
            plain(parent)
        ),
        cause => {
            let whose = match (count, cause) {
                (0 | 1, _) | (_, Cause::Zone(_) | Cause::Parent(_)) => String::new(),
                (_, Cause::Servers(_)) => format!(" on {}", servers(cause)),
            };
            match incident.code.as_str() {
                ENDPOINT_FAILING => rows.first().map_or(who, |row| row.message.clone()),
                CHAIN_BROKEN if count > 1 => format!("{who}{whose} are bogus{because}"),
                CHAIN_BROKEN => format!("{who} is bogus{because}"),
                code => format!("{who}{whose}: {code}"),
            }
        }
    };
    format!("{drill}{over}{what}")
}
