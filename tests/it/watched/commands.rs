//! `events` and `schedule` beside the daemon that they ask.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::support::{Daemon, STATE};
use crate::real::support::scratch::Scratch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

/// Exit code, standard output and standard error.
fn say(directory: &Path, words: &[&str]) -> (Option<i32>, String, String) {
    let mut program = Command::new(PROGRAM);
    let output = program.args(words).current_dir(directory).output().unwrap();
    let text = |octets| String::from_utf8(octets).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// What is said by a command that must go well.
fn said(directory: &Path, words: &[&str]) -> String {
    let (code, text, error) = say(directory, words);
    assert_eq!((code, &*error), (Some(0), ""), "{words:?}");
    text
}

fn refused(directory: &Path, words: &[&str], code: i32, problem: &str) {
    let (ended, text, error) = say(directory, words);
    assert_eq!((ended, &*text), (Some(code), ""), "{words:?}: {error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains(problem), "{words:?}: {error}");
}

fn json(text: &str, list: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(text).unwrap();
    assert_eq!(document["schema"].as_str().unwrap().split('.').count(), 2);
    document[list].as_array().unwrap().clone()
}

#[test]
fn events_and_schedule_of_a_daemon_that_runs() {
    let scratch = Scratch::new();
    let daemon = Daemon::start(scratch.path());
    the_log(scratch.path());
    the_schedule(scratch.path(), &format!("http://{}/", daemon.at));
}

fn behind<'w>(first: &[&'w str], words: &[&'w str]) -> Vec<&'w str> {
    [first, words].concat()
}

fn the_log(at: &Path) {
    let events = |words| behind(&["events", "--state-dir", STATE], words);
    let text = said(at, &events(&["stale-ds.test"]));
    assert!(text.contains("matches no key of stale-ds.test."), "{text}");
    let all = json(&said(at, &events(&["--format", "json"])), "events");
    assert!(all.iter().any(|event| event["zone"] == "valid.test."));
    let markdown = said(at, &events(&["stale-ds.test", "--format", "markdown"]));
    assert!(markdown.starts_with("| UTC | zone |"), "{markdown}");
    assert_eq!(markdown.lines().count(), text.lines().count() + 1);
    refused(at, &events(&["nowhere.test"]), 64, "nowhere.test.: no zone");
    refused(at, &["events", "--state-dir", "none"], 64, "--state-dir");
}

fn the_schedule(at: &Path, url: &str) {
    let schedule = |words| behind(&["schedule", "--url", url], words);
    let looks = json(&said(at, &schedule(&["--format", "json"])), "looks");
    let instants: Vec<&str> = looks
        .iter()
        .map(|look| look["at"].as_str().unwrap())
        .collect();
    assert!(looks.len() > 100 && instants.is_sorted(), "{instants:?}");
    let one = json(
        &said(at, &schedule(&["valid.test", "--format", "json"])),
        "looks",
    );
    let kinds: Vec<&Value> = one.iter().map(|look| &look["look"]).collect();
    assert!(
        kinds.contains(&&"audit".into()) && kinds.contains(&&"glance".into()),
        "{one:?}"
    );
    assert!(
        one.iter().all(|look| look["zone"] == "valid.test."),
        "{one:?}"
    );
    let text = said(at, &schedule(&["valid.test", "ed25519.test"]));
    assert_eq!(text.lines().count(), 5, "{text}");
    assert!(text.contains("two cheap questions"), "{text}");
    let markdown = said(at, &schedule(&["valid.test", "--format", "markdown"]));
    assert!(
        markdown.starts_with("| UTC | in | zone | look | why |\n|---|"),
        "{markdown}"
    );
    refused(
        at,
        &schedule(&["nowhere.test"]),
        64,
        "nowhere.test.: no zone",
    );
    // Port 1 of loopback: nobody listens there.
    let gone = ["schedule", "--url", "http://user:secret@127.0.0.1:1"];
    refused(at, &gone, 3, "anchorwatch: http://127.0.0.1:1: ");
}

/// Two zones, one of them in a group of its own pace.
const SETTINGS: &str = "version = 1\n\
    [watch]\nglance = \"0s\"\nstart = \"1s\"\n\
    [groups.slow]\ninterval = \"2h\"\n\
    [[zones]]\nname = \"valid.test\"\n\
    [[zones]]\nname = \"stale-ds.test\"\ngroup = \"slow\"\n";

#[test]
fn a_schedule_is_worked_out_without_a_daemon() {
    let scratch = Scratch::new();
    let at = scratch.path();
    let lab = json(
        &said(at, &["schedule", "--lab", "--format", "json"]),
        "looks",
    );
    assert!(lab.iter().all(|look| look["reason"] == "first"), "{lab:?}");
    std::fs::write(at.join("a.toml"), SETTINGS).unwrap();
    let begun = said(at, &["schedule", "--config", "a.toml"]);
    assert_eq!(begun.matches("never audited yet").count(), 2, "{begun}");
    let missing = ["schedule", "--config", "a.toml", "--state-dir", "none"];
    refused(at, &missing, 64, "--state-dir");
    refused(at, &["schedule", "--config", "b.toml"], 64, "no such file");
    refused(
        at,
        &["schedule", "nowhere.test", "--config", "a.toml"],
        64,
        "no zone",
    );

    // What the daemon over the lab remembers is known of the zones of the same names.
    let daemon = Daemon::start(at);
    let known = [
        "schedule",
        "--config",
        "a.toml",
        "--state-dir",
        STATE,
        "--format",
        "json",
    ];
    let known = json(&said(at, &known), "looks");
    drop(daemon);
    assert_eq!(known.len(), 2, "{known:?}");
    assert!(
        known.iter().all(|look| look["reason"] != "first"),
        "{known:?}"
    );
    let due = |zone: &str| known.iter().position(|look| look["zone"] == zone);
    assert!(due("valid.test.") < due("stale-ds.test."), "{known:?}");
}
