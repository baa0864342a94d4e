//! A public key, parsed once and reused.

use std::fmt;

use super::backend::{Curve, CurveKey, Hash};
use super::ed448::Ed448Key;
use super::rsa::RsaKey;
use super::{Algorithm, KeyDefect, KeyFault, SignatureFault, curve};

/// The key of a DNSKEY RR, ready to verify.
///
/// Equal octets under two algorithm numbers are two keys: the algorithm
/// decides how they are read.
#[derive(Clone)]
pub struct PublicKey {
    algorithm: Algorithm,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Rsa(Box<RsaKey>),
    Curve(Curve, CurveKey),
    Ed448(Box<Ed448Key>),
}

impl PublicKey {
    /// Reads the Public Key field of DNSKEY RDATA (RFC 4034, section 2.1.4).
    ///
    /// RSA (RFC 3110, section 2): moduli of 512 to 4096 bits, for RSASHA512 of
    /// 745 to 4096, the least that has room for the padded digest. Exponents
    /// of any value from 1 to the modulus, but of at most 64 bits when the
    /// modulus has more than 3072: the bound that OpenSSL sets, and with it
    /// the validators built on it. Leading zero octets are forbidden by RFC
    /// 3110 and accepted here; [`PublicKey::has_leading_zeros`] tells of them.
    /// So are, as by OpenSSL, even exponents and the exponent one, with which
    /// anybody can sign: see [`PublicKey::rsa_exponent`].
    ///
    /// # Errors
    ///
    /// A [`KeyFault`]. A key of ECDSAP256SHA256, ECDSAP384SHA384 or ED448 that
    /// is no point of its curve is malformed; for ED448 so is a point outside
    /// the subgroup of prime order, which no key generation yields. For
    /// ED25519 this is not looked at here, since it would cost as much as
    /// verifying: every signature of such a key is a mismatch.
    pub fn parse(algorithm: Algorithm, key: &[u8]) -> Result<Self, KeyFault> {
        let kind = match algorithm {
            Algorithm::RSASHA1 | Algorithm::RSASHA1_NSEC3_SHA1 => rsa(Hash::Sha1, key),
            Algorithm::RSASHA256 => rsa(Hash::Sha256, key),
            Algorithm::RSASHA512 => rsa(Hash::Sha512, key),
            Algorithm::ECDSAP256SHA256 => on_curve(Curve::P256, key),
            Algorithm::ECDSAP384SHA384 => on_curve(Curve::P384, key),
            Algorithm::ED25519 => on_curve(Curve::Ed25519, key),
            Algorithm::ED448 => ed448(key),
            _ => Err(KeyFault::UnsupportedAlgorithm(algorithm)),
        }?;
        Ok(Self { algorithm, kind })
    }

    /// Is `signature`, the Signature field of RRSIG RDATA (RFC 4034, section
    /// 3.1.8), one of this key over `message`?
    ///
    /// # Errors
    ///
    /// A [`SignatureFault`].
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureFault> {
        let expected = self.signature_len();
        if signature.len() != expected {
            let found = signature.len();
            return Err(SignatureFault::Length { expected, found });
        }
        let verified = match &self.kind {
            Kind::Rsa(key) => key.verify(message, signature),
            Kind::Curve(_, key) => key.verify(message, signature),
            Kind::Ed448(key) => key.verify(message, signature),
        };
        verified.then_some(()).ok_or(SignatureFault::Mismatch)
    }

    /// The algorithm the key was parsed for.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The size in bits: of the RSA modulus, else of the key as it is commonly
    /// called: P-256 256, P-384 384, Ed25519 256, Ed448 456.
    pub fn bits(&self) -> u32 {
        match &self.kind {
            Kind::Rsa(key) => key.bits(),
            Kind::Curve(curve, _) => curve.bits(),
            Kind::Ed448(_) => Ed448Key::BITS,
        }
    }

    /// The length in octets of every signature of this key.
    pub fn signature_len(&self) -> usize {
        match &self.kind {
            Kind::Rsa(key) => key.signature_len(),
            Kind::Curve(curve, _) => curve.signature_len(),
            Kind::Ed448(_) => Ed448Key::SIGNATURE_LEN,
        }
    }

    /// The public exponent of an RSA key, most significant octet first, without
    /// leading zeros; `None` for other keys.
    pub fn rsa_exponent(&self) -> Option<&[u8]> {
        match &self.kind {
            Kind::Rsa(key) => Some(key.exponent()),
            Kind::Curve(..) | Kind::Ed448(_) => None,
        }
    }

    /// Do zero octets precede the exponent or the modulus of an RSA key?
    /// RFC 3110, section 2 prohibits them.
    pub fn has_leading_zeros(&self) -> bool {
        matches!(&self.kind, Kind::Rsa(key) if key.has_leading_zeros())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("algorithm", &format_args!("{}", self.algorithm))
            .field("bits", &self.bits())
            .finish_non_exhaustive()
    }
}

fn rsa(hash: Hash, key: &[u8]) -> Result<Kind, KeyFault> {
    RsaKey::parse(hash, key).map(|key| Kind::Rsa(Box::new(key)))
}

fn on_curve(curve: Curve, key: &[u8]) -> Result<Kind, KeyFault> {
    check_length(key, curve.key_len())?;
    let malformed = KeyFault::Malformed(KeyDefect::PointNotOnCurve);
    if !curve::may_be_point(curve, key) {
        return Err(malformed);
    }
    let parsed = CurveKey::new(curve, key).ok_or(malformed)?;
    Ok(Kind::Curve(curve, parsed))
}

fn ed448(key: &[u8]) -> Result<Kind, KeyFault> {
    check_length(key, Ed448Key::LEN)?;
    let malformed = KeyFault::Malformed(KeyDefect::PointNotOnCurve);
    let parsed = Ed448Key::new(key).ok_or(malformed)?;
    Ok(Kind::Ed448(Box::new(parsed)))
}

fn check_length(key: &[u8], expected: usize) -> Result<(), KeyFault> {
    match key.len() {
        0 => Err(KeyFault::Empty),
        found if found != expected => Err(KeyFault::Length { expected, found }),
        _ => Ok(()),
    }
}
