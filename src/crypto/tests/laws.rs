//! Laws: what was signed verifies, and nothing that differs from it by one bit
//! does; no octets whatever make a panic.

use ed448_goldilocks::SigningKey;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair,
};

use super::super::{Algorithm, PublicKey, SignatureFault};
use super::openssl;

const MESSAGE: &[u8] = b"a sheet anchor";

struct Signed {
    algorithm: Algorithm,
    key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Signed {
    fn verifies(&self) -> bool {
        PublicKey::parse(self.algorithm, &self.key)
            .is_ok_and(|key| key.verify(&self.message, &self.signature).is_ok())
    }

    /// Flips each `step`-th bit of key, message and signature, one at a time.
    fn never_verifies_bent(mut self, step: usize) {
        assert!(self.verifies(), "{}", self.algorithm);
        for part in ["key", "message", "signature"] {
            let bits = self.part(part).len() * 8;
            for bit in (0..bits).step_by(step) {
                self.part(part)[bit / 8] ^= 0x80 >> (bit % 8);
                assert!(!self.verifies(), "{}: {part}, bit {bit}", self.algorithm);
                self.part(part)[bit / 8] ^= 0x80 >> (bit % 8);
            }
        }
    }

    fn part(&mut self, part: &str) -> &mut Vec<u8> {
        match part {
            "key" => &mut self.key,
            "message" => &mut self.message,
            _ => &mut self.signature,
        }
    }
}

fn ecdsa(algorithm: Algorithm, scheme: &'static EcdsaSigningAlgorithm) -> Signed {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(scheme, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(scheme, pkcs8.as_ref(), &random).unwrap();
    Signed {
        algorithm,
        key: pair.public_key().as_ref()[1..].to_vec(),
        message: MESSAGE.to_vec(),
        signature: pair.sign(&random, MESSAGE).unwrap().as_ref().to_vec(),
    }
}

#[test]
fn a_flipped_bit_never_verifies_ecdsa() {
    ecdsa(Algorithm::ECDSAP256SHA256, &ECDSA_P256_SHA256_FIXED_SIGNING).never_verifies_bent(1);
    ecdsa(Algorithm::ECDSAP384SHA384, &ECDSA_P384_SHA384_FIXED_SIGNING).never_verifies_bent(3);
}

#[test]
fn a_flipped_bit_never_verifies_ed25519() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    Signed {
        algorithm: Algorithm::ED25519,
        key: pair.public_key().as_ref().to_vec(),
        message: MESSAGE.to_vec(),
        signature: pair.sign(MESSAGE).as_ref().to_vec(),
    }
    .never_verifies_bent(1);
}

#[test]
fn a_flipped_bit_never_verifies_ed448() {
    let pair = SigningKey::from(&[7; 57].into());
    Signed {
        algorithm: Algorithm::ED448,
        key: pair.verifying_key().as_bytes().to_vec(),
        message: MESSAGE.to_vec(),
        signature: pair.sign_raw(MESSAGE).to_bytes().to_vec(),
    }
    .never_verifies_bent(13);
}

#[test]
fn a_flipped_bit_never_verifies_rsa() {
    for vector in openssl::vectors() {
        if vector.exponent_bits == 1 {
            // What is raised to the first power does not depend on the modulus.
            continue;
        }
        // Long exponents cost time.
        let step = 61 * (1 + vector.exponent_bits as usize / 16);
        Signed {
            algorithm: vector.algorithm,
            key: vector.field,
            message: vector.message,
            signature: vector.signature,
        }
        .never_verifies_bent(step);
    }
}

#[test]
fn a_signature_of_another_length_is_told_apart() {
    for vector in openssl::vectors() {
        let key = PublicKey::parse(vector.algorithm, &vector.field).unwrap();
        let expected = vector.signature.len();
        for found in [0, 1, expected - 1, expected + 1, 70_000] {
            assert_eq!(
                key.verify(&vector.message, &vec![0; found]),
                Err(SignatureFault::Length { expected, found })
            );
        }
    }
}

#[test]
fn rsa_signatures_zero_and_one_do_not_verify() {
    for vector in openssl::vectors() {
        let key = PublicKey::parse(vector.algorithm, &vector.field).unwrap();
        let mut signature = vec![0; key.signature_len()];
        for last in [0, 1] {
            *signature.last_mut().unwrap() = last;
            assert_eq!(
                key.verify(MESSAGE, &signature),
                Err(SignatureFault::Mismatch)
            );
        }
    }
}

#[test]
fn arbitrary_octets_never_panic() {
    arbtest::arbtest(|u| {
        let algorithm = Algorithm(*u.choose(&[1, 5, 7, 8, 10, 12, 13, 14, 15, 16, 253])?);
        let key = u.arbitrary::<Vec<u8>>()?;
        let signature = u.arbitrary::<Vec<u8>>()?;
        if let Ok(key) = PublicKey::parse(algorithm, &key) {
            let _ = key.verify(MESSAGE, &signature);
            let mut signature = signature;
            signature.resize(key.signature_len(), 0xa5);
            assert_eq!(
                key.verify(MESSAGE, &signature),
                Err(SignatureFault::Mismatch)
            );
        }
        Ok(())
    });
}

#[test]
fn arbitrary_rsa_numbers_never_panic() {
    arbtest::arbtest(|u| {
        let algorithm = Algorithm(*u.choose(&[5, 7, 8, 10])?);
        let exponent_len = *u.choose(&[1, 3, 5, 9])?;
        let exponent = u.bytes(exponent_len)?;
        let modulus_len = *u.choose(&[64, 94, 127, 128, 129])?;
        let modulus = u.bytes(modulus_len)?;
        if let Ok(key) = PublicKey::parse(algorithm, &super::rsa_field(exponent, modulus)) {
            let signature = vec![u.arbitrary::<u8>()?; key.signature_len()];
            assert_eq!(
                key.verify(MESSAGE, &signature),
                Err(SignatureFault::Mismatch)
            );
        }
        Ok(())
    })
    .size_min(256)
    .size_max(1024);
}
