//! The watch as a process: zones are audited when they are due, what is found is remembered and told.
//!
//! One loop (`run`) starts audits; each is a task of its own, bounded in number. What they share stands
//! in [`Watch`], which the endpoints read. The schedule, what is called and what is told are pure and stand
//! in `watch`; here are the clock, the sockets and the store.
//!
//! Nothing waits for ever: an audit has its own time, a store that fails is counted and probing goes on,
//! and a stop is done within five seconds.

pub mod controls;
pub mod fleet;
mod glance;
pub mod look;
pub mod meters;
mod record;
mod run;
mod start;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{SystemTime, UNIX_EPOCH};

pub use run::Orders;
pub use start::{Change, Renew, Setup, serve};

use crate::agent::notify::Post;
use crate::agent::store::Store;
use crate::dns::Timestamp;
use crate::watch::exposition::Level;
use fleet::Fleet;
use look::Means;
use meters::Meters;

/// What the loop and the endpoints share.
#[derive(Debug)]
pub struct Watch {
    fleet: RwLock<Fleet>,
    means: RwLock<Option<Arc<Means>>>,
    /// Memory.
    pub store: Store,
    /// Who tells whom what is wrong.
    pub post: Arc<Post>,
    /// Counters.
    pub meters: Meters,
    /// When the watch began.
    pub begun: Timestamp,
    level: RwLock<Option<Level>>,
    progress: AtomicI64,
}

/// Seconds without progress of the loop after which the daemon is no longer ready.
const STALLED: i64 = 30;

impl Watch {
    /// A watch over nothing yet.
    pub fn new(store: Store, meters: Meters) -> Self {
        let begun = now();
        Self {
            fleet: RwLock::new(Fleet::new(begun)),
            means: RwLock::new(None),
            store,
            post: Arc::new(Post::new(meters.notify.clone())),
            meters,
            begun,
            level: RwLock::new(None),
            progress: AtomicI64::new(0),
        }
    }

    /// The zones, to look at. The lock is never held over a wait.
    pub fn fleet(&self) -> RwLockReadGuard<'_, Fleet> {
        self.fleet.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The zones, to change.
    pub fn fleet_mut(&self) -> RwLockWriteGuard<'_, Fleet> {
        self.fleet.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// With what zones are audited at present; `None` before the loop has begun.
    pub fn means(&self) -> Option<Arc<Means>> {
        let means = self.means.read().unwrap_or_else(PoisonError::into_inner);
        means.clone()
    }

    /// How much is told of each zone; by their number without one.
    pub fn level(&self) -> Option<Level> {
        *self.level.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Watches the zones of these orders from now on, with their means, and tells as much of them.
    fn take(&self, orders: &mut Orders) {
        let targets = std::mem::take(&mut orders.targets);
        let zones = i64::try_from(targets.len()).unwrap_or(i64::MAX);
        self.meters.zones.set(zones);
        *self.level.write().unwrap_or_else(PoisonError::into_inner) = orders.level;
        self.equip(&orders.means);
        self.fleet_mut().set(targets, now());
        self.post.rewatch(orders.is_complete);
        self.post.configure(Arc::clone(&orders.notify));
    }

    /// Audits with these means from now on. Resolvers that are none of theirs are told of no more.
    fn equip(&self, means: &Arc<Means>) {
        let mut kept = self.means.write().unwrap_or_else(PoisonError::into_inner);
        let before = kept.replace(Arc::clone(means));
        for control in before.iter().flat_map(|before| &before.controls) {
            let label = &control.resolver.label;
            if means
                .controls
                .iter()
                .all(|one| one.resolver.label != *label)
            {
                self.meters.forget_resolver(label);
            }
        }
    }

    /// Whether these are the means that zones are audited with at present.
    fn has(&self, means: &Means) -> bool {
        self.means()
            .is_some_and(|current| std::ptr::eq(&*current, means))
    }

    /// Whether the loop moves on: what readiness means, and what feeds the watchdog.
    pub fn is_advancing(&self) -> bool {
        now()
            .0
            .saturating_sub(self.progress.load(Ordering::Relaxed))
            < STALLED
    }

    fn advance(&self, now: Timestamp) {
        self.progress.store(now.0, Ordering::Relaxed);
        self.meters.progress.set(now.0);
    }
}

/// The time of day.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
