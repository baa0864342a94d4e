//! Carrying the questions of a [`Walk`] to servers and their answers back.
//!
//! Every exchange has its own socket with a port of the system's choice and a random message ID
//! (RFC 5452, sections 9.1 and 9.2), so that an answer can only be forged by guessing both. Nothing is
//! repeated here and nothing is left out: whether to ask again is for the walk to say.
//!
//! Many audits may run side by side on one thread; they share a count of open sockets.

pub(in crate::agent) mod exchange;
pub mod interview;
pub mod limiter;
pub mod secured;
pub mod shared;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use self::limiter::Limiter;
use self::secured::Secured;
use self::shared::Sharing;
use crate::dns::Timestamp;
use crate::evidence::{Evidence, Exchange, Outcome};
use crate::hypothesis::Stage;
use crate::walk::{Ask, Walk};

/// Sockets open at a time in one process: less than half of the 1,024 descriptors that a process may
/// commonly open.
pub const SOCKETS: usize = 400;

/// How questions are carried.
#[derive(Debug, Clone)]
pub struct ProbeSettings {
    /// How long one exchange may take, connecting included.
    pub timeout: Duration,
    /// The same for a resolver, which may have to ask many servers first. dig waits as long.
    pub resolver_timeout: Duration,
    /// What is needed to ask resolvers over TLS.
    pub secured: Secured,
    /// How long the whole walk may take. What was heard until then is kept.
    pub budget: Duration,
    /// Exchanges of this walk in flight at a time.
    pub in_flight: usize,
    /// Sockets of all walks that share it.
    pub sockets: Arc<Semaphore>,
    /// How often one server may be asked; without it, as often as there is something to ask.
    pub limiter: Option<Arc<Limiter>>,
    /// Questions that many audits have in common; without it, each asks its own.
    pub sharing: Option<Sharing>,
    /// What stands between the walk and the servers where something is supposed.
    pub stage: Option<Arc<Stage>>,
}

impl Default for ProbeSettings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(2),
            resolver_timeout: Duration::from_secs(5),
            secured: Secured::default(),
            budget: Duration::from_secs(60),
            in_flight: 64,
            sockets: Arc::new(Semaphore::new(SOCKETS)),
            limiter: None,
            sharing: None,
            stage: None,
        }
    }
}

/// Walks to the end, or until the time is up. `progress` sees the walk after each batch of outcomes.
/// Dropping the future ends everything that is in flight.
pub async fn run(
    mut walk: Walk,
    settings: ProbeSettings,
    mut progress: impl FnMut(&Walk),
) -> Evidence {
    let deadline = Instant::now() + settings.budget;
    let mut waiting = VecDeque::new();
    let mut known_already = Vec::new();
    let mut flying = JoinSet::new();
    loop {
        for ask in walk.next_asks() {
            match known(&ask, &settings) {
                Some(exchange) => known_already.push(exchange),
                None => waiting.push_back(ask),
            }
        }
        if !known_already.is_empty() {
            // All at once, and before anything is sent: each may change what is asked next.
            known_already.drain(..).for_each(|one| walk.absorb(one));
            progress(&walk);
            continue;
        }
        launch(&mut waiting, &mut flying, &settings);
        let Ok(Some(first)) = timeout_at(deadline, flying.join_next()).await else {
            break;
        };
        let rest = std::iter::from_fn(|| flying.try_join_next());
        for ended in std::iter::once(first).chain(rest).flatten() {
            walk.absorb(match &settings.stage {
                Some(stage) => stage.bend(ended),
                None => ended,
            });
        }
        progress(&walk);
    }
    walk.finish()
}

/// The outcome of a question that need not be asked.
fn known(ask: &Ask, settings: &ProbeSettings) -> Option<Exchange> {
    if let Some(stage) = &settings.stage {
        return stage.known(ask.server, ask.transport, &ask.query);
    }
    settings.sharing.as_ref()?.known(ask)
}

/// Walks to the end with what a stage knows; what it does not know stays unanswered, as of when the walk began.
pub fn replay(mut walk: Walk, stage: &Stage) -> Evidence {
    loop {
        let asks = walk.next_asks();
        if asks.is_empty() {
            return walk.finish();
        }
        for ask in asks {
            let known = stage.known(ask.server, ask.transport, &ask.query);
            walk.absorb(known.unwrap_or_else(|| unanswered(ask, stage.started())));
        }
    }
}

fn unanswered(ask: Ask, at: Timestamp) -> Exchange {
    Exchange {
        server: ask.server,
        transport: ask.transport,
        query: ask.query,
        sent: at,
        elapsed: Duration::ZERO,
        strays: 0,
        outcome: Outcome::Timeout,
    }
}

fn launch(waiting: &mut VecDeque<Ask>, flying: &mut JoinSet<Exchange>, settings: &ProbeSettings) {
    while flying.len() < settings.in_flight.max(1) {
        let Some(ask) = waiting.pop_front() else {
            return;
        };
        flying.spawn(carry(ask, settings.clone()));
    }
}

/// Sends one question, or takes the answer of another audit that asked the same a moment ago.
async fn carry(ask: Ask, settings: ProbeSettings) -> Exchange {
    match &settings.sharing {
        Some(sharing) if sharing.is_shared(&ask) => {
            let send = send(ask.clone(), &settings);
            sharing.answers.get(ask, send).await
        }
        _ => send(ask, &settings).await,
    }
}

/// Sends one question when its server may be asked.
pub async fn send(ask: Ask, settings: &ProbeSettings) -> Exchange {
    if let Some(limiter) = &settings.limiter {
        limiter.wait(ask.server.ip()).await;
    }
    // A closed semaphore counts as one without a limit.
    let _permit = settings.sockets.acquire().await.ok();
    let is_for_resolver = ask.query.recursion_desired && ask.query.probe.is_none();
    let timeout = match is_for_resolver {
        true => settings.resolver_timeout,
        false => settings.timeout,
    };
    exchange::exchange(ask, timeout, &settings.secured).await
}

#[cfg(test)]
mod tests;
