//! What one judgement carries along: the instant, the budgets, and what was computed already.
//!
//! The same RRset with the same signatures comes from every server of a zone. A signature check is
//! therefore remembered by the SHA-256 of key, signed data and signature; remembering changes the cost
//! of an audit and never its result, except that only computed checks draw on the budget of the audit.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::limits::{Limit, Limits, Reached};
use super::supposed::{Supposed, fingerprint};
use super::traits::{Luck, Traits};
use super::verified::Verified;
use crate::crypto::{self, Algorithm, KeyFault, PublicKey, SignatureFault};
use crate::dns::{Dnskey, Name, Timestamp};

/// A key as it was read, or why it cannot be used.
pub type ReadKey = Rc<Result<PublicKey, KeyFault>>;

/// What a judgement is made under beside the instant. The default is what every ordinary audit has: our
/// limits, the choices of the RFCs, nothing supposed.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// The budgets.
    pub limits: Limits,
    /// What the validator does where products differ.
    pub traits: Traits,
    /// How what these traits leave to chance comes out.
    pub luck: Luck,
    /// Signatures that count as made though nobody made them.
    pub supposed: Supposed,
    /// Signatures that other judgements of the same run found right.
    pub verified: Arc<Verified>,
}

impl From<Limits> for Terms {
    fn from(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }
}

/// The state of one judgement.
pub struct Judge {
    /// The instant to judge at.
    pub now: Timestamp,
    /// The budgets.
    pub limits: Limits,
    /// What the validator does where products differ.
    pub traits: Traits,
    /// How what these traits leave to chance comes out.
    pub luck: Luck,
    /// Which of the budgets ran out.
    pub reached: Reached,
    /// Failed checks that one RRset may still have.
    pub failures_left: u32,
    supposed: Supposed,
    verified: Arc<Verified>,
    keys: HashMap<Dnskey, ReadKey>,
    checks: HashMap<[u8; 32], Result<(), SignatureFault>>,
    hashes: HashMap<HashInput, [u8; 20]>,
    signatures_left: u32,
    hashes_left: u32,
}

#[derive(PartialEq, Eq, Hash)]
struct HashInput {
    name: Name,
    iterations: u16,
    salt: Box<[u8]>,
}

impl Judge {
    /// A judgement at `now` that has spent nothing yet.
    pub fn new(now: Timestamp, limits: Limits) -> Self {
        Self::under(now, limits.into())
    }

    /// The same under other terms.
    pub fn under(now: Timestamp, terms: Terms) -> Self {
        let limits = terms.limits;
        Self {
            now,
            limits,
            traits: terms.traits,
            luck: terms.luck,
            reached: Reached::new(),
            failures_left: u32::MAX,
            supposed: terms.supposed,
            verified: terms.verified,
            keys: HashMap::new(),
            checks: HashMap::new(),
            hashes: HashMap::new(),
            signatures_left: limits.signatures_per_audit,
            hashes_left: limits.nsec3_hashes_per_audit,
        }
    }

    /// The public key of a DNSKEY, read once.
    pub fn read_key(&mut self, dnskey: &Dnskey) -> ReadKey {
        if let Some(known) = self.keys.get(dnskey) {
            return Rc::clone(known);
        }
        let read = Rc::new(PublicKey::parse(Algorithm(dnskey.algorithm), &dnskey.key));
        self.keys.insert(dnskey.clone(), Rc::clone(&read));
        read
    }

    /// Checks one signature; `None` when the budget of the audit is spent.
    pub fn check_signature(
        &mut self,
        dnskey: &Dnskey,
        key: &PublicKey,
        data: &[u8],
        signature: &[u8],
    ) -> Option<Result<(), SignatureFault>> {
        let input = fingerprint(dnskey, data, signature);
        if self.supposed.holds(&input) {
            return Some(Ok(()));
        }
        if let Some(known) = self.checks.get(&input) {
            return Some(*known);
        }
        let cost = cost(key);
        if self.signatures_left < cost {
            self.reached.insert(Limit::SignaturesPerAudit);
            return None;
        }
        self.signatures_left -= cost;
        let result = self.verify(input, key, data, signature);
        self.checks.insert(input, result);
        Some(result)
    }

    fn verify(
        &self,
        input: [u8; 32],
        key: &PublicKey,
        data: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureFault> {
        if self.verified.holds(&input) {
            return Ok(());
        }
        key.verify(data, signature)?;
        self.verified.note(input);
        Ok(())
    }

    /// The NSEC3 hash of a name; `None` when the budget of the audit is spent.
    pub fn nsec3_hash(&mut self, name: &Name, iterations: u16, salt: &[u8]) -> Option<[u8; 20]> {
        let input = HashInput {
            name: name.clone(),
            iterations,
            salt: salt.into(),
        };
        if let Some(known) = self.hashes.get(&input) {
            return Some(*known);
        }
        if self.hashes_left == 0 {
            self.reached.insert(Limit::Nsec3Hashes);
            return None;
        }
        self.hashes_left -= 1;
        let hash = crypto::nsec3_hash(&name.canonical_wire(), iterations, salt);
        self.hashes.insert(input, hash);
        Some(hash)
    }

    /// How many signature checks were computed so far.
    pub fn signatures_computed(&self) -> u32 {
        self.limits.signatures_per_audit - self.signatures_left
    }
}

/// What a check draws on the budget. An RSA check takes time with the length of its exponent, up to 300
/// times that of an ordinary one; the exponents in use have one to five octets.
fn cost(key: &PublicKey) -> u32 {
    let exponent = key.rsa_exponent().map_or(0, <[u8]>::len);
    u32::try_from(exponent)
        .unwrap_or(u32::MAX)
        .saturating_sub(4)
        .max(1)
}
