//! Signatures that were found right, shared by the judgements of one run.
//!
//! The zones of a list hang below the same root and the same few top-level domains, whose signatures are the
//! same octets each time. One is known by the SHA-256 of key, signed data and signature, never by a name or a
//! key tag, so that nothing but this very check is taken from here. Only what verified is kept: what did not is
//! computed each time.
//!
//! A judgement draws on its budget for a signature that is known as for any other, so that its result is the
//! same whatever was judged before it. Remembering changes what an audit costs and nothing else.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Signatures that are kept at most, of 32 octets each. When there are more, all are forgotten: those that zones
/// have in common are soon there again.
const MOST: usize = 65_536;

/// Signatures that verified.
#[derive(Debug, Default)]
pub struct Verified(Mutex<HashSet<[u8; 32]>>);

impl Verified {
    /// Whether this check came out before.
    pub(super) fn holds(&self, input: &[u8; 32]) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(input)
    }

    /// Keeps a check that came out.
    pub(super) fn note(&self, input: [u8; 32]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(input);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_does_not_grow_without_end() {
        let verified = Verified::default();
        let input = |number: usize| {
            let mut input = [0; 32];
            input[..8].copy_from_slice(&number.to_be_bytes());
            input
        };
        for number in 0..=MOST {
            verified.note(input(number));
        }
        assert!(verified.holds(&input(MOST)) && !verified.holds(&input(0)));
        assert_eq!(verified.0.lock().unwrap().len(), 1);
    }
}
