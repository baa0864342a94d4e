//! RSASSA-PKCS1-v1_5 signatures (RFC 8017, section 8.2) as RFC 3110 and RFC 5702 use them.
//!
//! With the Chinese remainder theorem, not in constant time: the keys are public.

use data_encoding::HEXLOWER;
use num_bigint::BigUint;
use ring::digest;

use super::rsa_keys::PRIMES;

const EXPONENT: u32 = 65_537;

/// The hash of an RSA algorithm.
#[derive(Clone, Copy)]
pub(super) enum Hash {
    /// RSASHA1 and RSASHA1-NSEC3-SHA1.
    Sha1,
    /// RSASHA256.
    Sha256,
    /// RSASHA512.
    Sha512,
}

/// An RSA key pair.
pub(super) struct Pair {
    p: BigUint,
    q: BigUint,
    p_exponent: BigUint,
    q_exponent: BigUint,
    q_inverse: BigUint,
}

impl Pair {
    /// The key of `bits` length that signs keys (`0`) or data (`1`).
    pub fn load(bits: usize, index: usize) -> Self {
        let primes = PRIMES
            .iter()
            .filter(|primes| primes.bits == bits)
            .nth(index)
            .expect("the table has two keys of each length in the catalogue");
        let (p, q) = (number(primes.p), number(primes.q));
        let exponent = |prime: &BigUint| {
            BigUint::from(EXPONENT)
                .modinv(&(prime - 1_u32))
                .expect("the exponent is coprime to both primes less one")
        };
        Self {
            p_exponent: exponent(&p),
            q_exponent: exponent(&q),
            q_inverse: q.modinv(&p).expect("two different primes"),
            p,
            q,
        }
    }

    /// The Public Key field (RFC 3110, section 2).
    pub fn public(&self) -> Vec<u8> {
        let exponent = BigUint::from(EXPONENT).to_bytes_be();
        // Three octets: the short form of the length.
        let mut field = vec![exponent.len() as u8];
        field.extend(exponent);
        field.extend((&self.p * &self.q).to_bytes_be());
        field
    }

    /// Signs `data`.
    pub fn sign(&self, hash: Hash, data: &[u8]) -> Vec<u8> {
        let length = (&self.p * &self.q).to_bytes_be().len();
        let message = BigUint::from_bytes_be(&padded(hash, data, length));
        let by_p = message.modpow(&self.p_exponent, &self.p);
        let by_q = message.modpow(&self.q_exponent, &self.q);
        // `p` is the greater prime, so the difference cannot fall below zero once `p` is added.
        let difference = (by_p + &self.p - &by_q) * &self.q_inverse % &self.p;
        let signature = (by_q + difference * &self.q).to_bytes_be();
        [vec![0; length - signature.len()], signature].concat()
    }
}

fn number(hexadecimal: &str) -> BigUint {
    BigUint::parse_bytes(hexadecimal.as_bytes(), 16).expect("the table holds hexadecimal numbers")
}

/// EMSA-PKCS1-v1_5 (RFC 8017, section 9.2).
fn padded(hash: Hash, data: &[u8], length: usize) -> Vec<u8> {
    let (algorithm, prefix) = match hash {
        Hash::Sha1 => (
            &digest::SHA1_FOR_LEGACY_USE_ONLY,
            "3021300906052b0e03021a05000414",
        ),
        Hash::Sha256 => (&digest::SHA256, "3031300d060960864801650304020105000420"),
        Hash::Sha512 => (&digest::SHA512, "3051300d060960864801650304020305000440"),
    };
    let prefix = HEXLOWER
        .decode(prefix.as_bytes())
        .expect("the prefixes are hexadecimal");
    let digest = digest::digest(algorithm, data);
    let filling = length - 3 - prefix.len() - digest.as_ref().len();
    [
        &[0, 1],
        &*vec![0xFF; filling],
        &[0],
        &prefix,
        digest.as_ref(),
    ]
    .concat()
}
