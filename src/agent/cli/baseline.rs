//! `audit --baseline`: the report to compare with, and what changed since.

use super::Said;
use super::failure::Failure;
use super::files;
use super::many::since;
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
    let question = &plan.question;
    let read = one(&text, plan).map_err(|problem| Failure::usage(&what, problem))?;
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

/// The report in a file, or the latest about the name where it holds several.
fn one(text: &str, plan: &AuditPlan) -> Result<Snapshot, String> {
    let (name, rtype) = (plan.question.name.as_ref(), plan.question.rtype);
    let mut fitting: Option<Snapshot> = None;
    let mut other = None;
    let mut count = 0_usize;
    since::for_each(text, &mut |_, report| {
        count += 1;
        let is_fitting = name.is_none_or(|name| *name == report.query.name)
            && rtype.is_none_or(|rtype| rtype == report.query.rtype);
        let is_later = fitting.as_ref().is_none_or(|known| known.at <= report.at);
        match is_fitting {
            true if is_later => fitting = Some(report),
            true => {}
            false => other = Some(report),
        }
    })?;
    match (fitting, other) {
        (Some(report), _) => Ok(report),
        // Said by the caller, who knows what is wrong with it.
        (None, Some(report)) if count == 1 => Ok(report),
        (None, Some(_)) => Err(match name {
            Some(name) => format!("{count} reports, none of them about {name}"),
            None => format!("{count} reports, none of them of the type asked for"),
        }),
        (None, None) => Err("no report in it".to_owned()),
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
