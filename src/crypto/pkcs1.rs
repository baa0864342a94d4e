//! RSASSA-PKCS1-v1_5 verification with plain big numbers, for the keys that the
//! libraries refuse: moduli below 1024 bits, exponents that are even, one, or
//! beyond 33 bits.
//!
//! RFC 8017, section 8.2.2: raise the signature to the exponent and compare with
//! the one encoding that the message can have. Everything here is public, so
//! nothing needs constant time. Comparing whole encodings, and not parsing what
//! was recovered, leaves no room for the forgeries that lenient parsing allowed.

use num_bigint::BigUint;

use super::backend::{self, Hash};

/// A modulus and an exponent as numbers.
#[derive(Clone)]
pub(super) struct PlainKey {
    hash: Hash,
    modulus: BigUint,
    exponent: BigUint,
    octets: usize,
}

impl PlainKey {
    /// Both without leading zeros; the modulus has at least
    /// [`minimum_modulus_bits`].
    pub(super) fn new(hash: Hash, modulus: &[u8], exponent: &[u8]) -> Self {
        Self {
            hash,
            modulus: BigUint::from_bytes_be(modulus),
            exponent: BigUint::from_bytes_be(exponent),
            octets: modulus.len(),
        }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let signature = BigUint::from_bytes_be(signature);
        if signature >= self.modulus {
            return false;
        }
        let recovered = signature.modpow(&self.exponent, &self.modulus);
        recovered == BigUint::from_bytes_be(&encode(self.hash, message, self.octets))
    }
}

/// The least modulus with room for the encoding: RFC 8017, section 9.2 asks for
/// eight octets of padding, three that frame it and the DigestInfo.
pub(super) fn minimum_modulus_bits(hash: Hash) -> u32 {
    let octets = digest_info(hash).len() + hash.len() + 11;
    // A modulus of so many octets has a bit in the first of them.
    (octets as u32 - 1) * 8 + 1
}

/// EMSA-PKCS1-v1_5 (RFC 8017, section 9.2): `00 01 FF … FF 00 DigestInfo`.
fn encode(hash: Hash, message: &[u8], octets: usize) -> Vec<u8> {
    let prefix = digest_info(hash);
    let padding = octets.saturating_sub(prefix.len() + hash.len() + 3);
    let mut encoded = Vec::with_capacity(octets);
    encoded.extend([0, 1]);
    encoded.extend(std::iter::repeat_n(0xff, padding));
    encoded.push(0);
    encoded.extend(prefix);
    encoded.extend(backend::digest(hash, message).as_ref());
    encoded
}

/// The DER encoding of DigestInfo up to the digest (RFC 8017, section 9.2,
/// note 1).
fn digest_info(hash: Hash) -> &'static [u8] {
    match hash {
        Hash::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
        Hash::Sha256 => {
            b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"
        }
        Hash::Sha384 => {
            b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30"
        }
        Hash::Sha512 => {
            b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40"
        }
    }
}
