//! Many names audited side by side, once: questions that they have in common are asked once, each server and
//! each network is asked no faster than allowed, and no more audits are under way than told.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use crate::agent::probe::shared::{Answers, Sharing};
use crate::agent::probe::{self, ProbeSettings};
use crate::dns::{Name, Timestamp};
use crate::evidence::Evidence;
use crate::walk::{self, Walk};

/// How long an answer about the root, a top-level domain or the address of a name server is good for the
/// audits that follow. The daemon takes as long between two looks.
const SHARED: Duration = Duration::from_secs(300);

/// What an audit may take longer for each other that is under way: one needs a hundred questions or two, of
/// which one operator's servers are commonly asked some hundred a second.
const TURN: Duration = Duration::from_secs(1);

/// Names, and how they are audited.
#[derive(Debug)]
pub struct Crowd {
    /// The names, in the order in which they are begun.
    pub names: Vec<Name>,
    /// How each is walked to; the name in it stands for nothing.
    pub walk: walk::Settings,
    /// How questions are carried.
    pub probe: ProbeSettings,
    /// Audits at a time.
    pub at_once: usize,
}

/// Threads for [`run`]: one for each processor, and some where reports are made.
///
/// # Errors
/// The system gives none.
pub fn threads() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().enable_all().build()
}

/// Audits all, and sends what `judge` makes of the evidence of each as it ends. Ends early when nobody
/// receives any more.
pub async fn run<T: Send + 'static>(
    crowd: Crowd,
    judge: Arc<dyn Fn(&Evidence) -> T + Send + Sync>,
    done: mpsc::Sender<T>,
) {
    let answers = Arc::new(Answers::new(SHARED));
    let processors = available_parallelism().map_or(1, NonZeroUsize::get);
    let judges = Arc::new(Semaphore::new(processors));
    // All of them may be of one operator, and wait for each other.
    let turns = u32::try_from(crowd.at_once).unwrap_or(u32::MAX);
    let budget = crowd
        .probe
        .budget
        .saturating_add(TURN.saturating_mul(turns));
    let mut audits = JoinSet::new();
    for name in crowd.names {
        while audits.len() >= crowd.at_once.max(1) {
            // One that was lost is missing in what is told, which the caller counts.
            let _ = audits.join_next().await;
        }
        if done.is_closed() {
            return;
        }
        let (judge, judges, done) = (Arc::clone(&judge), Arc::clone(&judges), done.clone());
        let sharing = Sharing {
            zone: name.clone(),
            answers: Arc::clone(&answers),
        };
        let settings = ProbeSettings {
            sharing: Some(sharing),
            budget,
            ..crowd.probe.clone()
        };
        let walk = Walk::new(walk::Settings {
            name,
            started: now(),
            ..crowd.walk.clone()
        });
        audits.spawn(async move {
            let evidence = probe::run(walk, settings, |_| ()).await;
            let Ok(_place) = judges.acquire().await else {
                return;
            };
            let judged = tokio::task::spawn_blocking(move || judge(&evidence)).await;
            if let Ok(judged) = judged {
                // Nobody receives any more: the loop above sees that too.
                let _ = done.send(judged).await;
            }
        });
    }
    while audits.join_next().await.is_some() {}
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}
