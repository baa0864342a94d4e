//! The memory of the daemon, in one SQLite file.
//!
//! Of each zone: the latest state and report, some evidences (those of failures for longer), the log of
//! events, and an inventory of keys, DS, name servers, TTLs and serials with the instants each was first
//! and last seen at each server. Beside the zones: alarms, incidents and the messages about them
//! ([`outbox`]). [`Retention`] says how much; what is dropped is counted.
//!
//! What has been acknowledged is there after the process dies at any instant. One process writes at a
//! time; others may read meanwhile ([`Reader`]). A file that is not a store, was written by a newer version
//! or is damaged is refused and left as it is. A write that the disk refuses is an error for its caller,
//! and nothing else: the next one is tried anew.
//!
//! A [`Store`] is a handle to the one thread that has the file open (`thread`). Its queue is bounded: who
//! writes faster than the disk takes it waits, and nothing is dropped.

mod error;
mod lock;
pub mod outbox;
mod pack;
mod post;
mod read;
mod retention;
mod schema;
mod thread;
mod write;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

pub use error::{Problem, StoreError};
pub use post::Hand;
pub use read::{Filter, Reader};
pub use retention::{Pruned, Retention};
pub use write::Packed;

use crate::dns::{Name, Timestamp};
use thread::{Job, Shelf};
use write::Change;

/// Jobs that may wait. An audit takes some 100 KiB while it waits.
const QUEUE: usize = 256;
/// States read at a time.
const PAGE: u32 = 1_000;

/// What an audit leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// The zone.
    pub zone: Name,
    /// When it was audited.
    pub at: Timestamp,
    /// Its state from now on, as text that only the caller understands.
    pub state: String,
    /// The report as JSON; without it the one before stays.
    pub report: Option<String>,
    /// The octets of [`archive::write`](crate::evidence::archive::write), if they are to be kept.
    pub evidence: Option<Vec<u8>>,
    /// Whether the verdict was neither secure nor insecure, so that the evidence is kept for longer.
    pub is_failure: bool,
    /// What came about.
    pub events: Vec<StoredEvent>,
    /// What was seen.
    pub seen: Vec<Seen>,
}

/// Something that came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// When.
    pub at: Timestamp,
    /// In which zone.
    pub zone: Name,
    /// One word for its kind.
    pub kind: String,
    /// One line for people.
    pub text: String,
}

/// What the inventory is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A DNSKEY.
    Key,
    /// A DS.
    Ds,
    /// A name server.
    Ns,
    /// The TTL of an RRset.
    Ttl,
    /// A serial of the zone.
    Serial,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Key, Self::Ds, Self::Ns, Self::Ttl, Self::Serial];

    /// The word for it in the file and in output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Ds => "ds",
            Self::Ns => "ns",
            Self::Ttl => "ttl",
            Self::Serial => "serial",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An item that a server had at an audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it is.
    pub kind: Kind,
    /// The item, such as a key tag or a serial.
    pub item: String,
    /// The server that had it.
    pub server: String,
}

/// An item of the inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryRow {
    /// What it is.
    pub kind: Kind,
    /// The item.
    pub item: String,
    /// The server that had it.
    pub server: String,
    /// The first audit that saw it there.
    pub first_seen: Timestamp,
    /// The latest one.
    pub last_seen: Timestamp,
}

/// A handle to the store. Clones are handles to the same one.
#[derive(Debug, Clone)]
pub struct Store {
    jobs: mpsc::Sender<Job>,
    path: PathBuf,
    retention: Retention,
    pruned: Arc<Mutex<Pruned>>,
    size: Arc<AtomicU64>,
}

impl Store {
    /// Opens the store in `directory`; both are made when missing.
    ///
    /// # Errors
    /// [`StoreError`] when the directory or the file cannot be used, or another process uses it.
    pub fn open(directory: &Path, retention: Retention) -> Result<Self, StoreError> {
        let lock = lock::take(directory)?;
        let connection = schema::open(directory)?;
        Self::start(
            connection,
            Some(lock),
            directory.join(schema::FILE),
            retention,
        )
    }

    /// A store that is gone with its last handle.
    ///
    /// # Errors
    /// [`StoreError`] when there is no memory for it.
    pub fn in_memory(retention: Retention) -> Result<Self, StoreError> {
        let path = PathBuf::from(":memory:");
        let connection = schema::in_memory().map_err(|error| StoreError::of(&path, &error))?;
        Self::start(connection, None, path, retention)
    }

    fn start(
        connection: Connection,
        lock: Option<std::fs::File>,
        path: PathBuf,
        retention: Retention,
    ) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let pruned = Arc::new(Mutex::new(Pruned::default()));
        let size = read::size(&connection).map_err(|error| StoreError::of(&path, &error))?;
        let size = Arc::new(AtomicU64::new(size));
        let shelf = Shelf {
            connection,
            lock,
            path: path.clone(),
            retention: retention.clone(),
            pruned: Arc::clone(&pruned),
            size: Arc::clone(&size),
        };
        let thread = std::thread::Builder::new().name("store".to_owned());
        let spawned = thread.spawn(move || thread::serve(shelf, queue));
        spawned.map_err(|error| StoreError::new(&path, Problem::Other(error.to_string())))?;
        Ok(Self {
            jobs,
            path,
            retention,
            pruned,
            size,
        })
    }

    fn closed(&self) -> StoreError {
        StoreError::new(&self.path, Problem::Closed)
    }

    async fn change(&self, change: Change) -> Result<(), StoreError> {
        let (told, outcome) = oneshot::channel();
        let job = Job::Change(Box::new(change), told);
        let sent = self.jobs.send(job).await;
        sent.map_err(|_| self.closed())?;
        outcome.await.unwrap_or_else(|_| Err(self.closed()))
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (told, outcome) = oneshot::channel();
        let job = Job::Read(Box::new(move |connection| {
            // Whoever asked may have stopped waiting.
            let _ = told.send(read(connection));
        }));
        let sent = self.jobs.send(job).await;
        sent.map_err(|_| self.closed())?;
        let result = outcome.await.map_err(|_| self.closed())?;
        result.map_err(|error| StoreError::of(&self.path, &error))
    }

    /// Compresses what an audit leaves behind, on the caller's thread.
    pub fn pack(&self, audited: Audited) -> Packed {
        Packed::new(audited, &self.retention)
    }

    /// Keeps what an audit leaves behind. When this returns it will be found again, whatever becomes of the
    /// process.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be kept; nothing of it is then.
    pub async fn keep(&self, packed: Packed) -> Result<(), StoreError> {
        self.change(Change::Audited(packed)).await
    }

    /// [`Store::pack`] and [`Store::keep`].
    ///
    /// # Errors
    /// As [`Store::keep`].
    pub async fn record(&self, audited: Audited) -> Result<(), StoreError> {
        self.keep(self.pack(audited)).await
    }

    /// Keeps events that no audit goes with.
    ///
    /// # Errors
    /// As [`Store::record`].
    pub async fn log(&self, events: Vec<StoredEvent>) -> Result<(), StoreError> {
        self.change(Change::Events(events)).await
    }

    /// Drops all that is known of `zone`.
    ///
    /// # Errors
    /// As [`Store::record`].
    pub async fn forget(&self, zone: &Name) -> Result<(), StoreError> {
        self.change(Change::Forget(write::key(zone))).await
    }

    /// Hands out the latest state of each zone, its name in lower case. Read in pages, between which others
    /// are served, so that never more than a page of them is in memory.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read; some may have been handed out before.
    pub async fn for_each_state(
        &self,
        mut take: impl FnMut(Name, String),
    ) -> Result<(), StoreError> {
        let mut after = i64::MIN;
        loop {
            let (page, last) = self
                .read(move |from| read::states(from, after, PAGE))
                .await?;
            page.into_iter().for_each(|(zone, state)| take(zone, state));
            match last {
                Some(last) => after = last,
                None => return Ok(()),
            }
        }
    }

    /// All of them at once.
    ///
    /// # Errors
    /// As [`Store::for_each_state`].
    pub async fn states(&self) -> Result<Vec<(Name, String)>, StoreError> {
        let mut all = Vec::new();
        self.for_each_state(|zone, state| all.push((zone, state)))
            .await?;
        Ok(all)
    }

    /// The latest state of `zone`.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn state(&self, zone: &Name) -> Result<Option<String>, StoreError> {
        let zone = zone.clone();
        self.read(move |from| read::state(from, &zone)).await
    }

    /// The latest report of `zone`, as JSON.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn report(&self, zone: &Name) -> Result<Option<String>, StoreError> {
        let zone = zone.clone();
        let packed = self.read(move |from| read::report(from, &zone)).await?;
        let Some(octets) = self.unpack(packed)? else {
            return Ok(None);
        };
        let text = String::from_utf8(octets);
        text.map(Some)
            .map_err(|error| StoreError::new(&self.path, Problem::Corrupt(error.to_string())))
    }

    /// Events, in the order in which they were written.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn events(&self, filter: Filter) -> Result<Vec<StoredEvent>, StoreError> {
        self.read(move |from| read::events(from, &filter)).await
    }

    /// The instants of the evidences of `zone`, oldest first, and whether it is that of a failure.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn evidences(&self, zone: &Name) -> Result<Vec<(Timestamp, bool)>, StoreError> {
        let zone = zone.clone();
        self.read(move |from| read::evidences(from, &zone)).await
    }

    /// The evidence of `zone` gathered at `at`.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn evidence(
        &self,
        zone: &Name,
        at: Timestamp,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let zone = zone.clone();
        let packed = self
            .read(move |from| read::evidence(from, &zone, at))
            .await?;
        self.unpack(packed)
    }

    fn unpack(&self, packed: Option<Vec<u8>>) -> Result<Option<Vec<u8>>, StoreError> {
        let unpacked = packed.map(|packed| read::unpacked(&self.path, &packed));
        unpacked.transpose()
    }

    /// What has been seen of `zone`.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn inventory(&self, zone: &Name) -> Result<Vec<InventoryRow>, StoreError> {
        let zone = zone.clone();
        self.read(move |from| read::inventory(from, &zone)).await
    }

    /// Octets in use after the last change.
    pub fn size(&self) -> u64 {
        self.size.load(Ordering::Relaxed)
    }

    /// What has been dropped since the store was opened.
    pub fn pruned(&self) -> Pruned {
        *self.pruned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries out what waits, then closes the file and lets the directory go. Later calls, also by other
    /// handles, fail with [`Problem::Closed`].
    pub async fn close(self) {
        let (told, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(told)).await.is_ok() {
            // An end without a word is an end as well.
            let _ = closed.await;
        }
    }
}

#[cfg(test)]
mod tests;
