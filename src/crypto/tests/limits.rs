//! What is refused, with what was compared.

use super::super::{Algorithm, KeyDefect, KeyFault, PublicKey};
use super::{base64, hex, rsa_field};

const F4: [u8; 3] = [1, 0, 1];

fn fault(algorithm: Algorithm, key: &[u8]) -> KeyFault {
    PublicKey::parse(algorithm, key).unwrap_err()
}

fn rsa_fault(exponent: &[u8], modulus: &[u8]) -> KeyFault {
    fault(Algorithm::RSASHA256, &rsa_field(exponent, modulus))
}

/// An odd number of that many bits.
fn number(bits: usize) -> Vec<u8> {
    let mut octets = vec![0xff; bits.div_ceil(8)];
    octets[0] >>= (8 - bits % 8) % 8;
    octets
}

#[test]
fn algorithms_without_code() {
    for number in 0..=255 {
        let algorithm = Algorithm(number);
        let refused = fault(algorithm, &[]);
        let expected = if algorithm.is_supported() {
            KeyFault::Empty
        } else {
            KeyFault::UnsupportedAlgorithm(algorithm)
        };
        assert_eq!(refused, expected);
    }
}

#[test]
fn rsa_modulus_sizes() {
    let too_small = |bits, minimum| KeyFault::RsaModulusTooSmall { bits, minimum };
    assert_eq!(rsa_fault(&F4, &number(511)), too_small(511, 512));
    assert_eq!(rsa_fault(&F4, &[]), too_small(0, 512));
    assert_eq!(rsa_fault(&F4, &[0; 64]), too_small(0, 512));
    assert_eq!(
        fault(Algorithm::RSASHA512, &rsa_field(&F4, &number(744))),
        too_small(744, 745)
    );
    assert_eq!(
        rsa_fault(&F4, &number(4097)),
        KeyFault::RsaModulusTooLarge {
            bits: 4097,
            maximum: 4096
        }
    );
    for bits in [512, 513, 1000, 1023, 1024, 2047, 4095, 4096] {
        let field = rsa_field(&F4, &number(bits));
        let key = PublicKey::parse(Algorithm::RSASHA1, &field).unwrap();
        assert_eq!(key.bits() as usize, bits);
        assert_eq!(key.signature_len(), bits.div_ceil(8));
    }
    let field = rsa_field(&F4, &number(745));
    assert!(PublicKey::parse(Algorithm::RSASHA512, &field).is_ok());
}

#[test]
fn rsa_exponents_that_would_cost_too_much() {
    let too_large = |bits| KeyFault::RsaExponentTooLarge { bits, maximum: 64 };
    assert_eq!(rsa_fault(&number(4095), &number(4096)), too_large(4095));
    assert_eq!(rsa_fault(&number(65), &number(3073)), too_large(65));
    for (exponent, modulus) in [(64, 4096), (65, 3072), (3071, 3072)] {
        let field = rsa_field(&number(exponent), &number(modulus));
        assert!(PublicKey::parse(Algorithm::RSASHA256, &field).is_ok());
    }
}

#[test]
fn rsa_keys_that_are_none() {
    let modulus = number(1024);
    let mut even = modulus.clone();
    even[127] = 0xfe;
    for (defect, field) in [
        (KeyDefect::RsaExponentTruncated, vec![0]),
        (KeyDefect::RsaExponentTruncated, vec![0, 1]),
        (KeyDefect::RsaExponentTruncated, vec![0, 0, 1]),
        (KeyDefect::RsaExponentTruncated, vec![1]),
        (KeyDefect::RsaExponentTruncated, vec![4, 1, 0, 1]),
        (KeyDefect::RsaExponentZero, rsa_field(&[], &modulus)),
        (KeyDefect::RsaExponentZero, rsa_field(&[0, 0], &modulus)),
        (KeyDefect::RsaModulusEven, rsa_field(&F4, &even)),
        (
            KeyDefect::RsaExponentNotBelowModulus,
            rsa_field(&modulus, &modulus),
        ),
        (
            KeyDefect::RsaExponentNotBelowModulus,
            rsa_field(&number(1025), &modulus),
        ),
    ] {
        let refused = fault(Algorithm::RSASHA256, &field);
        assert_eq!(refused, KeyFault::Malformed(defect));
    }
}

#[test]
fn curve_keys_have_one_length() {
    for (algorithm, expected) in [
        (Algorithm::ECDSAP256SHA256, 64),
        (Algorithm::ECDSAP384SHA384, 96),
        (Algorithm::ED25519, 32),
        (Algorithm::ED448, 57),
    ] {
        assert_eq!(fault(algorithm, &[]), KeyFault::Empty);
        for found in [1, expected - 1, expected + 1, 70_000] {
            assert_eq!(
                fault(algorithm, &vec![4; found]),
                KeyFault::Length { expected, found }
            );
        }
    }
}

#[test]
fn points_off_the_curve() {
    let off = KeyFault::Malformed(KeyDefect::PointNotOnCurve);
    // The field's prime in place of 0: on P-256, x = 0 has a square root of b.
    let root_of_b = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
    let on_curve = [&[0; 32][..], &hex(root_of_b)].concat();
    let prime = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    let unreduced = [&prime[..], &hex(root_of_b)].concat();
    assert!(PublicKey::parse(Algorithm::ECDSAP256SHA256, &on_curve).is_ok());
    assert_eq!(fault(Algorithm::ECDSAP256SHA256, &unreduced), off);
    assert_eq!(fault(Algorithm::ECDSAP256SHA256, &[0; 64]), off);
    assert_eq!(fault(Algorithm::ECDSAP384SHA384, &[0; 96]), off);
    assert_eq!(fault(Algorithm::ECDSAP384SHA384, &[0xff; 96]), off);
    // Ed448: y = 0 is of order four, y = 1 the neutral element, y = p + 1 too.
    let mut neutral = [0; 57];
    neutral[0] = 1;
    assert_eq!(fault(Algorithm::ED448, &[0; 57]), off);
    assert_eq!(fault(Algorithm::ED448, &neutral), off);
    assert_eq!(fault(Algorithm::ED448, &[0xff; 57]), off);
}

#[test]
fn ed448_keys_have_one_encoding() {
    let mut key =
        base64("3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA");
    assert!(PublicKey::parse(Algorithm::ED448, &key).is_ok());
    // Seven bits of the last octet are unused and must be zero.
    key[56] |= 1;
    assert_eq!(
        fault(Algorithm::ED448, &key),
        KeyFault::Malformed(KeyDefect::PointNotOnCurve)
    );
}

#[test]
fn ed25519_points_off_the_curve_only_never_verify() {
    // y = 2 has no x (RFC 8032, section 5.1.3).
    let mut key = [0; 32];
    key[0] = 2;
    let key = PublicKey::parse(Algorithm::ED25519, &key).unwrap();
    assert!(key.verify(b"", &[0; 64]).is_err());
}

#[test]
fn sizes_as_they_are_called() {
    let field = rsa_field(&F4, &number(1024));
    let key = PublicKey::parse(Algorithm::RSASHA1, &field).unwrap();
    assert_eq!(
        format!("{key:?}"),
        "PublicKey { algorithm: RSASHA1, bits: 1024, .. }"
    );
    let key = PublicKey::parse(Algorithm::ED25519, &[1; 32]).unwrap();
    assert_eq!((key.bits(), key.rsa_exponent()), (256, None));
}

#[test]
fn faults_read_as_one_lower_case_line() {
    for (fault, line) in [
        (
            fault(Algorithm(200), &[1]),
            "algorithm 200 is not supported",
        ),
        (fault(Algorithm::RSASHA256, &[]), "the key is empty"),
        (
            fault(Algorithm::ED25519, &[1]),
            "the key has 1 octets, not 32",
        ),
        (
            rsa_fault(&F4, &number(511)),
            "the modulus has 511 bits, fewer than 512",
        ),
        (rsa_fault(&[0], &number(512)), "the exponent is zero"),
    ] {
        assert_eq!(fault.to_string(), line);
    }
}
