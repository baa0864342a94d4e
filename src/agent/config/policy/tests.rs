//! What rules make of a policy.

use std::path::Path;

use super::*;
use crate::report::Severity;

fn book(text: &str) -> Rulebook {
    Rulebook::parse(Path::new("p.toml"), &format!("version = 1\n{text}")).unwrap()
}

fn over(text: &str, zone: &str) -> Policy {
    book(text).over(Policy::default(), &zone.parse().unwrap())
}

#[test]
fn a_later_rule_stands_in_the_place_of_an_earlier_one_and_says_nothing_of_the_rest() {
    let text = "[[rules]]\nzones = [\"*\"]\nexpiring-soon = \"5d\"\nds-ttl-most = \"2h\"\n\
                severities = { rrsig-expired = \"error\", zone-unsigned = \"warning\" }\n\
                [[rules]]\nzones = [\"a.test\"]\nexpiring-soon = \"2d\"\n\
                severities = { rrsig-expired = \"notice\" }\n";
    let (own, other) = (over(text, "a.test"), over(text, "b.test"));
    assert_eq!(
        (own.expiring_soon, other.expiring_soon),
        (2 * 86_400, 5 * 86_400)
    );
    assert_eq!((own.ds_ttl_most, other.ds_ttl_most), (7_200, 7_200));
    assert_eq!(own.severities["rrsig-expired"], Severity::Notice);
    assert_eq!(own.severities["zone-unsigned"], Severity::Warning);
    assert_eq!(
        own.rsa_bits_recommended,
        Policy::default().rsa_bits_recommended
    );
    assert_eq!(over("", "a.test"), Policy::default());
}

#[test]
fn what_is_allowed_and_pinned_is_read_by_word_and_by_number() {
    let text = "[[rules]]\nzones = [\"a.test\"]\nmust-be-secure = true\n\
                allowed-algorithms = [\"ED25519\", 13]\nallowed-digests = [\"sha-256\", 4]\nallowed-rsa-bits = [2048, 3072]\n\
                ds = [\"7 13 2 0011\", \"a.test. 60 IN DS 8 15 4 AABB\"]\n";
    let policy = over(text, "a.test");
    assert_eq!(policy.allowed_algorithms, Some([13, 15].into()));
    assert_eq!(policy.allowed_digests, Some([2, 4].into()));
    assert_eq!(policy.allowed_rsa_bits, Some([2_048, 3_072].into()));
    assert_eq!(policy.expected, Some(Verdict::Secure));
    let pins = policy.expected_ds.unwrap();
    let numbers: Vec<_> = pins
        .iter()
        .map(|ds| (ds.key_tag, ds.algorithm, ds.digest_type))
        .collect();
    assert_eq!(numbers, [(7, 13, 2), (8, 15, 4)]);
    assert_eq!(over(text, "b.test"), Policy::default());
}

#[test]
fn silences_go_to_the_zones_that_they_name() {
    let text =
        "[[silences]]\nzone = \"*.test\"\nuntil = \"2030-01-01T00:00:00Z\"\nwhy = \"moving\"\n";
    assert_eq!(over(text, "a.test").silences.len(), 1);
    assert_eq!(over(text, "test").silences.len(), 0);
}
