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
fn codes_that_were_renamed_lead_to_codes_in_use() {
    let known: BTreeSet<&str> = rows::rows().map(|row| row.code).collect();
    for (old, _) in codes::RENAMED {
        assert!(!known.contains(old), "{old} is in use again");
        assert!(known.contains(codes::current(old)), "{old} leads nowhere");
    }
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
