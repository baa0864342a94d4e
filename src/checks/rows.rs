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

/// Said of a row that waits for nothing that is lacking.
const NOTHING: &str = "its check";

/// What a row without a check waits for.
pub fn waits_for(row: &Row) -> &'static str {
    let by_code = WAITS.iter().find(|(_, codes)| codes.contains(&row.code));
    match (by_code, row.area) {
        (Some((reason, _)), _) => reason,
        (None, "key-files") => "key files",
        (None, _) => NOTHING,
    }
}

/// Where it stands what a row is about that no check states: facts about healthy zones, which findings would
/// only bury the faults under, and the state of the agent itself.
pub fn told_by(row: &Row) -> Option<&'static str> {
    let told = TOLD.iter().find(|(_, code)| *code == row.code);
    told.map(|(place, _)| *place)
}

/// What tells it, and the code.
const TOLD: &[(&str, &str)] = &[
    (
        "`inventory.keys` of a report, its chain with a row for each server, and `dnssec_zone_key_info`",
        "state-zone-signed",
    ),
    (
        "`inventory.ds` of a report, with the servers that have each, and `dnssec_zone_ds_holds`",
        "state-ds-present",
    ),
    (
        "`inventory.nsec3_iterations` of a report, null with NSEC, and `denials`",
        "state-denial-mode",
    ),
    (
        "`inventory.signatures` of a report, which has a row for CDS and one for CDNSKEY",
        "state-cds-cdnskey",
    ),
    (
        "`dnssec_zone_rrsig_expiry_timestamp_seconds`, and `inventory.signatures` of a report",
        "state-signature-expiry",
    ),
    (
        "`deadline` of a report, and `dnssec_zone_deadline_timestamp_seconds`; for a resolver that is behind, `resolver-recovery-pending`",
        "timing-incident-window",
    ),
    (
        "`audit --zones` with the delegations that have DS, within rates a server: `ds-no-secure-entry-point` and its causes at each child",
        "zone-child-ds-broken",
    ),
    (
        "`zone --axfr`, which then says why in one line and ends with exit code 3: nothing is known of the zone",
        "zone-transfer-failed",
    ),
    (
        "`anchorwatch_config_last_reload_successful`: the agent reads the file with its configuration, ends with exit 64 at the start, and keeps the anchors it has at a reload",
        "trust-anchor-file-invalid",
    ),
    (
        "`ds-missing-for-signed-zone` of an audit with `--with-ns`: without `--with-ds` it says so of the zone that is not delegated yet, with the DS to publish",
        "predelegation-ds-not-supplied",
    ),
];

/// Rows that wait for something else than the rest of their area.
const WAITS: &[(&str, &[&str])] = &[
    (
        "key files: without the signer's own times, rollover-ds-withdrawal-awaited tells of a DS that leads to no key",
        &["rollover-ds-lingering"],
    ),
    (
        "key files: without the signer's own times, dnskey-unused tells of a key that does nothing",
        &["rollover-dnskey-lingering"],
    ),
    (
        "key files, which declare how long a key is meant to live",
        &["rollover-overdue"],
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
        let told = TOLD.iter().map(|(_, code)| code);
        for code in WAITS.iter().flat_map(|(_, codes)| *codes).chain(told) {
            assert!(find(code).is_some(), "{code}");
            assert!(super::super::find(code).is_none(), "{code} is checked");
        }
        let open = rows().filter(|row| super::super::find(row.code).is_none());
        for row in open.filter(|row| told_by(row).is_none()) {
            assert_ne!(waits_for(&row), NOTHING, "{} waits for no reason", row.code);
        }
    }
}
