//! The loop: starts what is due, takes in what ends, hears what is commanded.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::fleet::{Member, Target};
use super::look::{Looked, Means, aside, look};
use super::{Watch, controls, glance, now, record};
use crate::agent::notify;
use crate::agent::store::StoreError;
use crate::agent::store::outbox::Outgoing;
use crate::dns::{Name, Timestamp};
use crate::watch::ZoneState;
use crate::watch::exposition::Level;

/// How long the loop sleeps at most, so that its progress can be seen.
const NAP: Duration = Duration::from_secs(1);
/// How long it waits at least after having found nothing more to start.
const BREATH: Duration = Duration::from_millis(50);
/// How long audits under way are given when the daemon stops.
const GRACE: Duration = Duration::from_secs(3);
/// Messages about the events of a zone that are remembered while the store takes nothing.
const MOST_OWED: usize = 1_000;
/// Rounds of cheap questions under way at a time.
const GLANCES: usize = 256;

/// What the loop can be told.
#[derive(Debug)]
pub enum Command {
    /// Watch these zones with these means from now on.
    Orders(Box<Orders>),
    /// End.
    Stop,
}

/// What is watched, and with what.
#[derive(Debug, Clone)]
pub struct Orders {
    /// The zones; none when they were taken over.
    pub targets: Vec<Target>,
    /// Whether these are all of them: no list is still to be read for the first time.
    pub is_complete: bool,
    /// With what they are audited.
    pub means: Arc<Means>,
    /// Audits under way at a time.
    pub at_once: usize,
    /// How often the control names of resolvers are asked.
    pub control: Duration,
    /// Who is told what is wrong.
    pub notify: Arc<notify::Settings>,
    /// How much is told of each zone; by their number without one.
    pub level: Option<Level>,
}

/// What ended.
enum Ended {
    Looked(Name, Option<Box<Looked>>),
    /// With the messages about its events.
    Recorded(Name, Vec<Outgoing>, Result<(), StoreError>),
    Glanced(Name, bool),
    Controlled,
}

/// Watches what [`Watch::take`] took over until it is told to stop, or until nobody can tell it anything any
/// more.
pub async fn run(watch: Arc<Watch>, orders: Orders, mut commands: mpsc::Receiver<Command>) {
    let mut round = Round {
        watch,
        orders,
        tasks: JoinSet::new(),
        looks: 0,
        glances: 0,
        control: Some(Instant::now()),
        last: now(),
        owed: BTreeMap::new(),
    };
    loop {
        round.start();
        let until = round.wake();
        tokio::select! {
            command = commands.recv() => match command {
                Some(Command::Orders(orders)) => {
                    round.orders = *orders;
                    round.watch.take(&mut round.orders);
                }
                Some(Command::Stop) | None => break,
            },
            Some(ended) = round.tasks.join_next() => round.end(ended),
            () = sleep_until(until) => {}
        }
    }
    round.stop().await;
}

struct Round {
    watch: Arc<Watch>,
    orders: Orders,
    tasks: JoinSet<Ended>,
    looks: usize,
    glances: usize,
    /// When the control names are asked next; `None` while they are being asked.
    control: Option<Instant>,
    /// What the clock said last.
    last: Timestamp,
    /// Messages about events whose record the store did not take: they are kept with the next one.
    owed: BTreeMap<Name, Vec<Outgoing>>,
}

impl Round {
    /// Starts what is due, as far as there is room.
    fn start(&mut self) {
        let now = now();
        if now < self.last {
            tracing::warn!("the clock was set back by {} s", self.last.since(now));
            self.watch.fleet_mut().heed(now);
        }
        self.last = now;
        self.watch.advance(now);
        while self.looks < self.orders.at_once {
            let Some(member) = self.watch.fleet_mut().take_due(now) else {
                break;
            };
            self.looks += 1;
            self.tasks
                .spawn(looked(Arc::clone(&self.orders.means), member, now));
        }
        while self.glances < GLANCES {
            let Some(member) = self.watch.fleet_mut().take_glance(now) else {
                break;
            };
            // What is audited anyway, or was never seen, needs no glance.
            if member.is_running || member.state.probed.is_none() {
                continue;
            }
            self.glances += 1;
            self.tasks
                .spawn(glanced(Arc::clone(&self.orders.means), member, now));
        }
        if self.control.is_some_and(|at| at <= Instant::now()) {
            self.control = None;
            let (means, watch) = (Arc::clone(&self.orders.means), Arc::clone(&self.watch));
            self.tasks.spawn(async move {
                controls::check(&means, &watch).await;
                Ended::Controlled
            });
        }
        let meters = &self.watch.meters;
        meters
            .running
            .set(i64::try_from(self.looks).unwrap_or(i64::MAX));
        meters.lag.set(self.watch.fleet().lag(now) as f64);
    }

    /// When there may be something to start again.
    fn wake(&self) -> Instant {
        let now = now();
        let next = self.watch.fleet().next_at();
        let seconds = next.map_or(i64::MAX, |at| at.since(now)).max(0);
        let wait = Duration::from_secs(u64::try_from(seconds).unwrap_or(u64::MAX));
        Instant::now() + wait.clamp(BREATH, NAP)
    }

    fn end(&mut self, ended: Result<Ended, tokio::task::JoinError>) {
        match ended {
            Ok(Ended::Looked(_, Some(looked))) => self.take_in(*looked),
            Ok(Ended::Recorded(zone, messages, kept)) => {
                self.looks = self.looks.saturating_sub(1);
                match kept {
                    Ok(()) if messages.is_empty() => {}
                    Ok(()) => self.watch.post.wrote(),
                    Err(error) => {
                        self.watch.meters.store_failures.inc();
                        tracing::error!(%zone, %error, "the store did not take the audit; probing goes on");
                        self.owe(zone, messages);
                    }
                }
            }
            Ok(Ended::Looked(zone, None)) => {
                self.looks = self.looks.saturating_sub(1);
                tracing::error!(%zone, "the audit was lost");
                self.put_back(&zone);
            }
            Ok(Ended::Glanced(zone, is_changed)) => {
                self.glances = self.glances.saturating_sub(1);
                self.watch.meters.glances.inc();
                if is_changed {
                    self.watch.meters.glance_changes.inc();
                    self.watch.fleet_mut().hasten(&zone, now());
                }
            }
            Ok(Ended::Controlled) => self.control = Some(Instant::now() + self.orders.control),
            // Tasks neither panic nor are cancelled while the loop runs.
            Err(error) => tracing::error!(%error, "a task was lost"),
        }
    }

    /// Remembers and tells what a look found.
    fn take_in(&mut self, looked: Looked) {
        let meters = &self.watch.meters;
        meters.audits.inc();
        meters
            .audit_duration
            .observe(looked.state.took.as_secs_f64());
        meters.exchanges.inc_by(looked.exchanges as u64);
        if looked.state.failures > 0 {
            meters.audit_failures.inc();
        }
        for event in &looked.events {
            meters
                .events
                .with_label_values(&[&event.kind.to_string()])
                .inc();
            tracing::info!(zone = %event.zone, kind = %event.kind, "{}", event.text);
        }
        // The place of the audit is free when its record is kept, so that a slow disk slows the watch down
        // and nothing piles up.
        let messages = self.messages(&looked);
        let is_watched = self.watch.fleet_mut().finish(looked.state.clone());
        self.watch.post.ring(&looked.state.zone);
        let store = self.watch.store.clone();
        self.tasks.spawn(async move {
            let zone = looked.state.zone.clone();
            let packing = store.clone();
            let pack = move || record::record(looked).map(|audited| packing.pack(audited));
            let packed = if is_watched { aside(pack).await } else { None };
            let kept = match packed.flatten() {
                Some(packed) => store.keep(packed.with_messages(messages.clone())).await,
                None => Ok(()),
            };
            Ended::Recorded(zone, messages, kept)
        });
    }

    /// What is told of a look's events, and what is still owed of earlier ones.
    fn messages(&mut self, looked: &Looked) -> Vec<Outgoing> {
        let zone = &looked.state.zone;
        let mut messages = self.owed.remove(zone).unwrap_or_default();
        if let Some(member) = self.watch.fleet().member(zone) {
            let settings = &self.orders.notify;
            messages.extend(notify::of_events(settings, member, &looked.events));
        }
        messages
    }

    fn owe(&mut self, zone: Name, messages: Vec<Outgoing>) {
        if messages.is_empty() {
            return;
        }
        let owed = self.owed.entry(zone).or_default();
        owed.extend(messages);
        let excess = owed.len().saturating_sub(MOST_OWED);
        if excess > 0 {
            tracing::error!("{excess} messages about events are lost: the store takes nothing");
            owed.drain(..excess);
        }
    }

    /// Makes a zone whose audit was lost due again at its next turn.
    fn put_back(&self, zone: &Name) {
        let known = self
            .watch
            .fleet()
            .member(zone)
            .map(|member| Arc::clone(&member.state));
        if let Some(state) = known {
            let state = ZoneState {
                probed: Some(now()),
                ..ZoneState::clone(&state)
            };
            self.watch.fleet_mut().finish(state);
        }
    }

    /// Gives what is under way a moment to end, then drops it.
    async fn stop(mut self) {
        let rest = async {
            while let Some(ended) = self.tasks.join_next().await {
                self.end(ended);
            }
        };
        // What does not end in time is asked again after the next start.
        let _ = timeout(GRACE, rest).await;
        self.tasks.shutdown().await;
    }
}

async fn looked(means: Arc<Means>, member: Member, now: Timestamp) -> Ended {
    let zone = member.target.zone.clone();
    Ended::Looked(zone, look(means, member, now).await.map(Box::new))
}

async fn glanced(means: Arc<Means>, member: Member, now: Timestamp) -> Ended {
    let is_changed = glance::is_changed(&means, &member, now).await;
    Ended::Glanced(member.target.zone.clone(), is_changed)
}
