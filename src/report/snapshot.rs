//! A report read back: what can be compared with another, or counted with others.
//!
//! Fields are added to reports and never renamed, so a report of an older program is read as well; one of
//! a newer schema is refused, since nobody knows yet what it means.

use std::fmt;

use serde::Deserialize;

use super::{Deadline, Finding, Inventory, Link, Report, SCHEMA, Subject, Verdict};
use crate::dns::{Name, Timestamp};

/// What is read of a report. Coverage, vantages and sentences are left out.
#[derive(Debug, Clone, Deserialize)]
pub struct Snapshot {
    /// What was audited.
    pub query: Subject,
    /// The overall verdict.
    pub verdict: Verdict,
    /// Code of the finding that explains it.
    #[serde(default)]
    pub reason: Option<String>,
    /// The instant judged at.
    pub at: Timestamp,
    /// From the trust anchor down.
    #[serde(default)]
    pub chain: Vec<Link>,
    /// Root causes.
    pub findings: Vec<Finding>,
    /// Consequences.
    #[serde(default)]
    pub folded: Vec<Finding>,
    /// Findings that a policy silenced.
    #[serde(default)]
    pub silenced: Vec<Finding>,
    /// The next instant at which something ends.
    #[serde(default)]
    pub deadline: Option<Deadline>,
    /// What the zone that answers has.
    #[serde(default)]
    pub inventory: Option<Inventory>,
}

/// Why a text is no report that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// No JSON, or not the JSON of a report: what is wrong, with line and column.
    Shape(String),
    /// A document that names another schema.
    Other(String),
    /// A report of a newer schema.
    Newer(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(what) => write!(f, "not a report: {what}"),
            Self::Other(schema) => write!(f, "not a report: its schema is {schema}, not {SCHEMA}"),
            Self::Newer(schema) => {
                write!(
                    f,
                    "a report of a newer schema, {schema}; this program reads {SCHEMA}"
                )
            }
        }
    }
}

impl std::error::Error for Unreadable {}

#[derive(Deserialize)]
struct Head {
    schema: String,
}

impl Snapshot {
    /// The zone that answers; the name itself where none was found.
    pub fn zone(&self) -> &Name {
        let inventory = self.inventory.as_ref();
        inventory.map_or(&self.query.name, |inventory| &inventory.zone)
    }

    /// Reads a report in its JSON form.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        // Of a report on one line nobody needs to be told the line.
        let is_line = !text.trim().contains('\n');
        let shape = |error: serde_json::Error| {
            let text = error.to_string();
            Unreadable::Shape(match is_line {
                true => text.replace(" at line 1 column ", " at column "),
                false => text,
            })
        };
        let head: Head = serde_json::from_str(text).map_err(shape)?;
        if head.schema != SCHEMA {
            return Err(other(head.schema));
        }
        serde_json::from_str(text).map_err(shape)
    }
}

fn other(schema: String) -> Unreadable {
    let (kind, version) = SCHEMA.rsplit_once('/').unwrap_or((SCHEMA, ""));
    let number = |text: &str| text.parse::<u32>().ok();
    match schema.rsplit_once('/') {
        Some((one, other)) if one == kind && number(other) > number(version) => {
            Unreadable::Newer(schema)
        }
        _ => Unreadable::Other(schema),
    }
}

impl From<&Report> for Snapshot {
    fn from(report: &Report) -> Self {
        Self {
            query: report.query.clone(),
            verdict: report.verdict,
            reason: report.reason.clone(),
            at: report.at,
            chain: report.chain.clone(),
            findings: report.findings.clone(),
            folded: report.folded.clone(),
            silenced: report.silenced.clone(),
            deadline: report.deadline.clone(),
            inventory: report.inventory.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::render::{json, ndjson, samples};

    #[test]
    fn what_was_written_is_read_back() {
        for report in [
            samples::bogus(),
            samples::indeterminate(),
            samples::secure(),
        ] {
            for text in [json(&report), ndjson(&report)] {
                let read = Snapshot::read(&text).unwrap();
                assert_eq!(
                    format!("{read:?}"),
                    format!("{:?}", Snapshot::from(&report))
                );
            }
        }
    }

    #[test]
    fn what_is_no_report_of_this_schema_is_refused() {
        let of = |schema: &str| {
            let text = ndjson(&samples::secure()).replace(SCHEMA, schema);
            Snapshot::read(&text).map(drop)
        };
        let newer = "anchorwatch.report/2";
        assert_eq!(of(newer), Err(Unreadable::Newer(newer.to_owned())));
        for other in ["anchorwatch.report/0", "anchorwatch.events/2", "else"] {
            assert_eq!(of(other), Err(Unreadable::Other(other.to_owned())));
        }
        assert!(matches!(Snapshot::read("{}"), Err(Unreadable::Shape(_))));
        let half = &ndjson(&samples::secure())[..200];
        assert!(matches!(Snapshot::read(half), Err(Unreadable::Shape(_))));
    }
}
