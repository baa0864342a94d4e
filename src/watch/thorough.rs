//! The thorough look: what only it can find is known until the next one says otherwise.
//!
//! Beside each thorough look stands an ordinary one at the same moment. What only the former finds is kept and
//! told with every report until the next thorough look; what both find comes and goes with ordinary looks. So
//! no finding flaps because of how the zone was looked at.

use serde::{Deserialize, Serialize};

use crate::dns::Timestamp;
use crate::report::{Finding, Report};

/// What the last thorough look left behind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thorough {
    /// When it began.
    pub at: Timestamp,
    /// What it found and the ordinary look beside it did not.
    pub findings: Vec<Finding>,
}

impl Thorough {
    /// What is kept of a thorough look, with the ordinary one made beside it.
    pub fn new(thorough: &Report, ordinary: &Report) -> Self {
        let only_here = |finding: &&Finding| !has(ordinary, finding);
        let findings = thorough.findings.iter().filter(only_here);
        Self {
            at: thorough.at,
            findings: findings.cloned().collect(),
        }
    }

    /// Adds what is kept to the report of an ordinary look. The exchanges that showed it are not among those of
    /// that look; the fact `seen` says when they were made.
    pub fn complete(&self, report: &mut Report) {
        for finding in &self.findings {
            if has(report, finding) {
                continue;
            }
            let mut kept = finding.clone();
            kept.evidence.clear();
            kept.facts.insert("seen".to_owned(), self.at.to_string());
            report.findings.push(kept);
        }
    }
}

/// Whether a report says the same of the same, as a cause or as a consequence.
fn has(report: &Report, finding: &Finding) -> bool {
    let mut told = report.findings.iter().chain(&report.folded);
    told.any(|one| {
        (&one.code, &one.zone, &one.subject) == (&finding.code, &finding.zone, &finding.subject)
    })
}
