//! A whole zone as it arrives, for code that asks for one record after another and may block.
//!
//! The transfer runs in a thread of its own and is at most a few batches of records ahead, so that a slow
//! reader slows the server down. The end comes only when the transfer is whole and its last signature fits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use tokio::runtime::Builder;

use super::{Errand, TransferError, Trouble, transfer};
use crate::agent::probe::exchange::now;
use crate::dns::wire::{Reader, WireError};
use crate::dns::{Class, Name, RecordType, rdata};
use crate::transfer::{Counts, Fault, Outcome, WireRecord};

/// Octets of records that travel together.
const BATCH: usize = 64 << 10;
/// Batches that may wait.
const AHEAD: usize = 16;

type Ended = Result<(Outcome, Counts), TransferError>;

/// A zone on its way.
#[derive(Debug)]
pub struct Feed {
    batches: Receiver<Vec<u8>>,
    batch: Vec<u8>,
    at: usize,
    running: Option<JoinHandle<Ended>>,
    ended: Option<Ended>,
    octets: Arc<AtomicU64>,
}

impl Feed {
    /// Begins a transfer.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub fn start(errand: Errand) -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (sender, batches) = sync_channel(AHEAD);
        let octets = Arc::new(AtomicU64::new(0));
        let theirs = Arc::clone(&octets);
        let work = move || runtime.block_on(deliver(&errand, &sender, &theirs));
        let running = thread::Builder::new()
            .name("transfer".to_owned())
            .spawn(work)?;
        Ok(Self {
            batches,
            batch: Vec::new(),
            at: 0,
            running: Some(running),
            ended: None,
            octets,
        })
    }

    /// How many octets of records have come so far.
    pub fn octets(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.octets)
    }

    /// The next record; `None` behind the last record of a whole zone.
    ///
    /// # Errors
    /// [`TransferError`]: there is no whole zone, now and whenever this is asked again.
    pub fn next_record(&mut self) -> Result<Option<WireRecord<'_>>, TransferError> {
        if self.at == self.batch.len() {
            match self.batches.recv() {
                Ok(batch) => (self.batch, self.at) = (batch, 0),
                Err(_) => return self.end().map(|_| None),
            }
        }
        let mut reader = Reader::new(&self.batch[self.at..]);
        let record = unpack(&mut reader).expect("a batch holds whole records");
        self.at += reader.position();
        Ok(Some(record))
    }

    /// Waits for the end of the transfer; what comes until then is not to be had any more.
    ///
    /// # Errors
    /// [`TransferError`]: there is no whole zone.
    pub fn end(&mut self) -> Ended {
        while self.batches.recv().is_ok() {}
        if let Some(running) = self.running.take() {
            let ended = running.join();
            self.ended = Some(ended.unwrap_or_else(|_| Err(broken())));
        }
        self.ended.clone().unwrap_or_else(|| Err(broken()))
    }
}

/// The thread of the transfer did not come to an end of its own.
fn broken() -> TransferError {
    TransferError {
        trouble: Trouble::Broken("the transfer failed".to_owned()),
        counts: Counts::default(),
    }
}

async fn deliver(errand: &Errand, sender: &SyncSender<Vec<u8>>, octets: &AtomicU64) -> Ended {
    let mut batch = Vec::with_capacity(BATCH);
    let ended = transfer(errand, now, |_, record| {
        sound(record)?;
        pack(&mut batch, record);
        match batch.len() < BATCH {
            true => Ok(()),
            false => {
                octets.fetch_add(batch.len() as u64, Ordering::Relaxed);
                hand_over(sender, &mut batch)
            }
        }
    });
    let (outcome, counts) = ended.await?;
    let handed = hand_over(sender, &mut batch);
    handed.map_err(|why| TransferError {
        trouble: Trouble::Fault(Fault::Stopped(why)),
        counts,
    })?;
    Ok((outcome, counts))
}

fn hand_over(sender: &SyncSender<Vec<u8>>, batch: &mut Vec<u8>) -> Result<(), String> {
    if batch.is_empty() {
        return Ok(());
    }
    let full = std::mem::replace(batch, Vec::with_capacity(BATCH));
    sender.send(full).map_err(|_| "no longer wanted".to_owned())
}

/// Whether the RDATA is what its type demands, as it is in a zone that comes from a file.
pub(super) fn sound(record: &WireRecord<'_>) -> Result<(), String> {
    let fault = record.fault.clone();
    let fault = fault.or_else(|| rdata::check(record.rtype, record.rdata).err());
    let Some(fault) = fault else {
        return Ok(());
    };
    let owner = Name::from_wire(record.owner);
    let owner = owner.map_or_else(|error| error.to_string(), |owner| owner.to_string());
    Err(format!("{owner} {}: {fault}", record.rtype))
}

fn pack(batch: &mut Vec<u8>, record: &WireRecord<'_>) {
    let length =
        u32::try_from(record.rdata.len()).expect("RDATA of a message with two names in it");
    batch.extend_from_slice(record.owner);
    batch.extend(record.rtype.0.to_be_bytes());
    batch.extend(record.class.0.to_be_bytes());
    batch.extend(record.ttl.to_be_bytes());
    batch.extend(length.to_be_bytes());
    batch.extend_from_slice(record.rdata);
}

fn unpack<'b>(reader: &mut Reader<'b>) -> Result<WireRecord<'b>, WireError> {
    let mut ahead = reader.clone();
    while ahead.text()? != [0] {}
    let owner = reader.take(ahead.position() - reader.position())?;
    let rtype = RecordType(reader.u16()?);
    let class = Class(reader.u16()?);
    let ttl = reader.u32()?;
    let length = usize::try_from(reader.u32()?).map_err(|_| WireError::Short)?;
    Ok(WireRecord {
        owner,
        rtype,
        class,
        ttl,
        rdata: reader.take(length)?,
        fault: None,
    })
}
