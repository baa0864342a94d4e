//! Zone transfers from named, NSD and Knot: signed, over TLS, as differences; and from a server in between
//! that bends what the real one sends.

mod bent;
mod catalog;
mod command;
mod flat;
mod newer;
mod real;
mod site;
mod tls;

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anchorwatch::agent::transfer::{Errand, Limits, TransferError, Trouble, transfer};
use anchorwatch::dns::Timestamp;
use anchorwatch::transfer::tsig::{TsigFault, TsigKey, read_key};
use anchorwatch::transfer::{Ask, Counts, Fault, Outcome, Part, WireRecord};

/// The true time.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp(since.as_secs() as i64)
}

fn key(text: &str) -> TsigKey {
    read_key(text).unwrap()
}

/// All of `zone` from `server`, in the bounds of a test.
fn errand(zone: &str, server: SocketAddr) -> Errand {
    Errand {
        ask: Ask::whole(zone.parse().unwrap()),
        servers: vec![server],
        tls: None,
        key: None,
        limits: Limits {
            idle: Duration::from_secs(20),
            total: Duration::from_secs(60),
            ..Limits::default()
        },
    }
}

fn carry_at(
    errand: &Errand,
    clock: impl Fn() -> Timestamp,
    take: impl FnMut(Part, &WireRecord<'_>) -> Result<(), String>,
) -> Result<(Outcome, Counts), TransferError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(transfer(errand, clock, take))
}

fn carry(errand: &Errand) -> Result<(Outcome, Counts), TransferError> {
    carry_at(errand, now, |_, _| Ok(()))
}

/// What is wrong with the signatures of a transfer that failed for no other reason.
fn tsig_fault(carried: Result<(Outcome, Counts), TransferError>) -> TsigFault {
    match carried {
        Err(TransferError {
            trouble: Trouble::Fault(Fault::Tsig { fault, .. }),
            ..
        }) => fault,
        other => panic!("{other:?}"),
    }
}
