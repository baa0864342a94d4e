//! `audit --zones` over the lab: every name is told once, in every form, also after `kill -9`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::real::support::scratch::Scratch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

fn audit(at: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.arg("audit").args(words).current_dir(at);
    command.output().expect("our program can be run")
}

fn text(octets: &[u8]) -> String {
    String::from_utf8(octets.to_vec()).expect("our program writes UTF-8")
}

const LIST: &str = "# zones of the lab\nvalid.test\nstale-ds.test # moved\n\nno such name\nrrsig-exp-all.test\n\
                    VALID.test\nno-ds.test\na..b\n";

fn by_name(lines: &str) -> BTreeMap<String, Value> {
    let reports = lines.lines().map(|line| {
        let report: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        (report["query"]["name"].as_str().unwrap().to_owned(), report)
    });
    let reports: Vec<_> = reports.collect();
    let count = reports.len();
    let map: BTreeMap<_, _> = reports.into_iter().collect();
    assert_eq!(map.len(), count, "each name is told once");
    map
}

#[test]
fn a_list_is_audited_and_its_bad_lines_are_told() {
    let scratch = Scratch::new();
    fs::write(scratch.path().join("zones.txt"), LIST).unwrap();
    let words = ["--lab", "--zones", "zones.txt", "--format", "ndjson"];
    let output = audit(scratch.path(), &words);
    let (reports, errors) = (by_name(&text(&output.stdout)), text(&output.stderr));
    let verdict = |name: &str| reports[name]["verdict"].as_str().unwrap().to_owned();
    assert_eq!(reports.len(), 4);
    assert_eq!(verdict("valid.test."), "secure");
    assert_eq!(verdict("stale-ds.test."), "bogus");
    assert_eq!(verdict("no-ds.test."), "insecure");
    for told in [
        "zones.txt:5: ",
        "zones.txt:9: ",
        "ds-no-matching-dnskey",
        "4 names: 1 secure",
    ] {
        assert!(errors.contains(told), "{told}: {errors}");
    }
    assert_eq!(output.status.code(), Some(2));

    // The same audit of one name alone says the same, but for what came over the network.
    let single = audit(
        scratch.path(),
        &["--lab", "-t", "SOA", "stale-ds.test", "--format", "ndjson"],
    );
    let single: Value = serde_json::from_str(&text(&single.stdout)).unwrap();
    let codes = |report: &Value| {
        let findings = report["findings"].as_array().unwrap().iter();
        findings
            .map(|finding| finding["code"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&single), codes(&reports["stale-ds.test."]));
}

#[test]
fn standard_input_every_form_and_a_sample() {
    let scratch = Scratch::new();
    let run = |words: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.args(["audit", "--lab", "--zones", "-"]).args(words);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.current_dir(scratch.path()).spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(LIST.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let csv = run(&["--format", "csv"]);
    assert!(
        csv.starts_with("name,type,at,verdict,") && csv.lines().count() == 5,
        "{csv}"
    );
    let junit = run(&["--format", "junit"]);
    let document = roxmltree::Document::parse(&junit).unwrap();
    let suites = document
        .descendants()
        .filter(|node| node.has_tag_name("testsuite"));
    assert_eq!(suites.count(), 4);
    let sarif: Value = serde_json::from_str(&run(&["--format", "sarif"])).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(
        results
            .iter()
            .any(|result| result["ruleId"] == "ds-no-matching-dnskey")
    );
    let plain = run(&[]);
    assert!(
        plain.contains("By cause") && plain.contains("By name servers"),
        "{plain}"
    );
    let sample = |seed: &str| {
        let output = run(&["--sample", "3", "--seed", seed, "--format", "ndjson"]);
        by_name(&output).into_keys().collect::<Vec<_>>()
    };
    assert_eq!((sample("1").len(), sample("1")), (3, sample("1")));
}

#[test]
fn what_cannot_go_together_is_refused() {
    let scratch = Scratch::new();
    fs::write(scratch.path().join("zones.txt"), LIST).unwrap();
    fs::write(scratch.path().join("empty.txt"), "# nothing\n").unwrap();
    for (words, told) in [
        (
            &["--zones", "zones.txt", "valid.test"][..],
            "cannot go together",
        ),
        (
            &["--zones", "zones.txt", "--format", "nagios"],
            "--format nagios",
        ),
        (
            &["--zones", "zones.txt", "--resume", "x", "--format", "csv"],
            "--format csv",
        ),
        (&["--zones", "missing.txt"], "no such file"),
        (&["--zones", "empty.txt"], "no name in it"),
        (&["--resume", "x", "valid.test"], "--zones"),
        (
            &["--zones", "zones.txt", "--resume", "zones.txt"],
            "line 1: not a report",
        ),
    ] {
        let output = audit(scratch.path(), &[&["--lab"], words].concat());
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{words:?}: {errors}");
        assert!(errors.contains(told), "{words:?}: {errors}");
    }
    assert_eq!(
        fs::read_to_string(scratch.path().join("zones.txt")).unwrap(),
        LIST
    );
}

/// Names of the lab that take no long time to audit.
fn quick_names() -> Vec<String> {
    let scratch = Scratch::new();
    let mut lab = Command::new(PROGRAM)
        .args(["lab", "--dir", "lab"])
        .current_dir(scratch.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let cases = scratch.path().join("lab/cases.tsv");
    let begun = Instant::now();
    while !cases.exists() {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "the lab does not start"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    lab.kill().unwrap();
    lab.wait().unwrap();
    let text = fs::read_to_string(cases).unwrap();
    let names = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next());
    let names = names.filter(|name| !name.contains("timeout") && !name.contains("lame"));
    let mut names: Vec<_> = names.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn after_kill_9_no_more_than_the_names_in_flight_are_repeated() {
    const IN_FLIGHT: usize = 4;
    let names = quick_names();
    assert!(names.len() > 60, "{names:?}");
    let scratch = Scratch::new();
    let at = scratch.path();
    fs::write(at.join("zones.txt"), names.join("\n")).unwrap();
    let words = [
        "audit",
        "--lab",
        "--zones",
        "zones.txt",
        "--resume",
        "out.ndjson",
        "--audits",
        "4",
    ];
    let lines = || {
        let text = fs::read_to_string(at.join("out.ndjson")).unwrap_or_default();
        text.matches('\n').count()
    };
    let mut done = 0;
    for _ in 0..3 {
        let mut child = Command::new(PROGRAM)
            .args(words)
            .current_dir(at)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while lines() < done + 8 && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(5));
        }
        // SIGKILL.
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(lines() >= done + 8, "reports are written as they come");
        done = lines();
    }
    assert!(done < names.len(), "it was killed before the end");
    // As a disk leaves it that was full.
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(at.join("out.ndjson"))
        .unwrap();
    file.write_all(b"{\"schema\":\"anchorwatch.report/1\",\"query\":{\"na")
        .unwrap();
    let output = audit(at, &words[1..]);
    let errors = text(&output.stderr);
    assert!(errors.contains("the last line was torn"), "{errors}");
    assert!(
        errors.contains(&format!("has {done} of {} names", names.len())),
        "{errors}"
    );
    assert!(output.stdout.is_empty());
    // `by_name` fails when a name is told twice: none of those that were told was repeated.
    let reports = by_name(&fs::read_to_string(at.join("out.ndjson")).unwrap());
    assert_eq!(reports.len(), names.len());
    assert!(done + IN_FLIGHT <= names.len());
    let again = audit(at, &words[1..]);
    assert_eq!(
        again.status.code(),
        output.status.code(),
        "what is there counts"
    );
    assert_eq!(lines(), names.len());
}
