//! What the board and the store say to each other: subjects, troubles, and what is kept.

use std::collections::BTreeMap;

use crate::agent::daemon::fleet::Member;
use crate::agent::store::StoredEvent;
use crate::agent::store::outbox::{Kept, Outgoing};
use crate::dns::{Name, Timestamp};
use crate::notify::{Board, Cause, Changes, Key, Signal, Silence, Subject};
use crate::report::Severity;

/// The code of an endpoint that does not take messages.
pub const ENDPOINT_FAILING: &str = "notify-endpoint-failing";

pub(super) fn subject(member: &Member) -> Subject {
    Subject {
        zone: member.target.zone.clone(),
        group: member.target.group.clone(),
        labels: member.target.labels.clone(),
        is_drill: false,
    }
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
        group: format!("notify {endpoint}"),
        labels: BTreeMap::from([("endpoint".to_owned(), endpoint.to_owned())]),
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
        let body = serde_json::to_string(&notice).unwrap_or_default();
        messages.extend(endpoints.into_iter().map(|endpoint| Outgoing {
            endpoint,
            incident: notice.incident.clone(),
            name: notice.id.clone(),
            made: notice.at,
            body: body.clone(),
        }));
    }
    Kept {
        alarms: alarms.collect(),
        incidents: changes.incidents,
        silences: silences.collect(),
        messages,
    }
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
