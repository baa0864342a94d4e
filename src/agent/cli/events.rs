//! `events`: the log of a zone out of a daemon's store, which may be running meanwhile.

use serde_json::json;

use super::failure::Failure;
use super::plan::EventsPlan;
use super::values::TableFormat;
use super::{Said, rows};
use crate::agent::store::{Problem, Reader, StoreError, StoredEvent};

/// Carries out `plan`.
pub fn run(plan: &EventsPlan) -> Result<Said, Failure> {
    let store = Reader::open(&plan.state_dir).map_err(failure)?;
    let events = store.events(&plan.filter).map_err(failure)?;
    if let (true, Some(zone)) = (events.is_empty(), &plan.filter.zone)
        && !store.knows(zone).map_err(failure)?
    {
        let problem = "no zone that the daemon has audited; leave it out for the events of all";
        return Err(Failure::usage(zone, problem));
    }
    Ok(Said::ok(match plan.format {
        TableFormat::Text if events.is_empty() => "no events\n".to_owned(),
        TableFormat::Text => rows::text(HEAD, lines(&events)),
        TableFormat::Json => document(&events),
        // A time-line to paste into a post-mortem.
        TableFormat::Markdown => rows::markdown(HEAD, lines(&events)),
    }))
}

/// A directory without a store was given by mistake; any other trouble is the disk's or the file's.
fn failure(error: StoreError) -> Failure {
    match error.problem {
        Problem::Missing => Failure::usage("--state-dir", error),
        _ => Failure::trouble("--state-dir", error),
    }
}

const HEAD: [&str; 4] = ["UTC", "zone", "event", "what"];

fn lines(events: &[StoredEvent]) -> impl Iterator<Item = [String; 4]> {
    events.iter().map(|event| {
        let (at, zone) = (event.at.to_string(), event.zone.to_string());
        [at, zone, event.kind.clone(), event.text.clone()]
    })
}

fn document(events: &[StoredEvent]) -> String {
    let events: Vec<_> = events
        .iter()
        .map(|event| {
            json!({
                "at": event.at.to_string(),
                "zone": event.zone.to_string(),
                "event": event.kind,
                "text": event.text,
            })
        })
        .collect();
    let document = json!({"schema": "anchorwatch.events/1", "events": events});
    format!("{document:#}\n")
}
