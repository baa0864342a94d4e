//! Incidents that are not over, with all of their zones: a message names no more than the worst of them.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Desk;
use crate::notify::{Board, Incident};

pub(super) async fn all(State(desk): State<Desk>) -> Json<Vec<Value>> {
    let board = desk.watch.post.board();
    Json(board.incidents().map(summary).collect())
}

pub(super) async fn one(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    let board = desk.watch.post.board();
    let found = board.incidents().find(|incident| incident.id() == id);
    match found {
        Some(incident) => Json(whole(&board, incident)).into_response(),
        None => {
            let problem = json!({ "error": format!("no incident {id}; it may be over") });
            (StatusCode::NOT_FOUND, Json(problem)).into_response()
        }
    }
}

fn summary(incident: &Incident) -> Value {
    json!({
        "id": incident.id(),
        "fingerprint": incident.fingerprint,
        "code": incident.code,
        "cause": incident.cause,
        "group": incident.group,
        "severity": incident.severity,
        "began": incident.began,
        "count": incident.members.len(),
        "told": incident.told.as_ref().map(|told| &told.endpoints),
        "drill": incident.is_drill,
    })
}

fn whole(board: &Board, incident: &Incident) -> Value {
    let alarms = incident.members.iter().filter_map(|key| board.alarm(key));
    let zones = alarms.map(|alarm| {
        json!({
            "zone": alarm.subject.zone,
            "phase": alarm.phase,
            "begun": alarm.begun,
            "severity": alarm.signal.severity,
            "message": alarm.signal.message,
            "reason": alarm.signal.reason,
            "labels": alarm.subject.labels,
        })
    });
    let mut whole = summary(incident);
    whole["zones"] = zones.collect();
    whole
}
