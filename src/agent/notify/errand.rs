//! Rehearsals: when one is due, when a command asks for one, and what is said of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::drill::{self, Passed};
use super::{Post, Settings};
use crate::agent::daemon::now;
use crate::agent::store::outbox::Change;
use crate::agent::store::{Filter, Store, StoredEvent};
use crate::dns::{Name, Timestamp};

/// What a command writes to ask for a rehearsal.
pub const DRILL: &str = "drill";
/// Beginning of what is said of a rehearsal that came through.
pub const PASSED: &str = "passed";
/// Beginning of what is said of one that did not.
pub const FAILED: &str = "failed";
/// What is said of one that is under way.
pub const RUNNING: &str = "running";
/// The kinds of events that are kept of them.
const EVENTS: [&str; 2] = ["drill-passed", "drill-failed"];
/// Events that are read at the start.
const READ: u32 = 1_000;

/// The rehearsals of a daemon, one at a time.
#[derive(Debug, Default)]
pub struct Errands {
    /// When there was one last.
    last: Option<Timestamp>,
    running: Option<JoinHandle<()>>,
}

impl Errands {
    /// Takes up when there was one last, and leaves nothing under way that a crash ended.
    pub async fn restore(store: &Store, post: &Post) -> Self {
        let filter = Filter {
            zone: Some(Name::root()),
            since: None,
            limit: READ,
        };
        let events = store.events(filter).await.unwrap_or_default();
        let last = |kind: &str| {
            let mut of_kind = events.iter().filter(|event| event.kind == kind);
            of_kind.next_back().map(|event| event.at)
        };
        let [passed, failed] = EVENTS.map(last);
        post.meters.drill_success.set(passed.map_or(0, |at| at.0));
        for (id, _, state) in store.errands().await.unwrap_or_default() {
            if state == RUNNING {
                let state = format!("{FAILED}: the daemon was started again meanwhile");
                // Who asked has a time of its own.
                let _ = store.post(Change::ErrandState(id, Some(state))).await;
            }
        }
        Self {
            last: passed.max(failed),
            running: None,
        }
    }

    /// Starts one when it is due or asked for.
    pub async fn turn(&mut self, settings: &Settings, store: &Store, post: &Arc<Post>) {
        if self
            .running
            .as_ref()
            .is_some_and(|running| !running.is_finished())
        {
            return;
        }
        let errands = store.errands().await.unwrap_or_default();
        let asked = errands
            .into_iter()
            .find(|(_, what, state)| what == DRILL && state.is_empty());
        let at = now();
        // What is later than now was told by a clock that was wrong.
        let begun = self.last.map_or(at, |last| last.min(at));
        self.last = Some(begun);
        let is_due =
            |every: Duration| at.since(begun) >= i64::try_from(every.as_secs()).unwrap_or(i64::MAX);
        if asked.is_none() && !settings.drill.is_some_and(is_due) {
            return;
        }
        self.last = Some(at);
        let takers = settings
            .endpoints
            .iter()
            .filter(|endpoint| endpoint.route.has_drills);
        let takers: BTreeSet<String> = takers.map(|endpoint| endpoint.name.clone()).collect();
        let (store, post) = (store.clone(), Arc::clone(post));
        let id = asked.map(|(id, ..)| id);
        self.running = Some(tokio::spawn(rehearse(id, takers, store, post)));
    }
}

async fn rehearse(id: Option<i64>, endpoints: BTreeSet<String>, store: Store, post: Arc<Post>) {
    say(&store, id, RUNNING.to_owned()).await;
    let names = endpoints.iter().cloned().collect::<Vec<_>>().join(" ");
    let outcome = drill::run(&post, endpoints, drill::LIMIT).await;
    let at = now();
    let (kind, text) = match &outcome {
        Ok(Passed { told, resolved }) => {
            post.meters.drill_success.set(at.0);
            post.meters
                .drill_duration
                .set((*told + *resolved).as_secs_f64());
            let (told, resolved) = (told.as_millis(), resolved.as_millis());
            (
                EVENTS[0],
                format!("{PASSED}: told after {told} ms, resolved after {resolved} ms: {names}"),
            )
        }
        Err(problem) => {
            post.meters.drill_failures.inc();
            tracing::error!(%problem, "the rehearsal of alerts did not come through");
            (EVENTS[1], format!("{FAILED}: {problem}"))
        }
    };
    tracing::info!("rehearsal of alerts: {text}");
    let event = StoredEvent {
        at,
        zone: Name::root(),
        kind: kind.to_owned(),
        text: text.clone(),
    };
    if let Err(error) = store.log(vec![event]).await {
        tracing::error!(%error, "an event was not kept");
    }
    say(&store, id, text).await;
}

async fn say(store: &Store, id: Option<i64>, state: String) {
    let Some(id) = id else { return };
    if let Err(error) = store.post(Change::ErrandState(id, Some(state))).await {
        tracing::error!(%error, "who asked for a rehearsal is not told of it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::notify::meters::Meters;
    use crate::agent::store::Retention;

    /// Else there would be none until the clock says again what it said by mistake.
    #[tokio::test]
    async fn a_rehearsal_that_a_wrong_clock_dated_ahead_puts_off_none() {
        let store = Store::in_memory(Retention::default()).unwrap();
        let post = Arc::new(Post::new(
            Meters::new(&prometheus::Registry::new()).unwrap(),
        ));
        let settings = Settings {
            drill: Some(Duration::from_secs(86_400)),
            ..Settings::default()
        };
        let mut errands = Errands {
            last: Some(now().plus(365 * 86_400)),
            running: None,
        };
        errands.turn(&settings, &store, &post).await;
        assert!(errands.last.is_some_and(|last| last <= now()));
    }
}
