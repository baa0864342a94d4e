//! Delivery: from what a look found to a receiver that has it.
//!
//! `look → ring → engine (board) → store (outbox) → sender → receiver`. The [`engine`] takes the latest
//! state of each zone that was looked at, and keeps what the board says in one transaction with the
//! messages. A `sender` for each endpoint takes messages out of the store alone, so that what is sent is
//! what would be found after a crash. What the two share stands in [`Post`].
//!
//! An event has no board: the message about it is kept in one transaction with the state of its zone.

mod drill;
pub mod endpoint;
pub mod engine;
pub mod errand;
mod exec;
mod http;
pub mod meters;
mod resend;
mod sender;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use data_encoding::HEXLOWER;
use tokio::sync::{Notify, watch};

use crate::agent::config::Settings as Configured;
use crate::agent::config::file::{Alerts, Silence as ConfiguredSilence};
use crate::crypto::sha256;
use crate::dns::{Name, Timestamp};
use crate::notify::{Board, Happening, Seen, Silence, Subject, Timing};
use endpoint::Endpoint;
pub use words::of_events;

/// Who is told, when, and what is not told.
#[derive(Debug, Default)]
pub struct Settings {
    /// When something is told.
    pub timing: Timing,
    /// Seconds to wait after each attempt that failed.
    pub retries: Vec<i64>,
    /// Who is told.
    pub endpoints: Vec<Arc<Endpoint>>,
    /// What is not told.
    pub silences: Vec<Silence>,
    /// How often a rehearsal goes through all endpoints.
    pub drill: Option<Duration>,
}

impl Settings {
    /// What a configuration says, with every secret read.
    ///
    /// # Errors
    /// The first endpoint that cannot be used, by its name.
    pub fn of(configured: &Configured) -> Result<Self, String> {
        let endpoints = configured.notify.iter();
        let endpoints = endpoints.map(|endpoint| Endpoint::open(endpoint).map(Arc::new));
        Ok(Self {
            timing: timing(&configured.alerts),
            retries: configured
                .alerts
                .retries
                .iter()
                .map(|wait| seconds(wait.0))
                .collect(),
            endpoints: endpoints.collect::<Result<_, _>>()?,
            silences: configured.silences.iter().filter_map(silence).collect(),
            drill: configured.alerts.drill.as_ref().map(|every| every.0),
        })
    }
}

fn timing(alerts: &Alerts) -> Timing {
    let link = alerts.external_url.as_ref();
    Timing {
        pending: seconds(alerts.r#for),
        broken_pending: seconds(alerts.bogus_for),
        recovering: seconds(alerts.keep_firing_for),
        group_wait: seconds(alerts.group_wait),
        group_interval: seconds(alerts.group_interval),
        link: link.map(|url| format!("{}/api/v1/incidents/", url.trim_end_matches('/'))),
    }
}

fn seconds(length: Duration) -> i64 {
    i64::try_from(length.as_secs()).unwrap_or(i64::MAX)
}

/// A silence of the configuration. What it is known by is made of what it says, so that it is the same
/// after a restart.
fn silence(configured: &ConfiguredSilence) -> Option<Silence> {
    let text = serde_json::to_string(configured).ok()?;
    Some(Silence {
        id: format!("config-{}", HEXLOWER.encode(&sha256(text.as_bytes())[..6])),
        zones: configured.zone.parse().ok()?,
        codes: configured.codes.clone(),
        from: configured.from.map_or(Timestamp(0), |from| from.0),
        until: configured.until.0,
        why: configured.why.clone(),
        matched: 0,
    })
}

/// What looks, engine and senders share.
#[derive(Debug)]
pub struct Post {
    /// None until the first ones are in force.
    settings: watch::Sender<Option<Arc<Settings>>>,
    looked: Mutex<BTreeSet<Name>>,
    /// Whether the zones that are watched since the last turn, if they are others, are all of them.
    rewatched: Mutex<Option<bool>>,
    /// What is wrong with endpoints: the latest word on each.
    troubles: Mutex<BTreeMap<String, Option<String>>>,
    /// What is seen in a rehearsal.
    rehearsed: Mutex<Vec<(Subject, Seen)>>,
    /// Which endpoints have taken which message of a rehearsal, and when the latest such incident began.
    arrived: Mutex<BTreeMap<(String, Happening), Timestamp>>,
    bell: Notify,
    /// Counts what was written into the outbox.
    written: watch::Sender<u64>,
    /// Alarms and incidents.
    board: Mutex<Board>,
    /// Counters.
    pub meters: meters::Meters,
}

impl Post {
    /// Nobody is told anything yet.
    pub fn new(meters: meters::Meters) -> Self {
        Self {
            settings: watch::Sender::default(),
            looked: Mutex::default(),
            rewatched: Mutex::default(),
            troubles: Mutex::default(),
            rehearsed: Mutex::default(),
            arrived: Mutex::default(),
            bell: Notify::new(),
            written: watch::Sender::default(),
            board: Mutex::default(),
            meters,
        }
    }

    /// These settings from now on.
    pub fn configure(&self, settings: Arc<Settings>) {
        let known = self.settings.borrow().clone();
        if known.is_none_or(|known| !Arc::ptr_eq(&known, &settings)) {
            self.settings.send_replace(Some(settings));
            self.bell.notify_one();
        }
    }

    /// Other zones are watched from now on. When `is_complete` is false, a list of them was never read yet.
    pub fn rewatch(&self, is_complete: bool) {
        *guard(&self.rewatched) = Some(is_complete);
        self.bell.notify_one();
    }

    /// A zone was looked at: what is known of it is to be judged.
    pub fn ring(&self, zone: &Name) {
        guard(&self.looked).insert(zone.clone());
        self.bell.notify_one();
    }

    /// Alarms and incidents. The lock is never held over a wait.
    pub fn board(&self) -> MutexGuard<'_, Board> {
        guard(&self.board)
    }

    /// There is something new in the outbox.
    pub fn wrote(&self) {
        self.written
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    fn trouble(&self, endpoint: &str, problem: Option<String>) {
        guard(&self.troubles).insert(endpoint.to_owned(), problem);
        self.bell.notify_one();
    }
}

/// The lock is never held over a wait, and nothing panics while it is.
fn guard<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
