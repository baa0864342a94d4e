//! Policy files: each kind of mistake with the message it must give, and what a policy does to an audit.
//!
//! `policy/NAME.toml` has one mistake; `policy/NAME.txt` beside it is what the program says.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use anchorwatch::dns::Timestamp;
use serde_json::Value;

use crate::golden;
use crate::real::support::scratch::Scratch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

fn audit(at: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(["audit", "--lab"]).args(words).current_dir(at);
    command.output().expect("our program can be run")
}

fn text(octets: &[u8]) -> String {
    String::from_utf8(octets.to_vec()).expect("our program writes UTF-8")
}

#[test]
fn every_mistake_has_its_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/policy");
    let entries = fs::read_dir(&folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let output = audit(&folder, &["valid.test", "--policy", &name]);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{name}: {message}");
        assert!(
            output.stdout.is_empty() && message.lines().count() == 1,
            "{message}"
        );
        let golden = Path::new(&name).with_extension("txt");
        golden::is_up_to_date(&format!("tests/it/policy/{}", golden.display()), &message);
    }
}

/// When the signatures of the lab, which last for 14 days, are near their end.
fn near_the_end() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seconds = i64::try_from(since.as_secs()).unwrap();
    Timestamp(seconds).plus(12 * 86_400).to_string()
}

struct Judged {
    code: Option<i32>,
    report: Value,
}

fn judged(policy: &str, name: &str) -> Judged {
    let scratch = Scratch::new();
    fs::write(scratch.path().join("p.toml"), policy).unwrap();
    let at = near_the_end();
    let words = [name, "--policy", "p.toml", "--format", "json", "--at", &at];
    let output = audit(scratch.path(), &words);
    let report = serde_json::from_slice(&output.stdout);
    Judged {
        code: output.status.code(),
        report: report.unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr))),
    }
}

fn has(report: &Value, list: &str, code: &str) -> bool {
    let findings = report[list].as_array().into_iter().flatten();
    findings.into_iter().any(|finding| finding["code"] == code)
}

const SOON: &str = "version = 1\n[[rules]]\nzones = [\"*\"]\n";
const UNTIL: &str = "until = \"2199-01-01T00:00:00Z\"\nwhy = \"a test\"\n";

#[test]
fn rules_are_for_the_zones_that_they_name_and_the_last_one_counts() {
    let soon = judged("version = 1\n", "valid.test");
    assert!(has(&soon.report, "findings", "rrsig-expiring-soon") && soon.code == Some(1));
    // The rule is for the zone, and the name is in it.
    let own =
        |zone: &str| format!("{SOON}[[rules]]\nzones = [\"{zone}\"]\nexpiring-soon = \"1h\"\n");
    assert_eq!(judged(&own("valid.test"), "www.valid.test").code, Some(0));
    assert_eq!(judged(&own("*.valid.test"), "valid.test").code, Some(1));
    let weight = format!("{SOON}severities = {{ rrsig-expiring-soon = \"error\" }}\n");
    assert_eq!(judged(&weight, "valid.test").code, Some(2));
    let secure = "version = 1\n[[rules]]\nzones = [\"*\"]\nmust-be-secure = true\n";
    let insecure = judged(secure, "no-ds.test");
    assert!(has(
        &insecure.report,
        "findings",
        "chain-insecure-unexpected"
    ));
    assert_eq!(insecure.code, Some(2));
}

#[test]
fn what_is_silenced_counts_for_nothing_and_what_nothing_met_is_told() {
    let silence = |zone: &str, code: &str| {
        format!("[[silences]]\nzone = \"{zone}\"\ncodes = [\"{code}\"]\n{UNTIL}")
    };
    let met = format!("{SOON}{}", silence("*.test", "rrsig-expiring-soon"));
    let quiet = judged(&met, "valid.test");
    assert_eq!(quiet.code, Some(0));
    assert!(has(&quiet.report, "silenced", "rrsig-expiring-soon"));
    assert!(quiet.report.get("unused_silences").is_none());
    let unmet = judged(
        &silence_alone(&silence("valid.test", "zone-unsigned")),
        "valid.test",
    );
    assert_eq!(
        unmet.report["unused_silences"][0]["codes"][0],
        "zone-unsigned"
    );
    let elsewhere = judged(
        &silence_alone(&silence("other.test", "zone-unsigned")),
        "valid.test",
    );
    assert!(
        elsewhere.report.get("unused_silences").is_none(),
        "it is for another zone"
    );
    // What validators fail of is told whatever is silenced.
    let all = format!("version = 1\n[[silences]]\nzone = \"*\"\n{UNTIL}");
    let bogus = judged(&all, "stale-ds.test");
    assert!(has(&bogus.report, "findings", "ds-no-matching-dnskey") && bogus.code == Some(2));
}

fn silence_alone(silence: &str) -> String {
    format!("version = 1\n{silence}")
}

#[test]
fn a_run_over_many_names_tells_which_silence_nothing_met() {
    let scratch = Scratch::new();
    let silences = format!(
        "[[silences]]\nzone = \"*\"\ncodes = [\"rrsig-expiring-soon\"]\n{UNTIL}\
         [[silences]]\nzone = \"*\"\ncodes = [\"nsec3-opt-out-set\"]\n{UNTIL}"
    );
    fs::write(scratch.path().join("p.toml"), format!("{SOON}{silences}")).unwrap();
    fs::write(scratch.path().join("zones.txt"), "valid.test\nno-ds.test\n").unwrap();
    let at = near_the_end();
    let words = [
        "--zones",
        "zones.txt",
        "--policy",
        "p.toml",
        "--resume",
        "out.ndjson",
        "--at",
        &at,
    ];
    for _ in 0..2 {
        let errors = text(&audit(scratch.path(), &words).stderr);
        let told: Vec<_> = errors
            .lines()
            .filter(|line| line.contains("matched nothing"))
            .collect();
        assert_eq!(told.len(), 1, "{errors}");
        assert!(told[0].contains("nsec3-opt-out-set"), "{errors}");
    }
}

#[test]
fn the_example_is_good_and_has_every_key_of_the_schema() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/policy.toml");
    let output = audit(
        Path::new("."),
        &["valid.test", "--policy", example.to_str().unwrap()],
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let schema = Command::new(PROGRAM)
        .args(["schema", "policy"])
        .output()
        .unwrap();
    let schema: Value = serde_json::from_slice(&schema.stdout).unwrap();
    let example = fs::read_to_string(example).unwrap();
    let keys = |name: &str| {
        schema["$defs"][name]["properties"]
            .as_object()
            .unwrap()
            .clone()
    };
    for key in keys("Rule").keys().chain(keys("Silence").keys()) {
        assert!(
            example.contains(&format!("{key} =")),
            "{key} is not in the example"
        );
    }
}
