//! Keys and signatures that OpenSSL made: RSA with SHA-1, below 1024 bits, of
//! odd sizes, with odd exponents and odd encodings. `rsa_openssl.py` beside the
//! data makes it.

use super::super::{Algorithm, PublicKey, SignatureFault};
use super::{base64, hex};

pub(super) struct Vector {
    pub algorithm: Algorithm,
    pub bits: u32,
    pub exponent_bits: u32,
    pub field: Vec<u8>,
    pub message: Vec<u8>,
    pub signature: Vec<u8>,
    pub remark: &'static str,
}

pub(super) fn vectors() -> Vec<Vector> {
    include_str!("../../../tests/vectors/rsa_openssl.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            Vector {
                algorithm: Algorithm(columns[0].parse().unwrap()),
                bits: columns[1].parse().unwrap(),
                exponent_bits: columns[2].parse().unwrap(),
                field: base64(columns[3]),
                message: hex(columns[4]),
                signature: base64(columns[5]),
                remark: columns[6],
            }
        })
        .collect()
}

#[test]
fn every_vector_verifies() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 43);
    for vector in vectors {
        let label = format!(
            "{} {} {}: {}",
            vector.algorithm, vector.bits, vector.exponent_bits, vector.remark
        );
        let key = PublicKey::parse(vector.algorithm, &vector.field).expect(&label);
        assert_eq!(key.bits(), vector.bits, "{label}");
        assert_eq!(key.has_leading_zeros(), label.contains("zero"), "{label}");
        let exponent = key.rsa_exponent().unwrap();
        let exponent_bits = exponent.len() as u32 * 8 - exponent[0].leading_zeros();
        assert_eq!(exponent_bits, vector.exponent_bits, "{label}");
        assert_eq!(
            key.verify(&vector.message, &vector.signature),
            Ok(()),
            "{label}"
        );
        assert_eq!(
            key.verify(b"another message", &vector.signature),
            Err(SignatureFault::Mismatch),
            "{label}"
        );
    }
}

#[test]
fn a_signature_plus_the_modulus_does_not_verify() {
    // The same residue in a second encoding (RFC 8017, section 5.2.2, step 1),
    // on the path of the library and on that of the big numbers.
    let mut tried = 0;
    for vector in vectors() {
        let key = PublicKey::parse(vector.algorithm, &vector.field).unwrap();
        let modulus = &vector.field[vector.field.len() - key.signature_len()..];
        let Some(shifted) = add(&vector.signature, modulus) else {
            continue;
        };
        assert_eq!(
            key.verify(&vector.message, &shifted),
            Err(SignatureFault::Mismatch),
            "{}",
            vector.remark
        );
        tried += 1;
    }
    assert!(tried >= 4, "only {tried} signatures have room for the sum");
}

/// The sum of two numbers of one length, if it has that length.
fn add(left: &[u8], right: &[u8]) -> Option<Vec<u8>> {
    let mut carry = 0;
    let mut sum = vec![0; left.len()];
    for index in (0..left.len()).rev() {
        let digit = u16::from(left[index]) + u16::from(right[index]) + carry;
        sum[index] = digit as u8;
        carry = digit >> 8;
    }
    (carry == 0).then_some(sum)
}
