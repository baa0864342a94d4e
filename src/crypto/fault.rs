//! Why a key cannot be used and why a signature does not verify, with what was
//! compared.

use std::error::Error;
use std::fmt;

use super::Algorithm;

/// Why the Public Key field of a DNSKEY RR gives no usable key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyFault {
    /// No code for this algorithm here.
    UnsupportedAlgorithm(Algorithm),
    /// The field has no octets.
    Empty,
    /// An elliptic curve key has one length (RFC 6605, section 4; RFC 8080,
    /// section 3). Both in octets.
    Length {
        /// What the algorithm prescribes.
        expected: usize,
        /// What is there.
        found: usize,
    },
    /// The RSA modulus is smaller than is accepted. Both in bits.
    RsaModulusTooSmall {
        /// The size of the modulus; zero when there is none.
        bits: u32,
        /// The smallest size accepted.
        minimum: u32,
    },
    /// The RSA modulus is larger than is accepted. Both in bits.
    RsaModulusTooLarge {
        /// The size of the modulus.
        bits: u32,
        /// The largest size accepted.
        maximum: u32,
    },
    /// The RSA exponent is larger than is accepted with a modulus of this
    /// size. Both in bits.
    RsaExponentTooLarge {
        /// The size of the exponent.
        bits: u32,
        /// The largest size accepted.
        maximum: u32,
    },
    /// The octets are no key of the algorithm.
    Malformed(KeyDefect),
}

/// What makes a key [`KeyFault::Malformed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyDefect {
    /// The exponent of RFC 3110, section 2 runs past the end of the field.
    RsaExponentTruncated,
    /// The exponent is zero, or has no octets.
    RsaExponentZero,
    /// The exponent is not smaller than the modulus (RFC 8017, section 3.1).
    RsaExponentNotBelowModulus,
    /// The modulus is even, so no product of two odd primes
    /// (RFC 8017, section 3.1).
    RsaModulusEven,
    /// The coordinates are no point of the curve, or not reduced.
    PointNotOnCurve,
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnsupportedAlgorithm(algorithm) => write!(f, "{algorithm} is not supported"),
            Self::Empty => f.write_str("the key is empty"),
            Self::Length { expected, found } => {
                write!(f, "the key has {found} octets, not {expected}")
            }
            Self::RsaModulusTooSmall { bits, minimum } => {
                write!(f, "the modulus has {bits} bits, fewer than {minimum}")
            }
            Self::RsaModulusTooLarge { bits, maximum } => {
                write!(f, "the modulus has {bits} bits, more than {maximum}")
            }
            Self::RsaExponentTooLarge { bits, maximum } => {
                write!(f, "the exponent has {bits} bits, more than {maximum}")
            }
            Self::Malformed(defect) => defect.fmt(f),
        }
    }
}

impl fmt::Display for KeyDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RsaExponentTruncated => "the exponent runs past the end of the key",
            Self::RsaExponentZero => "the exponent is zero",
            Self::RsaExponentNotBelowModulus => "the exponent is not smaller than the modulus",
            Self::RsaModulusEven => "the modulus is even",
            Self::PointNotOnCurve => "the key is not a point of the curve",
        })
    }
}

impl Error for KeyFault {}

/// Why a signature is not one of the key over the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignatureFault {
    /// The signature has the wrong length. Both in octets.
    Length {
        /// What the algorithm, or for RSA the modulus, prescribes.
        expected: usize,
        /// What is there.
        found: usize,
    },
    /// The length is right and the signature does not verify.
    Mismatch,
}

impl fmt::Display for SignatureFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { expected, found } => {
                write!(f, "the signature has {found} octets, not {expected}")
            }
            Self::Mismatch => f.write_str("the signature does not verify"),
        }
    }
}

impl Error for SignatureFault {}
