//! `/api/v1` and the service discovery: JSON for programs. The document `openapi.json` describes it.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Desk;
use crate::agent::daemon::fleet::Member;
use crate::agent::store::Filter;
use crate::dns::{Name, Timestamp};
use crate::report::{Severity, Verdict};
use crate::watch::schedule::Due;

const OPENAPI: &str = include_str!("openapi.json");
/// Events handed out at most at a time.
const MOST_EVENTS: u32 = 10_000;
/// Events handed out when nothing else is said.
const SOME_EVENTS: u32 = 200;
/// How often Prometheus is asked to come for the list of zones, in seconds.
const REFRESH: &str = "60";

/// A zone in the list.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    zone: Name,
    group: String,
    labels: BTreeMap<String, String>,
    verdict: Option<Verdict>,
    since: Option<Timestamp>,
    in_doubt: bool,
    reason: Option<String>,
    worst: Option<Severity>,
    probed: Option<Timestamp>,
    deadline: Option<Timestamp>,
    next: Due,
}

impl Row {
    fn new(member: &Member) -> Self {
        let (target, state) = (&member.target, &member.state);
        Self {
            zone: target.zone.clone(),
            group: target.group.clone(),
            labels: target.labels.clone(),
            verdict: state.called.verdict,
            since: state.called.since,
            in_doubt: state.called.is_in_doubt(),
            reason: state.reason.clone(),
            worst: state.worst(),
            probed: state.probed,
            deadline: state.deadline.as_ref().map(|deadline| deadline.at),
            next: member.due.clone(),
        }
    }
}

pub(super) async fn zones(State(desk): State<Desk>) -> Json<Vec<Row>> {
    Json(desk.watch.fleet().members().map(Row::new).collect())
}

/// The latest report of a zone.
pub(super) async fn zone(State(desk): State<Desk>, Path(zone): Path<String>) -> Response {
    let Ok(name) = zone.parse::<Name>() else {
        return problem(StatusCode::BAD_REQUEST, format!("{zone} is no domain name"));
    };
    if desk.watch.fleet().member(&name).is_none() {
        return problem(StatusCode::NOT_FOUND, format!("{name} is not watched"));
    }
    match desk.watch.store.report(&name).await {
        Ok(Some(report)) => ([(CONTENT_TYPE, "application/json")], report).into_response(),
        Ok(None) => problem(StatusCode::NOT_FOUND, format!("{name} was not audited yet")),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

/// What can be asked of the log.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    zone: Option<String>,
    since: Option<Timestamp>,
    limit: Option<u32>,
}

pub(super) async fn events(State(desk): State<Desk>, Query(wanted): Query<Wanted>) -> Response {
    let zone = match wanted.zone.as_deref().map(str::parse::<Name>).transpose() {
        Ok(zone) => zone,
        Err(error) => return problem(StatusCode::BAD_REQUEST, format!("zone: {error}")),
    };
    let filter = Filter {
        zone,
        since: wanted.since,
        limit: wanted.limit.unwrap_or(SOME_EVENTS).min(MOST_EVENTS),
    };
    match desk.watch.store.events(filter).await {
        Ok(events) => {
            let events = events.iter().map(|event| {
                json!({
                    "at": event.at,
                    "zone": event.zone,
                    "kind": event.kind,
                    "text": event.text,
                })
            });
            Json(events.collect::<Vec<_>>()).into_response()
        }
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

/// What is audited when, and why then, the soonest first.
pub(super) async fn schedule(State(desk): State<Desk>) -> Json<Vec<Value>> {
    let mut rows: Vec<_> = {
        let fleet = desk.watch.fleet();
        let row = |member: &Member| {
            let zone = member.target.zone.clone();
            let running = member.is_running;
            (zone, member.due.clone(), running, member.next_glance())
        };
        fleet.members().map(row).collect()
    };
    rows.sort_by(|a, b| (a.1.at, &a.0).cmp(&(b.1.at, &b.0)));
    let rows = rows.into_iter().map(|(zone, due, running, glance)| {
        json!({
            "zone": zone,
            "at": due.at,
            "reason": due.why.code(),
            "why": due.why.to_string(),
            "running": running,
            "glance": glance,
        })
    });
    Json(rows.collect())
}

pub(super) async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], OPENAPI)
}

/// The zones as HTTP service discovery of Prometheus reads them: the whole list each time.
pub(super) async fn discovery(State(desk): State<Desk>) -> impl IntoResponse {
    let fleet = desk.watch.fleet();
    let groups = fleet.members().map(|member| {
        let zone = member.target.zone.to_string();
        let mut labels: BTreeMap<String, String> = member
            .target
            .labels
            .iter()
            .map(|(key, value)| (format!("__meta_anchorwatch_label_{key}"), value.clone()))
            .collect();
        labels.insert(
            "__meta_anchorwatch_group".to_owned(),
            member.target.group.clone(),
        );
        let target = match zone.as_str() {
            "." => zone,
            _ => zone.trim_end_matches('.').to_owned(),
        };
        json!({"targets": [target], "labels": labels})
    });
    let interval = HeaderName::from_static("x-prometheus-refresh-interval-seconds");
    (
        [(interval, HeaderValue::from_static(REFRESH))],
        Json(groups.collect::<Vec<_>>()),
    )
}

fn problem(status: StatusCode, text: String) -> Response {
    (status, Json(json!({ "error": text }))).into_response()
}
