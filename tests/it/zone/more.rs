//! Zones with several keys and algorithms, and what a zone asks its parent for, bent.

use std::path::Path;
use std::sync::OnceLock;

use anchorwatch::crypto::{DigestType, ds_digest};
use anchorwatch::dns::{Dnskey, Ds, Name, RecordType, master};
use anchorwatch::report::Severity;
use anchorwatch::report::status::Status;
use data_encoding::{BASE64, HEXUPPER};

use super::mutations::{Bent, bent, expect, flipped, is, word};
use super::signed::{
    Chain, Scratch, UNSIGNED, codes, ds_of, is_good, key, sign, sign_with_ldns, signed, verified,
};

/// Key and zone signing key by ECDSA, by RSA, and by both.
pub const ECDSA: &str = "ECDSAP256SHA256";
const RSA: &str = "RSASHA256";

/// The keys in a folder, as DNSKEY records.
pub fn dnskeys(folder: &Path) -> Vec<Dnskey> {
    let files = std::fs::read_dir(folder).unwrap();
    let paths = files.map(|entry| entry.unwrap().path());
    let keys = paths.filter(|path| path.extension().is_some_and(|end| end == "key"));
    let mut found: Vec<Dnskey> = keys
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            let read = master::read_only(&text, &Name::root(), &[RecordType::DNSKEY]).unwrap();
            Dnskey::parse(&read[0].rdata).unwrap()
        })
        .collect();
    found.sort_by_key(|key| key.flags);
    found
}

/// [`UNSIGNED`] with more lines, signed by keys of these algorithms. `more` is given the keys.
pub fn signed_by(algorithms: &[&str], more: impl FnOnce(&[Dnskey]) -> String) -> String {
    let scratch = Scratch::new();
    for algorithm in algorithms {
        key(&scratch.0, algorithm, &[]);
        key(&scratch.0, algorithm, &["-f", "KSK"]);
    }
    let text = format!("{UNSIGNED}{}", more(&dnskeys(&scratch.0)));
    sign(&scratch.0, &text, Chain::Nsec)
}

pub fn line_of(key: &Dnskey, rtype: &str) -> String {
    let (flags, algorithm) = (key.flags, key.algorithm);
    let octets = BASE64.encode(&key.key);
    format!("@ {rtype} {flags} 3 {algorithm} {octets}\n")
}

fn digest(key: &Dnskey, digest_type: u8) -> Vec<u8> {
    ds_digest(DigestType(digest_type), b"\x07example\x00", &key.rdata()).unwrap()
}

pub fn cds(key: &Dnskey, digest_type: u8) -> String {
    let (tag, algorithm) = (key.key_tag(), key.algorithm);
    let digest = HEXUPPER.encode(&digest(key, digest_type));
    format!("@ CDS {tag} {algorithm} {digest_type} {digest}\n")
}

pub fn ksk(keys: &[Dnskey]) -> &Dnskey {
    keys.iter().find(|key| key.is_sep()).unwrap()
}

pub fn zsk(keys: &[Dnskey]) -> &Dnskey {
    keys.iter().find(|key| !key.is_sep()).unwrap()
}

/// What the zone asks its parent for. Each zone is signed with it, so that nothing else is wrong.
fn child_signals() -> Vec<Bent> {
    type Lines = fn(&[Dnskey]) -> String;
    let list: [(&str, Lines, &[&str]); 10] = [
        (
            "CDS and CDNSKEY of the key",
            |keys| cds(ksk(keys), 2) + &line_of(ksk(keys), "CDNSKEY"),
            &[],
        ),
        (
            "two digests of the key",
            |keys| cds(ksk(keys), 2) + &cds(ksk(keys), 4) + &line_of(ksk(keys), "CDNSKEY"),
            &[],
        ),
        ("CDS alone", |keys| cds(ksk(keys), 2), &[]),
        (
            "a bit of a digest",
            |keys| {
                let good = cds(ksk(keys), 2);
                let at = good.len() - 10;
                let other = if good.as_bytes()[at] == b'0' {
                    "1"
                } else {
                    "0"
                };
                let bent = format!("{}{other}{}", &good[..at], &good[at + 1..]);
                bent + &line_of(ksk(keys), "CDNSKEY")
            },
            &[
                "cds-cdnskey-mismatch",
                "cds-matches-no-dnskey",
                "cds-would-break-delegation",
            ],
        ),
        (
            "CDNSKEY of another key",
            |keys| cds(ksk(keys), 2) + &line_of(zsk(keys), "CDNSKEY"),
            &["cds-cdnskey-mismatch"],
        ),
        (
            "CDNSKEY that is no key here",
            |keys| {
                let mut other = ksk(keys).clone();
                other.flags = 385;
                cds(ksk(keys), 2) + &line_of(&other, "CDNSKEY")
            },
            &[
                "cds-cdnskey-mismatch",
                "cds-matches-no-dnskey",
                "cds-would-break-delegation",
            ],
        ),
        (
            "delete",
            |_| "@ CDS 0 0 0 00\n@ CDNSKEY 0 3 0 AA==\n".to_owned(),
            &["cds-delete-requested"],
        ),
        (
            "delete beside others",
            |keys| {
                format!(
                    "@ CDS 0 0 0 00\n{}@ CDNSKEY 0 3 0 AA==\n",
                    cds(ksk(keys), 2)
                )
            },
            &["cds-delete-mixed", "cds-delete-requested"],
        ),
        (
            "delete that is none",
            |_| "@ CDS 0 0 0 01\n@ CDNSKEY 0 3 0 AA==\n".to_owned(),
            &["cds-delete-malformed", "cds-delete-requested"],
        ),
        (
            "CDS below the apex",
            |keys| cds(ksk(keys), 2).replacen('@', "mail", 1),
            &["cds-not-at-apex"],
        ),
    ];
    let bend = |(what, lines, expected): (&str, Lines, &[&'static str])| {
        Bent::new("child signals", what, signed_by(&[ECDSA], lines), expected)
    };
    list.map(bend).into()
}

/// The zone with each RRSIG over `rtype` at `owner` by an algorithm changed.
pub fn bent_by(
    text: &str,
    owner: &str,
    rtype: &str,
    algorithm: u8,
    change: impl Fn(&str) -> String,
) -> String {
    let mut count = 0;
    let lines = text.lines().map(|line| {
        let mut words = line.split_whitespace();
        let is_its = words.nth(5) == Some(&algorithm.to_string());
        if is_its && is(line, owner, &format!("RRSIG {rtype}")) {
            count += 1;
            return change(line);
        }
        format!("{line}\n")
    });
    let out = lines.collect();
    assert!(count > 0, "{owner} {rtype} by {algorithm} in\n{text}");
    out
}

pub fn nothing(_: &str) -> String {
    String::new()
}

pub fn both() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| signed_by(&[ECDSA, RSA], |_| String::new()))
}

/// Zones with keys of two algorithms: each RRset needs a signature by both (RFC 4035, section 2.2).
fn algorithms() -> Vec<Bent> {
    let (text, group) = (both(), "algorithms");
    let one =
        |what, change: fn(&str) -> String, owner, rtype, algorithm, expected: &[&'static str]| {
            let text = bent_by(text, owner, rtype, algorithm, change);
            Bent::new(group, what, text, expected)
        };
    let lacks = "rrsig-missing-for-dnskey-algorithm";
    vec![
        Bent::new(group, "two", text.to_owned(), &[]),
        one(
            "one over an address lacks",
            nothing,
            "ns1.example.",
            "A",
            8,
            &[lacks],
        ),
        one(
            "the other over an address lacks",
            nothing,
            "ns1.example.",
            "A",
            13,
            &[lacks],
        ),
        one(
            "one over an NSEC lacks",
            nothing,
            "ns1.example.",
            "NSEC",
            13,
            &[lacks],
        ),
        one(
            "one over the keys lacks",
            nothing,
            "example.",
            "DNSKEY",
            13,
            &[lacks],
        ),
        // It only stands there.
        one(
            "one is bent",
            flipped,
            "ns1.example.",
            "A",
            8,
            &["rrsig-invalid", lacks],
        ),
        one(
            "one over the keys is bent",
            flipped,
            "example.",
            "DNSKEY",
            13,
            &["rrsig-invalid", lacks],
        ),
        Bent::new(
            group,
            "a key that signs nothing",
            signed_by(&[ECDSA], |_| {
                let other = key_of(RSA);
                line_of(&other, "DNSKEY")
            }),
            &["dnskey-algorithm-lacks-role", lacks],
        ),
    ]
}

/// A key that no zone has.
fn key_of(algorithm: &str) -> Dnskey {
    let scratch = Scratch::new();
    key(&scratch.0, algorithm, &[]);
    dnskeys(&scratch.0).remove(0)
}

/// Another key with the same tag: two groups of two octets exchanged, which leaves the sum as it is.
fn colliding(key: &Dnskey) -> Dnskey {
    let mut other = key.clone();
    let mut octets = other.key.to_vec();
    // Within the modulus of an RSA key with an exponent of three octets, which stays odd and as long.
    let (a, b) = (20, 60);
    assert_ne!(octets[a..a + 2], octets[b..b + 2]);
    octets.swap(a, b);
    octets.swap(a + 1, b + 1);
    other.key = octets.into();
    assert_eq!(other.key_tag(), key.key_tag());
    other
}

/// A zone with a second key that has the tag of the first, and signs nothing.
fn with_collision() -> String {
    let scratch = Scratch::new();
    let names = [
        key(&scratch.0, RSA, &[]),
        key(&scratch.0, RSA, &["-f", "KSK"]),
    ];
    let keys = dnskeys(&scratch.0);
    let lines: String = keys.iter().map(|key| line_of(key, "DNSKEY")).collect();
    let other = line_of(&colliding(zsk(&keys)), "DNSKEY");
    sign_with_ldns(
        &scratch.0,
        &format!("{UNSIGNED}{lines}{other}"),
        &names,
        &[],
    )
}

fn rsa() -> Vec<Bent> {
    let group = "rsa";
    let text = signed_by(&[RSA], |_| String::new());
    let two = with_collision();
    let collision = "dnskey-keytag-collision";
    let of = |text: &str, change: fn(&str) -> String| bent_by(text, "ns1.example.", "A", 8, change);
    vec![
        Bent::new(
            group,
            "bit of a signature",
            of(&text, flipped),
            &["rrsig-invalid"],
        ),
        Bent::new(
            group,
            "dropped signature",
            of(&text, nothing),
            &["rrsig-missing"],
        ),
        Bent::new(group, "good", text, &[]),
        Bent::new(
            group,
            "two keys with one tag, bit of a signature",
            of(&two, flipped),
            &[collision, "rrsig-invalid"],
        ),
        Bent::new(group, "two keys with one tag", two, &[collision]),
    ]
}

/// All of these.
pub fn all() -> Vec<Bent> {
    [child_signals(), algorithms(), rsa()]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn what_the_zone_asks_its_parent_for() {
    let list = child_signals();
    list.iter().for_each(expect);
    let alone = list.iter().find(|bent| bent.what == "CDS alone").unwrap();
    let outcome = verified(&alone.text, |_| {}).unwrap();
    let told = |code| outcome.faults.iter().any(|fault| fault.code == code);
    assert!(told("cds-cdnskey-only-one"));
}

#[test]
fn every_algorithm_must_have_signed() {
    algorithms().iter().for_each(expect);
    // That the bent one is bent is told too, at the expense of nobody.
    let text = bent_by(both(), "ns1.example.", "A", 8, flipped);
    let outcome = verified(&text, |_| {}).unwrap();
    let bent = outcome
        .faults
        .iter()
        .find(|fault| fault.code == "rrsig-invalid");
    assert_eq!(bent.unwrap().severity, Severity::Warning);
}

#[test]
fn keys_with_one_tag_are_told_apart() {
    rsa().iter().for_each(expect);
    let outcome = verified(&with_collision(), |_| {}).unwrap();
    assert_eq!(outcome.counts.signatures, outcome.counts.verified);
    // The one that signs is said to sign, and the other not, wherever it stands in the set.
    let tags: Vec<u16> = outcome.keys.iter().map(|key| key.tag).collect();
    let twice = outcome
        .keys
        .iter()
        .filter(|key| tags.iter().filter(|tag| **tag == key.tag).count() == 2);
    let signs: Vec<bool> = twice.map(|key| key.signs).collect();
    assert!(
        signs == [true, false] || signs == [false, true],
        "{signs:?}"
    );
}

pub fn ds(key: &Dnskey, digest_type: u8) -> Ds {
    Ds {
        key_tag: key.key_tag(),
        algorithm: key.algorithm,
        digest_type,
        digest: digest(key, digest_type).into(),
    }
}

/// RFC 4509, section 3: who knows a better digest does not look at SHA-1.
#[test]
fn sha1_leads_nowhere_beside_a_better_digest() {
    let text = signed(Chain::Nsec);
    let records = master::read_only(text, &Name::root(), &[RecordType::DNSKEY]).unwrap();
    let keys: Vec<Dnskey> = records
        .iter()
        .map(|record| Dnskey::parse(&record.rdata).unwrap())
        .collect();
    let (good, sha1) = (ds_of(text).remove(0), ds(ksk(&keys), 1));
    let mut wrong = good.clone();
    wrong.digest[0] ^= 1;
    let told = |set: Vec<Ds>| {
        let outcome = verified(text, |settings| settings.ds = Some(set)).unwrap();
        codes(&outcome)
    };
    assert!(told(vec![sha1.clone()]).is_empty());
    assert!(told(vec![sha1.clone(), good]).is_empty());
    let both = told(vec![sha1, wrong]);
    assert_eq!(both, ["ds-digest-mismatch", "ds-no-secure-entry-point"]);
}

/// A zone signed by an algorithm that nothing here knows as well: a key that was made up, and signatures.
fn with_unknown_algorithm() -> String {
    let scratch = Scratch::new();
    key(&scratch.0, ECDSA, &[]);
    key(&scratch.0, ECDSA, &["-f", "KSK"]);
    let unknown = Dnskey {
        flags: 257,
        algorithm: 17,
        ..ksk(&dnskeys(&scratch.0)).clone()
    };
    let text = sign(
        &scratch.0,
        &format!("{UNSIGNED}{}", line_of(&unknown, "DNSKEY")),
        Chain::Nsec,
    );
    let tag = unknown.key_tag().to_string();
    let made_up = text.lines().filter_map(|line| {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        (words.get(3) == Some(&"RRSIG")).then(|| {
            (words[5], words[10]) = ("17", &tag);
            words.join(" ") + "\n"
        })
    });
    let more: String = made_up.collect();
    text + &more
}

#[test]
fn what_nobody_here_can_verify_is_neither_good_nor_an_excuse() {
    let text = with_unknown_algorithm();
    let outcome = verified(&text, |_| {}).unwrap();
    assert_eq!(codes(&outcome), [""; 0], "{:#?}", outcome.faults);
    assert!(outcome.counts.unverifiable > 0);
    assert_eq!(outcome.status(Severity::Warning), Status::Unknown);
    // One that is wrong beside it is wrong for those who know no better.
    for change in [flipped, nothing] {
        let bent = bent_by(&text, "ns1.example.", "A", 13, change);
        let outcome = verified(&bent, |_| {}).unwrap();
        assert!(!is_good(&outcome));
        assert_eq!(
            outcome.status(Severity::Error),
            Status::Critical,
            "{:#?}",
            outcome.faults
        );
    }
}

/// RFC 2181, section 8.
#[test]
fn a_ttl_beyond_the_greatest_is_told_of() {
    let told = |ttl: &str, most: Option<u32>| {
        let text = bent(Chain::Nsec, "ns1.example.", "A", word(1, ttl));
        let outcome = verified(&text, |settings| settings.max_ttl = most).unwrap();
        codes(&outcome).contains(&"zone-ttl-over-maximum")
    };
    assert!(told("2147483648", None) && told("4294967295", Some(u32::MAX)));
    assert!(!told("2147483647", None) && !told("3600", Some(3_600)));
    assert!(told("3601", Some(3_600)));
    let text = bent(Chain::Nsec, "ns1.example.", "A", word(1, "4294967296"));
    assert!(verified(&text, |_| {}).is_err());
}

/// A signer that has done nothing is what a gate is there for.
#[test]
fn an_unsigned_zone_is_wrong_whatever_counts() {
    let mut outcome = verified(UNSIGNED, |_| {}).unwrap();
    for fail_on in [
        Severity::Notice,
        Severity::Warning,
        Severity::Error,
        Severity::Bogus,
    ] {
        assert_eq!(outcome.status(fail_on), Status::Critical);
    }
    outcome.allow_unsigned();
    assert_eq!(
        outcome.status(Severity::Warning),
        Status::Ok,
        "{:#?}",
        outcome.faults
    );
    // One that has keys is no such zone.
    let text: String = signed(Chain::Nsec)
        .lines()
        .filter(|line| line.split_whitespace().nth(3) != Some("RRSIG"))
        .map(|line| format!("{line}\n"))
        .collect();
    let mut outcome = verified(&text, |_| {}).unwrap();
    outcome.allow_unsigned();
    assert_eq!(outcome.status(Severity::Bogus), Status::Critical);
}
