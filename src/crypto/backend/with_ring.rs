//! `ring`, which takes keys apart again at every verification: a key is its
//! octets.

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519,
    RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};

use super::{Curve, Hash};

#[derive(Clone)]
pub(crate) struct CurveKey(UnparsedPublicKey<Vec<u8>>);

impl CurveKey {
    /// Always `Some`: `ring` looks at the point when it verifies.
    pub(crate) fn new(curve: Curve, key: &[u8]) -> Option<Self> {
        let scheme: &'static dyn VerificationAlgorithm = match curve {
            Curve::P256 => &ECDSA_P256_SHA256_FIXED,
            Curve::P384 => &ECDSA_P384_SHA384_FIXED,
            Curve::Ed25519 => &ED25519,
        };
        Some(Self(UnparsedPublicKey::new(scheme, curve.point(key))))
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify(message, signature).is_ok()
    }
}

#[derive(Clone)]
pub(crate) struct RsaKey {
    parameters: &'static RsaParameters,
    components: RsaPublicKeyComponents<Box<[u8]>>,
}

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
            n: modulus.into(),
            e: exponent.into(),
        };
        Some(Self {
            parameters,
            components,
        })
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.components
            .verify(self.parameters, message, signature)
            .is_ok()
    }
}

/// A digest over octets that come one after another.
pub(crate) type Digesting = ring::digest::Context;

pub(crate) fn digesting(hash: Hash) -> Digesting {
    Digesting::new(algorithm(hash))
}

fn algorithm(hash: Hash) -> &'static ring::digest::Algorithm {
    match hash {
        Hash::Sha1 => &ring::digest::SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => &ring::digest::SHA256,
        Hash::Sha384 => &ring::digest::SHA384,
        Hash::Sha512 => &ring::digest::SHA512,
    }
}

pub(crate) fn digest(hash: Hash, data: &[u8]) -> ring::digest::Digest {
    ring::digest::digest(algorithm(hash), data)
}

/// An HMAC (RFC 2104) over data that comes in parts.
#[derive(Clone)]
pub(crate) struct Code(ring::hmac::Context);

impl Code {
    pub(crate) fn new(hash: Hash, key: &[u8]) -> Self {
        let algorithm = match hash {
            Hash::Sha1 => ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Hash::Sha256 => ring::hmac::HMAC_SHA256,
            Hash::Sha384 => ring::hmac::HMAC_SHA384,
            Hash::Sha512 => ring::hmac::HMAC_SHA512,
        };
        let key = ring::hmac::Key::new(algorithm, key);
        Self(ring::hmac::Context::with_key(&key))
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    pub(crate) fn finish(self) -> ring::hmac::Tag {
        self.0.sign()
    }
}
