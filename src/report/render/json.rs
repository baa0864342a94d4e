//! The contract `anchorwatch.report/1`: fields are added, never renamed.

use crate::report::Report;

/// The report as one JSON document, indented, with a final line end.
pub fn json(report: &Report) -> String {
    let text = serde_json::to_string_pretty(report);
    text.expect("a report holds nothing but text, numbers and maps with text keys") + "\n"
}

/// The report as one line of JSON, with its line end.
pub fn ndjson(report: &Report) -> String {
    let text = serde_json::to_string(report);
    text.expect("a report holds nothing but text, numbers and maps with text keys") + "\n"
}
