//! The questions of a rehearsal to one resolver.

use std::net::SocketAddr;

use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::{ProbeSettings, exchange};
use crate::dns::query::Query;
use crate::evidence::view::View;
use crate::evidence::{Exchange, Outcome, Transport};
use crate::walk::Ask;

/// How often a question is sent before it counts as unanswered, as dig and stub resolvers do.
const ATTEMPTS: usize = 2;
/// Questions in flight to one resolver: fewer than any limit on the rate of one client.
const AT_ONCE: usize = 16;
/// The first questions, of which one must bring something before the rest are asked.
const DOOR: usize = 2;

/// Asks all of `queries`; for each, in order, the exchanges that it took. Where CD changes from one to the
/// next, what goes before is answered first. A resolver that answers neither of the first two is asked no
/// more. `told` is called after each.
pub async fn interview(
    server: SocketAddr,
    transport: Transport,
    queries: Vec<Query>,
    settings: ProbeSettings,
    mut told: impl FnMut(),
) -> Vec<Vec<Exchange>> {
    let deadline = Instant::now() + settings.budget;
    let ask = |query: &Query| Ask {
        server,
        transport,
        query: query.clone(),
    };
    let mut heard: Vec<Vec<Exchange>> = Vec::with_capacity(queries.len());
    let (door, rest) = queries.split_at(DOOR.min(queries.len()));
    let stages = rest.chunk_by(|one, next| one.checking_disabled == next.checking_disabled);
    for stage in std::iter::once(door).chain(stages) {
        let asks = stage.iter().map(ask).collect();
        heard.extend(side_by_side(asks, &settings, deadline, &mut told).await);
        if !heard.iter().any(|exchanges| has_response(exchanges)) {
            break;
        }
    }
    heard.resize(queries.len(), Vec::new());
    heard
}

/// Asks some at a time until all are answered or the time is up.
async fn side_by_side(
    asks: Vec<Ask>,
    settings: &ProbeSettings,
    deadline: Instant,
    told: &mut impl FnMut(),
) -> Vec<Vec<Exchange>> {
    let mut heard = vec![Vec::new(); asks.len()];
    let mut waiting = asks.into_iter().enumerate();
    let mut flying = JoinSet::new();
    loop {
        for (index, ask) in waiting.by_ref().take(AT_ONCE - flying.len()) {
            let settings = settings.clone();
            flying.spawn(async move { (index, persist(ask, &settings).await) });
        }
        match timeout_at(deadline, flying.join_next()).await {
            Ok(Some(Ok((index, exchanges)))) => heard[index] = exchanges,
            Ok(Some(Err(_))) => {}
            Ok(None) | Err(_) => return heard,
        }
        told();
    }
}

fn has_response(exchanges: &[Exchange]) -> bool {
    let mut outcomes = exchanges.iter().map(|exchange| &exchange.outcome);
    outcomes.any(|outcome| matches!(outcome, Outcome::Response(_)))
}

/// One question: again after silence, over TCP after truncation, without EDNS where it cannot be read.
async fn persist(ask: Ask, settings: &ProbeSettings) -> Vec<Exchange> {
    let mut exchanges = insist(ask.clone(), settings).await;
    let view = View::new(exchanges.clone());
    let mut messages = view.heard().iter().filter_map(|heard| heard.usable());
    let is_truncated = messages.any(|message| message.is_truncated());
    let rejects_edns = view.heard().iter().any(|heard| heard.rejects_edns());
    if is_truncated && ask.transport == Transport::Udp {
        let transport = Transport::Tcp;
        exchanges.push(once(Ask { transport, ..ask }, settings).await);
    } else if rejects_edns {
        let query = Query {
            edns: None,
            ..ask.query.clone()
        };
        exchanges.push(once(Ask { query, ..ask }, settings).await);
    }
    exchanges
}

async fn insist(ask: Ask, settings: &ProbeSettings) -> Vec<Exchange> {
    let mut exchanges = Vec::new();
    for _ in 0..ATTEMPTS {
        let exchange = once(ask.clone(), settings).await;
        let is_silent = exchange.outcome == Outcome::Timeout;
        exchanges.push(exchange);
        if !is_silent {
            break;
        }
    }
    exchanges
}

async fn once(ask: Ask, settings: &ProbeSettings) -> Exchange {
    // A closed semaphore counts as one without a limit.
    let _permit = settings.sockets.acquire().await.ok();
    exchange::exchange(ask, settings.resolver_timeout, &settings.secured).await
}
