//! What the checks of an audit say of the apex of a zone in a file, and what they do not say of its neighbour.

use std::collections::BTreeSet;

use anchorwatch::dns::{Dnskey, Name, RecordType, Timestamp, master};
use anchorwatch::policy::Policy;
use anchorwatch::zone::Settings;

use super::more::{ECDSA, bent_by, both, cds, ds, ksk, line_of, nothing, signed_by, zsk};
use super::signed::{
    Chain, Scratch, UNSIGNED, keys, sign_between, sign_with_ldns, signed, verified,
};

const DAY: i64 = 86_400;
/// 2027-01-01T00:00:00Z, from which on the zones here are signed.
const BEGIN: i64 = 1_798_761_600;

/// Every code, notices too, with the messages and lines of the first of each.
fn told(text: &str, change: impl FnOnce(&mut Settings)) -> BTreeSet<&'static str> {
    let outcome = verified(text, change).unwrap();
    outcome.faults.iter().map(|fault| fault.code).collect()
}

/// [`UNSIGNED`], signed for so many seconds.
fn lasting(seconds: i64) -> String {
    let scratch = Scratch::new();
    keys(&scratch.0);
    let end = Timestamp(BEGIN + seconds).compact();
    sign_between(&scratch.0, UNSIGNED, &Timestamp(BEGIN).compact(), &end)
}

/// Whether a code is told of a zone that lasts so long, at an instant so long after it was signed.
fn fires(code: &str, lasts: i64, after: i64, change: fn(&mut Policy)) -> bool {
    let told = told(&lasting(lasts), |settings| {
        settings.at = Timestamp(BEGIN + after);
        change(&mut settings.policy);
    });
    told.contains(code)
}

#[test]
fn signatures_at_the_apex_are_held_against_the_clock() {
    let plain: fn(&mut Policy) = |_| {};
    let hour = 3_600;
    // Code, then life and age of the signatures that have it, and of those that just have it not.
    let list = [
        (
            "rrsig-expiring-soon-relative",
            (100 * DAY, 91 * DAY),
            (100 * DAY, 89 * DAY),
        ),
        (
            "rrsig-shorter-than-soa-expire",
            (13 * DAY, DAY),
            (15 * DAY, DAY),
        ),
        (
            "rrsig-inception-within-clock-skew",
            (30 * DAY, 60),
            (30 * DAY, hour),
        ),
        ("rrsig-lifetime-too-short", (50 * 60, 600), (70 * 60, 600)),
        (
            "rrsig-ttl-beyond-expiration",
            (3 * hour, 9_000),
            (3 * hour, 3_000),
        ),
    ];
    for (code, bad, good) in list {
        assert!(fires(code, bad.0, bad.1, plain), "{code} at {bad:?}");
        assert!(!fires(code, good.0, good.1, plain), "{code} at {good:?}");
    }
    let late: fn(&mut Policy) = |policy| policy.expiring_soon = 1;
    let skew = "rrsig-expiry-within-clock-skew";
    assert!(fires(skew, 30 * DAY, 30 * DAY - 60, late));
    assert!(!fires(skew, 30 * DAY, 30 * DAY - hour, late));
}

#[test]
fn a_zone_as_signers_make_it_has_none_of_them() {
    for chain in [Chain::Nsec, Chain::Nsec3, Chain::OptOut] {
        let plain = told(signed(chain), |_| {});
        let served: Vec<_> = plain
            .iter()
            .filter(|code| !code.starts_with("nsec3-") && !code.starts_with("zone-"))
            .collect();
        assert!(served.is_empty(), "{served:?}");
    }
}

/// A zone with one more key, made of its KSK.
fn with_key(change: fn(&mut Dnskey)) -> BTreeSet<&'static str> {
    let text = signed_by(&[ECDSA], |keys| {
        let mut other = ksk(keys).clone();
        change(&mut other);
        line_of(&other, "DNSKEY")
    });
    told(&text, |_| {})
}

#[test]
fn keys_are_judged_by_what_they_are() {
    type Change = fn(&mut Dnskey);
    let list: [(&str, Change); 4] = [
        ("dnskey-flags-invalid", |key| key.flags = 259),
        ("dnskey-revoked-present", |key| key.flags = 385),
        ("algorithm-unassigned", |key| key.algorithm = 200),
        ("algorithm-not-for-zone-signing", |key| key.algorithm = 252),
    ];
    let plain = with_key(|_| {});
    for (code, change) in list {
        assert!(!plain.contains(code), "{code}");
        let told = with_key(change);
        assert!(told.contains(code), "{code}: {told:?}");
    }
}

#[test]
fn a_zone_without_a_key_signing_key_is_told() {
    let of = |more: &[&str]| {
        let scratch = Scratch::new();
        let name = super::signed::key(&scratch.0, ECDSA, more);
        told(&sign_with_ldns(&scratch.0, UNSIGNED, &[name], &[]), |_| {})
    };
    assert!(of(&[]).contains("dnskey-no-ksk"));
    assert!(!of(&["-f", "KSK"]).contains("dnskey-no-ksk"));
}

#[test]
fn algorithms_are_held_against_the_policy() {
    let allowed = |number| {
        told(signed(Chain::Nsec), |settings| {
            settings.policy.allowed_algorithms = Some([number].into());
        })
    };
    assert!(allowed(8).contains("algorithm-policy-violation"));
    assert!(!allowed(13).contains("algorithm-policy-violation"));
}

/// A CDS with a digest type that nobody has assigned.
fn unacceptable(keys: &[Dnskey]) -> String {
    cds(ksk(keys), 2).replacen(" 13 2 ", " 13 200 ", 1)
}

#[test]
fn what_the_zone_asks_its_parent_for_must_lead_to_its_keys() {
    type Lines = fn(&[Dnskey]) -> String;
    let list: [(&str, Lines, Lines); 3] = [
        (
            "cds-would-break-delegation",
            |keys| {
                let mut other = ksk(keys).clone();
                other.flags = 259;
                cds(&other, 2)
            },
            |keys| cds(ksk(keys), 2) + &cds(zsk(keys), 2) + &line_of(ksk(keys), "CDNSKEY"),
        ),
        (
            "cds-matches-non-sep-key",
            |keys| cds(zsk(keys), 2),
            |keys| cds(ksk(keys), 2),
        ),
        ("cds-digest-unacceptable", unacceptable, |keys| {
            cds(ksk(keys), 4)
        }),
    ];
    for (code, bad, good) in list {
        let bad = told(&signed_by(&[ECDSA], bad), |_| {});
        assert!(bad.contains(code), "{code}: {bad:?}");
        assert!(
            !told(&signed_by(&[ECDSA], good), |_| {}).contains(code),
            "{code}"
        );
    }
}

/// The CDS is signed by the key signing key alone, and the DS leads to the other.
#[test]
fn the_ds_has_to_know_who_signs_the_cds() {
    let text = signed_by(&[ECDSA], |keys| cds(ksk(keys), 2));
    let all = keys_of(&text);
    let tag = zsk(&all).key_tag().to_string();
    let is_its = |line: &&str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.get(3..5) == Some(&["RRSIG", "CDS"]) && words.get(10) == Some(&tag.as_str())
    };
    let lines = text.lines().filter(|line| !is_its(line));
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    let with = |key: &Dnskey| told(&text, |settings| settings.ds = Some(vec![ds(key, 2)]));
    assert!(with(zsk(&all)).contains("cds-signer-not-in-ds"));
    assert!(!with(ksk(&all)).contains("cds-signer-not-in-ds"));
}

fn keys_of(text: &str) -> Vec<Dnskey> {
    let records = master::read_only(text, &Name::root(), &[RecordType::DNSKEY]).unwrap();
    let keys = records.iter();
    keys.map(|record| Dnskey::parse(&record.rdata).unwrap())
        .collect()
}

#[test]
fn each_algorithm_of_the_ds_has_to_sign_the_apex() {
    let code = "rrsig-missing-for-ds-algorithm";
    let text = bent_by(both(), "example.", "SOA", 8, nothing);
    let keys = keys_of(both());
    let set = keys.iter().filter(|key| key.is_sep());
    let set: Vec<_> = set.map(|key| ds(key, 2)).collect();
    let of = |algorithm: u8| {
        let its = set.iter().filter(|ds| ds.algorithm == algorithm).cloned();
        let its: Vec<_> = its.collect();
        told(&text, |settings| settings.ds = Some(its)).contains(code)
    };
    assert!(of(8));
    assert!(!of(13));
    assert!(
        !told(&text, |_| {}).contains(code),
        "nothing is known of the DS"
    );
}

#[test]
fn a_signature_must_not_outlive_what_it_was_made_for() {
    let bent = |ttl: &'static str| {
        let text = signed(Chain::Nsec);
        let lines = text.lines().map(|line| {
            let is_its = line.starts_with("example.") && line.contains("RRSIG\tSOA");
            let line = if is_its {
                line.replacen("3600", ttl, 1)
            } else {
                line.to_owned()
            };
            line + "\n"
        });
        told(&lines.collect::<String>(), |_| {})
    };
    let code = "rrsig-ttl-exceeds-original";
    assert!(bent("7200").contains(code), "{:?}", bent("7200"));
    assert!(!bent("1800").contains(code));
}

/// Where a fault stands in the file, and that it says where it was looked for.
#[test]
fn a_fault_at_the_apex_has_its_place() {
    let text = signed_by(&[ECDSA], unacceptable);
    let outcome = verified(&text, |settings| {
        settings.policy.signature_life_least = i64::MAX
    })
    .unwrap();
    let first = |code| {
        let found = outcome.faults.iter().find(|fault| fault.code == code);
        found.unwrap().first[0].clone()
    };
    let line = text
        .lines()
        .position(|line| line.split_whitespace().nth(3) == Some("CDS"))
        .unwrap()
        + 1;
    assert_eq!(first("cds-digest-unacceptable").line, Some(line as u32));
    let short = first("rrsig-lifetime-too-short");
    assert_eq!((short.owner.as_str(), short.line), ("example.", None));
    assert!(
        short.message.starts_with("at the apex, "),
        "{}",
        short.message
    );
}
