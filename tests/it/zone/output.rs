//! What is said of zones in the forms for programs: the JSON fits its schema, the metrics are metrics, and the
//! same zone in other words gives the same report.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::mutations::all;
use super::signed::{Chain, NOW, UNSIGNED, signed};
use crate::real::support::process::{in_parallel, run};
use crate::real::support::scratch::Scratch;
use crate::schema::faults;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

fn zone(folder: &Path, words: &[&str]) -> Output {
    let at = NOW.to_string();
    let mut command = Command::new(PROGRAM);
    command.arg("zone").args(words).args(["--at", &at]);
    command.current_dir(folder).stdin(Stdio::null());
    command.output().expect("our program can be run")
}

fn json(output: &Output) -> Value {
    let read = serde_json::from_slice(&output.stdout);
    read.unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[test]
fn every_report_fits_the_schema() {
    let schema = Command::new(PROGRAM).args(["schema", "zone"]).output();
    let schema = json(&schema.unwrap());
    let scratch = Scratch::new();
    let at = scratch.path();
    let write = |name: &str, text: &str| std::fs::write(at.join(name), text).unwrap();
    write("unsigned", UNSIGNED);
    write(
        "unread",
        &format!("{}x.example. 60 A none\n", signed(Chain::OptOut)),
    );
    let reports: [&[&str]; 3] = [
        &["unsigned"],
        &["unread", "--keep-going", "--sample", "3"],
        &["unread", "--keep-going", "--first", "0"],
    ];
    for words in reports {
        let report = json(&zone(at, &[words, &["--format", "json"]].concat()));
        let found = faults(&schema, &schema, &report, "");
        assert!(found.is_empty(), "{words:?}: {found:#?}");
    }
    let mutations = all();
    let names: Vec<String> = (0..mutations.len())
        .map(|nth| format!("bent.{nth}"))
        .collect();
    for (name, bent) in names.iter().zip(&mutations) {
        write(name, &bent.text);
    }
    let reports = in_parallel(&names, |name| {
        json(&zone(
            at,
            &[name, "--origin", "example", "--format", "json"],
        ))
    });
    for (report, bent) in reports.iter().zip(&mutations) {
        let found = faults(&schema, &schema, report, &bent.what);
        assert!(found.is_empty(), "{found:#?}");
    }
    // The reader of schemas would notice.
    let mut report = reports[0].clone();
    report["counts"]["names"] = (-1).into();
    report["more"] = true.into();
    report.as_object_mut().unwrap().remove("files");
    assert_eq!(faults(&schema, &schema, &report, "").len(), 3);
}

#[test]
fn metrics_are_metrics_and_are_there_whole_or_not_at_all() {
    let scratch = Scratch::new();
    let at = scratch.path();
    std::fs::write(at.join("good"), signed(Chain::Nsec3)).unwrap();
    std::fs::write(at.join("wrong"), UNSIGNED).unwrap();
    std::fs::write(at.join("torn"), "example. 60 SOA").unwrap();
    let folder = at.join("collected");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("zone.prom");
    for (name, code, line) in [
        (
            "good",
            0,
            "anchorwatch_zone_file_status{zone=\"example.\"} 0",
        ),
        (
            "wrong",
            2,
            "anchorwatch_zone_file_faults{zone=\"example.\",code=\"zone-dnskey-missing\",severity=\"error\"} 1",
        ),
        (
            "torn",
            3,
            "anchorwatch_zone_file_status{zone=\"example.\"} 3",
        ),
    ] {
        let words = [
            name,
            "--origin",
            "example",
            "--metrics-file",
            "collected/zone.prom",
            "--quiet",
        ];
        let output = zone(at, &words);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        // promtool complains of what it could be called, and ends with an error where it cannot be read.
        run(
            at,
            "sh",
            &["-c", "promtool check metrics < collected/zone.prom"],
        );
        // Written beside it and put there in one step: nothing else is left for the collector to read.
        let names: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }
    // Nor does what stood there go on standing there when the DS cannot be read.
    let words = ["good", "--metrics-file", "collected/zone.prom", "--quiet"];
    assert_eq!(zone(at, &words).status.code(), Some(0));
    let output = zone(at, &[&words[..], &["--ds", "missing"]].concat());
    assert_eq!(output.status.code(), Some(64), "{output:?}");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.ends_with("{zone=\"good\"} 3\n"), "{text}");
    // A folder that cannot be written to is told of before anything is read.
    let output = zone(at, &["good", "--metrics-file", "nowhere/zone.prom"]);
    assert_eq!(output.status.code(), Some(64), "{output:?}");
}

/// Plugins speak on standard output, whatever happened.
#[test]
fn nagios_is_told_of_what_cannot_be_told_in_its_own_words() {
    let scratch = Scratch::new();
    let at = scratch.path();
    std::fs::write(at.join("torn|"), "example. 60 SOA").unwrap();
    let output = zone(at, &["torn|", "--format", "nagios"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.starts_with("ZONE UNKNOWN - torn/: "), "{said}");
    assert!(
        said.contains("cut off") && said.lines().count() == 1,
        "{said}"
    );
    assert!(output.stderr.is_empty(), "{output:?}");
    let output = zone(at, &["torn|", "--format", "nagios", "--quiet"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
}

#[test]
fn a_zone_in_pieces_gives_the_same_report() {
    let scratch = Scratch::new();
    let at = scratch.path();
    let text = signed(Chain::Nsec);
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with(';')).collect();
    let third = lines.len() / 3;
    let join = |lines: &[&str]| lines.join("\n") + "\n";
    std::fs::create_dir(at.join("parts")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(at.join(name), text).unwrap();
    write("whole", text);
    // Relative names within one with an origin of its own, and an owner that goes on behind it.
    let relative = join(&lines[..third]).replace("example.", "@");
    let relative = lines[..third].iter().map(|line| {
        let (owner, rest) = line.split_once(char::is_whitespace).unwrap();
        let owner = match owner.strip_suffix(".example.") {
            Some(owner) => owner.to_owned(),
            None => relative[..1].to_owned(),
        };
        format!("{owner} {rest}\n")
    });
    write("parts/a", &relative.collect::<String>());
    write("parts/b", &join(&lines[third..2 * third]));
    write("parts/c", "$INCLUDE parts/d ; deeper\n");
    write("parts/d", &join(&lines[2 * third..]));
    write(
        "pieces",
        "$ORIGIN elsewhere.test.\n$INCLUDE parts/a example.\n$INCLUDE \"parts/b\"\n$INCLUDE parts/c\n",
    );
    let words = ["--origin", "example", "--format", "json"];
    let report = |name: &str| {
        let mut report = json(&zone(at, &[&[name], &words[..]].concat()));
        assert_eq!(
            report["faults"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|fault| fault["severity"] != "notice")
                .count(),
            0,
            "{report:#}"
        );
        let files = report["files"].take();
        for grievance in report["faults"].as_array_mut().unwrap() {
            for fault in grievance["first"].as_array_mut().unwrap() {
                fault["line"] = Value::Null;
            }
        }
        (report, files)
    };
    let ((whole, _), (pieces, files)) = (report("whole"), report("pieces"));
    assert_eq!(whole, pieces);
    assert_eq!(files.as_array().unwrap().len(), 5);
    // A fault is told of by the file that it is in.
    let bent = std::fs::read_to_string(at.join("parts/d")).unwrap();
    let first = bent
        .lines()
        .find(|line| line.split_whitespace().nth(3) == Some("RRSIG"))
        .unwrap();
    write(
        "parts/d",
        &bent.replace(first, &super::mutations::flipped(first)),
    );
    let output = zone(at, &["pieces", "--origin", "example"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("  parts/d:"), "{said}");
}
