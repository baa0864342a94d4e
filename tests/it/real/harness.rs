//! The hierarchy itself, judged by delv and by named alone: a whole zone is secure, an unsigned one is
//! insecure, a broken one is bogus. If this fails, the other tests of this folder say nothing of us.

use super::cases::{Case, Setting, broken, healthy, ledger, mixed, questions, settle, unsigned};
use super::support::process::with_threads;

/// Compares the other tools with what is true by construction.
fn complaints(suite: &str, cases: &[Case]) -> Vec<String> {
    let setting = Setting::new(cases);
    let questions = questions(cases);
    let comparisons = with_threads(4, &questions, |question| {
        setting.compare(suite, question, question.expected())
    });
    ledger(suite).complaints(&comparisons.concat())
}

#[test]
fn other_validators_find_whole_zones_whole() {
    settle(&complaints("healthy", &healthy()));
}

#[test]
fn other_validators_find_unsigned_zones_insecure() {
    settle(&complaints("unsigned", &unsigned()));
}

#[test]
fn other_validators_find_broken_zones_bogus() {
    settle(&complaints("broken", &broken()));
}

#[test]
fn other_validators_find_a_good_server_beside_a_bad_one() {
    settle(&complaints("mixed", &mixed()));
}
