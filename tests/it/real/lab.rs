//! delv and named against the embedded lab. That our own verdicts are those of the lab's table is what
//! the drill shows.

use std::process::Command;

use super::cases::{PROGRAM, ledger, settle};
use super::support::lab::{Case, Lab};
use super::support::ledger::Comparison;
use super::support::process::with_threads;
use super::support::tools::{self, Verdict};

/// How many questions are asked at a time: most of the time goes into servers that never answer.
const AT_ONCE: usize = 24;

/// A name that no zone of the lab has.
const MISSING: &str = "no-such-name";

#[test]
fn every_case_of_the_lab_comes_out_as_its_table_says() {
    let output = Command::new(PROGRAM)
        .args(["drill", "--lab"])
        .output()
        .expect("our program can be run");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}\n{text}\n{errors}",
        output.status
    );
}

#[test]
fn other_validators_agree_on_the_lab() {
    let lab = Lab::start(PROGRAM);
    let (plain, validating) = (lab.resolver(false), lab.resolver(true));
    let cases = lab.cases();
    assert!(cases.len() > 100, "the lab has {} cases", cases.len());
    let questions: Vec<_> = cases.iter().flat_map(both_questions).collect();
    let anchor = lab.file("delv.anchor");
    let comparisons = with_threads(AT_ONCE, &questions, |(case, name, rtype, ours)| {
        let delv = tools::delv(plain.address, &anchor, name, rtype);
        let named = tools::validating_resolver(validating.address, name, rtype);
        [("delv", delv), ("named", named)].map(|(tool, (theirs, text))| Comparison {
            case: case.clone(),
            tool,
            theirs,
            ours: *ours,
            text,
        })
    });
    settle(&ledger("lab").complaints(&comparisons.concat()));
}

/// The case's own question, and one for a name that does not exist: key, name, type, verdict.
fn both_questions(case: &Case) -> [(String, String, String, Verdict); 2] {
    let key = |what: &str| format!("lab/{}/{what}", case.zone.trim_end_matches('.'));
    [
        (
            key("name"),
            case.name.clone(),
            case.rtype.clone(),
            case.expect,
        ),
        (
            key(MISSING),
            format!("{MISSING}.{}", case.zone),
            "A".to_owned(),
            case.expect_missing,
        ),
    ]
}
