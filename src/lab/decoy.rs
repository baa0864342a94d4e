//! Public keys of a wished key tag that belong to nobody: the ammunition of KeyTrap (CVE-2023-50387).
//!
//! A key tag is a sum over 16-bit words (RFC 4034, appendix B), so one word set right gives any tag. Half
//! of all strings of 32 octets are points of Ed25519 (RFC 8032, section 5.1.3); the others are skipped,
//! so that a validator cannot tell a decoy from a key but by trying it.

use num_bigint::BigUint;

use super::key::stretch;
use crate::dns::Dnskey;

/// `count` keys with the flags, the algorithm and the tag of `model`, an Ed25519 key.
pub(super) fn same_tag(model: &Dnskey, count: u32) -> Vec<Dnskey> {
    let field = Field::new();
    (0_u32..)
        .map(|number| {
            let seed = [&model.key[..], &number.to_be_bytes()].concat();
            let octets = stretch(&seed, 32);
            with_tag(model, octets)
        })
        .filter(|decoy| decoy.key_tag() == model.key_tag() && field.holds_point(&decoy.key))
        .take(usize::try_from(count).unwrap_or(usize::MAX))
        .collect()
}

/// Sets the first word of the key so that the tag becomes that of `model`, up to a carry.
fn with_tag(model: &Dnskey, mut octets: Vec<u8>) -> Dnskey {
    octets[..2].fill(0);
    let mut decoy = Dnskey {
        key: octets.into(),
        ..model.clone()
    };
    // Tags add up modulo 2^16 - 1: that is what folding the carry does.
    let missing = (u32::from(model.key_tag()) + 0xFFFF - u32::from(decoy.key_tag())) % 0xFFFF;
    let word = u16::try_from(missing).unwrap_or_default();
    decoy.key[..2].copy_from_slice(&word.to_be_bytes());
    decoy
}

/// The field of Ed25519 and the curve's constant.
struct Field {
    prime: BigUint,
    d: BigUint,
    half: BigUint,
}

impl Field {
    fn new() -> Self {
        let prime = (BigUint::from(1_u32) << 255) - 19_u32;
        // d = -121665 / 121666 (RFC 8032, section 5.1).
        let inverse = BigUint::from(121_666_u32)
            .modinv(&prime)
            .expect("a number below the prime has an inverse");
        let d = (&prime - 121_665_u32) * inverse % &prime;
        let half = (&prime - 1_u32) >> 1;
        Self { prime, d, half }
    }

    /// Whether the octets are the y coordinate of a point: x² = (y² − 1) / (d y² + 1) has a root.
    fn holds_point(&self, octets: &[u8]) -> bool {
        let mut octets = octets.to_vec();
        if let Some(last) = octets.last_mut() {
            *last &= 0x7F;
        }
        let y = BigUint::from_bytes_le(&octets);
        let square = &y * &y % &self.prime;
        let above = (&square + &self.prime - 1_u32) % &self.prime;
        let below = (&self.d * &square + 1_u32) % &self.prime;
        let residue = (above * below).modpow(&self.half, &self.prime);
        y < self.prime && residue == BigUint::from(1_u32)
    }
}
