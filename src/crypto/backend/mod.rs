//! The library that does the work: one file for each, with the same four
//! items, and the vocabulary they share.
//!
//! `digest(Hash, &[u8])` hashes, `digesting(Hash)` what comes piece by piece, `Code` is an HMAC taken in parts.
//! `CurveKey` and `RsaKey` hold a key in the form
//! that makes the library's verification cheapest. `new` gives `None` when the
//! library refuses the key. Nothing outside this folder names a library.

#[cfg(feature = "aws-lc")]
mod with_aws_lc;
#[cfg(not(feature = "aws-lc"))]
mod with_ring;

#[cfg(feature = "aws-lc")]
pub(super) use with_aws_lc::{Code, CurveKey, Digesting, RsaKey, digest, digesting};
#[cfg(not(feature = "aws-lc"))]
pub(super) use with_ring::{Code, CurveKey, Digesting, RsaKey, digest, digesting};

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The length of the digest in octets.
    pub(super) fn len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

/// A signature scheme whose keys are points of an elliptic curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    /// ECDSA on P-256 with SHA-256 (RFC 6605).
    P256,
    /// ECDSA on P-384 with SHA-384 (RFC 6605).
    P384,
    /// PureEdDSA on edwards25519 (RFC 8080).
    Ed25519,
}

impl Curve {
    /// The length of a key in a DNSKEY RR, in octets.
    pub(super) fn key_len(self) -> usize {
        match self {
            Self::P256 => 64,
            Self::P384 => 96,
            Self::Ed25519 => 32,
        }
    }

    /// The length of a signature, in octets.
    pub(super) fn signature_len(self) -> usize {
        match self {
            Self::P256 | Self::Ed25519 => 64,
            Self::P384 => 96,
        }
    }

    /// The size by which the key is called, in bits.
    pub(super) fn bits(self) -> u32 {
        match self {
            Self::P256 | Self::Ed25519 => 256,
            Self::P384 => 384,
        }
    }

    /// The key as the libraries want it: ECDSA points with the octet that says
    /// "uncompressed" (SEC 1, section 2.3.3), which RFC 6605 leaves out.
    fn point(self, key: &[u8]) -> Vec<u8> {
        match self {
            Self::P256 | Self::P384 => [&[4], key].concat(),
            Self::Ed25519 => key.to_vec(),
        }
    }
}
