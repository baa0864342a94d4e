//! A rehearsal over the real path: a fault that is there, judged by the real audit, told by the real
//! senders, and its end.
//!
//! The embedded lab is started for it, and a DS of an old key put above one of its zones. Two looks call the
//! zone bogus, as they would any other; its incident is marked as a rehearsal, goes through board, outbox,
//! formatter and sender with the secrets of each endpoint, and counts when each endpoint has taken it. Then
//! the fault is taken out, and the same is asked of the message that it is over. Times that alarms and
//! incidents wait for are left out, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{Post, guard};
use crate::agent::daemon::fleet::{Fleet, Target};
use crate::agent::daemon::look::{Means, look};
use crate::agent::daemon::now;
use crate::dns::{Name, Timestamp};
use crate::lab::server::RunningLab;
use crate::lab::{self, Fault, Lab};
use crate::notify::alarm::CHAIN_BROKEN;
use crate::notify::{Happening, Seen, Subject};
use crate::report::{Severity, Verdict};
use crate::watch::schedule::Pace;

/// The zone of the lab that is broken, and the case that is put into it.
const ZONE: &str = "valid.test.";
const CASE: &str = "stale-ds";
/// The group that its incident is in.
const GROUP: &str = "drill";
/// Most looks until a verdict is called: two agree when nothing interferes.
const LOOKS: usize = 5;
/// How long a message may take to arrive everywhere.
const LIMIT: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(50);

/// A rehearsal that came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// From the fault until every endpoint had been told.
    pub told: Duration,
    /// From the repair until every endpoint had been told of that.
    pub resolved: Duration,
}

/// Rehearses once with these endpoints.
///
/// # Errors
/// Where the way ended.
pub async fn run(post: &Post, endpoints: BTreeSet<String>) -> Result<Passed, String> {
    if endpoints.is_empty() {
        return Err("no endpoint takes rehearsals".to_owned());
    }
    guard(&post.arrived).clear();
    let lab = Arc::new(Lab::new(now()));
    let running = lab::server::serve(Arc::clone(&lab), 0).await;
    let mut running = running.map_err(|error| format!("the lab: {error}"))?;
    let passed = rehearse(post, &endpoints, &lab, &mut running).await;
    running.stop().await;
    passed
}

async fn rehearse(
    post: &Post,
    endpoints: &BTreeSet<String>,
    lab: &Lab,
    running: &mut RunningLab,
) -> Result<Passed, String> {
    let zone: Name = ZONE.parse().expect("a fixed name");
    let fault = Fault::Zone {
        zone: zone.clone(),
        case: CASE.to_owned(),
    };
    let means = Arc::new(Means::of_lab(lab, running.port)?);
    let mut zone = Zone::new(means, zone);
    let broken = lab
        .with_faults(&[fault])
        .map_err(|error| error.to_string())?;
    let begun = Instant::now();
    show(running, Arc::new(broken)).await?;
    zone.until(Verdict::Bogus, post).await?;
    arrived(post, endpoints, Happening::Firing).await?;
    let told = begun.elapsed();
    let begun = Instant::now();
    let whole = lab.with_faults(&[]).map_err(|error| error.to_string())?;
    show(running, Arc::new(whole)).await?;
    zone.until(Verdict::Secure, post).await?;
    arrived(post, endpoints, Happening::Resolved).await?;
    let resolved = begun.elapsed();
    Ok(Passed { told, resolved })
}

async fn show(running: &mut RunningLab, lab: Arc<Lab>) -> Result<(), String> {
    let shown = running.show(lab).await;
    shown.map_err(|error| format!("the lab: {error}"))
}

/// The zone that is watched for the time of the rehearsal.
struct Zone {
    means: Arc<Means>,
    fleet: Fleet,
    subject: Subject,
}

impl Zone {
    fn new(means: Arc<Means>, zone: Name) -> Self {
        let target = Target {
            zone: zone.clone(),
            group: GROUP.to_owned(),
            labels: BTreeMap::new(),
            pace: Pace::default(),
            also: Vec::new(),
            resolvers: Vec::new(),
            policy: Arc::default(),
        };
        let mut fleet = Fleet::new(now());
        fleet.set(vec![target], now());
        Self {
            means,
            fleet,
            subject: Subject {
                zone,
                group: GROUP.to_owned(),
                labels: BTreeMap::new(),
                is_drill: true,
            },
        }
    }

    /// Looks until this verdict is called, and hands on what is seen then.
    async fn until(&mut self, verdict: Verdict, post: &Post) -> Result<(), String> {
        for _ in 0..LOOKS {
            let member = self
                .fleet
                .take_due(Timestamp(i64::MAX))
                .ok_or("the zone is not due")?;
            let looked = look(Arc::clone(&self.means), member, now()).await;
            let state = looked.ok_or("an audit was lost")?.state;
            let is_called = state.called.verdict == Some(verdict);
            let mut seen = Seen::of(&state, Severity::Bogus);
            self.fleet.finish(state);
            if is_called {
                // A zone of this name may be watched in earnest.
                for signal in &mut seen.signals {
                    signal.scope = GROUP.to_owned();
                }
                // What changes so fast looks odd to checks that remember; that is not rehearsed.
                seen.signals.retain(|signal| signal.code == CHAIN_BROKEN);
                guard(&post.rehearsed).push((self.subject.clone(), seen));
                post.bell.notify_one();
                return Ok(());
            }
        }
        Err(format!("{LOOKS} looks did not call the zone {verdict}"))
    }
}

/// Waits until each endpoint has taken a message.
async fn arrived(
    post: &Post,
    endpoints: &BTreeSet<String>,
    event: Happening,
) -> Result<(), String> {
    let begun = Instant::now();
    loop {
        let missing: Vec<&str> = {
            let arrived = guard(&post.arrived);
            let is_missing = |name: &&String| !arrived.contains(&((*name).clone(), event));
            endpoints
                .iter()
                .filter(is_missing)
                .map(String::as_str)
                .collect()
        };
        if missing.is_empty() {
            return Ok(());
        }
        if begun.elapsed() > LIMIT {
            let what = match event {
                Happening::Resolved => "that it is over",
                _ => "the fault",
            };
            let (limit, missing) = (LIMIT.as_secs(), missing.join(" "));
            return Err(format!("not taken within {limit} s by {missing}: {what}"));
        }
        sleep(PAUSE).await;
    }
}
