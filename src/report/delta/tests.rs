//! Laws of deltas: order is irrelevant, steps make the whole; and how they read.

use proptest::prelude::*;

use super::*;
use crate::report::render::{Style, samples};
use crate::report::{Key as ZoneKey, Ttls};

fn snapshot() -> Snapshot {
    Snapshot::from(&samples::secure())
}

/// A report with some of a few findings and keys, each in some state.
fn any_snapshot() -> impl Strategy<Value = Snapshot> {
    let finding = (0..3_usize, 0..2_usize, 0..3_usize, 0..4_usize).prop_map(finding);
    let key = (0..3_u16, any::<bool>()).prop_map(key);
    let verdicts = prop::sample::select(vec![
        Verdict::Secure,
        Verdict::Insecure,
        Verdict::Indeterminate,
        Verdict::Bogus,
    ]);
    let findings = prop::collection::vec(finding, 0..8);
    let keys = prop::option::of(prop::collection::vec(key, 0..4));
    (verdicts, findings, keys, 0..8_usize).prop_map(|(verdict, mut findings, keys, at)| {
        let folded = findings.split_off(at.min(findings.len()));
        Snapshot {
            verdict,
            findings,
            folded,
            inventory: keys.map(inventory),
            ..snapshot()
        }
    })
}

fn finding((code, zone, message, weight): (usize, usize, usize, usize)) -> Finding {
    let weights = [
        Severity::Notice,
        Severity::Warning,
        Severity::Error,
        Severity::Bogus,
    ];
    Finding {
        code: ["a", "b", "c"][code].to_owned(),
        zone: ["x.test.", "y.test."][zone].parse().unwrap(),
        message: ["one", "two", "three"][message].to_owned(),
        ..samples::finding(weights[weight])
    }
}

fn key((tag, has_ds): (u16, bool)) -> ZoneKey {
    ZoneKey {
        key_tag: tag,
        algorithm: 13,
        flags: 257,
        identity: tag.to_string(),
        signs_keys: true,
        signs_data: false,
        has_ds,
        servers: Vec::new(),
    }
}

fn inventory(keys: Vec<ZoneKey>) -> Inventory {
    Inventory {
        zone: "x.test.".parse().unwrap(),
        parent: None,
        keys,
        ds: Vec::new(),
        name_servers: Vec::new(),
        signatures: Vec::new(),
        ttls: Ttls::default(),
        is_keys_whole: true,
        is_ds_whole: true,
        nsec3_iterations: None,
    }
}

fn between(one: &Snapshot, other: &Snapshot) -> Delta {
    Delta::between(one, other).unwrap()
}

proptest! {
    #[test]
    fn order_changes_nothing(one in any_snapshot(), other in any_snapshot()) {
        let mut turned = other.clone();
        turned.findings.reverse();
        turned.folded.reverse();
        if let Some(inventory) = &mut turned.inventory {
            // Of two keys with one identity the last counts, so only these stay in order.
            inventory.keys.sort_by_key(|key| std::cmp::Reverse(key.key_tag));
        }
        prop_assert_eq!(between(&one, &other), between(&one, &turned));
        prop_assert!(between(&other, &turned).is_empty());
    }

    #[test]
    fn two_steps_make_the_whole(
        one in any_snapshot(),
        two in any_snapshot(),
        three in any_snapshot(),
        four in any_snapshot(),
    ) {
        let steps = between(&one, &two).then(&between(&two, &three)).unwrap();
        prop_assert_eq!(&steps, &between(&one, &three));
        let tail = between(&two, &three).then(&between(&three, &four)).unwrap();
        let left = steps.then(&between(&three, &four)).unwrap();
        prop_assert_eq!(left, between(&one, &two).then(&tail).unwrap());
    }

    #[test]
    fn from_nothing_and_to_nothing_are_steps_like_others(one in any_snapshot(), two in any_snapshot()) {
        let (come, gone) = (Delta::appeared(&one), Delta::vanished(&two));
        let step = between(&one, &two);
        prop_assert_eq!(come.then(&step).unwrap(), Delta::appeared(&two));
        prop_assert_eq!(step.then(&gone).unwrap(), Delta::vanished(&one));
        let whole = come.then(&Delta::vanished(&one)).unwrap();
        prop_assert!(whole.is_empty() && whole.status() == Status::Ok);
        prop_assert_eq!(gone.status(), Status::Ok);
        prop_assert_eq!(gone.then(&Delta::appeared(&one)).unwrap(), between(&two, &one));
    }

    #[test]
    fn there_and_back_is_nothing(one in any_snapshot(), other in any_snapshot()) {
        let both = between(&one, &other).then(&between(&other, &one)).unwrap();
        prop_assert!(both.is_empty());
        prop_assert_eq!(both.status(), Status::Ok);
    }
}

fn fault() -> (Snapshot, Snapshot) {
    let before = Snapshot {
        findings: vec![finding((0, 0, 0, 1)), finding((1, 0, 0, 1))],
        inventory: Some(inventory(vec![key((1, true)), key((2, false))])),
        ..snapshot()
    };
    let after = Snapshot {
        verdict: Verdict::Bogus,
        reason: Some("c".to_owned()),
        at: Timestamp(before.at.0 + 86_400),
        findings: vec![finding((2, 0, 2, 3)), finding((1, 0, 1, 2))],
        inventory: Some(inventory(vec![key((2, true)), key((3, false))])),
        ..before.clone()
    };
    (before, after)
}

#[test]
fn text_json_and_markdown_are_golden() {
    let (before, after) = fault();
    let delta = between(&before, &after);
    insta::assert_snapshot!("delta_text", delta.text(&Style::default()));
    insta::assert_snapshot!("delta_json", delta.json());
    insta::assert_snapshot!("delta_markdown", delta.markdown());
    assert_eq!(delta.ndjson().lines().count(), 1);
    let none = between(&after, &after);
    assert!(none.text(&Style::default()).contains("nothing is new"));
}

#[test]
fn what_is_worse_counts_and_what_stood_there_does_not() {
    let (before, after) = fault();
    assert_eq!(between(&before, &after).status(), Status::Critical);
    assert_eq!(between(&after, &after).status(), Status::Ok);
    assert_eq!(
        between(&after, &before).status(),
        Status::Warning,
        "a warning is new"
    );
    let clean = Snapshot {
        findings: Vec::new(),
        ..before.clone()
    };
    for (weight, status) in [(0, Status::Ok), (1, Status::Warning), (2, Status::Critical)] {
        let with = Snapshot {
            findings: vec![finding((0, 0, 0, weight))],
            ..before.clone()
        };
        assert_eq!(between(&clean, &with).status(), status);
        assert_eq!(between(&with, &clean).status(), Status::Ok);
    }
    let warning = Snapshot {
        findings: vec![finding((0, 0, 0, 1))],
        ..before.clone()
    };
    let error = Snapshot {
        findings: vec![finding((0, 0, 0, 2))],
        ..before.clone()
    };
    assert_eq!(
        between(&warning, &error).status(),
        Status::Critical,
        "it weighs more"
    );
    assert_eq!(
        between(&error, &warning).status(),
        Status::Ok,
        "it weighs less"
    );
    let insecure = Snapshot {
        verdict: Verdict::Insecure,
        ..clean.clone()
    };
    assert_eq!(between(&clean, &insecure).status(), Status::Critical);
}

#[test]
fn reports_about_different_names_do_not_go_together() {
    let (before, mut after) = fault();
    after.query.name = "other.test.".parse().unwrap();
    let error = Delta::between(&before, &after).unwrap_err();
    assert!(error.to_string().contains("other.test."), "{error}");
}

#[test]
fn what_could_not_be_asked_is_not_gone() {
    let (before, _) = fault();
    let silent = Snapshot {
        verdict: Verdict::Indeterminate,
        findings: Vec::new(),
        inventory: None,
        ..before.clone()
    };
    let away = between(&before, &silent);
    for text in [away.text(&Style::default()), away.markdown()] {
        assert!(text.contains("not seen dnskey"), "{text}");
        assert!(!text.to_lowercase().contains("gone"), "{text}");
    }
    let back = between(&silent, &before).text(&Style::default());
    assert!(
        back.contains("seen dnskey") && !back.contains("new dnskey"),
        "{back}"
    );
}
