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

/// Lines of what changed, by name, without instants.
fn deltas(lines: &str) -> BTreeMap<String, Value> {
    let mut all = by_name(lines);
    for delta in all.values_mut() {
        for side in ["from", "to"] {
            if let Some(side) = delta[side].as_object_mut() {
                side.remove("at");
                side.remove("deadline");
            }
        }
    }
    all
}

#[test]
fn an_earlier_run_is_compared_with_name_by_name() {
    let scratch = Scratch::new();
    let at = scratch.path();
    let write = |name: &str, text: &str| fs::write(at.join(name), text).unwrap();
    write("old.txt", "valid.test\nstale-ds.test\nno-ds.test\n");
    write(
        "new.txt",
        "valid.test\nstale-ds.test\nunsigned.test\nds-unsigned.test\n",
    );
    let words = ["--lab", "--zones", "old.txt", "--format", "ndjson"];
    let old = text(&audit(at, &words).stdout);
    write("old.ndjson", &old);
    // The same reports in another order, with a healthy zone that was another before.
    let mut turned: Vec<&str> = old.lines().collect();
    turned.reverse();
    write("turned.ndjson", &turned.join("\n"));
    let compare = |list: &str, base: &str, more: &[&str]| {
        audit(
            at,
            &[&["--lab", "--zones", list, "--baseline", base], more].concat(),
        )
    };
    let new = compare(
        "new.txt",
        "old.ndjson",
        &["--format", "ndjson", "--fail-on", "new"],
    );
    assert_eq!(
        new.status.code(),
        Some(2),
        "a bogus zone is new: {}",
        text(&new.stderr)
    );
    let lines = deltas(&text(&new.stdout));
    assert_eq!(lines.len(), 5);
    assert!(lines["ds-unsigned.test."]["from"].is_null());
    assert!(lines["no-ds.test."]["to"].is_null());
    assert_eq!(
        lines["no-ds.test."]["gone"][0]["code"],
        "ds-missing-for-signed-zone"
    );
    assert!(lines["valid.test."]["new"].as_array().unwrap().is_empty());
    let schema = Command::new(PROGRAM)
        .args(["schema", "delta"])
        .output()
        .unwrap();
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    for line in text(&new.stdout).lines() {
        let faults =
            crate::schema::faults(&schema, &schema, &serde_json::from_str(line).unwrap(), "");
        assert!(faults.is_empty(), "{faults:#?}");
    }
    let again = compare("new.txt", "turned.ndjson", &["--format", "ndjson"]);
    assert_eq!(
        deltas(&text(&again.stdout)),
        lines,
        "order has no influence"
    );
    let errors = text(&new.stderr);
    for told in [
        "2 new on the list: ds-unsigned.test. unsigned.test.",
        "1 no longer on the list: no-ds.test.",
        "Worse since the baseline",
    ] {
        assert!(errors.contains(told), "{told}: {errors}");
    }
    // What stood there before fails nothing; without the word all counts.
    let same = compare("old.txt", "old.ndjson", &["--fail-on", "new"]);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same.stdout));
    assert!(
        text(&same.stdout).contains("0 worse"),
        "{}",
        text(&same.stdout)
    );
    assert_eq!(compare("old.txt", "old.ndjson", &[]).status.code(), Some(2));
    let markdown = text(&compare("new.txt", "old.ndjson", &["--format", "markdown"]).stdout);
    assert!(
        markdown.contains("## ds-unsigned.test. SOA") && markdown.contains("was not there"),
        "{markdown}"
    );
    assert!(
        markdown.contains("## All of them") && !markdown.contains("## valid.test."),
        "{markdown}"
    );
    // One of several reports is enough for a single audit.
    let one = audit(
        at,
        &[
            "--lab",
            "valid.test",
            "-t",
            "SOA",
            "--baseline",
            "old.ndjson",
        ],
    );
    assert!(
        text(&one.stdout).contains("nothing is new, gone or changed"),
        "{}",
        text(&one.stderr)
    );
}

#[test]
fn an_earlier_run_that_cannot_be_used_is_refused_with_its_line() {
    let scratch = Scratch::new();
    let at = scratch.path();
    let write = |name: &str, text: &str| fs::write(at.join(name), text).unwrap();
    write("zones.txt", "valid.test\n");
    let words = ["--lab", "--zones", "zones.txt", "--format", "ndjson"];
    let report = text(&audit(at, &words).stdout);
    write("good.ndjson", &report);
    write(
        "newer.ndjson",
        &format!("{report}\n{}", report.replace("report/1", "report/2")),
    );
    write("torn.ndjson", &format!("{report}{}", &report[..100]));
    write(
        "typed.ndjson",
        &format!(
            "{report}{}",
            report.replacen("\"verdict\":\"secure\"", "\"verdict\":\"good\"", 1)
        ),
    );
    write("other.ndjson", "{\"schema\":\"anchorwatch.ds/1\"}\n");
    write("empty.ndjson", "\n");
    for (words, told) in [
        (
            &["--baseline", "newer.ndjson"][..],
            "newer.ndjson: line 3: a report of a newer schema, anchorwatch.report/2",
        ),
        (
            &["--baseline", "torn.ndjson"],
            "torn.ndjson: line 2: not a report: EOF",
        ),
        (
            &["--baseline", "typed.ndjson"],
            "typed.ndjson: line 2: not a report: unknown variant `good`",
        ),
        (
            &["--baseline", "other.ndjson"],
            "line 1: not a report: its schema is anchorwatch.ds/1",
        ),
        (&["--baseline", "empty.ndjson"], "no report in it"),
        (&["--baseline", "missing.ndjson"], "no such file"),
        (
            &["--baseline", "good.ndjson", "-t", "MX"],
            "no report of MX in it",
        ),
        (
            &["--baseline", "good.ndjson", "--format", "csv"],
            "give text, ndjson or markdown",
        ),
        (
            &["--baseline", "good.ndjson", "--resume", "x"],
            "--baseline and --resume",
        ),
        (&["--fail-on", "new"], "add --baseline"),
    ] {
        let output = audit(at, &[&["--lab", "--zones", "zones.txt"], words].concat());
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{words:?}: {errors}");
        assert!(
            errors.contains(told) && output.stdout.is_empty(),
            "{words:?}: {errors}"
        );
    }
}

/// SARIF 2.1.0, sections 3.13 (log), 3.14 (run), 3.27 (result), 3.49 (rule): what its schema requires and bounds
/// of what is written here.
#[test]
fn sarif_and_junit_have_the_shape_that_their_readers_require() {
    let scratch = Scratch::new();
    let at = scratch.path();
    fs::write(
        at.join("zones.txt"),
        "valid.test\nstale-ds.test\nno-ds.test\nall-lame.test\n",
    )
    .unwrap();
    let form =
        |form: &str| text(&audit(at, &["--lab", "--zones", "zones.txt", "--format", form]).stdout);
    let sarif: Value = serde_json::from_str(&form("sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"].as_array().unwrap()[0];
    let driver = &run["tool"]["driver"];
    assert!(driver["name"].is_string());
    let rules = driver["rules"].as_array().unwrap();
    let ids: std::collections::BTreeSet<&str> = rules
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), rules.len(), "a rule stands once");
    assert!(
        rules
            .iter()
            .all(|rule| rule["shortDescription"]["text"].is_string())
    );
    let results = run["results"].as_array().unwrap();
    assert!(results.len() >= 3, "{results:#?}");
    for result in results {
        assert!(
            ids.contains(result["ruleId"].as_str().unwrap()),
            "{result:#?}"
        );
        assert!(result["message"]["text"].is_string());
        let level = result["level"].as_str().unwrap();
        assert!(
            ["none", "note", "warning", "error"].contains(&level),
            "{level}"
        );
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert!(uri.as_str().unwrap().starts_with("dns:"), "{uri}");
        let prints = result["partialFingerprints"].as_object().unwrap();
        assert!(prints.values().all(Value::is_string));
    }
    let junit = form("junit");
    let document = roxmltree::Document::parse(&junit).unwrap();
    let root = document.root_element();
    assert!(root.has_tag_name("testsuites"));
    let suites: Vec<_> = root
        .children()
        .filter(roxmltree::Node::is_element)
        .collect();
    assert_eq!(suites.len(), 4);
    for suite in suites {
        assert!(suite.has_tag_name("testsuite") && suite.attribute("name").is_some());
        let cases: Vec<_> = suite
            .children()
            .filter(roxmltree::Node::is_element)
            .collect();
        assert!(cases.iter().all(|case| case.has_tag_name("testcase")
            && case.attribute("name").is_some()
            && case.attribute("classname").is_some()));
        let count = |tag: &str| {
            let has = |case: &&roxmltree::Node<'_, '_>| {
                case.children().any(|child| child.has_tag_name(tag))
            };
            cases.iter().filter(has).count().to_string()
        };
        assert_eq!(
            suite.attribute("tests"),
            Some(cases.len().to_string().as_str())
        );
        assert_eq!(suite.attribute("failures"), Some(count("failure").as_str()));
        assert_eq!(suite.attribute("errors"), Some(count("error").as_str()));
    }
}
