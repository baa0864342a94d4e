//! Signatures that nobody made and that count as made: those over RRsets that are only supposed.
//!
//! A hypothesis changes an RRset, and the zone would sign it anew; nobody here has the key. What is supposed
//! is one signature over one RRset by one key, named by the digest of all three, so it vouches for nothing
//! else: not for another RRset of that name, nor another key, nor a signature with other times. Every clause
//! of RFC 4035, section 5.3.1 is still tried; the arithmetic alone is taken for done.
//!
//! An ordinary judgement has an empty set ([`super::judge::Terms`]), so it computes every signature.

use std::collections::HashSet;

use crate::crypto;
use crate::dns::{Dnskey, Rrset, Rrsig};

/// Signatures that count as made.
#[derive(Debug, Clone, Default)]
pub struct Supposed(HashSet<[u8; 32]>);

impl Supposed {
    /// Supposes that `key` made `rrsig` over `rrset`.
    pub fn sign(&mut self, key: &Dnskey, rrset: &Rrset, rrsig: &Rrsig) {
        if let Some(data) = rrset.signed_data(rrsig) {
            self.0.insert(fingerprint(key, &data, &rrsig.signature));
        }
    }

    /// Whether nothing is supposed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn holds(&self, input: &[u8; 32]) -> bool {
        self.0.contains(input)
    }
}

/// A digest that no two different checks share: each part is preceded by its length.
pub(super) fn fingerprint(dnskey: &Dnskey, data: &[u8], signature: &[u8]) -> [u8; 32] {
    let key = dnskey.rdata();
    let mut input = Vec::with_capacity(24 + key.len() + data.len() + signature.len());
    for part in [&key[..], data, signature] {
        input.extend((part.len() as u64).to_be_bytes());
        input.extend_from_slice(part);
    }
    crypto::sha256(&input)
}
