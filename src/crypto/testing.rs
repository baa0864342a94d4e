//! Signing for the unit tests of other modules: Ed25519 keys from a seed of one octet.

use ring::signature::{Ed25519KeyPair, KeyPair};

fn pair(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("any 32 octets are an Ed25519 seed")
}

/// The Public Key field of the DNSKEY made from `seed` (RFC 8080, section 3).
pub fn ed25519_public(seed: u8) -> Vec<u8> {
    pair(seed).public_key().as_ref().to_vec()
}

/// The Signature field over `data`.
pub fn ed25519_sign(seed: u8, data: &[u8]) -> Vec<u8> {
    pair(seed).sign(data).as_ref().to_vec()
}
