//! Takes messages of one endpoint out of the store and sends them until each has arrived.
//!
//! About one thing no message is sent before the one before it has arrived or is dead; incidents about
//! different things do not wait for each other. While an endpoint is in trouble as a whole, one message at a time finds out whether
//! it is back; once it is, everything that waits for it is due. A message that was taken and whose record
//! could not be removed is not sent again while the program runs; after a crash it may be, under the same
//! identifier.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::endpoint::Endpoint;
use super::{Post, guard};
use crate::agent::daemon::now;
use crate::agent::store::Store;
use crate::agent::store::outbox::{Change, Sent, Waiting};
use crate::dns::Timestamp;
use crate::notify::retry::{self, Answer, Next};
use crate::notify::{Happening, Notice};

/// Messages under way to one endpoint.
const AT_ONCE: usize = 16;
/// Messages taken out of the store at a time.
const PAGE: u32 = 64;
/// Longest pause of an endpoint that is in trouble, and the first.
const PAUSES: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(1));
/// Longest pause that an endpoint may ask for with Retry-After.
const THROTTLE: Duration = Duration::from_secs(3_600);
/// How long the store is left alone after it failed.
const STORE_PAUSE: Duration = Duration::from_secs(1);
/// How often the store is looked into without being told to.
const NAP: Duration = Duration::from_secs(1);

/// What a sender works with.
pub struct Sender {
    /// To whom.
    pub endpoint: Arc<Endpoint>,
    /// Out of what.
    pub store: Store,
    /// With whom it shares.
    pub post: Arc<Post>,
    /// Seconds to wait after each attempt that failed.
    pub retries: Arc<Vec<i64>>,
}

/// What came of a message.
struct Ended {
    waiting: Waiting,
    answer: Answer,
    next: Next,
}

impl Sender {
    /// Sends for ever.
    pub async fn run(self) {
        let mut written = self.post.written.subscribe();
        let mut round = Round::new(Arc::new(self));
        round.begin().await;
        loop {
            written.mark_unchanged();
            round.fill().await;
            let wake = round.wake();
            tokio::select! {
                Some(ended) = round.tasks.join_next() => round.end(ended.ok()).await,
                Ok(()) = written.changed() => {}
                () = sleep_until(wake) => {}
            }
        }
    }

    /// Sends a message once and keeps what came of it.
    async fn send(self: Arc<Self>, waiting: Waiting) -> Ended {
        let name = waiting.message.name.clone();
        let answer = match serde_json::from_str::<Notice>(&waiting.message.body) {
            Ok(notice) => {
                let is_brief = waiting.answer.starts_with("status 413");
                self.attempt(&notice, is_brief).await
            }
            Err(error) => Answer::None(format!("the message cannot be read: {error}")),
        };
        let attempt = waiting.attempts.saturating_add(1);
        let next = retry::next(&self.retries, &name, attempt, &answer, now());
        let sent = match next {
            Next::Done => Sent::Done,
            Next::At(at) => Sent::Again(at, answer.to_string()),
            Next::Dead | Next::Gone => Sent::Dead(answer.to_string()),
        };
        self.keep(|| Change::Sent(waiting.number, sent.clone()))
            .await;
        Ended {
            waiting,
            answer,
            next,
        }
    }

    async fn attempt(&self, notice: &Notice, is_brief: bool) -> Answer {
        let (meters, name) = (&self.post.meters, [self.endpoint.name.as_str()]);
        let attempt = self.endpoint.send(notice, is_brief, now()).await;
        meters.attempts.with_label_values(&name).inc();
        if attempt.answer.is_taken() {
            if notice.drill {
                let arrived = (self.endpoint.name.clone(), notice.event);
                guard(&self.post.arrived).insert(arrived, notice.began);
            }
            meters.success.with_label_values(&name).set(now().0);
        } else {
            meters.failures.with_label_values(&name).inc();
        }
        if let Some(problem) = attempt.template {
            meters.templates.with_label_values(&name).inc();
            tracing::error!(endpoint = name[0], %problem, "the template cannot be used; the one that is built in is");
        }
        attempt.answer
    }

    /// Makes a change, however long the store refuses it.
    async fn keep(&self, change: impl Fn() -> Change) {
        while let Err(error) = self.store.post(change()).await {
            self.post.meters.store_failures.inc();
            tracing::error!(%error, "the outbox cannot be written; it is tried again");
            sleep(STORE_PAUSE).await;
        }
    }
}

struct Round {
    sender: Arc<Sender>,
    ready: VecDeque<Waiting>,
    /// Incidents of which a message is under way.
    under_way: BTreeSet<String>,
    tasks: JoinSet<Ended>,
    /// Attempts in a row that the endpoint as a whole failed.
    failures: u32,
    /// When it is tried again.
    rest: Option<Instant>,
    heartbeat: Option<Instant>,
    is_in_trouble: bool,
}

impl Round {
    fn new(sender: Arc<Sender>) -> Self {
        let heartbeat = sender.endpoint.heartbeat.map(|_| Instant::now());
        Self {
            sender,
            ready: VecDeque::new(),
            under_way: BTreeSet::new(),
            tasks: JoinSet::new(),
            failures: 0,
            rest: None,
            heartbeat,
            // What was so before a restart ends with the first message that is taken.
            is_in_trouble: true,
        }
    }

    /// An endpoint that was disabled stays so, unless its name stands for another receiver now.
    async fn begin(&mut self) {
        let endpoint = Arc::clone(&self.sender.endpoint);
        let disabled = self.sender.store.disabled().await.unwrap_or_default();
        match disabled.iter().find(|(name, _)| *name == endpoint.name) {
            Some((_, target)) if *target == endpoint.target => self.rest_disabled().await,
            Some(_) => {
                let enable = || Change::Replay(Some(endpoint.name.clone()), now());
                self.sender.keep(enable).await;
            }
            None => {}
        }
    }

    fn room(&self) -> usize {
        let most = if self.failures > 0 { 1 } else { AT_ONCE };
        match self.rest {
            Some(rest) if rest > Instant::now() => 0,
            _ => most.saturating_sub(self.tasks.len()),
        }
    }

    /// Starts what is due, as far as there is room.
    async fn fill(&mut self) {
        self.beat();
        if self.room() > 0 && self.ready.is_empty() {
            self.read().await;
        }
        while self.room() > 0 {
            let Some(waiting) = self.ready.pop_front() else {
                return;
            };
            if self.under_way.insert(waiting.message.incident.clone()) {
                let sender = Arc::clone(&self.sender);
                self.tasks.spawn(sender.send(waiting));
            }
        }
    }

    async fn read(&mut self) {
        let name = &self.sender.endpoint.name;
        match self.sender.store.due(name, now(), PAGE).await {
            Ok(due) => self.ready.extend(due),
            Err(error) => {
                self.sender.post.meters.store_failures.inc();
                tracing::error!(%error, "the outbox cannot be read; it is tried again");
                self.rest = Some(Instant::now() + STORE_PAUSE);
            }
        }
        // What is under way was read a moment ago, and may have been taken meanwhile.
        self.ready
            .retain(|waiting| !self.under_way.contains(&waiting.message.incident));
    }

    /// Sends a sign of life when one is due: along the same way, and not through the store, since it is
    /// of no use later.
    fn beat(&mut self) {
        let (Some(every), Some(at)) = (self.sender.endpoint.heartbeat, self.heartbeat) else {
            return;
        };
        if at > Instant::now() {
            return;
        }
        self.heartbeat = Some(Instant::now() + every);
        let sender = Arc::clone(&self.sender);
        self.tasks.spawn(async move {
            let at = now();
            let id = format!("msg_heartbeat_{}_{}", sender.endpoint.name, at.0);
            let notice = Notice::of_nothing(Happening::Heartbeat, id, at);
            let answer = sender.attempt(&notice, false).await;
            Ended {
                waiting: nothing(&sender.endpoint.name, at),
                answer,
                next: Next::Done,
            }
        });
    }

    async fn end(&mut self, ended: Option<Ended>) {
        // A task that was lost has its message in the store still.
        let Some(ended) = ended else {
            self.under_way.clear();
            return;
        };
        self.under_way.remove(&ended.waiting.message.incident);
        let (endpoint, post) = (&self.sender.endpoint.name, &self.sender.post);
        if ended.answer.is_taken() {
            let was_failing = std::mem::take(&mut self.failures) > 0;
            self.rest = None;
            if was_failing {
                self.ready.clear();
                let wake = || Change::Wake(endpoint.clone(), now());
                self.sender.keep(wake).await;
            }
            if std::mem::take(&mut self.is_in_trouble) {
                post.trouble(endpoint, None);
            }
            return;
        }
        let message = &ended.waiting.message.name;
        let answer = &ended.answer;
        match ended.next {
            Next::Dead => {
                tracing::error!(endpoint, message, %answer, "the message is dead; anchorwatch notify dead shows it");
                self.is_in_trouble = true;
                post.trouble(endpoint, Some(format!("messages are not taken: {answer}")));
            }
            Next::Gone => {
                tracing::error!(
                    endpoint,
                    message,
                    "status 410: the endpoint is disabled until notify replay"
                );
                self.disable().await;
            }
            _ => tracing::warn!(endpoint, message, %answer, "the message is sent again"),
        }
        if answer.is_of_endpoint() {
            self.pause(answer.clone());
        }
    }

    fn pause(&mut self, answer: Answer) {
        let factor = 1_u32 << self.failures.min(16);
        self.failures = self.failures.saturating_add(1);
        let mut pause = (PAUSES.1 * factor).min(PAUSES.0);
        if let Answer::Status(_, Some(after)) = answer {
            let after = Duration::from_secs(u64::try_from(after).unwrap_or(0));
            pause = pause.max(after.min(THROTTLE));
        }
        self.rest = Some(Instant::now() + pause);
    }

    /// Sends nothing more until somebody says that the endpoint is there again.
    async fn disable(&mut self) {
        let (endpoint, post) = (&self.sender.endpoint, &self.sender.post);
        post.trouble(
            &endpoint.name,
            Some("it answers 410 and is disabled".to_owned()),
        );
        let disable = || Change::Disable(endpoint.name.clone(), endpoint.target.clone(), now());
        self.sender.keep(disable).await;
        self.tasks.shutdown().await;
        self.ready.clear();
        self.under_way.clear();
        self.rest_disabled().await;
    }

    async fn rest_disabled(&mut self) {
        let name = self.sender.endpoint.name.as_str();
        let disabled = self.sender.post.meters.disabled.with_label_values(&[name]);
        disabled.set(1);
        loop {
            sleep(NAP).await;
            let known = self.sender.store.disabled().await;
            if known.is_ok_and(|known| known.iter().all(|(known, _)| known != name)) {
                break;
            }
        }
        disabled.set(0);
        self.is_in_trouble = true;
    }

    /// When there may be something to do again.
    fn wake(&self) -> Instant {
        let nap = Instant::now() + NAP;
        let heartbeat = self.heartbeat.unwrap_or(nap);
        match self.rest {
            Some(rest) => rest
                .min(heartbeat)
                .min(nap)
                .max(Instant::now() + Duration::from_millis(5)),
            None => heartbeat.min(nap),
        }
    }
}

/// The place of a message for one that is not in the store.
fn nothing(endpoint: &str, now: Timestamp) -> Waiting {
    Waiting {
        number: 0,
        message: crate::agent::store::outbox::Outgoing {
            endpoint: endpoint.to_owned(),
            incident: String::new(),
            name: "heartbeat".to_owned(),
            made: now,
            body: String::new(),
        },
        due: now,
        attempts: 0,
        answer: String::new(),
    }
}
