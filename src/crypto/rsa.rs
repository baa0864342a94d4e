//! RSA keys as DNSKEY RRs hold them (RFC 3110, section 2; RFC 5702, section 2),
//! and the limits that bound the work they can cause.
//!
//! The library verifies where it can: moduli of at least 1024 bits with an odd
//! exponent from 3 to 33 bits, which is nearly every key in use. All other keys
//! go the slow way of `pkcs1`.
//!
//! The limits. Moduli: RFC 3110 and RFC 5702 end at 4096 bits. Exponents: below
//! the modulus (RFC 8017, section 3.1), and at most 64 bits with a modulus of
//! more than 3072 (OpenSSL, `OPENSSL_RSA_SMALL_MODULUS_BITS` and
//! `OPENSSL_RSA_MAX_PUBEXP_BITS`). The dearest key is therefore one of 3072 bits
//! with an exponent of 3072 bits; it costs some three hundred verifications with
//! P-256.

use std::cmp::Ordering;

use super::backend::{self, Hash};
use super::pkcs1::{self, PlainKey};
use super::{KeyDefect, KeyFault};

/// RFC 3110, section 2; RFC 5702, section 2.1.
const MINIMUM_MODULUS_BITS: u32 = 512;
/// RFC 3110, section 2; RFC 5702, sections 2.1 and 2.2.
const MAXIMUM_MODULUS_BITS: u32 = 4096;
/// Above this modulus size only short exponents are accepted, as by OpenSSL.
const LARGE_EXPONENT_MODULUS_BITS: u32 = 3072;
/// What counts as a short exponent there.
const SHORT_EXPONENT_BITS: u32 = 64;
/// The smallest modulus that both libraries take.
const LIBRARY_MODULUS_BITS: u32 = 1024;
/// The largest exponent that both libraries take.
const LIBRARY_EXPONENT_BITS: u32 = 33;

/// An RSA key with the hash of its algorithm.
#[derive(Clone)]
pub(super) struct RsaKey {
    engine: Engine,
    exponent: Box<[u8]>,
    bits: u32,
    has_leading_zeros: bool,
}

#[derive(Clone)]
enum Engine {
    Library(backend::RsaKey),
    Plain(PlainKey),
}

impl RsaKey {
    pub(super) fn parse(hash: Hash, key: &[u8]) -> Result<Self, KeyFault> {
        let (raw_exponent, raw_modulus) = split(key)?;
        let exponent = without_leading_zeros(raw_exponent);
        let modulus = without_leading_zeros(raw_modulus);
        check_modulus(hash, modulus)?;
        check_exponent(exponent, modulus)?;
        Ok(Self {
            engine: Engine::new(hash, modulus, exponent),
            exponent: exponent.into(),
            bits: bit_length(modulus),
            has_leading_zeros: exponent.len() < raw_exponent.len()
                || modulus.len() < raw_modulus.len(),
        })
    }

    /// `signature` has [`RsaKey::signature_len`] octets.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.engine {
            Engine::Library(key) => key.verify(message, signature),
            Engine::Plain(key) => key.verify(message, signature),
        }
    }

    pub(super) fn bits(&self) -> u32 {
        self.bits
    }

    /// The length of the modulus in octets (RFC 8017, section 8.2.2).
    pub(super) fn signature_len(&self) -> usize {
        self.bits.div_ceil(8) as usize
    }

    pub(super) fn exponent(&self) -> &[u8] {
        &self.exponent
    }

    pub(super) fn has_leading_zeros(&self) -> bool {
        self.has_leading_zeros
    }
}

impl Engine {
    fn new(hash: Hash, modulus: &[u8], exponent: &[u8]) -> Self {
        is_for_library(modulus, exponent)
            .then(|| backend::RsaKey::new(hash, modulus, exponent))
            .flatten()
            .map_or_else(
                || Self::Plain(PlainKey::new(hash, modulus, exponent)),
                Self::Library,
            )
    }
}

fn is_for_library(modulus: &[u8], exponent: &[u8]) -> bool {
    let is_odd = exponent.last().is_some_and(|octet| octet & 1 == 1);
    is_odd
        && bit_length(modulus) >= LIBRARY_MODULUS_BITS
        && (2..=LIBRARY_EXPONENT_BITS).contains(&bit_length(exponent))
}

/// The modulus, without leading zeros; `None` where the field cannot be read.
pub(super) fn modulus(key: &[u8]) -> Option<&[u8]> {
    let (_, modulus) = split(key).ok()?;
    Some(without_leading_zeros(modulus))
}

/// Exponent and modulus: the length of the exponent stands before it in one
/// octet, or in two after a zero octet; the modulus is what remains.
fn split(key: &[u8]) -> Result<(&[u8], &[u8]), KeyFault> {
    let truncated = KeyFault::Malformed(KeyDefect::RsaExponentTruncated);
    let (length, rest) = match key {
        [] => return Err(KeyFault::Empty),
        [0, high, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
        [0, ..] => return Err(truncated),
        [length, rest @ ..] => (u16::from(*length), rest),
    };
    rest.split_at_checked(usize::from(length)).ok_or(truncated)
}

fn check_modulus(hash: Hash, modulus: &[u8]) -> Result<(), KeyFault> {
    let bits = bit_length(modulus);
    let minimum = MINIMUM_MODULUS_BITS.max(pkcs1::minimum_modulus_bits(hash));
    let maximum = MAXIMUM_MODULUS_BITS;
    if bits < minimum {
        return Err(KeyFault::RsaModulusTooSmall { bits, minimum });
    }
    if bits > maximum {
        return Err(KeyFault::RsaModulusTooLarge { bits, maximum });
    }
    if modulus.last().is_some_and(|octet| octet & 1 == 0) {
        return Err(KeyFault::Malformed(KeyDefect::RsaModulusEven));
    }
    Ok(())
}

fn check_exponent(exponent: &[u8], modulus: &[u8]) -> Result<(), KeyFault> {
    if exponent.is_empty() {
        return Err(KeyFault::Malformed(KeyDefect::RsaExponentZero));
    }
    if compare(exponent, modulus).is_ge() {
        return Err(KeyFault::Malformed(KeyDefect::RsaExponentNotBelowModulus));
    }
    let bits = bit_length(exponent);
    let maximum = SHORT_EXPONENT_BITS;
    if bit_length(modulus) > LARGE_EXPONENT_MODULUS_BITS && bits > maximum {
        return Err(KeyFault::RsaExponentTooLarge { bits, maximum });
    }
    Ok(())
}

/// Compares two numbers, most significant octet first, without leading zeros.
fn compare(left: &[u8], right: &[u8]) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&octet| octet == 0).count();
    &number[zeros..]
}

/// The size in bits of a number without leading zeros; RDATA ends at 65535
/// octets, and what is longer counts as the largest size.
fn bit_length(number: &[u8]) -> u32 {
    let unused = number.first().map_or(0, |octet| octet.leading_zeros());
    u32::try_from(number.len())
        .ok()
        .and_then(|octets| octets.checked_mul(8))
        .map_or(u32::MAX, |bits| bits - unused)
}
