//! What `dnssec-verify`, `ldns-verify-zone` and `kzonecheck` say of every bent zone: a ledger, in which each
//! disagreement has its reason.
//!
//! `UPDATE_GOLDEN=1` writes what they say anew and keeps the reasons.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::mutations::{Bent, all};
use super::signed::{NOW, Scratch, verified};
use crate::golden::is_up_to_date;
use crate::real::support::process::in_parallel;
use anchorwatch::report::Severity;

const LEDGER: &str = "tests/zone-ledger.tsv";

const HEAD: &str = "\
# What others say of each bent zone of tests/it/zone: group, what is bent, the codes it has here, the worst
# weight, then dnssec-verify, ldns-verify-zone and kzonecheck: `passes` or `refuses`; last, where one of them
# disagrees, who misses what, and why.
";

/// Whether a program lets the zone through.
fn passes(folder: &Path, program: &str, words: &[&str]) -> bool {
    let output = Command::new(program)
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; tests/run installs it"));
    let code = output.status.code();
    code.unwrap_or_else(|| panic!("{program}: {output:?}")) == 0
}

/// What the three say, in the order of the columns.
fn peers(bent: &Bent) -> [bool; 3] {
    let scratch = Scratch::new();
    std::fs::write(scratch.0.join("zone"), &bent.text).unwrap();
    let now = NOW.compact();
    [
        passes(
            &scratch.0,
            "dnssec-verify",
            &["-q", "-o", "example.", "zone"],
        ),
        passes(&scratch.0, "ldns-verify-zone", &["-V0", "-t", &now, "zone"]),
        passes(
            &scratch.0,
            "kzonecheck",
            &["-d", "on", "-t", &now, "-o", "example.", "zone"],
        ),
    ]
}

fn word(passes: bool) -> &'static str {
    if passes { "passes" } else { "refuses" }
}

/// The worst weight that we give.
fn weight(bent: &Bent) -> Option<Severity> {
    let origin = Some("example.".parse().unwrap());
    let outcome = verified(&bent.text, |settings| settings.origin = origin).unwrap();
    let told = outcome.faults.iter().map(|fault| fault.severity);
    told.filter(|severity| *severity > Severity::Notice).max()
}

/// The reasons in the ledger as it is, by group and what is bent.
fn reasons() -> BTreeMap<(String, String), String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(LEDGER);
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let key = (fields[0].to_owned(), fields[1].to_owned());
            let reason = fields.get(7).filter(|reason| !reason.is_empty())?;
            Some((key, (*reason).to_owned()))
        })
        .collect()
}

#[test]
fn the_ledger_says_who_sees_what() {
    let mutations = all();
    let said = in_parallel(&mutations, |bent| (peers(bent), weight(bent)));
    let mut reasons = reasons();
    let mut text = HEAD.to_owned();
    let mut unexplained = Vec::new();
    for (bent, (peers, weight)) in mutations.iter().zip(said) {
        let key = (bent.group.to_owned(), bent.what.clone());
        let reason = reasons.remove(&key).unwrap_or_default();
        // What is only warned of may be let through.
        let is_right = match weight {
            None => peers == [true; 3],
            Some(Severity::Warning) => true,
            Some(_) => peers == [false; 3],
        };
        if !is_right && reason.is_empty() {
            unexplained.push(format!("{} {}", bent.group, bent.what));
        }
        let weight = weight.map_or("good".to_owned(), |weight| {
            format!("{weight:?}").to_lowercase()
        });
        let codes = match bent.expected[..] {
            [] => "-".to_owned(),
            _ => bent.expected.join(" "),
        };
        let [bind, ldns, knot] = peers.map(word);
        let line = [
            bent.group, &bent.what, &codes, &weight, bind, ldns, knot, &reason,
        ]
        .join("\t");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    is_up_to_date(LEDGER, &text);
    assert!(
        unexplained.is_empty(),
        "say why in {LEDGER}: {unexplained:#?}"
    );
    assert!(
        reasons.is_empty(),
        "reasons for what is no longer bent: {reasons:#?}"
    );
}
