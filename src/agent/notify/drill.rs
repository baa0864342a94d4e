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
use crate::dns::Timestamp;
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
pub const LIMIT: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(50);

/// A rehearsal that came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// From the fault until every endpoint had been told.
    pub told: Duration,
    /// From the repair until every endpoint had been told of that.
    pub resolved: Duration,
}

/// Rehearses once with these endpoints, each of which may take so long to take a message.
///
/// # Errors
/// Where the way ended.
pub async fn run(
    post: &Post,
    endpoints: BTreeSet<String>,
    limit: Duration,
) -> Result<Passed, String> {
    if endpoints.is_empty() {
        return Err("no endpoint takes rehearsals".to_owned());
    }
    let lab = Arc::new(Lab::new(now()));
    let running = lab::server::serve(Arc::clone(&lab), 0).await;
    let mut running = running.map_err(|error| format!("the lab: {error}"))?;
    let takers = Takers {
        endpoints,
        limit,
        since: now(),
    };
    let passed = rehearse(post, &takers, &lab, &mut running).await;
    if passed.is_err() {
        // Who was told of the fault is told that it is over, and the next rehearsal begins anew.
        show_seen(post, subject(), Seen::default());
    }
    running.stop().await;
    passed
}

fn subject() -> Subject {
    Subject {
        zone: ZONE.parse().expect("a fixed name"),
        group: GROUP.to_owned(),
        labels: BTreeMap::new(),
        is_drill: true,
    }
}

fn show_seen(post: &Post, subject: Subject, seen: Seen) {
    guard(&post.rehearsed).push((subject, seen));
    post.bell.notify_one();
}

async fn rehearse(
    post: &Post,
    takers: &Takers,
    lab: &Lab,
    running: &mut RunningLab,
) -> Result<Passed, String> {
    let subject = subject();
    let fault = Fault::Zone {
        zone: subject.zone.clone(),
        case: CASE.to_owned(),
    };
    let means = Arc::new(Means::of_lab(lab, running.port)?);
    let mut zone = Zone::new(means, subject);
    // What an earlier rehearsal left in the outbox may arrive meanwhile, and counts for nothing.
    guard(&post.arrived).clear();
    let broken = lab
        .with_faults(&[fault])
        .map_err(|error| error.to_string())?;
    let begun = Instant::now();
    show(running, Arc::new(broken)).await?;
    zone.until(Verdict::Bogus, post).await?;
    arrived(post, takers, Happening::Firing).await?;
    let told = begun.elapsed();
    let begun = Instant::now();
    let whole = lab.with_faults(&[]).map_err(|error| error.to_string())?;
    show(running, Arc::new(whole)).await?;
    zone.until(Verdict::Secure, post).await?;
    arrived(post, takers, Happening::Resolved).await?;
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
    fn new(means: Arc<Means>, subject: Subject) -> Self {
        let target = Target {
            zone: subject.zone.clone(),
            group: subject.group.clone(),
            labels: subject.labels.clone(),
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
            subject,
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
                show_seen(post, self.subject.clone(), seen);
                return Ok(());
            }
        }
        Err(format!("{LOOKS} looks did not call the zone {verdict}"))
    }
}

/// Who has to take the messages of a rehearsal.
struct Takers {
    endpoints: BTreeSet<String>,
    limit: Duration,
    /// When it began: messages about an incident before that are of an earlier one.
    since: Timestamp,
}

/// Waits until each endpoint has taken a message.
async fn arrived(post: &Post, takers: &Takers, event: Happening) -> Result<(), String> {
    let begun = Instant::now();
    loop {
        let missing: Vec<&str> = {
            let arrived = guard(&post.arrived);
            let is_missing = |name: &&String| {
                let began = arrived.get(&((*name).clone(), event));
                began.is_none_or(|began| *began < takers.since)
            };
            (takers.endpoints.iter())
                .filter(is_missing)
                .map(String::as_str)
                .collect()
        };
        if missing.is_empty() {
            return Ok(());
        }
        if begun.elapsed() > takers.limit {
            let what = match event {
                Happening::Resolved => "that it is over",
                _ => "the fault",
            };
            let (limit, missing) = (takers.limit.as_secs(), missing.join(" "));
            return Err(format!("not taken within {limit} s by {missing}: {what}"));
        }
        sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::notify::meters::Meters;

    /// What was told of the fault is taken back; else the next rehearsal would have nothing to tell.
    #[tokio::test]
    async fn a_rehearsal_that_does_not_come_through_leaves_nothing_behind() {
        let post = Post::new(Meters::new(&prometheus::Registry::new()).unwrap());
        let nobody = BTreeSet::from(["nobody".to_owned()]);
        // What is told of an earlier rehearsal is not taken for what is told of this one.
        let earlier = ("nobody".to_owned(), Happening::Firing);
        let late = async {
            sleep(PAUSE * 4).await;
            guard(&post.arrived).insert(earlier, Timestamp(1));
        };
        let (outcome, ()) = tokio::join!(run(&post, nobody, Duration::from_secs(2)), late);
        let problem = outcome.unwrap_err();
        assert!(problem.ends_with("by nobody: the fault"), "{problem}");
        let seen = std::mem::take(&mut *guard(&post.rehearsed));
        let signals: Vec<usize> = seen.iter().map(|(_, seen)| seen.signals.len()).collect();
        assert_eq!(signals, [1, 0]);
    }
}
