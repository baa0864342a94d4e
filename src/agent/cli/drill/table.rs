//! The rows of a drill as a table: what failed first, then the rest in the order of the cases.

use std::fmt::Write;

use serde_json::json;
use tabled::builder::Builder;
use tabled::settings::Style as Frame;

use super::Row;
use crate::report::Verdict;
use crate::report::render::{Role, Style, escape_markdown, plain};

const COLUMNS: [&str; 8] = [
    "",
    "case",
    "expected",
    "found",
    "missing name",
    "found",
    "cause",
    "time",
];

/// For people: the table, what differs in each failed row, the summary.
pub fn text(rows: &[Row], style: &Style) -> String {
    let rows = failures_first(rows);
    let mut builder = Builder::new();
    builder.push_record(COLUMNS);
    for row in &rows {
        builder.push_record(cells(row));
    }
    let mut table = builder.build();
    let table = table.with(Frame::blank()).to_string();
    let mut out = String::new();
    for (line, row) in table
        .lines()
        .zip(std::iter::once(None).chain(rows.iter().map(Some)))
    {
        let line = line.trim_end();
        let is_failed = row.is_some_and(|row| !row.is_as_expected);
        let line = if is_failed {
            style.paint(Role::Bad, line)
        } else {
            line.to_owned()
        };
        let _ = writeln!(out, "{line}");
    }
    out += &differences(&rows);
    let _ = writeln!(out, "\n{}", summary(&rows));
    out
}

/// `91 of 92 as expected`, and how many were drilled twice.
fn summary(rows: &[&Row]) -> String {
    let good = rows.iter().filter(|row| row.is_as_expected).count();
    let second = rows.iter().filter(|row| row.is_second).count();
    let again = match second {
        0 => String::new(),
        _ => format!("; {second} at the second attempt, since answers came too late at the first"),
    };
    format!("{good} of {} as expected{again}", rows.len())
}

fn failures_first(rows: &[Row]) -> Vec<&Row> {
    let mut sorted: Vec<&Row> = rows.iter().collect();
    sorted.sort_by_key(|row| row.is_as_expected);
    sorted
}

fn cells(row: &Row) -> [String; 8] {
    let shown = |verdict: Option<Verdict>| verdict.map_or("-".to_owned(), |v| v.to_string());
    let mark = if row.is_as_expected { "✓" } else { "✗" };
    [
        mark.to_owned(),
        plain(&row.case),
        row.expected.to_string(),
        shown(row.found),
        shown(row.missing_expected),
        shown(row.missing_found),
        row.cause.clone().unwrap_or_else(|| "-".to_owned()),
        time(row.took_ms),
    ]
}

fn time(milliseconds: u64) -> String {
    match milliseconds {
        0..1000 => format!("{milliseconds} ms"),
        _ => format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100),
    }
}

fn differences(rows: &[&Row]) -> String {
    let mut out = String::new();
    for row in rows.iter().filter(|row| !row.is_as_expected) {
        let _ = writeln!(out, "\n✗ {}: {}", plain(&row.case), plain(&row.fault));
        for difference in row.differences() {
            let _ = writeln!(out, "    {}", plain(&difference));
        }
    }
    out
}

/// One JSON document, rows in the order of the cases.
pub fn json(rows: &[Row]) -> String {
    let good = rows.iter().filter(|row| row.is_as_expected).count();
    let document = json!({
        "schema": "anchorwatch.drill/1",
        "as_expected": good,
        "total": rows.len(),
        "cases": rows,
    });
    format!("{document:#}\n")
}

/// For tickets and chat.
pub fn markdown(rows: &[Row]) -> String {
    let rows = failures_first(rows);
    let mut out = format!(
        "| {} |\n|{}\n",
        COLUMNS.join(" | "),
        "---|".repeat(COLUMNS.len())
    );
    for row in &rows {
        let cells = cells(row).map(|cell| escape_markdown(&cell));
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    for row in rows.iter().filter(|row| !row.is_as_expected) {
        let differences = row.differences().join("; ");
        let _ = write!(
            out,
            "\n- ✗ {}: {}",
            escape_markdown(&row.case),
            escape_markdown(&differences)
        );
    }
    let _ = writeln!(out, "\n{}", summary(&rows));
    out
}
