//! Questions that many audits have in common, asked once: those of the root, of top-level domains, of the
//! addresses of name servers.
//!
//! What is shared is the exchange itself, with the instant at which it really took place, so that the
//! evidence of every audit says the truth. Audits that ask the same at the same time wait for one answer.
//! A question about the zone that is audited is never shared, and a second look at something in doubt
//! shares nothing.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use crate::dns::Name;
use crate::evidence::Exchange;
use crate::walk::Ask;

/// Answers that are kept at most: some 50 MiB of great ones.
const MOST: usize = 50_000;

/// What one audit shares with the others.
#[derive(Debug, Clone)]
pub struct Sharing {
    /// The zone that is audited.
    pub zone: Name,
    /// The answers of all audits.
    pub answers: Arc<Answers>,
}

impl Sharing {
    /// Whether the question may be answered by what another audit heard.
    pub fn is_shared(&self, ask: &Ask) -> bool {
        !ask.query.question.name.is_at_or_below(&self.zone)
    }

    /// What another audit heard a moment ago.
    pub fn known(&self, ask: &Ask) -> Option<Exchange> {
        self.is_shared(ask).then(|| self.answers.known(ask))?
    }
}

/// Answers that are kept for a while, and those that are on their way.
#[derive(Debug)]
pub struct Answers {
    lifetime: Duration,
    kept: Mutex<HashMap<Ask, Kept>>,
}

#[derive(Debug, Clone)]
struct Kept {
    begun: Instant,
    exchange: Arc<OnceCell<Exchange>>,
}

impl Answers {
    /// Keeps each answer for so long.
    pub fn new(lifetime: Duration) -> Self {
        Self {
            lifetime,
            kept: Mutex::default(),
        }
    }

    /// The answer that is there or on its way, else what `send` brings.
    pub async fn get(&self, ask: Ask, send: impl Future<Output = Exchange>) -> Exchange {
        let cell = self.cell(ask);
        // When the audit that asks is dropped, the next one that waits asks in its place.
        cell.get_or_init(|| send).await.clone()
    }

    /// The answer, if it is there already.
    pub fn known(&self, ask: &Ask) -> Option<Exchange> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.get(ask)?;
        let is_fresh = known.begun.elapsed() < self.lifetime;
        known.exchange.get().filter(|_| is_fresh).cloned()
    }

    fn cell(&self, ask: Ask) -> Arc<OnceCell<Exchange>> {
        let now = Instant::now();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |kept: &Kept| now.duration_since(kept.begun) < self.lifetime;
        if let Some(known) = kept.get(&ask).filter(|known| is_fresh(known)) {
            return Arc::clone(&known.exchange);
        }
        if kept.len() >= MOST {
            kept.retain(|_, one| is_fresh(one));
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        let fresh = Kept {
            begun: now,
            exchange: Arc::default(),
        };
        let cell = Arc::clone(&fresh.exchange);
        kept.insert(ask, fresh);
        cell
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::dns::query::Query;
    use crate::dns::{RecordType, Timestamp};
    use crate::evidence::probes::question;
    use crate::evidence::{Outcome, Transport};

    fn ask(name: &str) -> Ask {
        Ask {
            server: "127.0.0.1:53".parse().unwrap(),
            transport: Transport::Udp,
            query: Query {
                question: question(&name.parse().unwrap(), RecordType::SOA),
                recursion_desired: false,
                checking_disabled: true,
                authentic_data: false,
                probe: None,
                edns: None,
            },
        }
    }

    fn heard(ask: &Ask) -> Exchange {
        Exchange {
            server: ask.server,
            transport: ask.transport,
            query: ask.query.clone(),
            sent: Timestamp(1),
            elapsed: Duration::ZERO,
            strays: 0,
            outcome: Outcome::Timeout,
        }
    }

    #[tokio::test]
    async fn what_is_asked_at_once_is_asked_once_and_again_when_it_is_old() {
        let sent = Cell::new(0);
        let send = |ask: Ask| {
            let sent = &sent;
            async move {
                tokio::task::yield_now().await;
                sent.set(sent.get() + 1);
                heard(&ask)
            }
        };
        let answers = Answers::new(Duration::from_secs(60));
        let root = ask(".");
        tokio::join!(
            answers.get(root.clone(), send(root.clone())),
            answers.get(root.clone(), send(root.clone())),
        );
        assert_eq!(sent.get(), 1);
        assert_eq!(answers.known(&root), Some(heard(&root)));
        assert_eq!(answers.known(&ask("test.")), None);
        answers.get(ask("test."), send(ask("test."))).await;
        assert_eq!(sent.get(), 2);
        let forgetful = Answers::new(Duration::ZERO);
        forgetful.get(root.clone(), send(root.clone())).await;
        forgetful.get(root.clone(), send(root.clone())).await;
        assert_eq!(sent.get(), 4);
        assert_eq!(forgetful.known(&root), None);
    }

    #[test]
    fn what_the_zone_itself_is_asked_is_its_own() {
        let sharing = Sharing {
            zone: "a.test.".parse().unwrap(),
            answers: Arc::new(Answers::new(Duration::from_secs(1))),
        };
        assert!(sharing.is_shared(&ask("test.")));
        assert!(!sharing.is_shared(&ask("a.test.")));
        assert!(!sharing.is_shared(&ask("ns1.a.test.")));
    }
}
