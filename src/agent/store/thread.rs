//! The one thread that has the file open.
//!
//! It takes jobs in their order. Changes that wait side by side go into one transaction, which is what
//! makes them cheap; each is answered when that has been committed. When the transaction fails, each of
//! them is tried by itself, so that a change that cannot be made takes no other down with it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::error::StoreError;
use super::read;
use super::retention::{Pruned, Retention};
use super::write::{self, Change};

/// Greatest number of changes in one transaction.
const MAX_BATCH: usize = 256;

/// Where the outcome of a change is awaited.
type Told = oneshot::Sender<Result<(), StoreError>>;

/// Something for the thread to do.
pub enum Job {
    /// Make a change.
    Change(Box<Change>, Told),
    /// Read.
    Read(Box<dyn FnOnce(&Connection) + Send>),
    /// Close the file, then say so.
    Close(oneshot::Sender<()>),
}

/// The open file, and what goes with it.
#[derive(Debug)]
pub struct Shelf {
    /// The database. Before the lock, so that it is closed before that is let go.
    pub connection: Connection,
    /// The lock of the directory; none in memory.
    #[expect(dead_code, reason = "held for as long as the file is open, never read")]
    pub lock: Option<File>,
    /// The file.
    pub path: PathBuf,
    /// How much is kept.
    pub retention: Retention,
    /// What has been dropped so far.
    pub pruned: Arc<Mutex<Pruned>>,
    /// Octets in use after the last change.
    pub size: Arc<AtomicU64>,
}

/// Takes jobs until there is nobody left to send any.
pub fn serve(mut shelf: Shelf, mut jobs: mpsc::Receiver<Job>) {
    let mut next = None;
    while let Some(job) = next.take().or_else(|| jobs.blocking_recv()) {
        match job {
            Job::Change(change, told) => {
                let mut batch = vec![(*change, told)];
                next = gather(&mut batch, &mut jobs);
                shelf.change(batch);
            }
            Job::Read(work) => work(&shelf.connection),
            Job::Close(told) => {
                drop(shelf);
                // Whoever asked may have stopped waiting.
                let _ = told.send(());
                return;
            }
        }
    }
}

/// Adds the changes that wait; gives the first job that is none.
fn gather(batch: &mut Vec<(Change, Told)>, jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
    while batch.len() < MAX_BATCH {
        match jobs.try_recv().ok()? {
            Job::Change(change, told) => batch.push((*change, told)),
            other => return Some(other),
        }
    }
    None
}

impl Shelf {
    fn change(&mut self, batch: Vec<(Change, Told)>) {
        let all = self.make(batch.iter().map(|(change, _)| change));
        let is_alone = batch.len() == 1;
        if let Ok(size) = read::size(&self.connection) {
            self.size.store(size, Ordering::Relaxed);
        }
        for (change, told) in batch {
            let done = match &all {
                Err(_) if !is_alone => self.make([&change]),
                all => all.clone(),
            };
            let _ = told.send(done);
        }
    }

    fn make<'a>(
        &mut self,
        changes: impl IntoIterator<Item = &'a Change>,
    ) -> Result<(), StoreError> {
        let made = write::changes(&mut self.connection, changes, &self.retention);
        let pruned = made.map_err(|error| self.error(&error))?;
        let mut sum = self.pruned.lock().unwrap_or_else(PoisonError::into_inner);
        sum.add(pruned);
        Ok(())
    }

    fn error(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::of(Path::new(&self.path), error)
    }
}
