//! What is told of the resolvers of the lab.

use crate::checks::tests::lab::{codes, evidence, judge, report, straight};
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
