//! Is an ECDSA key a point of its curve?
//!
//! `ring` finds out at the first signature only, and then calls the signature
//! wrong. An audit wants to say that the key is. The equation costs a few
//! multiplications: y² = x³ − 3x + b modulo p (SEC 1, section 3.2.2.1; the
//! constants are those of FIPS 186-4, appendix D.1.2).

use std::sync::LazyLock;

use num_bigint::BigUint;

use super::backend::Curve;

struct Equation {
    prime: BigUint,
    b: BigUint,
}

static P256: LazyLock<Equation> = LazyLock::new(|| {
    Equation::new(
        b"ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        b"5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
    )
});

static P384: LazyLock<Equation> = LazyLock::new(|| {
    Equation::new(
        b"fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe\
          ffffffff0000000000000000ffffffff",
        b"b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875a\
          c656398d8a2ed19d2a85c8edd3ec2aef",
    )
});

/// False when `key`, of the right length, is certainly no point of the curve.
/// Ed25519 keys are not examined: taking the square root costs as much as
/// verifying a signature.
pub(super) fn may_be_point(curve: Curve, key: &[u8]) -> bool {
    match curve {
        Curve::P256 => P256.holds(key),
        Curve::P384 => P384.holds(key),
        Curve::Ed25519 => true,
    }
}

impl Equation {
    fn new(prime: &[u8], b: &[u8]) -> Self {
        let number = |digits| BigUint::parse_bytes(digits, 16).expect("hexadecimal digits");
        Self {
            prime: number(prime),
            b: number(b),
        }
    }

    /// `key` is x | y (RFC 6605, section 4).
    fn holds(&self, key: &[u8]) -> bool {
        let (x, y) = key.split_at(key.len() / 2);
        let (x, y) = (BigUint::from_bytes_be(x), BigUint::from_bytes_be(y));
        if x >= self.prime || y >= self.prime {
            return false;
        }
        // x³ − 3x with p − 3 in place of −3, so that nothing is negative.
        let slope = &x * &x + &self.prime - 3u32;
        &y * &y % &self.prime == (slope * &x + &self.b) % &self.prime
    }
}
