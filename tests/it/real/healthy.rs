//! Whole zones, and zones that are properly unsigned.

use super::cases::{Case, Question, Setting, demand, healthy, questions, settle, unsigned};
use super::support::tools::{Audit, Verdict};

fn is_clean(question: &Question<'_>, audit: &Audit) -> Result<(), String> {
    let expected = question.expected();
    let verdict = format!("{} expected", expected.word());
    demand(audit.verdict == expected, question, audit, &verdict)?;
    demand(
        audit.faults().is_empty(),
        question,
        audit,
        "a fault in a whole zone",
    )?;
    demand(audit.exit == 0, question, audit, "exit 0 expected")
}

#[test]
fn whole_zones_are_secure_without_a_fault() {
    let cases = healthy();
    let setting = Setting::new(&cases);
    settle(&setting.complaints("healthy", &cases, is_clean));
    settle(&at_other_times(&setting, &cases));
}

#[test]
fn unsigned_zones_are_insecure_without_a_fault() {
    let cases = unsigned();
    settle(&Setting::new(&cases).complaints("unsigned", &cases, is_clean));
}

/// The same zones in ten years and ten years ago: the root's own signatures are not valid then.
fn at_other_times(setting: &Setting, cases: &[Case]) -> Vec<String> {
    let instants = [
        ("2036-01-01T00:00:00Z", "rrsig-expired"),
        ("2016-01-01T00:00:00Z", "rrsig-not-yet-valid"),
    ];
    let judge = |(instant, code): &(&str, &str)| {
        let question = &questions(cases)[0];
        let audit = setting.audit(question, &["--at", instant]);
        let is_bogus = audit.verdict == Verdict::Bogus && audit.exit == 2;
        let what = format!("bogus with {code} at {instant} expected");
        demand(
            is_bogus && audit.codes().contains(code),
            question,
            &audit,
            &what,
        )
        .err()
    };
    instants.iter().filter_map(judge).collect()
}
