//! One signed query and the messages that answer it (RFC 8945, sections 5.1 and 5.3).

use super::fault::{Refusal, TsigFault};
use super::key::TsigKey;
use super::record::{Tsig, find, length};
use crate::crypto::Mac;
use crate::dns::Timestamp;
use crate::transfer::Fault;
use crate::transfer::message::HEADER;

/// Seconds that the clocks may differ (RFC 8945, section 10).
pub const FUDGE: u16 = 300;
/// Messages in a row that may come without a signature of their own (RFC 8945, section 5.3.1).
pub const MOST_UNSIGNED: u32 = 99;

/// What is signed so far.
#[derive(Debug, Clone)]
pub struct Session {
    key: TsigKey,
    /// The MAC before, and the messages since then that came without one.
    covered: Mac,
    unsigned: u32,
    is_first: bool,
}

impl Session {
    /// Signs `query`, which has a header at least.
    pub fn sign(key: &TsigKey, query: &mut Vec<u8>, now: Timestamp) -> Self {
        let id = u16::from_be_bytes([query[0], query[1]]);
        let mut tsig = Tsig::new(key, id, now, FUDGE);
        let mut mac = key.mac();
        mac.update(query);
        tsig.cover_variables(&mut mac);
        tsig.mac = mac.finish();
        tsig.push(query);
        Self {
            covered: after(key, &tsig.mac),
            key: key.clone(),
            unsigned: 0,
            is_first: true,
        }
    }

    /// Verifies the next message, or keeps it for the signature that is to cover it.
    ///
    /// # Errors
    /// [`TsigFault`]; nothing may be verified after one.
    pub fn verify(&mut self, octets: &[u8], now: Timestamp) -> Result<(), TsigFault> {
        let Some((start, tsig)) = find(octets)? else {
            return self.put_off(octets);
        };
        let code_len = self.key.algorithm.hash().code_len();
        if tsig.mac.is_empty() && tsig.error != 0 {
            return Err(refused(&tsig, now, false));
        }
        if tsig.key != self.key.name.canonical_wire() || tsig.algorithm != self.key.algorithm.wire()
        {
            return Err(TsigFault::Key);
        }
        if tsig.mac.len() != code_len {
            return Err(TsigFault::Truncated(tsig.mac.len()));
        }
        let is_signed = self.code(&octets[..start], &tsig).verify(&tsig.mac);
        if tsig.error != 0 {
            return Err(refused(&tsig, now, is_signed));
        }
        if !is_signed {
            return Err(TsigFault::Signature);
        }
        self.check_time(&tsig, now)?;
        self.covered = after(&self.key, &tsig.mac);
        (self.unsigned, self.is_first) = (0, false);
        Ok(())
    }

    /// Whether the last message was signed, so that nothing is left to be covered.
    pub fn is_settled(&self) -> bool {
        !self.is_first && self.unsigned == 0
    }

    /// A fault with the name of the key.
    pub(in crate::transfer) fn told(&self, fault: TsigFault) -> Fault {
        Fault::Tsig {
            key: self.key.name.clone(),
            fault,
        }
    }

    fn put_off(&mut self, octets: &[u8]) -> Result<(), TsigFault> {
        if self.is_first {
            return Err(TsigFault::Absent);
        }
        if self.unsigned == MOST_UNSIGNED {
            return Err(TsigFault::TooManyUnsigned);
        }
        self.unsigned += 1;
        self.covered.update(octets);
        Ok(())
    }

    /// The code of a message that ends where its TSIG record begins.
    fn code(&self, message: &[u8], tsig: &Tsig) -> Mac {
        let mut mac = self.covered.clone();
        // The message as it was before the record was put there: with its own ID, and one record less.
        let count = u16::from_be_bytes([message[10], message[11]]).wrapping_sub(1);
        mac.update(&tsig.original_id.to_be_bytes());
        mac.update(&message[2..10]);
        mac.update(&count.to_be_bytes());
        mac.update(&message[HEADER..]);
        match self.is_first {
            true => tsig.cover_variables(&mut mac),
            false => tsig.cover_timers(&mut mac),
        }
        mac
    }

    fn check_time(&self, tsig: &Tsig, now: Timestamp) -> Result<(), TsigFault> {
        let signed = tsig.time();
        if now.since(signed).unsigned_abs() <= u64::from(tsig.fudge) {
            return Ok(());
        }
        Err(TsigFault::Time {
            signed,
            fudge: tsig.fudge,
            now,
        })
    }
}

/// A code that begins with the MAC before (RFC 8945, section 4.3.1).
fn after(key: &TsigKey, prior: &[u8]) -> Mac {
    let mut mac = key.mac();
    mac.update(&length(prior));
    mac.update(prior);
    mac
}

fn refused(tsig: &Tsig, now: Timestamp, is_signed: bool) -> TsigFault {
    TsigFault::Refused(Refusal {
        error: tsig.error,
        clock: tsig.clock(),
        now,
        is_signed,
    })
}
