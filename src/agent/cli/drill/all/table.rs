//! What came of the scenes, as a table.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};
use tabled::builder::Builder;
use tabled::settings::Style as Frame;

use super::receiver::FAILURES;
use super::scenario::{End, Scenario};
use super::stage::HEARTBEAT;
use crate::report::render::{Role, Style, escape_markdown};

/// What came of one scene.
#[derive(Debug, Clone)]
pub struct Scene {
    /// Which.
    pub scenario: Scenario,
    /// How long caches hold where it is played, in seconds.
    pub ttl: u32,
    /// From the fault to the finding in the daemon's report.
    pub found: Option<Duration>,
    /// From the fault to a signed message at the receiver.
    pub told: Option<Duration>,
    /// What the message calls it.
    pub alert: Option<String>,
    /// To the message that it is over: from the repair, or from the fault where there is none.
    pub over: Option<Duration>,
}

impl Scene {
    /// One that has not begun.
    pub fn new(scenario: &Scenario, ttl: u32) -> Self {
        Self {
            scenario: *scenario,
            ttl,
            found: None,
            told: None,
            alert: None,
            over: None,
        }
    }

    /// Whether it ends when caches have forgotten what was.
    pub fn waits(&self) -> bool {
        self.scenario.end == End::Wait
    }

    /// Whether nobody was told while caches held what was.
    pub const fn is_missed(&self) -> bool {
        matches!(self.scenario.end, End::Wait) && self.told.is_none()
    }
}

/// One line.
#[derive(Debug, Clone)]
pub enum Row {
    /// A scene about a zone.
    Zone(Scene),
    /// Receivers that fail.
    Receiver {
        /// Attempts that failed and came again under their identifier.
        again: usize,
        /// Whether another receiver heard that one is gone.
        told: bool,
        /// Attempts at the one that is gone.
        attempts: usize,
    },
    /// A daemon that ends without a word.
    Silence {
        /// Signs of life before.
        before: usize,
        /// Signs of life in the two intervals after.
        after: usize,
    },
}

const COLUMNS: [&str; 7] = ["", "drill", "after", "finding", "found", "message", "over"];

impl Row {
    /// Whether all came as it should.
    pub fn has_passed(&self) -> bool {
        match self {
            Self::Zone(scene) => [scene.found, scene.told, scene.over]
                .iter()
                .all(Option::is_some),
            Self::Receiver { again, told, .. } => *again == FAILURES && *told,
            Self::Silence { before, after } => *before > 0 && *after == 0,
        }
    }

    fn cells(&self) -> [String; 7] {
        let mark = if self.has_passed() { "✓" } else { "✗" };
        let [drill, after, finding, found, told, over] = match self {
            Self::Zone(scene) => of_scene(scene),
            Self::Receiver {
                again, attempts, ..
            } => [
                "dead-receiver".to_owned(),
                "webhooks".to_owned(),
                format!(
                    "{again} of {FAILURES} failed messages came again; attempts until 410: {attempts}"
                ),
                "-".to_owned(),
                "-".to_owned(),
                "-".to_owned(),
            ],
            Self::Silence { before, after } => [
                "silent-pipeline".to_owned(),
                "DENIC 2026".to_owned(),
                format!("{before} heartbeats before, {after} after"),
                "-".to_owned(),
                seconds(Some(2 * HEARTBEAT)),
                "-".to_owned(),
            ],
        };
        [mark.to_owned(), drill, after, finding, found, told, over]
    }

    fn to_json(&self) -> Value {
        let millis = |took: Option<Duration>| took.map(|took| took.as_millis());
        match self {
            Self::Zone(scene) => json!({
                "drill": scene.scenario.name,
                "after": scene.scenario.after,
                "state": scene.scenario.state,
                "finding": scene.scenario.code,
                "alert": scene.alert,
                "found_ms": millis(scene.found),
                "told_ms": millis(scene.told),
                "over_ms": millis(scene.over),
                "waits": scene.waits(),
                "ttl_seconds": scene.ttl,
                "passed": self.has_passed(),
            }),
            Self::Receiver {
                again,
                told,
                attempts,
            } => json!({
                "drill": "dead-receiver",
                "again": again,
                "told_elsewhere": told,
                "attempts_at_gone": attempts,
                "passed": self.has_passed(),
            }),
            Self::Silence { before, after } => json!({
                "drill": "silent-pipeline",
                "heartbeats_before": before,
                "heartbeats_after": after,
                "passed": self.has_passed(),
            }),
        }
    }
}

fn of_scene(scene: &Scene) -> [String; 6] {
    let scenario = &scene.scenario;
    let over = match scenario.end {
        End::Repair => seconds(scene.over),
        End::Wait => format!("{} (caches: {} s)", seconds(scene.over), scene.ttl),
    };
    [
        scenario.name.to_owned(),
        scenario.after.to_owned(),
        scenario.code.to_owned(),
        seconds(scene.found),
        seconds(scene.told),
        over,
    ]
}

fn seconds(took: Option<Duration>) -> String {
    took.map_or_else(
        || "never".to_owned(),
        |took| format!("{:.1} s", took.as_secs_f64()),
    )
}

/// For people.
pub fn text(rows: &[Row], style: &Style) -> String {
    let mut builder = Builder::new();
    builder.push_record(COLUMNS);
    rows.iter().for_each(|row| builder.push_record(row.cells()));
    let mut table = builder.build();
    let table = table.with(Frame::blank()).to_string();
    let mut out = String::new();
    let mut of_line = std::iter::once(None).chain(rows.iter().map(Some));
    for line in table.lines() {
        let is_failed = of_line
            .next()
            .flatten()
            .is_some_and(|row| !row.has_passed());
        let line = line.trim_end();
        match is_failed {
            true => out += &style.paint(Role::Bad, line),
            false => out += line,
        }
        out.push('\n');
    }
    let _ = writeln!(out, "\n{}", summary(rows));
    out
}

fn summary(rows: &[Row]) -> String {
    let passed = rows.iter().filter(|row| row.has_passed()).count();
    format!(
        "{passed} of {} drills reached the receiver and were resolved",
        rows.len()
    )
}

/// For programs.
pub fn json(rows: &[Row]) -> String {
    let drills: Vec<Value> = rows.iter().map(Row::to_json).collect();
    let passed = rows.iter().filter(|row| row.has_passed()).count();
    let document = json!({
        "schema": "anchorwatch.drill/1",
        "passed": passed,
        "total": rows.len(),
        "drills": drills,
    });
    format!("{document:#}\n")
}

/// For tickets and chat.
pub fn markdown(rows: &[Row]) -> String {
    let mut out = format!(
        "| {} |\n|{}\n",
        COLUMNS.join(" | "),
        "---|".repeat(COLUMNS.len())
    );
    for row in rows {
        let cells = row.cells().map(|cell| escape_markdown(&cell));
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    let _ = write!(out, "\n{}\n", summary(rows));
    out
}
