//! `audit --baseline`: the report to compare with, and what changed since.

use super::Said;
use super::failure::Failure;
use super::files;
use super::plan::{AuditPlan, Baseline};
use super::values::Format;
use crate::report::Report;
use crate::report::delta::Delta;
use crate::report::render::Style;
use crate::report::snapshot::Snapshot;

/// Greatest size of a report, in octets. One of a zone with many servers takes some hundred thousand.
const MAX_REPORT: usize = 64 << 20;

/// Reads the report to compare with, which has to be about the same name.
pub(super) fn read(plan: &AuditPlan, baseline: &Baseline) -> Result<Snapshot, Failure> {
    let what = format!("--baseline {}", baseline.path.display());
    let text = files::read_text("--baseline", &baseline.path, MAX_REPORT)?;
    let read = Snapshot::read(&text).map_err(|problem| Failure::usage(&what, problem))?;
    let question = &plan.question;
    let is_other = question
        .name
        .as_ref()
        .is_some_and(|name| *name != read.query.name);
    match is_other {
        true => {
            let problem = format!(
                "a report about {}; give one about the same name",
                read.query.name
            );
            Err(Failure::usage(what, problem))
        }
        false => Ok(read),
    }
}

/// What changed, in the form asked for, with the exit code.
pub(super) fn show(
    before: &Snapshot,
    report: &Report,
    plan: &AuditPlan,
    style: &Style,
) -> Result<Said, Failure> {
    let delta = Delta::between(before, &Snapshot::from(report)).map_err(|mismatch| {
        let problem = format!("{mismatch}; give -t {}", before.query.rtype);
        Failure::usage("--baseline", problem)
    })?;
    let is_only_new = plan
        .baseline
        .as_ref()
        .is_some_and(|baseline| baseline.is_only_new);
    let status = match is_only_new && plan.threshold.expect.is_none() {
        true => delta.status(),
        false => plan.threshold.status(report),
    };
    let text = match plan.show.format {
        Format::Json => delta.json(),
        Format::Ndjson => delta.ndjson(),
        Format::Markdown => delta.markdown(),
        Format::Text | Format::Nagios | Format::Csv | Format::Sarif | Format::Junit => {
            delta.text(style)
        }
    };
    let code = status.exit_code();
    Ok(Said { text, code })
}
