//! A row for each report (RFC 4180), for who keeps zones in a table.
//!
//! A cell that a spreadsheet would take for a formula has an apostrophe before it: what stands there came
//! from the network.

use super::{plain, subject};
use crate::report::status::Status;
use crate::report::{DelegationSigner, Inventory, Key, Report};

const COLUMNS: [&str; 15] = [
    "name",
    "type",
    "at",
    "verdict",
    "status",
    "reason",
    "worst",
    "findings",
    "message",
    "parent",
    "ds",
    "keys",
    "name_servers",
    "deadline",
    "deadline_what",
];

/// The headings.
pub(super) fn head() -> String {
    COLUMNS.join(",") + "\r\n"
}

/// One report.
pub(super) fn row(report: &Report, status: Status) -> String {
    let inventory = report.inventory.as_ref();
    let of_zone = |text: fn(&Inventory) -> String| inventory.map_or_else(String::new, text);
    let deadline = report.deadline.as_ref();
    let message = report.cause().or(report.findings.first());
    let cells = [
        report.query.name.to_string(),
        report.query.rtype.to_string(),
        report.at.to_string(),
        report.verdict.to_string(),
        status.to_string().to_lowercase(),
        report.reason.clone().unwrap_or_default(),
        report
            .worst()
            .map_or_else(String::new, |worst| worst.to_string()),
        list(
            report.findings.iter().map(|finding| finding.code.clone()),
            " ",
        ),
        message.map_or_else(String::new, |finding| finding.message.clone()),
        of_zone(|zone| {
            zone.parent
                .as_ref()
                .map_or_else(String::new, ToString::to_string)
        }),
        of_zone(|zone| list(zone.ds.iter().map(ds), "; ")),
        of_zone(|zone| list(zone.keys.iter().map(key), "; ")),
        of_zone(|zone| list(zone.name_servers.iter().map(ToString::to_string), " ")),
        deadline.map_or_else(String::new, |deadline| deadline.at.to_string()),
        deadline.map_or_else(String::new, |deadline| deadline.what.clone()),
    ];
    debug_assert_eq!(cells.len(), COLUMNS.len(), "{}", subject(report));
    list(cells.iter().map(|cell| quoted(cell)), ",") + "\r\n"
}

fn list(items: impl Iterator<Item = String>, between: &str) -> String {
    items.collect::<Vec<_>>().join(between)
}

/// As a registrar's form has it: key tag, algorithm, digest type, digest.
fn ds(ds: &DelegationSigner) -> String {
    let (tag, algorithm, digest_type) = (ds.key_tag, ds.algorithm, ds.digest_type);
    format!(
        "{tag} {algorithm} {digest_type} {}",
        ds.digest.to_uppercase()
    )
}

fn key(key: &Key) -> String {
    format!("{} {} {}", key.key_tag, key.algorithm, key.flags)
}

fn quoted(cell: &str) -> String {
    let cell = plain(cell);
    let guard = match cell.starts_with(['=', '+', '-', '@']) {
        true => "'",
        false => "",
    };
    match cell.contains([',', '"']) || !guard.is_empty() {
        true => format!("\"{guard}{}\"", cell.replace('"', "\"\"")),
        false => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_can_hold_anything_and_is_no_formula() {
        for (cell, written) in [
            ("plain", "plain"),
            ("a, b", "\"a, b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("@sum", "\"'@sum\""),
            ("two\nlines", "two lines"),
        ] {
            assert_eq!(quoted(cell), written);
        }
    }
}
