//! `drill @RESOLVER`: against the lab's resolvers, and against named over the lab.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

use crate::real::support::lab::Lab;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

fn drill(words: &[&str]) -> Output {
    let output = Command::new(PROGRAM).arg("drill").args(words).output();
    output.expect("our program can be run")
}

fn json(words: &[&str]) -> (Option<i32>, Value) {
    let output = drill(&[words, &["--format", "json"]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    let document = serde_json::from_slice(&output.stdout);
    (
        output.status.code(),
        document.unwrap_or_else(|error| panic!("{words:?}: {error}\n{errors}")),
    )
}

/// The word for each resolver, in order.
fn standings(document: &Value) -> Vec<&str> {
    let resolvers = document["resolvers"].as_array().expect("resolvers");
    let words = resolvers
        .iter()
        .map(|resolver| resolver["standing"].as_str());
    words.map(|word| word.expect("a word")).collect()
}

#[test]
fn the_resolvers_of_the_lab_are_told_apart() {
    let words = [
        "@validating",
        "@plain",
        "@stripping",
        "@ignores-cd",
        "@refusing",
        "@garbled",
    ];
    let (code, document) = json(&[&["--lab"], &words[..]].concat());
    assert_eq!(
        standings(&document),
        [
            "validates",
            "not-validating",
            "strips-dnssec",
            "behind-validator",
            "refuses",
            "garbled"
        ]
    );
    assert_eq!(code, Some(2));
    let (_, excepted) = json(&["--lab", "@negative-anchor", "@validating"]);
    assert_eq!(standings(&excepted), ["validates-some-faults", "validates"]);
    let sentence = excepted["resolvers"][0]["sentence"].as_str();
    assert!(
        sentence
            .expect("a sentence")
            .contains("answers stale-ds.test. each time")
    );
    assert_eq!(document["schema"], "anchorwatch.drill/1");
    assert_eq!(json(&["--lab", "@validating"]).0, Some(0));
    assert_eq!(json(&["--lab", "@ignores-cd"]).0, Some(1));
    assert_eq!(json(&["--lab", "@refusing"]).0, Some(3));
    assert_eq!(json(&["--lab", "@validating", "+tcp"]).0, Some(0));
}

#[test]
fn named_is_known_with_and_without_validation() {
    let lab = Lab::start(PROGRAM);
    let (plain, validating) = (lab.resolver(false), lab.resolver(true));
    let at = |resolver: std::net::SocketAddr| format!("@{resolver}");
    let path = |name: &str| lab.file(name).display().to_string();
    let (names, anchor) = (path("drill.names"), path("trust-anchor"));
    let with = ["--names", &names, "--trust-anchor", &anchor];
    let (code, document) = json(
        &[
            &[at(validating.address).as_str(), &at(plain.address)],
            &with[..],
        ]
        .concat(),
    );
    assert_eq!(standings(&document), ["validates", "not-validating"]);
    assert_eq!(code, Some(2));
    let first = &document["resolvers"][0];
    let support = first["support"].as_array().expect("what it supports");
    for (tested, word) in [
        ("ED25519", "validated"),
        ("SHA-384", "validated"),
        ("RSAMD5", "insecure"),
    ] {
        let found = support.iter().find(|one| one["tested"] == tested);
        assert_eq!(found.expect(tested)["support"], word, "{tested}");
    }
    // named implements RFC 8509; the tag is that of the lab's root key.
    assert_eq!(first["root_keys"][0]["trust"], "trusted", "{first:#}");
    assert_eq!(first["root_keys"][0]["signs_root"], true);
    assert_eq!(first["findings"], Value::Array(Vec::new()));

    let other = lab.file("other-anchor");
    fs::write(&other, format!(". IN DS 4242 13 2 {}\n", "00".repeat(32)))
        .expect("it can be written");
    let other = other.display().to_string();
    let (code, document) = json(&[
        &at(validating.address),
        "--names",
        &names,
        "--trust-anchor",
        &other,
    ]);
    let first = &document["resolvers"][0];
    assert_eq!(first["root_keys"][0]["trust"], "not-trusted");
    assert_eq!(
        first["findings"][0]["code"],
        "resolver-trust-anchor-missing"
    );
    assert_eq!(code, Some(2));
}

#[test]
fn names_that_are_shown_can_be_given_back() {
    let shown = drill(&["--print-names"]);
    assert!(shown.status.success());
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("drill-names");
    fs::write(&file, &shown.stdout).expect("it can be written");
    let file = file.display().to_string();
    let again = drill(&["--names", &file, "--print-names"]);
    assert!(again.status.success());
    let lines = |octets: &[u8]| {
        let text = String::from_utf8_lossy(octets).into_owned();
        text.lines().filter(|line| !line.starts_with('#')).count()
    };
    assert_eq!(lines(&again.stdout), lines(&shown.stdout));
    let lab = String::from_utf8(drill(&["--lab", "--print-names"]).stdout).expect("ASCII");
    assert!(
        lab.contains("\nrrsig-exp-all.test.\tA\tbogus\tvalidation\t"),
        "{lab}"
    );
    assert!(
        lab.contains("\nwildcard-apex.test.\tA\tsecure\troot-keys\t"),
        "{lab}"
    );
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    for (words, expected) in [
        (&[][..], "drill --lab"),
        (&["@192.0.2.1", "stale-ds"], "--names FILE"),
        (&["--lab", "@nobody"], "not a resolver of the lab"),
        (&["--lab", "@validatin"], "the nearest is validating"),
        (&["--lab", "@127.0.0.1"], "lab/drill.names"),
        (&["@192.0.2.1", "--names", "/nowhere"], "no such file"),
        (&["@192.0.2.1", "+short"], "no such word"),
        (&["--lab", "--names", "x"], "--names"),
    ] {
        let output = drill(words);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{words:?}: {errors}");
        assert!(
            errors.contains(expected) && errors.lines().count() == 1,
            "{words:?}: {errors}"
        );
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn one_that_is_not_there_does_not_keep_the_others_from_being_told() {
    // Port 1 of loopback, where nothing listens.
    let (code, document) = json(&["--lab", "@silent", "@validating", "--timeout", "200ms"]);
    assert_eq!(standings(&document), ["down", "validates"]);
    assert_eq!(code, Some(3));
    let (code, document) = json(&["@127.0.0.1:1", "--timeout", "1s"]);
    assert_eq!(standings(&document), ["down"]);
    assert_eq!(code, Some(3));
}

/// The scenes of the past, from the fault over the finding to a signed message, and to the message that it is
/// over, through the daemon that `serve` runs.
#[test]
fn outages_of_the_past_are_told_and_resolved() {
    let (code, document) = json(&["--all"]);
    let drills = document["drills"].as_array().expect("drills");
    let failed = drills.iter().filter(|drill| drill["passed"] != true);
    let failed: Vec<_> = failed.collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!((code, drills.len()), (Some(0), 17));
    for drill in drills {
        println!("{drill}");
    }
}
