//! The index of the catalogue is made of the checks and of the table of all codes, and holds both together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anchorwatch::checks::rows::{self, Row};
use anchorwatch::checks::{CHECKS, Check};
use anchorwatch::report::codes;

use crate::golden;

const HEAD: &str = "<!-- Made by tests/it/catalogue.rs from the checks and catalogue.tsv: do not edit. \
`UPDATE_GOLDEN=1 cargo test --test it catalogue` writes it anew. -->

# The catalogue

One code for each kind of fault. `anchorwatch explain CODE` shows the page of a check, which is the doc comment
in its file; `src/README.md` tells how to add one.
";

#[test]
fn the_index_is_up_to_date() {
    golden::is_up_to_date("src/checks/README.md", &index());
}

fn index() -> String {
    let checks: BTreeMap<&str, &Check> = CHECKS.iter().map(|check| (check.code, *check)).collect();
    let mut areas: Vec<&str> = Vec::new();
    for row in rows::rows() {
        if !areas.contains(&row.area) {
            areas.push(row.area);
        }
    }
    let mut out = format!(
        "{HEAD}\n{} of {} codes are checked.\n",
        checks.len(),
        rows::rows().count()
    );
    for area in areas {
        let _ = write!(
            out,
            "\n## {area}\n\n| code | severity | finds | state |\n|---|---|---|---|\n"
        );
        for row in rows::rows().filter(|row| row.area == area) {
            out += &line(&row, checks.get(row.code).copied());
        }
    }
    out
}

fn line(row: &Row, check: Option<&Check>) -> String {
    let escape = |text: &str| text.replace('|', "\\|");
    match check {
        Some(check) => format!(
            "| [`{code}`]({area}/{file}.rs) | {} | {} | done since 0.1.0 |\n",
            check.severity,
            escape(check.summary),
            code = check.code,
            area = check.area.to_string().replace('-', "_"),
            file = check.code.replace('-', "_"),
        ),
        None => format!(
            "| `{}` | {} | {}. | waits for {} |\n",
            row.code,
            row.severity,
            escape(row.meaning.trim_end_matches('.')),
            rows::waits_for(row)
        ),
    }
}

#[test]
fn every_check_has_its_row_and_its_file() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/checks");
    for check in CHECKS {
        let row = rows::find(check.code);
        let row =
            row.unwrap_or_else(|| panic!("{} is not in src/checks/catalogue.tsv", check.code));
        assert_eq!(row.area, check.area.to_string(), "area of {}", check.code);
        let area = row.area.replace('-', "_");
        let file = format!("{area}/{}.rs", check.code.replace('-', "_"));
        assert!(root.join(&file).is_file(), "{}: no {file}", check.code);
    }
}

#[test]
fn every_check_has_a_case_that_fires_it() {
    let lab = anchorwatch::lab::Lab::new(anchorwatch::dns::Timestamp(1_790_000_000));
    let tests = test_sources();
    let lacking = CHECKS.iter().map(|check| check.code).filter(|code| {
        let is_in_lab = lab.cases().iter().any(|case| case.codes.contains(code));
        !is_in_lab && !tests.contains(&format!("\"{code}\""))
    });
    let lacking: Vec<&str> = lacking.collect();
    let known: Vec<&str> = WITHOUT_CASE
        .iter()
        .flat_map(|(_, codes)| *codes)
        .copied()
        .collect();
    let new: Vec<_> = lacking
        .iter()
        .filter(|code| !known.contains(code))
        .collect();
    assert!(
        new.is_empty(),
        "give these a case that fires them and a near miss: {new:?}"
    );
    let done: Vec<_> = known
        .iter()
        .filter(|code| !lacking.contains(code))
        .collect();
    assert!(
        done.is_empty(),
        "these have a case now and must leave the list: {done:?}"
    );
}

/// The text of all test code of the library and of the tests with real servers, where a code in quotes
/// stands for a case: its lists of codes expect each of them.
fn test_sources() -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![
        root.join("src"),
        root.join("tests/it/real"),
        root.join("tests/it/support"),
    ];
    let mut text = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the package") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).expect("a source");
                let is_test = path.components().any(|part| part.as_os_str() == "tests")
                    || path.ends_with("tests.rs");
                let at = match is_test {
                    true => Some(0),
                    false => source.find("#[cfg(test)]"),
                };
                text.extend(at.map(|at| &source[at..]));
            }
        }
    }
    text
}

/// Checks without a case of their own, and what they want of one. A check that is new may not join them.
const WITHOUT_CASE: &[(&str, &[&str])] = &[
    (
        "the record with the fault must be signed, and the lab's signer makes none such yet",
        &[
            "nsec3-hash-unsupported",
            "nsec3-flags-unassigned",
            "nsec3-mixed-parameters",
            "nsec3-no-match-for-nodata",
            "nsec3-with-nsec-only-algorithm",
            "nsec3-opt-out-required",
            "nsec3-next-hash-invalid",
            "nsec3-owner-invalid",
            "nsec3-salt-nonempty",
            "nsec3param-multiple",
            "cds-would-break-delegation",
            "cds-cdnskey-only-one",
            "cds-cdnskey-mismatch",
            "cds-matches-no-dnskey",
            "cds-delete-mixed",
            "cds-inconsistent-servers",
            "cds-delete-malformed",
            "rrsig-shorter-than-soa-expire",
            "rrsig-by-non-zone-key",
            "rrsig-by-revoked-key",
            "rrsig-missing-for-ds-algorithm",
            "rrsig-none-valid",
            "denial-ttl-wrong",
        ],
    ),
    (
        "a server must give right records as the wrong proof, and the lab's servers do not",
        &[
            "denial-wildcard-not-covered",
            "denial-wildcard-covered",
            "denial-existing-name-covered",
            "denial-nsec-nsec3-mixed",
            "denial-referral-with-ds",
            "denial-referral-with-soa",
            "denial-referral-without-ns",
            "denial-ancestor-delegation-misused",
            "nsec-name-covered-in-nodata",
            "nsec-wildcard-expansion-invalid",
            "nsec-no-match-for-nodata",
        ],
    ),
    (
        "a server must drop what is large or signed in one way and not in another",
        &["dnssec-records-unobtainable"],
    ),
];

#[test]
fn codes_that_were_renamed_lead_to_codes_in_use() {
    let known: BTreeSet<&str> = rows::rows().map(|row| row.code).collect();
    for (old, _) in codes::RENAMED {
        assert!(!known.contains(old), "{old} is in use again");
        assert!(known.contains(codes::current(old)), "{old} leads nowhere");
    }
}
