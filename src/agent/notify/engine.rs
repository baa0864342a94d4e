//! Takes what looks found to the board, and what the board says to the store.
//!
//! The latest state of each zone counts, however many looks there were, so that nothing piles up. What the
//! board says is kept before anything else is taken in: a store that refuses is tried again until it takes
//! it, and the board waits. At the start the board is made of what was kept, and every zone that is
//! remembered is judged anew, so that nothing is lost that a crash came before.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::endpoint::Endpoint;
use super::errand::Errands;
use super::sender::Sender;
use super::words::{ENDPOINT, group_of, kept, subject, trouble, unused};
use super::{Post, Settings, guard, resend};
use crate::agent::daemon::{Watch, now};
use crate::agent::store::Store;
use crate::agent::store::outbox::{Bodies, Change};
use crate::dns::{Name, Timestamp};
use crate::notify::format::Format;
use crate::notify::route::least;
use crate::notify::{Board, Changes, Phase, Route, Seen, Silence, Subject};
use crate::report::Severity;

/// How often time alone is looked at.
const NAP: Duration = Duration::from_secs(1);
/// How long looks are gathered.
const GATHER: Duration = Duration::from_millis(50);
/// How long the store is left alone after it failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Judges and tells for ever.
pub async fn run(watch: Arc<Watch>) {
    let post = Arc::clone(&watch.post);
    let mut settings = post.settings.subscribe();
    let mut engine = Engine {
        watch,
        post,
        settings: Arc::default(),
        senders: JoinSet::new(),
        by_hand: Vec::new(),
        errands: Errands::default(),
        is_configured: false,
        is_complete: true,
        // The first turn finds that a clock was set back while nobody watched.
        at: Timestamp(i64::MAX),
    };
    engine.restore().await;
    settings.mark_changed();
    loop {
        let is_changed = settings.has_changed().unwrap_or(false);
        let new = is_changed
            .then(|| settings.borrow_and_update().clone())
            .flatten();
        let is_new = new.is_some();
        if let Some(new) = new {
            engine.configure(new).await;
            engine.is_configured = true;
        }
        // Before anybody says who wants to be told of what, nothing is too light to be.
        if engine.is_configured {
            engine.turn(is_new).await;
        }
        // A bell that rang meanwhile is heard at once.
        let _ = timeout(NAP, engine.post.bell.notified()).await;
        sleep(GATHER).await;
    }
}

struct Engine {
    watch: Arc<Watch>,
    post: Arc<Post>,
    settings: Arc<Settings>,
    senders: JoinSet<()>,
    /// Silences by hand, as the store has them.
    by_hand: Vec<String>,
    errands: Errands,
    is_configured: bool,
    /// Whether every list of zones has been read.
    is_complete: bool,
    /// When the last turn was.
    at: Timestamp,
}

impl Engine {
    async fn restore(&mut self) {
        let [alarms, incidents, _] = bodies(&self.watch.store).await;
        self.errands = Errands::restore(&self.watch.store, &self.post).await;
        let mut board = guard(&self.post.board);
        board.restore(read("alarm", &alarms), read("incident", &incidents), now());
        // A rehearsal ends with the process that it runs in.
        board.keep_zones(|subject| !subject.is_drill, now());
    }

    /// Heeds other settings: other endpoints have other senders.
    async fn configure(&mut self, settings: Arc<Settings>) {
        let routes: Vec<Route> = (settings.endpoints.iter())
            .map(|endpoint| endpoint.route.clone())
            .collect();
        guard(&self.post.board).configure(settings.timing.clone(), routes, now());
        // A message that was under way is sent again, under the same identifier.
        self.senders.shutdown().await;
        for endpoint in &self.settings.endpoints {
            self.post.meters.end(&endpoint.name);
        }
        let names = settings.endpoints.iter().map(|one| one.name.clone());
        self.post_change(Change::Endpoints(names.collect())).await;
        let retries = Arc::new(settings.retries.clone());
        for endpoint in &settings.endpoints {
            self.post.meters.begin(&endpoint.name);
            self.start(endpoint, &retries);
        }
        self.settings = settings;
        self.by_hand.clear();
        self.hear_silences(true).await;
    }

    /// What cannot be written now is of no great account: it is written at the next occasion.
    async fn post_change(&self, change: Change) {
        if let Err(error) = self.watch.store.post(change).await {
            self.post.meters.store_failures.inc();
            tracing::error!(%error, "the outbox cannot be written");
        }
    }

    fn start(&mut self, endpoint: &Arc<Endpoint>, retries: &Arc<Vec<i64>>) {
        let (store, post) = (&self.watch.store, &self.post);
        let sender = Sender {
            endpoint: Arc::clone(endpoint),
            store: store.clone(),
            post: Arc::clone(post),
            retries: Arc::clone(retries),
        };
        self.senders.spawn(sender.run());
        if endpoint.format == Format::AlertmanagerApi {
            let again = resend::run(Arc::clone(endpoint), store.clone(), Arc::clone(post));
            self.senders.spawn(again);
        }
    }

    async fn turn(&mut self, is_new: bool) {
        let looked = std::mem::take(&mut *guard(&self.post.looked));
        let troubles = std::mem::take(&mut *guard(&self.post.troubles));
        let rehearsed = std::mem::take(&mut *guard(&self.post.rehearsed));
        let rewatched = std::mem::take(&mut *guard(&self.post.rewatched));
        self.is_complete = rewatched.unwrap_or(self.is_complete);
        let at = now();
        if std::mem::replace(&mut self.at, at) > at {
            self.post_change(Change::SetBack(at)).await;
        }
        let changes = {
            let mut board = guard(&self.post.board);
            if is_new || rewatched.is_some() {
                self.end_unwatched(&mut board, at);
            }
            if is_new {
                self.judge_all(&mut board, at);
            }
            self.judge(&mut board, looked, at);
            for (subject, seen) in rehearsed {
                board.look(&subject, seen, at);
            }
            for (endpoint, problem) in troubles {
                trouble(&mut board, &endpoint, problem, at);
            }
            board.tick(at);
            board.take_changes()
        };
        self.keep(changes).await;
        self.hear_silences(false).await;
        self.errands
            .turn(&self.settings, &self.watch.store, &self.post)
            .await;
        self.show().await;
    }

    fn judge(&self, board: &mut Board, zones: impl IntoIterator<Item = Name>, at: Timestamp) {
        let least = self.least();
        let fleet = self.watch.fleet();
        for zone in zones {
            if let Some(member) = fleet
                .member(&zone)
                .filter(|member| member.state.probed.is_some())
            {
                board.look(&subject(member), Seen::of(&member.state, least), at);
            }
        }
    }

    /// Ends what is about zones that are no longer watched. While a list of zones has not been read since the
    /// start, a zone that is not watched may be on it.
    fn end_unwatched(&self, board: &mut Board, at: Timestamp) {
        let fleet = self.watch.fleet();
        let is_watched = |subject: &Subject| {
            let endpoint = subject.labels.get(ENDPOINT);
            match endpoint.filter(|name| subject.group == group_of(name)) {
                Some(name) => self.settings.endpoints.iter().any(|one| one.name == *name),
                None => {
                    let is_member = fleet.member(&subject.zone).is_some();
                    subject.is_drill || !self.is_complete || is_member
                }
            }
        };
        board.keep_zones(is_watched, at);
    }

    fn judge_all(&self, board: &mut Board, at: Timestamp) {
        let zones: Vec<Name> = (self.watch.fleet().members())
            .map(|member| member.target.zone.clone())
            .collect();
        self.judge(board, zones, at);
    }

    fn least(&self) -> Severity {
        let routes = self.settings.endpoints.iter();
        least(
            &routes
                .map(|endpoint| endpoint.route.clone())
                .collect::<Vec<_>>(),
        )
    }

    /// Keeps what the board says, however long that takes.
    async fn keep(&self, changes: Changes) {
        for silence in &changes.unused {
            self.post.meters.unused.inc();
            tracing::warn!(zone = %silence.zones, "a silence has ended that nothing was silenced by: {}", silence.why);
        }
        if changes.is_empty() && changes.unused.is_empty() {
            return;
        }
        for (endpoints, notice) in &changes.messages {
            tracing::info!(to = endpoints.join(" "), id = notice.id, "{}", notice.title);
        }
        let unused = changes.unused.iter().map(unused).collect::<Vec<_>>();
        let kept = kept(changes);
        while let Err(error) = self.watch.store.keep_alarms(kept.clone()).await {
            self.post.meters.store_failures.inc();
            tracing::error!(%error, "what is wrong cannot be kept and told; it is tried again");
            sleep(STORE_PAUSE).await;
        }
        if !unused.is_empty()
            && let Err(error) = self.watch.store.log(unused).await
        {
            tracing::error!(%error, "an event was not kept");
        }
        self.post.wrote();
    }

    /// Heeds silences that were declared or taken back by hand.
    async fn hear_silences(&mut self, is_forced: bool) {
        // A store that cannot be read now is read at the next turn.
        let texts = match self.watch.store.silences().await {
            Ok(texts) => texts,
            Err(_) if !is_forced => return,
            Err(_) => bodies(&self.watch.store).await[2].clone(),
        };
        if texts == self.by_hand && !is_forced {
            return;
        }
        let at = now();
        let kept: Vec<Silence> = read("silence", &texts);
        let matched: BTreeMap<&str, u64> = kept
            .iter()
            .map(|one| (one.id.as_str(), one.matched))
            .collect();
        let configured = self.settings.silences.iter().cloned().map(|mut silence| {
            silence.matched = matched.get(silence.id.as_str()).copied().unwrap_or(0);
            silence
        });
        let by_hand = kept
            .iter()
            .filter(|silence| !silence.id.starts_with("config-"))
            .cloned();
        let all = configured
            .chain(by_hand)
            .filter(|silence| silence.until > at);
        guard(&self.post.board).set_silences(all);
        self.by_hand = texts;
    }

    async fn show(&self) {
        let meters = &self.post.meters;
        let mut phases = [
            ("pending", 0),
            ("firing", 0),
            ("recovering", 0),
            ("silenced", 0),
        ];
        {
            let board = guard(&self.post.board);
            for alarm in board.alarms() {
                let index = match alarm.phase {
                    _ if alarm.silenced.is_some() => 3,
                    Phase::Pending => 0,
                    Phase::Firing => 1,
                    Phase::Recovering => 2,
                };
                phases[index].1 += 1;
            }
            meters.incidents.set(number(board.incidents().count()));
            meters.silences.set(number(board.silences().count()));
        }
        for (phase, count) in phases {
            meters.alarms.with_label_values(&[phase]).set(count);
        }
        for endpoint in &self.settings.endpoints {
            let Ok(backlog) = self.watch.store.backlog(&endpoint.name).await else {
                continue;
            };
            let label = [endpoint.name.as_str()];
            let oldest = backlog.oldest.map_or(0, |oldest| oldest.0);
            meters
                .waiting
                .with_label_values(&label)
                .set(number(backlog.waiting));
            meters.oldest.with_label_values(&label).set(oldest);
            meters
                .dead
                .with_label_values(&label)
                .set(number(backlog.dead));
        }
    }
}

fn number(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

async fn bodies(store: &Store) -> Bodies {
    loop {
        match store.bodies().await {
            Ok(bodies) => return bodies,
            Err(error) => {
                tracing::error!(%error, "what is wrong and silenced cannot be read; it is tried again");
                sleep(STORE_PAUSE).await;
            }
        }
    }
}

/// What can be read of what was kept. What cannot is left out with a word: it is found again by looking.
fn read<T: serde::de::DeserializeOwned>(what: &str, texts: &[String]) -> Vec<T> {
    let read = |text: &String| match serde_json::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            tracing::error!(%error, "an entry of the kind {what} cannot be read and is left out");
            None
        }
    };
    texts.iter().filter_map(read).collect()
}
