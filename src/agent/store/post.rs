//! The outbox as the daemon and the commands reach it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::error::StoreError;
use super::outbox::{self, Backlog, Bodies, Change, Kept, Waiting};
use super::read::Reader;
use super::{Store, schema, write};
use crate::dns::Timestamp;

impl Store {
    /// Keeps alarms and incidents together with the messages about them: all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be kept.
    pub async fn keep_alarms(&self, kept: Kept) -> Result<(), StoreError> {
        self.post(Change::Keep(kept)).await
    }

    /// Makes a change to the outbox.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be made.
    pub async fn post(&self, change: Change) -> Result<(), StoreError> {
        self.change(write::Change::Outbox(change)).await
    }

    /// What was kept of alarms, incidents and silences.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn bodies(&self) -> Result<Bodies, StoreError> {
        self.read(outbox::bodies).await
    }

    /// The silences that are kept.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub async fn silences(&self) -> Result<Vec<String>, StoreError> {
        self.read(outbox::silences).await
    }

    /// What is due for an endpoint, at most so much: of each incident the first message that waits.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn due(
        &self,
        endpoint: &str,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Waiting>, StoreError> {
        let endpoint = endpoint.to_owned();
        self.read(move |from| outbox::due(from, &endpoint, now, limit))
            .await
    }

    /// Incidents of which something waits for an endpoint.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn held(&self, endpoint: &str) -> Result<BTreeSet<String>, StoreError> {
        let endpoint = endpoint.to_owned();
        self.read(move |from| outbox::held(from, &endpoint)).await
    }

    /// When something is due next for an endpoint.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn next_due(&self, endpoint: &str) -> Result<Option<Timestamp>, StoreError> {
        let endpoint = endpoint.to_owned();
        self.read(move |from| outbox::next_due(from, &endpoint))
            .await
    }

    /// How much there is for an endpoint.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn backlog(&self, endpoint: &str) -> Result<Backlog, StoreError> {
        let endpoint = endpoint.to_owned();
        self.read(move |from| outbox::backlog(from, &endpoint))
            .await
    }

    /// Endpoints that were disabled, with the target that they had then.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn disabled(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.read(outbox::disabled).await
    }

    /// What commands ask of the daemon: number, what, how it stands.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub async fn errands(&self) -> Result<Vec<(i64, String, String)>, StoreError> {
        self.read(outbox::errands).await
    }
}

impl Reader {
    /// Messages that wait, or are dead, in the order in which they were written.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn messages(&self, is_dead: bool, limit: u32) -> Result<Vec<Waiting>, StoreError> {
        self.told(outbox::list(self.connection(), is_dead, limit))
    }

    /// Alarms, incidents and silences as they were kept.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read.
    pub fn bodies(&self) -> Result<Bodies, StoreError> {
        self.told(outbox::bodies(self.connection()))
    }

    /// How what was asked of the daemon stands.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be read.
    pub fn errands(&self) -> Result<Vec<(i64, String, String)>, StoreError> {
        self.told(outbox::errands(self.connection()))
    }
}

/// A hand in the store beside the daemon, for a word of the user: a silence, a replay, an errand. Each is
/// a transaction of its own, which SQLite keeps apart from those of the daemon.
#[derive(Debug)]
pub struct Hand {
    connection: Connection,
    path: PathBuf,
}

impl Hand {
    /// Reaches into the store in `directory`.
    ///
    /// # Errors
    /// [`StoreError`] when there is none, or none that can be written to.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        let connection = schema::open_beside(directory)?;
        let path = directory.join(schema::FILE);
        Ok(Self { connection, path })
    }

    /// Makes a change, and gives the number of the row that it wrote last.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be made.
    pub fn post(&mut self, change: &Change) -> Result<i64, StoreError> {
        let made = self.make(change);
        made.map_err(|error| StoreError::of(&self.path, &error))
    }

    fn make(&mut self, change: &Change) -> Result<i64, rusqlite::Error> {
        let transaction = self.connection.transaction()?;
        outbox::change(&transaction, change)?;
        let number = transaction.last_insert_rowid();
        transaction.commit()?;
        Ok(number)
    }
}
