//! `events`: the log of a zone out of a daemon's store, which may be running meanwhile.

use std::fmt::Write;

use serde_json::json;
use tabled::builder::Builder;
use tabled::settings::Style as Frame;

use super::Said;
use super::failure::Failure;
use super::plan::EventsPlan;
use super::values::TableFormat;
use crate::agent::store::{Problem, Reader, StoreError, StoredEvent};
use crate::report::render::{escape_markdown, plain};

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
        TableFormat::Text => table(&events),
        TableFormat::Json => document(&events),
        TableFormat::Markdown => markdown(&events),
    }))
}

/// A directory without a store was given by mistake; any other trouble is the disk's or the file's.
fn failure(error: StoreError) -> Failure {
    match error.problem {
        Problem::Missing => Failure::usage("--state-dir", error),
        _ => Failure::trouble("--state-dir", error),
    }
}

fn table(events: &[StoredEvent]) -> String {
    if events.is_empty() {
        return "no events\n".to_owned();
    }
    let mut builder = Builder::new();
    builder.push_record(["at", "zone", "event", "what"]);
    for event in events {
        let cells = [
            event.zone.to_string(),
            event.kind.clone(),
            event.text.clone(),
        ];
        let cells = cells.iter().map(|cell| plain(cell).to_string());
        builder.push_record(std::iter::once(event.at.to_string()).chain(cells));
    }
    let mut table = builder.build();
    let table = table.with(Frame::blank()).to_string();
    table
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
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

/// A time-line to paste into a post-mortem.
fn markdown(events: &[StoredEvent]) -> String {
    let mut text = "| UTC | zone | event | what |\n|---|---|---|---|\n".to_owned();
    for event in events {
        let zone = event.zone.to_string();
        let cells = [zone.as_str(), &event.kind, &event.text].map(escape_markdown);
        let _ = writeln!(text, "| {} | {} |", event.at, cells.join(" | "));
    }
    text
}
