//! The whole catalogue as a table: what is checked here, and what the best tools of the field check that
//! this build does not yet.
//!
//! `catalogue.tsv` has a row for each code: area, code, severity, RFC, meaning, and what DNSViz and
//! Zonemaster call it. `README.md` beside it is made of the table and of [`CHECKS`](super::CHECKS).

const TABLE: &str = include_str!("catalogue.tsv");

/// One code of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// What it is about.
    pub area: &'static str,
    /// Stable name.
    pub code: &'static str,
    /// Weight: `bogus`, `error`, `warning` or `notice`.
    pub severity: &'static str,
    /// RFC and section, as `4035 s5.2`.
    pub rfc: &'static str,
    /// What it finds.
    pub meaning: &'static str,
    /// Names in DNSViz.
    pub dnsviz: &'static str,
    /// Names in Zonemaster.
    pub zonemaster: &'static str,
}

/// Every row, in the order of the table.
pub fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().skip(1).filter_map(row)
}

/// The row of a code.
pub fn find(code: &str) -> Option<Row> {
    rows().find(|row| row.code == code)
}

fn row(line: &'static str) -> Option<Row> {
    let mut fields = line.split('\t');
    Some(Row {
        area: fields.next()?,
        code: fields.next()?,
        severity: fields.next()?,
        rfc: fields.next()?,
        meaning: fields.next()?,
        dnsviz: fields.next()?,
        zonemaster: fields.next()?,
    })
}

/// What a row without a check waits for.
pub fn waits_for(row: &Row) -> &'static str {
    let by_code = WAITS.iter().find(|(_, codes)| codes.contains(&row.code));
    match (by_code, row.area) {
        (Some((reason, _)), _) => reason,
        (None, "zone-file") => "servers beside a whole zone",
        (None, "key-files") => "key files",
        (None, "rollover" | "state") => "history",
        (None, "transport") => "probes of the transport",
        (None, "resolvers") => "the resolver view",
        (None, _) => "its check",
    }
}

/// Rows that wait for something else than the rest of their area.
const WAITS: &[(&str, &[&str])] = &[
    (
        "history",
        &["rrsig-expiring-soon-relative", "csync-update-overdue"],
    ),
    (
        "configuration",
        &[
            "ds-differs-from-expected",
            "predelegation-ds-not-supplied",
            "algorithm-policy-violation",
        ],
    ),
    ("several zones at once", &["dnskey-reused-across-zones"]),
    (
        "questions at signalling names",
        &[
            "bootstrap-signal-missing",
            "bootstrap-signal-insecure",
            "bootstrap-signal-mismatch",
            "dsync-endpoint-unusable",
        ],
    ),
    (
        "the agent; a command refuses such a file with exit 64",
        &["trust-anchor-file-invalid"],
    ),
    ("a listener for error reports", &["error-report-received"]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_is_a_row_and_no_code_stands_twice() {
        assert_eq!(rows().count(), TABLE.lines().count() - 1);
        let mut codes = BTreeSet::new();
        for row in rows() {
            assert!(codes.insert(row.code), "{} stands twice", row.code);
            assert!(
                ["bogus", "error", "warning", "notice"].contains(&row.severity),
                "{}",
                row.code
            );
            assert!(!row.meaning.is_empty(), "{}", row.code);
        }
    }

    #[test]
    fn what_waits_is_in_the_table() {
        for code in WAITS.iter().flat_map(|(_, codes)| *codes) {
            assert!(find(code).is_some(), "{code}");
        }
    }
}
