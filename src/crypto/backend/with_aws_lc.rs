//! `aws-lc-rs`, which keeps parsed keys: RSA verifies a third to two thirds
//! faster for it.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, RsaPublicKeyComponents, VerificationAlgorithm,
};

use super::{Curve, Hash};

#[derive(Clone)]
pub(crate) struct CurveKey(ParsedPublicKey);

impl CurveKey {
    pub(crate) fn new(curve: Curve, key: &[u8]) -> Option<Self> {
        let scheme: &'static dyn VerificationAlgorithm = match curve {
            Curve::P256 => &ECDSA_P256_SHA256_FIXED,
            Curve::P384 => &ECDSA_P384_SHA384_FIXED,
            Curve::Ed25519 => &ED25519,
        };
        ParsedPublicKey::new(scheme, curve.point(key))
            .ok()
            .map(Self)
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

#[derive(Clone)]
pub(crate) struct RsaKey(ParsedPublicKey);

impl RsaKey {
    /// Modulus and exponent are most significant octet first, without leading
    /// zeros. `None` for SHA-384, which no DNSSEC algorithm has.
    pub(crate) fn new(hash: Hash, modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let parameters = match hash {
            Hash::Sha1 => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            Hash::Sha512 => &RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
            Hash::Sha384 => return None,
        };
        let components = RsaPublicKeyComponents {
            n: modulus,
            e: exponent,
        };
        components.to_parsed_public_key(parameters).ok().map(Self)
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

/// A digest over octets that come one after another.
pub(crate) type Digesting = aws_lc_rs::digest::Context;

pub(crate) fn digesting(hash: Hash) -> Digesting {
    Digesting::new(algorithm(hash))
}

fn algorithm(hash: Hash) -> &'static aws_lc_rs::digest::Algorithm {
    match hash {
        Hash::Sha1 => &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => &aws_lc_rs::digest::SHA256,
        Hash::Sha384 => &aws_lc_rs::digest::SHA384,
        Hash::Sha512 => &aws_lc_rs::digest::SHA512,
    }
}

pub(crate) fn digest(hash: Hash, data: &[u8]) -> aws_lc_rs::digest::Digest {
    aws_lc_rs::digest::digest(algorithm(hash), data)
}

/// An HMAC (RFC 2104) over data that comes in parts.
#[derive(Clone)]
pub(crate) struct Code(aws_lc_rs::hmac::Context);

impl Code {
    pub(crate) fn new(hash: Hash, key: &[u8]) -> Self {
        let algorithm = match hash {
            Hash::Sha1 => aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => aws_lc_rs::hmac::HMAC_SHA256,
            Hash::Sha384 => aws_lc_rs::hmac::HMAC_SHA384,
            Hash::Sha512 => aws_lc_rs::hmac::HMAC_SHA512,
        };
        let key = aws_lc_rs::hmac::Key::new(algorithm, key);
        Self(aws_lc_rs::hmac::Context::with_key(&key))
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    pub(crate) fn finish(self) -> aws_lc_rs::hmac::Tag {
        self.0.sign()
    }
}
