//! `audit --baseline`: what a change did, with exit codes that a pipeline can rest on.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::real::support::scratch::Scratch;
use crate::schema::faults;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

fn run(at: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command
        .args(words)
        .current_dir(at)
        .output()
        .expect("our program can be run")
}

fn text(octets: &[u8]) -> String {
    String::from_utf8(octets.to_vec()).expect("our program writes UTF-8")
}

/// Evidence of a name of the lab, and the report on it.
fn seen(at: &Path, name: &str) {
    let (evidence, report) = (format!("{name}.aw"), format!("{name}.json"));
    run(at, &["audit", name, "--lab", "--save", &evidence]);
    let output = run(at, &["audit", "--replay", &evidence, "--format", "json"]);
    fs::write(at.join(report), output.stdout).unwrap();
}

#[test]
fn nothing_is_new_in_the_same_evidence_and_time_brings_what_expires() {
    let scratch = Scratch::new();
    let at = scratch.path();
    seen(at, "valid.test");
    let words = [
        "audit",
        "--replay",
        "valid.test.aw",
        "--baseline",
        "valid.test.json",
        "--fail-on",
        "new",
    ];
    let same = run(at, &words);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same.stderr));
    assert!(text(&same.stdout).contains("nothing is new, gone or changed"));
    let later = [&words[..], &["--at", "2099-01-01T00:00:00Z"]].concat();
    let expired = run(at, &[&later[..], &["--format", "json"]].concat());
    assert_eq!(expired.status.code(), Some(2));
    let delta: Value = serde_json::from_slice(&expired.stdout).unwrap();
    assert_eq!(
        (&delta["from"]["verdict"], &delta["to"]["verdict"]),
        (&"secure".into(), &"bogus".into())
    );
    let schema = run(at, &["schema", "delta"]);
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    let wrong = faults(&schema, &schema, &delta, "");
    assert!(wrong.is_empty(), "{wrong:#?}");
    let markdown = run(at, &[&later[..], &["--format", "markdown"]].concat());
    assert!(text(&markdown.stdout).contains("### New"));
}

#[test]
fn what_stood_there_before_fails_nothing() {
    let scratch = Scratch::new();
    let at = scratch.path();
    seen(at, "stale-ds.test");
    let words = [
        "audit",
        "--replay",
        "stale-ds.test.aw",
        "--baseline",
        "stale-ds.test.json",
    ];
    let old = run(at, &[&words[..], &["--fail-on", "new"]].concat());
    assert_eq!(old.status.code(), Some(0), "it was bogus before");
    assert_eq!(
        run(at, &words).status.code(),
        Some(2),
        "without it all counts"
    );
}

#[test]
fn a_baseline_that_does_not_fit_is_refused() {
    let scratch = Scratch::new();
    let at = scratch.path();
    seen(at, "valid.test");
    let report = fs::read_to_string(at.join("valid.test.json")).unwrap();
    fs::write(
        at.join("newer.json"),
        report.replace("report/1", "report/2"),
    )
    .unwrap();
    fs::write(
        at.join("typed.json"),
        report.replacen("\"type\": \"A\"", "\"type\": \"MX\"", 1),
    )
    .unwrap();
    fs::write(at.join("half.json"), &report[..report.len() / 2]).unwrap();
    let replay = ["audit", "--replay", "valid.test.aw"];
    for (words, told) in [
        (
            &["--baseline", "newer.json"][..],
            "newer schema, anchorwatch.report/2",
        ),
        (&["--baseline", "half.json"], "not a report: EOF"),
        (&["--baseline", "missing.json"], "no such file"),
        (&["--baseline", "typed.json"], "give -t MX"),
        (&["--fail-on", "new"], "add --baseline"),
        (
            &["--baseline", "valid.test.json", "--format", "nagios"],
            "not a form",
        ),
    ] {
        let output = run(at, &[&replay[..], words].concat());
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{words:?}: {errors}");
        assert!(
            errors.contains(told) && output.stdout.is_empty(),
            "{words:?}: {errors}"
        );
    }
    let other = run(
        at,
        &[
            "audit",
            "stale-ds.test",
            "--lab",
            "--baseline",
            "valid.test.json",
        ],
    );
    assert!(
        text(&other.stderr).contains("a report about valid.test."),
        "another zone's"
    );
}
