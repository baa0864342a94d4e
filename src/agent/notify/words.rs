//! What the board and the store say to each other: subjects, troubles, what is kept, and what happened.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Settings;
use super::endpoint::Endpoint;
use crate::agent::daemon::fleet::Member;
use crate::agent::store::StoredEvent;
use crate::agent::store::outbox::{Kept, Outgoing};
use crate::dns::{Name, Timestamp};
use crate::notify::alarm::ENDPOINT_FAILING;
use crate::notify::{Board, Cause, Changes, Key, Notice, Signal, Silence, Subject};
use crate::report::Severity;
use crate::watch::Event;

pub(super) fn subject(member: &Member) -> Subject {
    Subject {
        zone: member.target.zone.clone(),
        group: member.target.group.clone(),
        labels: member.target.labels.clone(),
        is_drill: false,
    }
}

/// The label with the name of an endpoint that an alarm is about.
pub(super) const ENDPOINT: &str = "endpoint";

/// The group of alarms about an endpoint.
pub(super) fn group_of(endpoint: &str) -> String {
    format!("notify {endpoint}")
}

/// An endpoint that does not take messages is told of to the others.
pub(super) fn trouble(board: &mut Board, endpoint: &str, problem: Option<String>, at: Timestamp) {
    let zone = Name::root();
    let key = Key {
        zone: zone.clone(),
        code: ENDPOINT_FAILING.to_owned(),
        scope: endpoint.to_owned(),
    };
    let Some(problem) = problem else {
        return board.clear(&key, at);
    };
    let subject = Subject {
        zone: zone.clone(),
        group: group_of(endpoint),
        labels: BTreeMap::from([(ENDPOINT.to_owned(), endpoint.to_owned())]),
        is_drill: false,
    };
    let signal = Signal {
        code: key.code,
        scope: key.scope,
        severity: Severity::Error,
        message: format!("endpoint {endpoint}: {problem}"),
        reason: None,
        cause: Cause::Zone(zone),
    };
    board.signal(&subject, signal, at);
}

pub(super) fn kept(changes: Changes) -> Kept {
    let alarms = changes.alarms.into_iter().map(|(key, body)| {
        let key = [key.zone.to_lowercase().to_string(), key.code, key.scope];
        (key, body)
    });
    let silences = changes.silences.into_iter().map(|(id, silence)| {
        // Made of texts and numbers, which are always JSON.
        let body = silence
            .and_then(|silence| Some((silence.until, serde_json::to_string(&silence).ok()?)));
        (id, body)
    });
    let mut messages = Vec::new();
    for (endpoints, notice) in changes.messages {
        let outgoing = endpoints
            .into_iter()
            .map(|endpoint| outgoing(endpoint, &notice));
        messages.extend(outgoing);
    }
    Kept {
        alarms: alarms.collect(),
        incidents: changes.incidents,
        silences: silences.collect(),
        messages,
    }
}

fn outgoing(endpoint: String, notice: &Notice) -> Outgoing {
    Outgoing {
        endpoint,
        incident: notice.incident.clone(),
        name: notice.id.clone(),
        made: notice.at,
        body: serde_json::to_string(notice).unwrap_or_default(),
    }
}

/// Messages about what happened to a zone, for the endpoints that asked for events of that kind.
pub fn of_events(settings: &Settings, member: &Member, events: &[Event]) -> Vec<Outgoing> {
    let subject = subject(member);
    let of_event = |event| {
        let takes = |endpoint: &&Arc<Endpoint>| endpoint.route.takes_event(event, &subject.group);
        let takers = settings.endpoints.iter().filter(takes);
        let messages = takers
            .map(|endpoint| outgoing(endpoint.name.clone(), &Notice::of_event(event, &subject)));
        messages.collect::<Vec<_>>()
    };
    events.iter().flat_map(of_event).collect()
}

pub(super) fn unused(silence: &Silence) -> StoredEvent {
    StoredEvent {
        at: silence.until,
        zone: Name::root(),
        kind: "silence-unused".to_owned(),
        text: format!(
            "the silence of {} matched nothing: {}",
            silence.zones, silence.why
        ),
    }
}
