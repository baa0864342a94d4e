//! One case, with what was expected of it and what was found.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::agent::cli::failure::Failure;
use crate::agent::cli::works::{Case, Outcome};
use crate::dns::{Name, RecordType};
use crate::report::{Report, Verdict};

/// A case and how it came out.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Label of the case.
    pub case: String,
    /// Name audited.
    pub name: Name,
    /// Type audited.
    #[serde(rename = "type")]
    pub rtype: RecordType,
    /// What is wrong with it, in one sentence.
    pub fault: String,
    /// Whether verdicts and codes are those expected.
    #[serde(rename = "as_expected")]
    pub is_as_expected: bool,
    /// Verdict expected.
    pub expected: Verdict,
    /// Verdict found; none when the audit itself failed.
    pub found: Option<Verdict>,
    /// Verdict expected for a name that does not exist.
    pub missing_expected: Option<Verdict>,
    /// Verdict found for it.
    pub missing_found: Option<Verdict>,
    /// Code that explains the verdict, or the first finding's.
    pub cause: Option<String>,
    /// Codes that were expected and not reported.
    pub codes_lacking: Vec<String>,
    /// The cause, when it is reported only as a consequence of something else.
    pub cause_folded: Option<String>,
    /// Codes that were reported and must not be.
    pub codes_unwanted: Vec<String>,
    /// Why the audit itself failed.
    pub trouble: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Whether the first attempt reached no verdict.
    #[serde(rename = "second_attempt")]
    pub is_second: bool,
}

impl Row {
    /// Compares an outcome with what its case expects.
    pub fn new(case: &Case, outcome: Result<Outcome, Failure>) -> Self {
        let mut row = Self::unknown(case);
        match outcome {
            Ok(outcome) => row.compare(case, &outcome),
            Err(failure) => row.trouble = Some(failure.to_string()),
        }
        row
    }

    fn unknown(case: &Case) -> Self {
        Self {
            case: case.label.clone(),
            name: case.name.clone(),
            rtype: case.rtype,
            fault: case.fault.clone(),
            is_as_expected: false,
            expected: case.verdict,
            found: None,
            missing_expected: case.missing,
            missing_found: None,
            cause: None,
            codes_lacking: Vec::new(),
            cause_folded: None,
            codes_unwanted: Vec::new(),
            trouble: None,
            took_ms: 0,
            is_second: false,
        }
    }

    fn compare(&mut self, case: &Case, outcome: &Outcome) {
        let report = &outcome.report;
        let reported = codes(report);
        let is_reported = |code: &&String| reported.contains(code.as_str());
        self.found = Some(report.verdict);
        self.missing_found = outcome.missing;
        self.cause = cause(report);
        self.codes_lacking = case
            .codes
            .iter()
            .filter(|c| !is_reported(c))
            .cloned()
            .collect();
        let is_shown = |code: &&String| report.findings.iter().any(|shown| shown.code == **code);
        let first = case.codes.first().filter(is_reported);
        self.cause_folded = first.filter(|code| !is_shown(code)).cloned();
        self.codes_unwanted = case.absent.iter().filter(is_reported).cloned().collect();
        self.took_ms = u64::try_from(outcome.took.as_millis()).unwrap_or(u64::MAX);
        self.is_as_expected = self.differences().is_empty();
    }

    /// Whether a verdict was expected and none was reached, for the name or for the missing one.
    pub fn is_untold(&self) -> bool {
        let is_untold = |expected: Verdict, found: Option<Verdict>| {
            expected != Verdict::Indeterminate && found == Some(Verdict::Indeterminate)
        };
        is_untold(self.expected, self.found)
            || (self.missing_expected).is_some_and(|missing| is_untold(missing, self.missing_found))
    }

    /// Each way in which the outcome is not the one expected, in words.
    pub fn differences(&self) -> Vec<String> {
        let mut all: Vec<String> = self
            .trouble
            .iter()
            .map(|why| format!("failed: {why}"))
            .collect();
        let shown = |verdict: Option<Verdict>| verdict.map_or("none".to_owned(), |v| v.to_string());
        if self.found != Some(self.expected) {
            all.push(format!(
                "expected {}, found {}",
                self.expected,
                shown(self.found)
            ));
        }
        if let Some(expected) = self
            .missing_expected
            .filter(|e| self.missing_found != Some(*e))
        {
            let found = shown(self.missing_found);
            all.push(format!("missing name: expected {expected}, found {found}"));
        }
        all.extend(
            self.codes_lacking
                .iter()
                .map(|code| format!("{code} is not reported")),
        );
        let folded = self.cause_folded.iter();
        all.extend(folded.map(|code| format!("{code} is folded beneath something else")));
        all.extend(
            self.codes_unwanted
                .iter()
                .map(|code| format!("{code} is reported")),
        );
        all
    }
}

/// Everything reported, consequences included.
fn codes(report: &Report) -> BTreeSet<&str> {
    let all = report.findings.iter().chain(&report.folded);
    all.map(|finding| finding.code.as_str()).collect()
}

fn cause(report: &Report) -> Option<String> {
    let first = report.findings.first().map(|finding| &finding.code);
    report.reason.as_ref().or(first).cloned()
}
