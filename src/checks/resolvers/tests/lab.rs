//! What is told of the resolvers of the lab.

use crate::checks::tests::lab::{codes, evidence, judge, report, straight};
use crate::policy::{Policy, Traits};
use crate::report::Verdict;
use crate::report::render::{Style, text};

/// A name, and the resolvers that are asked for it.
type Asked = (&'static str, &'static [&'static str]);

/// Near misses beside those of the table of cases.
const SILENT: &[(&str, Asked)] = &[
    ("resolver-serves-old-ds", ("moved.test.", &["validating"])),
    (
        "resolver-negative-trust-anchor",
        ("stale-ds.test.", &["plain", "validating"]),
    ),
    ("resolver-ad-unexpected", ("rsamd5.test.", &["plain"])),
];

#[test]
fn what_looks_like_it_is_left_alone() {
    for (code, (name, resolvers)) in SILENT {
        let silent = report(name, resolvers, straight);
        assert!(!codes(&silent).contains(code), "{code} on {name}");
    }
}

#[test]
fn an_extended_error_that_fits_what_was_found_is_no_news() {
    for name in [
        "stale-ds.test.",
        "rrsig-exp-all.test.",
        "rrsig-not-yet-all.test.",
        "rrsig-no-all.test.",
    ] {
        let told = report(name, &["validating"], straight);
        assert!(
            !codes(&told).contains(&"resolver-ede-disagrees"),
            "{name}: {:?}",
            told.findings
        );
    }
}

#[test]
fn what_cannot_be_told_leaves_the_other_views_as_they_are() {
    let alone = judge(&evidence("valid.test.", &["validating"], false, straight));
    assert_eq!(alone.verdict, Verdict::Secure);
    for label in ["silent", "garbled", "refusing", "nowhere"] {
        let one = judge(&evidence("valid.test.", &[label], false, straight));
        assert_eq!(one.verdict, Verdict::Indeterminate, "{label}");
        assert_eq!(
            one.reason,
            one.findings.first().map(|first| first.code.clone())
        );
        assert!(one.summary.starts_with(label), "{}", one.summary);
        let both = judge(&evidence(
            "valid.test.",
            &["validating", label],
            false,
            straight,
        ));
        assert_eq!(both.verdict, Verdict::Secure, "{label}");
        assert_eq!(both.vantages.len(), 2);
        let three = report("valid.test.", &["validating", label], straight);
        assert_eq!(
            (three.verdict, three.vantages.len()),
            (Verdict::Secure, 4),
            "{label}"
        );
    }
}

#[test]
fn stripped_data_says_nothing_of_the_zone() {
    for name in ["www.valid.test.", "stale-ds.test."] {
        let alone = judge(&evidence(name, &["stripping"], false, straight));
        assert_eq!(alone.verdict, Verdict::Indeterminate);
        let found: Vec<_> = alone.findings.iter().map(|one| &*one.code).collect();
        assert_eq!(found, ["resolver-strips-dnssec"], "{name}");
        assert_eq!(alone.reason.as_deref(), Some("resolver-strips-dnssec"));
    }
}

/// The page that an operator reads when users complain.
#[test]
fn resolvers_stand_side_by_side() {
    let resolvers = ["validating", "plain", "stripping", "negative-anchor"];
    let story = report("stale-ds.test.", &resolvers, straight);
    insta::assert_snapshot!("stale_ds", text(&story, &Style::default()));
    let story = report("moved.test.", &["validating", "stale"], straight);
    insta::assert_snapshot!("moved", text(&story, &Style::default()));
}

/// What an operator says of a resolver beforehand.
fn known(label: &str, traits: Traits) -> Policy {
    Policy {
        resolvers: [(label.to_owned(), traits)].into(),
        ..Policy::default()
    }
}

/// Codes of findings on resolvers, by a policy.
fn told_by(policy: &Policy, name: &str, labels: &[&str]) -> Vec<String> {
    let evidence = evidence(name, labels, true, straight);
    let report = crate::audit(&evidence, policy, evidence.started);
    let told = codes(&report).into_iter().map(str::to_owned);
    told.filter(|code| code.starts_with("resolver-")).collect()
}

#[test]
fn what_is_known_of_a_resolver_is_no_finding() {
    let plain = Traits {
        is_plain: true,
        ..Traits::default()
    };
    for name in ["stale-ds.test.", "valid.test."] {
        let told = told_by(
            &known("plain", plain.clone()),
            name,
            &["plain", "validating"],
        );
        let others = ["resolver-cd-differential", "resolver-ede-dnssec"];
        assert!(
            told.iter().all(|code| others.contains(&code.as_str())),
            "{told:?}"
        );
        assert!(told_by(&Policy::default(), name, &["plain", "validating"]).len() > told.len());
    }
    // One that strips signatures does more than not validate.
    let told = told_by(&known("stripping", plain), "valid.test.", &["stripping"]);
    assert_eq!(
        told.first().map(String::as_str),
        Some("resolver-strips-dnssec")
    );
}

#[test]
fn a_negative_anchor_that_is_known_covers_its_names_alone() {
    let below = |apex: &str| Traits {
        negative_anchors: vec![apex.parse().unwrap()],
        ..Traits::default()
    };
    let told = |apex: &str| {
        told_by(
            &known("negative-anchor", below(apex)),
            "stale-ds.test.",
            &["negative-anchor"],
        )
    };
    assert!(told("stale-ds.test.").is_empty());
    assert_eq!(told("www.stale-ds.test."), told("valid.test."));
    assert!(told("valid.test.").contains(&"resolver-negative-trust-anchor".to_owned()));
}

#[test]
fn a_word_that_is_worth_nothing_makes_no_findings_and_is_shown() {
    let discredited = Traits {
        is_discredited: true,
        ..Traits::default()
    };
    let policy = known("plain", discredited);
    assert!(told_by(&policy, "stale-ds.test.", &["plain"]).is_empty());
    let evidence = evidence("stale-ds.test.", &["plain"], true, straight);
    let report = crate::audit(&evidence, &policy, evidence.started);
    let row = report
        .vantages
        .iter()
        .find(|row| row.server == "plain")
        .unwrap();
    assert!(row.resolver.as_ref().unwrap().is_discredited);
    assert!(
        row.reason
            .as_ref()
            .unwrap()
            .ends_with("its word is worth nothing")
    );
}
