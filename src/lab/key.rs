//! The lab's keys: derived from fixed seeds, so that tags and signatures repeat.
//!
//! A private key is SHA-256 of zone, label and number; ECDSA nonces come from RFC 6979. The algorithms
//! that nobody validates any more (RSAMD5, DSA) have octets of the right form and no key behind them.

use ed448_goldilocks::SigningKey as Ed448Key;
use p256::ecdsa::signature::Signer;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::decoy;
use super::rsa::{Hash, Pair};
use crate::crypto::{DigestType, ds_digest, sha256};
use crate::dns::{Dnskey, Ds, Name};

/// RSAMD5.
pub(super) const RSAMD5: u8 = 1;
/// DSA.
pub(super) const DSA: u8 = 3;
/// RSASHA1.
pub(super) const RSASHA1: u8 = 5;
/// RSASHA1-NSEC3-SHA1.
pub(super) const RSASHA1_NSEC3: u8 = 7;
/// RSASHA256.
pub(super) const RSASHA256: u8 = 8;
/// RSASHA512.
pub(super) const RSASHA512: u8 = 10;
/// ECDSAP256SHA256.
pub(super) const P256: u8 = 13;
/// ECDSAP384SHA384.
pub(super) const P384: u8 = 14;
/// ED25519.
pub(super) const ED25519: u8 = 15;
/// ED448.
pub(super) const ED448: u8 = 16;

/// Zone Key.
const ZONE_KEY: u16 = 0x0100;
/// REVOKE.
pub(super) const REVOKE: u16 = 0x0080;
/// SEP.
const SEP: u16 = 0x0001;

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duty {
    /// DNSKEY, CDS and CDNSKEY.
    Keys,
    /// Everything else.
    Data,
    /// Everything.
    Everything,
    /// Nothing.
    Nothing,
}

/// How a key stands in the DNSKEY RRset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Publication {
    /// As it is.
    AsIs,
    /// Not at all.
    Hidden,
    /// Another key, with this seed number, stands in its place.
    Instead(u32),
    /// With this algorithm number.
    Algorithm(u8),
    /// With the Zone Key flag cleared once the RRset was signed.
    ZoneKeyClearedAfterSigning,
    /// As one of so many keys of the same tag; the others come first and sign nothing.
    AmongDecoys(u32),
}

/// A key as a case declares it.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeyPlan {
    /// Names the key within its zone, and seeds it.
    pub label: &'static str,
    /// Tells keys of one label apart.
    pub number: u32,
    /// DNSSEC algorithm number.
    pub algorithm: u8,
    /// Length of an RSA modulus in bits.
    pub bits: usize,
    /// DNSKEY flags.
    pub flags: u16,
    /// What it signs.
    pub duty: Duty,
    /// How it is published.
    pub publication: Publication,
}

impl KeyPlan {
    /// A key-signing key.
    pub const fn ksk(algorithm: u8) -> Self {
        Self {
            label: "ksk",
            number: 0,
            algorithm,
            bits: 2048,
            flags: ZONE_KEY | SEP,
            duty: Duty::Keys,
            publication: Publication::AsIs,
        }
    }

    /// A zone-signing key.
    pub const fn zsk(algorithm: u8) -> Self {
        Self {
            label: "zsk",
            flags: ZONE_KEY,
            duty: Duty::Data,
            ..Self::ksk(algorithm)
        }
    }

    /// The same with another label, which makes it another key.
    pub const fn named(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    /// The same with another number, which makes it another key.
    pub const fn numbered(self, number: u32) -> Self {
        Self { number, ..self }
    }

    /// The same with this duty.
    pub const fn signing(self, duty: Duty) -> Self {
        Self { duty, ..self }
    }

    /// The same, published in this way.
    pub const fn published(self, publication: Publication) -> Self {
        Self {
            publication,
            ..self
        }
    }

    /// The same with an RSA modulus of this length.
    pub const fn bits(self, bits: usize) -> Self {
        Self { bits, ..self }
    }

    /// The same with the Zone Key flag clear.
    pub const fn without_zone_key(self) -> Self {
        Self {
            flags: self.flags & !ZONE_KEY,
            ..self
        }
    }

    /// The same with the REVOKE flag set.
    pub const fn revoked(self) -> Self {
        Self {
            flags: self.flags | REVOKE,
            ..self
        }
    }
}

/// A key of a zone, ready to sign.
pub(super) struct Key {
    /// What was declared.
    pub plan: KeyPlan,
    /// The key itself, whatever is published in its place.
    pub dnskey: Dnskey,
    apex: Name,
    secret: Secret,
}

enum Secret {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Ed25519(Box<Ed25519KeyPair>),
    Ed448(Box<Ed448Key>),
    Rsa(Box<Pair>, Hash),
    /// Nothing: what stands for a signature has this many octets.
    Filler(usize),
}

impl Key {
    /// The key that `plan` declares for the zone `apex`.
    pub fn new(apex: &Name, plan: KeyPlan) -> Self {
        let (secret, public) = material(apex, plan);
        let dnskey = Dnskey {
            flags: plan.flags,
            protocol: 3,
            algorithm: plan.algorithm,
            key: public.into(),
        };
        Self {
            plan,
            dnskey,
            apex: apex.clone(),
            secret,
        }
    }

    /// Whether it signs the RRset that holds keys, or the others.
    pub fn is_signing(&self, keys: bool) -> bool {
        match self.plan.duty {
            Duty::Keys => keys,
            Duty::Data => !keys,
            Duty::Everything => true,
            Duty::Nothing => false,
        }
    }

    /// The records it contributes to the DNSKEY RRset as that is signed.
    pub fn before_signing(&self) -> Vec<Dnskey> {
        let own = self.dnskey.clone();
        match self.plan.publication {
            Publication::AsIs | Publication::ZoneKeyClearedAfterSigning => vec![own],
            Publication::Hidden => Vec::new(),
            Publication::Instead(number) => {
                vec![Self::new(&self.apex, self.plan.numbered(number)).dnskey]
            }
            Publication::Algorithm(algorithm) => vec![Dnskey { algorithm, ..own }],
            Publication::AmongDecoys(count) => {
                let mut keys = decoy::same_tag(&own, count.saturating_sub(1));
                keys.push(own);
                keys
            }
        }
    }

    /// The records it contributes to the DNSKEY RRset as that is served.
    pub fn as_served(&self) -> Vec<Dnskey> {
        let mut keys = self.before_signing();
        if self.plan.publication == Publication::ZoneKeyClearedAfterSigning {
            keys.iter_mut().for_each(|key| key.flags &= !ZONE_KEY);
        }
        keys
    }

    /// The DS that refers to it.
    pub fn ds(&self, digest_type: u8) -> Ds {
        let digest = ds_digest(
            DigestType(digest_type),
            &self.apex.canonical_wire(),
            &self.dnskey.rdata(),
        );
        Ds {
            key_tag: self.dnskey.key_tag(),
            algorithm: self.dnskey.algorithm,
            digest_type,
            digest: digest
                .expect("the catalogue asks for SHA-1, SHA-256 and SHA-384 alone")
                .into(),
        }
    }

    /// Signs `data`.
    pub fn sign(&self, data: &[u8]) -> Vec<u8> {
        match &self.secret {
            Secret::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(data);
                signature.to_bytes().to_vec()
            }
            Secret::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(data);
                signature.to_bytes().to_vec()
            }
            Secret::Ed25519(key) => key.sign(data).as_ref().to_vec(),
            Secret::Ed448(key) => key.sign_raw(data).to_bytes().to_vec(),
            Secret::Rsa(pair, hash) => pair.sign(*hash, data),
            Secret::Filler(length) => stretch(data, *length),
        }
    }
}

/// Private key and Public Key field.
fn material(apex: &Name, plan: KeyPlan) -> (Secret, Vec<u8>) {
    let seed = format!("{apex} {} {} {}", plan.label, plan.number, plan.algorithm);
    let seed = seed.to_ascii_lowercase();
    match plan.algorithm {
        P256 => p256_pair(seed.as_bytes()),
        P384 => p384_pair(seed.as_bytes()),
        ED25519 => ed25519_pair(seed.as_bytes()),
        ED448 => ed448_pair(seed.as_bytes()),
        RSASHA1 | RSASHA1_NSEC3 => rsa_pair(plan, Hash::Sha1),
        RSASHA256 => rsa_pair(plan, Hash::Sha256),
        RSASHA512 => rsa_pair(plan, Hash::Sha512),
        RSAMD5 => {
            let modulus = rsa_pair(plan, Hash::Sha1).1;
            (Secret::Filler(plan.bits / 8), modulus)
        }
        _ => (Secret::Filler(DSA_SIGNATURE), dsa_public(seed.as_bytes())),
    }
}

fn p256_pair(seed: &[u8]) -> (Secret, Vec<u8>) {
    let key = p256::ecdsa::SigningKey::from_slice(&stretch(seed, 32))
        .expect("a hash is below the order of the curve but for one chance in 2^32");
    let public = key.verifying_key().to_sec1_point(false).as_bytes()[1..].to_vec();
    (Secret::P256(key), public)
}

fn p384_pair(seed: &[u8]) -> (Secret, Vec<u8>) {
    let key = p384::ecdsa::SigningKey::from_slice(&stretch(seed, 48))
        .expect("a hash is below the order of the curve but for one chance in 2^190");
    let public = key.verifying_key().to_sec1_point(false).as_bytes()[1..].to_vec();
    (Secret::P384(key), public)
}

fn ed25519_pair(seed: &[u8]) -> (Secret, Vec<u8>) {
    let key = Ed25519KeyPair::from_seed_unchecked(&stretch(seed, 32))
        .expect("any 32 octets are a seed (RFC 8032, section 5.1.5)");
    let public = key.public_key().as_ref().to_vec();
    (Secret::Ed25519(Box::new(key)), public)
}

fn ed448_pair(seed: &[u8]) -> (Secret, Vec<u8>) {
    let key = Ed448Key::try_from(&stretch(seed, 57)[..])
        .expect("any 57 octets are a seed (RFC 8032, section 5.2.5)");
    let public = key.verifying_key().to_bytes().to_vec();
    (Secret::Ed448(Box::new(key)), public)
}

fn rsa_pair(plan: KeyPlan, hash: Hash) -> (Secret, Vec<u8>) {
    let index = usize::from(plan.duty == Duty::Data);
    let pair = Pair::load(plan.bits, index);
    let public = pair.public();
    (Secret::Rsa(Box::new(pair), hash), public)
}

/// T, R and S (RFC 2536, section 3).
const DSA_SIGNATURE: usize = 41;

/// T = 8, then Q, P, G and Y for a modulus of 1024 bits (RFC 2536, section 2), all of them filler.
fn dsa_public(seed: &[u8]) -> Vec<u8> {
    [vec![8], stretch(seed, 20 + 3 * 128)].concat()
}

/// `length` octets that look random and depend on `seed` alone.
pub(super) fn stretch(seed: &[u8], length: usize) -> Vec<u8> {
    let blocks = (0_u32..).flat_map(|block| sha256(&[seed, &block.to_be_bytes()].concat()));
    blocks.take(length).collect()
}
