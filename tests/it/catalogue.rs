//! The index of the catalogue is made of the checks and of the table of all codes, and holds both together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anchorwatch::checks::coverage::{Group, State, coverage};
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
        None => {
            let state = match rows::told_by(row) {
                Some(place) => format!("told by {place}"),
                None => format!("waits for {}", rows::waits_for(row)),
            };
            format!(
                "| `{}` | {} | {}. | {state} |\n",
                row.code,
                row.severity,
                escape(row.meaning.trim_end_matches('.')),
            )
        }
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
        let weight = check.severity.to_string();
        assert_eq!(row.severity, weight, "weight of {}", check.code);
        let area = row.area.replace('-', "_");
        let file = format!("{area}/{}.rs", check.code.replace('-', "_"));
        assert!(root.join(&file).is_file(), "{}: no {file}", check.code);
    }
}

#[test]
fn codes_that_were_renamed_lead_to_codes_in_use() {
    let known: BTreeSet<&str> = rows::rows().map(|row| row.code).collect();
    for (old, _) in codes::RENAMED {
        assert!(!known.contains(old), "{old} is in use again");
        assert!(known.contains(codes::current(old)), "{old} leads nowhere");
    }
}

/// A file of the package, with what stands between two marks replaced.
fn replaced(path: &str, (begin, end): (&str, &str), inner: &str) -> String {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(file).expect("the file is there");
    let (before, rest) = text.split_once(begin).expect("the first mark is there");
    let (_, after) = rest.split_once(end).expect("the second mark is there");
    format!("{before}{begin}{inner}{end}{after}")
}

#[test]
fn the_readme_quotes_the_coverage() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_anchorwatch"))
        .args(["catalogue", "--coverage"])
        .output()
        .expect("our program can be run");
    let text = String::from_utf8(output.stdout).expect("codes are ASCII");
    let (summary, _) = text.split_once("\n\n").expect("the summary comes first");
    let (head, rest) = summary.split_once('\n').expect("a line for each tool");
    let marks = (head, "\n```");
    golden::is_up_to_date(
        "README.md",
        &replaced("README.md", marks, &format!("\n{rest}")),
    );
}

#[test]
fn the_changelog_names_every_code() {
    let mut areas: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for check in CHECKS {
        areas
            .entry(check.area.to_string())
            .or_default()
            .insert(check.code);
    }
    let mut list = String::from("\n");
    for (area, codes) in areas {
        let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
        let _ = writeln!(list, "- {area}: {}", codes.join(", "));
    }
    let marks = ("<!-- codes -->", "<!-- /codes -->");
    golden::is_up_to_date("CHANGELOG.md", &replaced("CHANGELOG.md", marks, &list));
}

#[test]
fn every_code_of_the_other_tools_is_ours_or_left_out_with_a_reason() {
    let mut ours: BTreeSet<(bool, String)> = BTreeSet::new();
    for row in rows::rows() {
        for (is_dnsviz, theirs) in [(true, row.dnsviz), (false, row.zonemaster)] {
            ours.extend(
                theirs
                    .split_whitespace()
                    .map(|code| (is_dnsviz, code.to_owned())),
            );
        }
    }
    let mut named = BTreeSet::new();
    for foreign in coverage() {
        let key = (foreign.group == Group::DnsViz, foreign.key().into_owned());
        let is_left = matches!(foreign.state, State::Left(_));
        assert!(
            ours.contains(&key) != is_left,
            "{key:?}: {:?}",
            foreign.state
        );
        assert!(named.insert(key), "{} stands twice", foreign.full());
    }
    let unknown: Vec<_> = ours.difference(&named).collect();
    assert!(unknown.is_empty(), "in no other tool: {unknown:?}");
}

#[test]
fn what_is_told_of_whole_zones_weighs_what_the_table_says() {
    for code in anchorwatch::zone::CODES {
        let row =
            rows::find(code.name).unwrap_or_else(|| panic!("{} is not in the table", code.name));
        let weight = format!("{:?}", code.severity).to_lowercase();
        assert_eq!(row.severity, weight, "{}", code.name);
    }
}
