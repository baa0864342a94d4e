//! delv and four validating resolvers against the embedded lab. That our own verdicts are those of the lab's
//! table is what the drill shows.

use std::collections::BTreeMap;
use std::iter;
use std::process::Command;

use serde_json::Value;

use super::cases::{PROGRAM, ledger, settle};
use super::support::isolation::alone;
use super::support::lab::{Case, Lab};
use super::support::ledger::Comparison;
use super::support::matrix;
use super::support::process::with_threads;
use super::support::six::{PLAIN, Six, VALIDATORS};
use super::support::tools::{self, Verdict};
use crate::golden::is_up_to_date;

/// How many questions are asked at a time: most of the time goes into servers that never answer.
const AT_ONCE: usize = 24;

/// Whose verdicts are compared with ours, in the order of the columns.
const TOOLS: [&str; 5] = [
    "delv",
    VALIDATORS[0],
    VALIDATORS[1],
    VALIDATORS[2],
    VALIDATORS[3],
];

/// What stands above the table.
const MATRIX_HEAD: &str = "# The lab in the eyes of other validators

<!-- Generated. `UPDATE_GOLDEN=1 cargo test --test it real::lab` writes it anew. -->

The two verdicts of a row are those on the case's name and on a name that does not exist. A dot is our
verdict; `varies` is a verdict that is not the same in every run. `ledger.tsv` has the reason for all else.

";

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
    alone("real::lab::other_validators_agree_on_the_lab", || {
        let lab = Lab::start_at(PROGRAM, 53);
        let six = Six::start(&lab);
        let (comparisons, mut complaints) = ask_everyone(&lab, &six);
        let ledger = ledger("lab");
        complaints.extend(ledger.complaints(&comparisons));
        let questions: Vec<_> = lab.cases().iter().flat_map(both_questions).collect();
        let views = with_threads(4, &questions, |(case, name, rtype, _)| {
            (case.clone(), views(&lab, name, rtype))
        });
        let (columns, counts) = against_columns(&views, &comparisons);
        println!("{counts}");
        complaints.extend(self::ledger("columns").complaints_of_columns(&columns));
        settle(&complaints);
        let table = matrix::markdown(&TOOLS, &comparisons, &ledger);
        is_up_to_date("tests/matrix.md", &format!("{MATRIX_HEAD}{table}"));
    });
}

/// What our columns say that are named after the validators: with luck, and without.
type Views = BTreeMap<&'static str, [Verdict; 2]>;

/// Our columns for one question.
fn views(lab: &Lab, name: &str, rtype: &str) -> Views {
    let audit = lab.with_start(|start| {
        let more = ["--validator", "all", "--timeout", "1s"];
        tools::audit(PROGRAM, start, name, rtype, &more)
    });
    let listed = audit.json["views"]
        .as_array()
        .expect("views were asked for");
    let verdict = |view: &Value, field: &str| view[field].as_str().and_then(Verdict::from_word);
    let of = |(ours, theirs): (&'static str, &'static str)| {
        let view = listed.iter().find(|view| view["validator"] == ours);
        let view = view.expect("each validator has a view");
        let lucky = verdict(view, "verdict").expect("a verdict");
        (theirs, [lucky, verdict(view, "or").unwrap_or(lucky)])
    };
    let words = ["unbound", "bind", "kresd", "pdns"];
    words.into_iter().zip(VALIDATORS).map(of).collect()
}

/// Each column against what its validator says: where chance decides, either outcome is right. A line counts
/// the certain ones that are right, those of chance that are, and those that are not.
fn against_columns(views: &[(String, Views)], said: &[Comparison]) -> (Vec<Comparison>, String) {
    let mut compared = Vec::new();
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for comparison in said.iter().filter(|said| VALIDATORS.contains(&said.tool)) {
        let views = views.iter().find(|(case, _)| *case == comparison.case);
        let [lucky, luckless] = views.expect("every question has views").1[comparison.tool];
        let is_right = [lucky, luckless].contains(&comparison.theirs);
        let kind = usize::from(lucky != luckless) + 2 * usize::from(!is_right);
        counts.entry(comparison.tool).or_default()[kind.min(2)] += 1;
        compared.push(Comparison {
            case: comparison.case.replacen("lab/", "columns/", 1),
            ours: if is_right { comparison.theirs } else { lucky },
            ..comparison.clone()
        });
    }
    let row = |(tool, [certain, chance, wrong]): (&&str, &[usize; 3])| {
        format!("{tool}: {certain} certain, {chance} either way, {wrong} wrong\n")
    };
    (compared, counts.iter().map(row).collect())
}

/// What delv and the validators say to both questions of every case, and what is wrong with what the
/// resolvers say that do not validate.
fn ask_everyone(lab: &Lab, six: &Six) -> (Vec<Comparison>, Vec<String>) {
    let cases = lab.cases();
    assert!(cases.len() > 100, "the lab has {} cases", cases.len());
    let questions: Vec<_> = cases.iter().flat_map(both_questions).collect();
    let anchor = lab.file("delv.anchor");
    let resolver = lab.resolver(false);
    let answers = with_threads(AT_ONCE, &questions, |(case, name, rtype, ours)| {
        let comparison = |(tool, (theirs, text))| Comparison {
            case: case.clone(),
            tool,
            theirs,
            ours: *ours,
            text,
        };
        let ask = |label| tools::validating_resolver(six.address(label), name, rtype);
        let plain = PLAIN.map(|label| (label, ask(label)));
        let has_data = plain[0].1.0 == Verdict::Insecure;
        let delv = tools::delv(resolver.address, &anchor, name, rtype);
        let validators = VALIDATORS.map(|label| (label, failing(ask(label), has_data)));
        let compared = iter::once(("delv", delv)).chain(validators);
        let compared: Vec<_> = compared.map(comparison).collect();
        (compared, plain.map(comparison))
    });
    let (comparisons, plain): (Vec<_>, Vec<_>) = answers.into_iter().unzip();
    let complaints = plain.iter().flatten().filter_map(complaint_of_plain);
    (comparisons.concat(), complaints.collect())
}

/// PowerDNS Recursor answers SERVFAIL even with CD where a denial is bogus. So a failure is one of validation
/// also where a resolver that does not validate finds data.
fn failing((verdict, text): (Verdict, String), has_data: bool) -> (Verdict, String) {
    match verdict {
        Verdict::Indeterminate if has_data => (Verdict::Bogus, text),
        verdict => (verdict, text),
    }
}

/// Who does not validate never says AD, and SERVFAIL only where nobody gets data.
fn complaint_of_plain(comparison: &Comparison) -> Option<String> {
    let Comparison {
        case,
        tool,
        theirs,
        ours,
        text,
    } = comparison;
    let is_plain = match theirs {
        Verdict::Insecure => true,
        Verdict::Indeterminate => *ours == Verdict::Indeterminate,
        Verdict::Secure | Verdict::Bogus => false,
    };
    (!is_plain).then(|| format!("{case} {tool}: not plain: {}\n{text}", theirs.word()))
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
