//! From a set-up to a daemon that runs, and its end: listeners, store, loop, signals, systemd.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;

use super::look::Means;
use super::meters::Meters;
use super::run::{Command, Orders, run};
use super::{Watch, now};
use crate::agent::http::probe::Gate;
use crate::agent::http::server::Server;
use crate::agent::http::{self, Desk, Reload};
use crate::agent::notify::engine;
use crate::agent::store::Store;
use crate::watch::ZoneState;

/// How long a stop may take in all.
const STOP: Duration = Duration::from_secs(5);

/// All that a daemon is made of.
pub struct Setup {
    /// What is watched at first.
    pub orders: Orders,
    /// Where the endpoints are, bound already.
    pub listeners: Vec<TcpListener>,
    /// Memory, opened already.
    pub store: Store,
    /// How the endpoints answer.
    pub web: http::Settings,
    /// Reads the configuration anew; `None` where there is none.
    pub renew: Option<Renew>,
    /// Where lists of zones that changed come from.
    pub changes: mpsc::Receiver<Change>,
}

/// News of a list of zones.
pub struct Change {
    /// The list.
    pub source: String,
    /// Whether it could be read.
    pub is_read: bool,
    /// What is watched from now on, if that is something else.
    pub orders: Option<Orders>,
}

/// Reads the configuration anew: new orders, or what is wrong.
pub type Renew =
    Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Orders, String>> + Send>> + Send + Sync>;

/// What ends a wait.
enum News {
    Stop,
    Reload(Option<Reload>),
    Change(Change),
}

/// Runs until SIGTERM or SIGINT, then stops within five seconds.
///
/// # Errors
/// Those of signals that cannot be waited for, and of meters that cannot be made; that a part of it was lost.
pub async fn serve(setup: Setup) -> io::Result<()> {
    let meters = Meters::new().map_err(io::Error::other)?;
    let mut signals = Signals::new()?;
    let watch = Arc::new(Watch::new(setup.store, meters));
    let mut orders = setup.orders;
    let mut means = Arc::clone(&orders.means);
    watch.take(&mut orders);
    remember(&watch).await;
    watch.meters.reloaded(true, now());
    let (commands, heard) = mpsc::channel(4);
    let mut watching = tokio::spawn(run(Arc::clone(&watch), orders, heard));
    let (wishes, mut reloads) = mpsc::channel(4);
    let (stop, stopping) = watch::channel(false);
    let gate = Arc::new(Gate::new(setup.web.probe.clone()));
    let can_reload = setup.renew.is_some() && setup.web.has_lifecycle;
    let mut served = JoinSet::new();
    let router = http::router(Desk {
        watch: Arc::clone(&watch),
        reload: can_reload.then(|| wishes.clone()),
        gate,
    });
    let server = Server::new(router, setup.web.web, setup.web.limits, stopping);
    for listener in setup.listeners {
        served.spawn(server.clone().serve(listener));
    }
    let mut changes = setup.changes;
    let fed = tokio::spawn(feed(Arc::clone(&watch)));
    let mut telling = tokio::spawn(engine::run(Arc::clone(&watch)));
    tell(&[NotifyState::Ready]);
    let ended = loop {
        let news = tokio::select! {
            news = signals.next() => news,
            Some(wish) = reloads.recv() => News::Reload(Some(wish)),
            Some(change) = changes.recv() => News::Change(change),
            ended = &mut watching => break Err(lost("what starts audits", ended)),
            ended = &mut telling => break Err(lost("what judges and tells", ended)),
        };
        match news {
            News::Stop => break Ok(()),
            News::Change(change) => {
                let up = watch.meters.source_up.with_label_values(&[&change.source]);
                up.set(i64::from(change.is_read));
                // What was sent just before another configuration was taken is of the one before.
                let is_current = |orders: &Orders| Arc::ptr_eq(&orders.means, &means);
                if let Some(orders) = change.orders.filter(is_current) {
                    // A loop that has ended is seen at the next turn.
                    let _ = commands.send(Command::Orders(Box::new(orders))).await;
                }
            }
            News::Reload(wish) => tokio::select! {
                taken = reload(&watch, setup.renew.as_ref(), &commands, wish) => {
                    means = taken.unwrap_or(means);
                }
                () = signals.stop() => break Ok(()),
            },
        }
    };
    tell(&[NotifyState::Stopping]);
    fed.abort();
    let end = async {
        // Whoever has ended already needs no word.
        let _ = commands.send(Command::Stop).await;
        if !watching.is_finished() {
            let _ = watching.await;
        }
        // What it has not kept yet is found again after the next start, and what it has not sent is kept.
        telling.abort();
        let _ = stop.send(true);
        while served.join_next().await.is_some() {}
        watch.store.clone().close().await;
    };
    if timeout(STOP, end).await.is_err() {
        tracing::warn!("not everything ended within {} s", STOP.as_secs());
    }
    ended
}

/// A part that never ends by itself has ended: the process ends with it, to be started again.
fn lost(part: &str, ended: Result<(), JoinError>) -> io::Error {
    let why = ended.err().map(|error| format!(": {error}"));
    let problem = format!("{part} has ended{}", why.unwrap_or_default());
    tracing::error!(%problem, "the daemon cannot go on");
    io::Error::other(problem)
}

/// Takes over what the store knows of the zones.
async fn remember(watch: &Watch) {
    let recall = |_, text: String| {
        // What cannot be read is as if it were not known.
        if let Ok(state) = serde_json::from_str::<ZoneState>(&text) {
            watch.fleet_mut().finish(state);
        }
    };
    if let Err(error) = watch.store.for_each_state(recall).await {
        tracing::error!(%error, "what was known of the zones cannot be read; each begins anew");
    }
    watch.fleet_mut().heed(now());
}

/// Reads the configuration anew; the means of the one that is in force from now on, if it is another one.
async fn reload(
    watch: &Watch,
    renew: Option<&Renew>,
    commands: &mpsc::Sender<Command>,
    wish: Option<Reload>,
) -> Option<Arc<Means>> {
    // A reload that systemd asked for is told with its time (sd_notify(3), RELOADING).
    match NotifyState::monotonic_usec_now() {
        Ok(time) => tell(&[NotifyState::Reloading, time]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
    let outcome = match renew {
        Some(renew) => renew().await,
        None => Err("there is no configuration file to read anew".to_owned()),
    };
    watch.meters.reloaded(outcome.is_ok(), now());
    let taken = outcome.as_ref().ok();
    let taken = taken.map(|orders| Arc::clone(&orders.means));
    let outcome = match outcome {
        Ok(orders) => {
            // Lists that are still followed tell of themselves anew.
            watch.meters.source_up.reset();
            tracing::info!(
                zones = orders.targets.len(),
                "the configuration is in force"
            );
            let sent = commands.send(Command::Orders(Box::new(orders))).await;
            sent.map_err(|_| "the daemon is stopping".to_owned())
        }
        Err(problem) => {
            tracing::error!(%problem, "the old configuration stays in force");
            Err(problem)
        }
    };
    tell(&[NotifyState::Ready]);
    if let Some(Reload(told)) = wish {
        // Whoever asked may have gone.
        let _ = told.send(outcome);
    }
    taken
}

/// Feeds the watchdog of systemd, only while audits are being started.
async fn feed(watch: Arc<Watch>) {
    let Some(patience) = sd_notify::watchdog_enabled() else {
        return;
    };
    loop {
        tokio::time::sleep(patience / 3).await;
        if watch.is_advancing() {
            tell(&[NotifyState::Watchdog]);
        }
    }
}

/// Tells systemd, where it listens.
fn tell(news: &[NotifyState<'_>]) {
    // Without systemd there is nobody to tell.
    let _ = sd_notify::notify(news);
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for an end, whatever else is wished.
    async fn stop(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    async fn next(&mut self) -> News {
        tokio::select! {
            _ = self.interrupt.recv() => News::Stop,
            _ = self.terminate.recv() => News::Stop,
            _ = self.hangup.recv() => News::Reload(None),
        }
    }
}
