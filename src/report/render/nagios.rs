//! One line for Nagios, Icinga and whatever else runs monitoring plugins.
//!
//! `DNSSEC CRITICAL - sentence | remaining=432000s`: status, sentence, performance data, as the
//! guidelines of the monitoring plugins have it.

use super::{because, plain, subject, unrepeated};
use crate::report::status::Status;
use crate::report::{Finding, Report};

/// The line for `report` when it is in the state `status`, with its line end.
///
/// `remaining` is the time from the instant judged at to the next deadline in seconds, negative when it
/// has passed, `U` when there is none.
pub fn nagios(report: &Report, status: Status) -> String {
    let sentence = verdict(report) + &grievance(report, status);
    let remaining = match &report.deadline {
        Some(deadline) => format!("{}s", deadline.at.since(report.at)),
        None => "U".to_owned(),
    };
    // The bar divides the sentence from the performance data.
    let sentence = sentence.replace('|', "/");
    format!("DNSSEC {status} - {sentence} | remaining={remaining}\n")
}

/// The verdict as a clause, with its cause.
fn verdict(report: &Report) -> String {
    let subject = subject(report);
    if unrepeated(report).len() < report.summary.len() && report.cause().is_none() {
        return format!("{subject} is {}", plain(&report.summary));
    }
    format!("{subject} is {}: {}", report.verdict, because(report))
}

/// What the state rests on when the verdict does not explain it: the worst finding, the first of its weight.
fn grievance(report: &Report, status: Status) -> String {
    if status == Status::Ok || report.cause().is_some() {
        return String::new();
    }
    let mut worst: Option<&Finding> = None;
    for finding in &report.findings {
        if worst.is_none_or(|worst| finding.severity > worst.severity) {
            worst = Some(finding);
        }
    }
    worst.map_or_else(String::new, |finding| {
        plain(&format!("; {}: {}", finding.code, finding.message))
    })
}
