//! The registry tables: consistent in themselves, and the values that the three
//! RFCs of November 2025 set.

use super::super::{
    ALGORITHMS, Algorithm, Assignment, DIGEST_TYPES, DigestType, KeyFault, PublicKey, Requirement,
};
use Requirement::{May, Must, MustNot, NotRecommended, Recommended};

#[test]
fn tables_are_sorted_and_agree_with_the_assignment() {
    assert!(ALGORITHMS.is_sorted_by(|a, b| a.algorithm < b.algorithm));
    assert!(DIGEST_TYPES.is_sorted_by(|a, b| a.digest_type < b.digest_type));
    for number in 0..=255 {
        let has_entry = matches!(
            Algorithm(number).assignment(),
            Assignment::Assigned | Assignment::PrivateUse
        );
        assert_eq!(Algorithm(number).entry().is_some(), has_entry, "{number}");
        let has_entry = DigestType(number).assignment() == Assignment::Assigned;
        assert_eq!(DigestType(number).entry().is_some(), has_entry, "{number}");
    }
}

#[test]
fn mnemonics_lead_back_to_their_numbers() {
    for entry in &ALGORITHMS {
        let lower = entry.mnemonic.to_lowercase();
        assert_eq!(Algorithm::from_mnemonic(&lower), Some(entry.algorithm));
        assert_eq!(entry.algorithm.to_string(), entry.mnemonic);
    }
    for entry in &DIGEST_TYPES {
        let digest_type = Some(entry.digest_type);
        assert_eq!(DigestType::from_mnemonic(entry.mnemonic), digest_type);
        assert_eq!(entry.digest_type.to_string(), entry.mnemonic);
    }
    assert_eq!(
        DigestType::from_mnemonic("sha256"),
        Some(DigestType::SHA256)
    );
    assert_eq!(Algorithm::from_mnemonic("RSASHA"), None);
    assert_eq!(DigestType::from_mnemonic(""), None);
    assert_eq!(Algorithm(200).to_string(), "algorithm 200");
    assert_eq!(DigestType(200).to_string(), "digest type 200");
    assert_eq!(
        format!("{:>8}|{:<8}|", Algorithm(15), DigestType(2)),
        " ED25519|SHA-256 |"
    );
}

/// Use for signing, use for validation, implement for signing, implement for
/// validation.
fn columns(algorithm: u8) -> Option<[Requirement; 4]> {
    let advice = Algorithm(algorithm).entry()?.advice?;
    Some([
        advice.use_signing,
        advice.use_validation,
        advice.implement_signing,
        advice.implement_validation,
    ])
}

#[test]
fn algorithm_columns() {
    let forbidden = [MustNot; 4];
    for (number, expected) in [
        (1, forbidden),
        (3, forbidden),
        (5, [MustNot, Recommended, NotRecommended, Must]),
        (6, forbidden),
        (7, [MustNot, Recommended, NotRecommended, Must]),
        (8, [Recommended, Recommended, Must, Must]),
        (10, [NotRecommended, Recommended, NotRecommended, Must]),
        (12, forbidden),
        (13, [Recommended, Recommended, Must, Must]),
        (14, [May, Recommended, May, Recommended]),
        (15, [Recommended; 4]),
        (16, [May, Recommended, May, Recommended]),
        (17, [May; 4]),
        (23, [May; 4]),
        (253, [May; 4]),
        (254, [May; 4]),
    ] {
        assert_eq!(columns(number), Some(expected), "{}", Algorithm(number));
    }
    assert_eq!(ALGORITHMS.iter().filter(|e| e.advice.is_some()).count(), 16);
}

#[test]
fn digest_type_columns() {
    let table: Vec<_> = DIGEST_TYPES
        .iter()
        .map(|entry| {
            let advice = entry.advice;
            [
                advice.use_delegation,
                advice.use_validation,
                advice.implement_delegation,
                advice.implement_validation,
            ]
        })
        .collect();
    assert_eq!(
        table,
        [
            [MustNot; 4],
            [MustNot, Recommended, MustNot, Must],
            [Recommended, Recommended, Must, Must],
            [MustNot; 4],
            [May, Recommended, May, Recommended],
            [May; 4],
            [May; 4],
        ]
    );
}

#[test]
fn must_is_never_said_of_use() {
    // RFC 9904, section 2.2.
    assert!(
        ALGORITHMS
            .iter()
            .filter_map(|e| e.advice)
            .all(|advice| { advice.use_signing != Must && advice.use_validation != Must })
    );
    assert!(DIGEST_TYPES.iter().all(|entry| {
        entry.advice.use_delegation != Must && entry.advice.use_validation != Must
    }));
}

#[test]
fn support_covers_all_that_validators_must_or_should_implement() {
    for entry in &ALGORITHMS {
        let asked = entry
            .advice
            .is_some_and(|advice| advice.implement_validation <= Recommended);
        assert_eq!(entry.algorithm.is_supported(), asked, "{}", entry.mnemonic);
    }
    for entry in &DIGEST_TYPES {
        let asked = entry.advice.implement_validation <= Recommended;
        assert_eq!(
            entry.digest_type.is_supported(),
            asked,
            "{}",
            entry.mnemonic
        );
    }
    for number in 0..=255 {
        let algorithm = Algorithm(number);
        let refused = PublicKey::parse(algorithm, &[1]).err();
        let unsupported = Some(KeyFault::UnsupportedAlgorithm(algorithm));
        assert_eq!(refused != unsupported, algorithm.is_supported());
        assert!(!algorithm.is_supported() || algorithm.is_zone_signing());
        let has_range = algorithm.rsa_modulus_range().is_some();
        assert_eq!(has_range, algorithm.is_rsa() && algorithm.is_supported());
    }
}
