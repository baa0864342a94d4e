//! The hierarchy itself, judged by delv and by named alone: a whole zone is secure, an unsigned one is
//! insecure, a broken one is bogus. If this fails, the other tests of this folder say nothing of us.

use super::cases::{AT_ONCE, Case, Setting, broken, healthy, ledger, questions, settle, unsigned};
use super::support::process::with_threads;

/// Compares the other tools with what is true by construction.
fn disagreements(suite: &str, cases: &[Case]) -> Vec<String> {
    let setting = Setting::new(cases);
    let questions = questions(cases);
    let comparisons = with_threads(AT_ONCE, &questions, |question| {
        setting.compare(suite, question, question.expected())
    });
    ledger(suite).disagreements(&comparisons.concat())
}

/// Every so many of the cases: the signers, denials and servers come round in turn.
fn some(cases: Vec<Case>, every: usize) -> Vec<Case> {
    cases.into_iter().step_by(every).collect()
}

#[test]
fn other_validators_find_whole_zones_whole() {
    settle(&disagreements("healthy", &some(healthy(), 5)));
}

#[test]
fn other_validators_find_unsigned_zones_insecure() {
    settle(&disagreements("unsigned", &unsigned()[..3]));
}

#[test]
fn other_validators_find_broken_zones_bogus() {
    settle(&disagreements("broken", &some(broken(), 7)));
}
