//! Zones with several chains of NSEC3 records, as they are while the salt changes: each that NSEC3PARAM announces
//! has to be whole, since a server may go by any (RFC 5155, section 4).

use anchorwatch::report::Severity;
use anchorwatch::report::status::Status;
use anchorwatch::zone::Outcome;

use super::signed::{Scratch, UNSIGNED, codes, keys, sign_with_ldns, verified};

/// The zone with these NSEC3PARAM records, and for each salt all its NSEC3 records. The TTL of its NSEC3PARAM
/// records is that of the others.
fn zone(announced: &[&str], salts: &[&str]) -> String {
    let scratch = Scratch::new();
    let keys = keys(&scratch.0);
    let lines = announced
        .iter()
        .map(|what| format!("@ NSEC3PARAM {what}\n"));
    let text = format!("{UNSIGNED}{}", lines.collect::<String>());
    let one = |salt: &&str| {
        let words = ["-n", "-t", "0", "-s", salt];
        sign_with_ldns(&scratch.0, &text, &keys, &words)
    };
    let mut all: Vec<String> = salts.iter().map(one).collect();
    let first = all.remove(0);
    let is_proof = |line: &&str| line.contains("\tNSEC3\t") || line.contains("\tRRSIG\tNSEC3 ");
    let more = all.iter().flat_map(|text| text.lines().filter(is_proof));
    more.fold(first, |zone, line| zone + line + "\n")
}

fn judged(announced: &[&str], salts: &[&str]) -> Outcome {
    verified(&zone(announced, salts), |_| {}).unwrap()
}

fn total(outcome: &Outcome, code: &str) -> u64 {
    let mut faults = outcome.faults.iter();
    faults
        .find(|fault| fault.code == code)
        .map_or(0, |fault| fault.total)
}

const AB: &str = "1 0 0 AB";
const CD: &str = "1 0 0 CD";

#[test]
fn two_whole_chains_are_a_change_under_way() {
    let one = judged(&[AB], &["AB"]);
    assert_eq!(codes(&one), [""; 0]);
    let two = judged(&[AB, CD], &["AB", "CD"]);
    assert_eq!(codes(&two), ["nsec3param-multiple"]);
    assert_eq!(two.counts.nsec3, 2 * one.counts.nsec3);
    assert_eq!(two.status(Severity::Error), Status::Ok);
}

#[test]
fn a_chain_that_is_announced_and_not_there_is_no_chain() {
    let whole = judged(&[AB], &["AB"]);
    for announced in [[AB, CD], [CD, AB]] {
        for salt in ["AB", "CD"] {
            let outcome = judged(&announced, &[salt]);
            let told = codes(&outcome);
            assert!(told.contains(&"zone-nsec-missing"), "{told:?}");
            assert!(told.contains(&"nsec3param-multiple"), "{told:?}");
            let missing = ["zone-nsec-missing", "zone-nsec3-ent-missing"];
            let missing: u64 = missing.iter().map(|code| total(&outcome, code)).sum();
            assert_eq!(missing, whole.counts.nsec3);
            assert_eq!(outcome.status(Severity::Error), Status::Critical);
        }
    }
}

#[test]
fn one_record_of_the_second_chain_that_is_missing_is_noticed() {
    let text = zone(&[AB, CD], &["AB", "CD"]);
    let mut last = None;
    let lines = text.lines().filter(|line| line.contains("\tNSEC3\t"));
    for line in lines {
        last = Some(line);
    }
    let bent = text.replace(&format!("{}\n", last.unwrap()), "");
    let outcome = verified(&bent, |_| {}).unwrap();
    assert_eq!(outcome.status(Severity::Error), Status::Critical);
    let missing = ["zone-nsec-missing", "zone-nsec3-ent-missing"];
    let missing: u64 = missing.iter().map(|code| total(&outcome, code)).sum();
    assert_eq!(missing, 1, "{:?}", codes(&outcome));
    let fault = outcome
        .faults
        .iter()
        .find(|fault| missing_of(fault.code))
        .unwrap();
    assert!(fault.first[0].message.contains("salt CD"), "{fault:?}");
}

fn missing_of(code: &str) -> bool {
    matches!(code, "zone-nsec-missing" | "zone-nsec3-ent-missing")
}

/// Every name is hashed for each chain, so that there is an end to it.
#[test]
fn a_great_many_chains_are_not_gone_through() {
    let many: Vec<String> = (0..100).map(|n| format!("1 0 0 {n:04X}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let outcome = judged(&many, &["0000"]);
    assert_eq!(codes(&outcome), ["nsec3param-multiple"]);
    assert!(!outcome.is_denial_checked);
    assert_eq!(outcome.status(Severity::Warning), Status::Unknown);
}

/// A chain that no NSEC3PARAM announces is being made or taken away. No server goes by it.
#[test]
fn a_chain_that_is_not_announced_is_a_warning() {
    let outcome = judged(&[AB], &["AB", "CD"]);
    assert_eq!(codes(&outcome), ["nsec3param-chain-mismatch"]);
    assert_eq!(
        total(&outcome, "nsec3param-chain-mismatch"),
        outcome.counts.nsec3 / 2
    );
    assert_eq!(outcome.status(Severity::Error), Status::Ok);
    assert_eq!(outcome.status(Severity::Warning), Status::Warning);
}

/// Such a record is to be passed over (RFC 5155, section 4.1.2), so that it announces nothing.
#[test]
fn what_has_flags_announces_no_chain() {
    let outcome = judged(&[AB, "1 1 0 CD"], &["AB"]);
    assert_eq!(codes(&outcome), ["nsec3-flags-unassigned"]);
    let outcome = judged(&["1 1 0 AB"], &["AB"]);
    let told = ["nsec3-flags-unassigned", "nsec3param-chain-mismatch"];
    assert_eq!(codes(&outcome), told);
}
