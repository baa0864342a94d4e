//! Zones with one fault each, at all servers or at one of two.

use super::cases::{Case, MISSING, Question, Setting, broken, demand, mixed, settle};
use super::support::tools::{Audit, Verdict};

/// The verdict is right, and where it is bogus the first finding is the one that names the fault.
fn is_named(question: &Question<'_>, audit: &Audit) -> Result<(), String> {
    let expected = question.expected();
    let verdict = format!("{} expected", expected.word());
    demand(audit.verdict == expected, question, audit, &verdict)?;
    if expected != Verdict::Bogus {
        return Ok(());
    }
    demand(audit.exit == 2, question, audit, "exit 2 expected")?;
    let cause = audit.json["findings"][0]["code"].as_str();
    demand(
        cause.is_some_and(|cause| question.case.codes.contains(&cause)),
        question,
        audit,
        &format!("first {}", wanted(question)),
    )
}

/// The answer is secure, and the server that has the fault is told.
fn is_told(question: &Question<'_>, audit: &Audit) -> Result<(), String> {
    demand(
        audit.verdict == Verdict::Secure,
        question,
        audit,
        "secure expected",
    )?;
    // A fault of the address of `www` shows only where that is asked for.
    if question.label == MISSING && question.case.plan.name.contains("-a.") {
        return Ok(());
    }
    demand(
        has_code(question.case, audit),
        question,
        audit,
        &wanted(question),
    )?;
    demand(audit.exit == 2, question, audit, "exit 2 expected")
}

fn has_code(case: &Case, audit: &Audit) -> bool {
    let found = audit.codes();
    case.codes.iter().any(|code| found.contains(code))
}

fn wanted(question: &Question<'_>) -> String {
    format!("one of {:?} expected", question.case.codes)
}

#[test]
fn broken_zones_are_bogus_and_the_fault_is_named() {
    let cases = broken();
    settle(&Setting::new(&cases).complaints("broken", &cases, is_named));
}

#[test]
fn a_bad_server_beside_a_good_one_is_told() {
    let cases = mixed();
    settle(&Setting::new(&cases).complaints("mixed", &cases, is_told));
}
