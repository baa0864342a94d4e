//! Ed448 (RFC 8032, section 5.2; RFC 8080), which neither library offers.
//!
//! The crate is a pre-release and pinned; it is held to the vectors of RFC 8032
//! and of Wycheproof. It takes encodings of points that RFC 8032, section 5.2.3
//! forbids (unused bits set, y not reduced), so they are refused here first. It
//! refuses points outside the subgroup of prime order, as keys and in
//! signatures, where RFC 8032 leaves verifiers a choice. Keys and signatures
//! made as RFC 8032 says are never of that kind.

use ed448_goldilocks::{Signature, VerifyingKey};

/// A point of the curve.
#[derive(Clone)]
pub(super) struct Ed448Key(VerifyingKey);

impl Ed448Key {
    /// The length of a key in octets (RFC 8080, section 3).
    pub(super) const LEN: usize = 57;
    /// The length of a signature in octets (RFC 8080, section 4).
    pub(super) const SIGNATURE_LEN: usize = 114;
    /// The size by which RFC 8032, section 5.2 calls the key.
    pub(super) const BITS: u32 = 456;

    /// `None`: not the encoding of a point.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        let octets = <[u8; Self::LEN]>::try_from(key).ok()?;
        is_canonical(&octets)
            .then(|| VerifyingKey::from_bytes(&octets).ok())
            .flatten()
            .map(Self)
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let Some((r, _)) = signature.split_first_chunk() else {
            return false;
        };
        is_canonical(r)
            && Signature::try_from(signature)
                .is_ok_and(|signature| self.0.verify_raw(&signature, message).is_ok())
    }
}

/// Is the encoding of a point the only one it has (RFC 8032, section 5.2.3)?
/// The last octet holds the sign in its highest bit and zeros below; the
/// coordinate y is smaller than the prime of the field.
fn is_canonical(point: &[u8; Ed448Key::LEN]) -> bool {
    let [y @ .., sign] = point;
    sign & 0x7f == 0 && y.iter().rev().lt(PRIME.iter().rev())
}

/// 2⁴⁴⁸ − 2²²⁴ − 1, least significant octet first.
const PRIME: [u8; 56] = {
    let mut prime = [0xff; 56];
    prime[28] = 0xfe;
    prime
};
