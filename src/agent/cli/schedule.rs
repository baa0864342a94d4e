//! `schedule`: which zone is looked at when, and why then. A running daemon is asked, or the same pure
//! function is: [`crate::watch::schedule`].

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::runtime::Builder;

use super::config::lists;
use super::failure::Failure;
use super::plan::{SchedulePlan, ScheduleSource};
use super::serve::lab::PACE;
use super::values::TableFormat;
use super::{Said, rows};
use crate::agent::config::sources::{self, http};
use crate::agent::config::{self, Settings};
use crate::agent::daemon::now;
use crate::agent::store::{Problem, Reader, StoreError};
use crate::dns::{Name, Timestamp};
use crate::lab::Lab;
use crate::watch::ZoneState;
use crate::watch::schedule::{self, Pace, Why};

/// How long a daemon may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Something that is due.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Look {
    at: Timestamp,
    zone: Name,
    /// `audit` or `glance`.
    look: &'static str,
    reason: String,
    why: String,
    /// Whether it is under way.
    running: bool,
}

/// A zone as the endpoint of a daemon tells it.
#[derive(Debug, Deserialize)]
struct Row {
    zone: Name,
    at: Timestamp,
    reason: String,
    why: String,
    running: bool,
    glance: Option<Timestamp>,
}

impl Row {
    /// What a daemon that begins at `now` would do with a zone.
    fn new(zone: Name, state: Option<&ZoneState>, pace: &Pace, now: Timestamp) -> Self {
        let due = schedule::next(&zone, state, pace, now);
        let probed = state.and_then(|state| state.probed);
        let glance = probed.and_then(|last| schedule::glance(&zone, last, pace));
        Self {
            at: due.at,
            reason: due.why.code().to_owned(),
            why: due.why.to_string(),
            running: false,
            // What is audited for the first time has nothing to be compared with.
            glance: glance.filter(|_| due.why != Why::First),
            zone,
        }
    }

    fn looks(self) -> impl Iterator<Item = Look> {
        let glance = self.glance.map(|at| Look {
            at,
            zone: self.zone.clone(),
            look: "glance",
            reason: "glance".to_owned(),
            why: "two cheap questions, in case something changed".to_owned(),
            running: false,
        });
        let audit = Look {
            at: self.at,
            zone: self.zone,
            look: "audit",
            reason: self.reason,
            why: self.why,
            running: self.running,
        };
        std::iter::once(audit).chain(glance)
    }
}

/// Carries out `plan`.
pub fn run(plan: &SchedulePlan) -> Result<Said, Failure> {
    let now = now();
    let mut zones = match &plan.source {
        ScheduleSource::Daemon(url) => of_daemon(url)?,
        ScheduleSource::File(path, state) => of_file(path, state.as_deref(), now)?,
        ScheduleSource::Lab => of_lab(now),
    };
    for name in &plan.names {
        if !zones.iter().any(|row| row.zone == *name) {
            let problem = "no zone that is watched; leave it out for the schedule of all";
            return Err(Failure::usage(name, problem));
        }
    }
    zones.retain(|row| plan.names.is_empty() || plan.names.contains(&row.zone));
    let mut looks: Vec<Look> = zones.into_iter().flat_map(Row::looks).collect();
    looks.sort();
    Ok(Said::ok(match plan.format {
        TableFormat::Json => document(&looks, now),
        TableFormat::Text if looks.is_empty() => "no zone is watched\n".to_owned(),
        TableFormat::Text => rows::text(HEAD, lines(&looks, now)),
        TableFormat::Markdown => rows::markdown(HEAD, lines(&looks, now)),
    }))
}

const HEAD: [&str; 5] = ["UTC", "in", "zone", "look", "why"];

fn lines(looks: &[Look], now: Timestamp) -> impl Iterator<Item = [String; 5]> {
    looks.iter().map(move |look| {
        let due = look.at.to_string();
        let zone = look.zone.to_string();
        let (wait, kind) = (wait(look, now), look.look.to_owned());
        [due, wait, zone, kind, look.why.clone()]
    })
}

fn document(looks: &[Look], now: Timestamp) -> String {
    let document = json!({"schema": "anchorwatch.schedule/1", "at": now, "looks": looks});
    format!("{document:#}\n")
}

fn wait(look: &Look, now: Timestamp) -> String {
    let seconds = look.at.since(now);
    match seconds {
        _ if look.running => "under way".to_owned(),
        0 => "now".to_owned(),
        late if late < 0 => format!("{} late", span(-late)),
        _ => span(seconds),
    }
}

fn span(seconds: i64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

fn of_daemon(url: &str) -> Result<Vec<Row>, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::trouble("sockets and timers", error))?;
    let address = format!("{}/api/v1/schedule", url.trim_end_matches('/'));
    let text = runtime.block_on(http::document(&address, PATIENCE));
    let place = without_password(url);
    let text = text.map_err(|problem| {
        let hint = "--url says where the daemon is, and --config FILE asks none";
        Failure::trouble(&place, format!("{problem}; {hint}"))
    })?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::trouble(&place, format!("no schedule: {error}")))
}

/// The address as it may be told.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

fn of_lab(now: Timestamp) -> Vec<Row> {
    let lab = Lab::new(now);
    let zones = lab.cases().iter().map(|case| (case.zone.clone(), ()));
    let zones: BTreeMap<Name, ()> = zones.collect();
    let row = |zone| Row::new(zone, None, &PACE, now);
    zones.into_keys().map(row).collect()
}

fn of_file(path: &Path, state: Option<&Path>, now: Timestamp) -> Result<Vec<Row>, Failure> {
    let settings = config::load(path).map_err(|error| Failure::Usage(error.to_string()))?;
    let (read, _) = lists(&settings, true)?;
    let named = read
        .iter()
        .map(|(origin, targets)| (*origin, targets.as_slice()));
    let (zones, _) = sources::merge(&settings.zones, named);
    let store = memory(&settings, state)?;
    let row = |target: &&config::settings::Target| {
        let known = match &store {
            Some(store) => known(store, &target.zone).map_err(trouble)?,
            None => None,
        };
        let pace = settings.pace(target);
        Ok(Row::new(target.zone.clone(), known.as_ref(), &pace, now))
    };
    zones.iter().map(row).collect()
}

/// The store that is named on the command line must be there; that of the file need not be yet.
fn memory(settings: &Settings, named: Option<&Path>) -> Result<Option<Reader>, Failure> {
    let Some(directory) = named.or(settings.store.directory.as_deref()) else {
        return Ok(None);
    };
    match Reader::open(directory) {
        Ok(store) => Ok(Some(store)),
        Err(error) if error.problem == Problem::Missing && named.is_none() => Ok(None),
        Err(error) if error.problem == Problem::Missing => {
            Err(Failure::usage("--state-dir", error))
        }
        Err(error) => Err(trouble(error)),
    }
}

/// What a daemon remembers; what this version cannot read begins anew there too.
fn known(store: &Reader, zone: &Name) -> Result<Option<ZoneState>, StoreError> {
    let text = store.state(zone)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn trouble(error: StoreError) -> Failure {
    Failure::trouble("the store", error)
}
