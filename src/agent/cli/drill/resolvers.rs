//! Resolvers on names that are known to be good and known to be broken.

use super::lab::{lab_names, name_resolvers};
use super::say::{self, Weighed};
use crate::agent::cli::Said;
use crate::agent::cli::audit::{read_anchors, read_roots, without_twins};
use crate::agent::cli::console::Console;
use crate::agent::cli::failure::Failure;
use crate::agent::cli::files;
use crate::agent::cli::plan::{DrillPlan, NamesSource, ResolverDrill};
use crate::agent::cli::progress::Progress;
use crate::agent::cli::values::TableFormat;
use crate::agent::cli::works::{Hierarchy, Works};
use crate::dns::Record;
use crate::drill::{self, DrillName, Drilled, RootKey, Standing, names};
use crate::report::Severity;
use crate::validate::anchor;

/// Greatest size of a file of names, in octets: a thousand for each name.
const MAX_FILE: usize = names::MAX_NAMES * 1_000;

/// Asks, judges and tells.
pub fn run(
    plan: &DrillPlan,
    drill: &ResolverDrill,
    works: &dyn Works,
    console: &Console,
) -> Result<Said, Failure> {
    let lab = match drill.names {
        NamesSource::Lab => Some(works.start_lab(None)?),
        _ => None,
    };
    let names = read_names(&drill.names, lab.as_deref())?;
    let keys = root_keys(drill, lab.as_deref(), works)?;
    let mut whom = drill.whom.clone();
    whom.servers = without_twins(&whom.servers);
    whom.tls_roots = drill.tls_ca.as_deref().map(read_roots).transpose()?;
    if let Some(lab) = &lab {
        name_resolvers(&mut whom.servers, &lab.resolvers())?;
    }
    let errands = drill::errands(&names, &keys);
    let progress = Progress::of(errands.len() * whom.servers.len(), console);
    let interviews = works.interview(&whom, &errands, &mut |count| {
        progress.tell(count, "questions")
    })?;
    drop(progress);
    let drilled = drill::judge_all(&names, &keys, &interviews);
    let pages = works.catalogue();
    let weighed = Weighed {
        names: &names,
        drilled: &drilled,
        pages: &pages,
    };
    let text = match plan.format {
        TableFormat::Text => say::text(&weighed, &console.style(plan.color)),
        TableFormat::Json => say::json(&weighed),
        TableFormat::Markdown => say::markdown(&weighed),
    };
    let code = exit_code(&drilled, |code| weighed.severity(code));
    Ok(Said { text, code })
}

/// The list of names in the form that `--names` takes.
pub fn print_names(source: &NamesSource, works: &dyn Works) -> Result<Said, Failure> {
    let text = match source {
        NamesSource::BuiltIn => names::built_in_text().to_owned(),
        NamesSource::File(_) => names::write(&read_names(source, None)?),
        NamesSource::Lab => names::write(&lab_names(&works.start_lab(None)?.cases())),
    };
    Ok(Said::ok(text))
}

fn read_names(
    source: &NamesSource,
    lab: Option<&dyn Hierarchy>,
) -> Result<Vec<DrillName>, Failure> {
    const OPTION: &str = "--names";
    match source {
        NamesSource::BuiltIn => Ok(names::built_in()),
        NamesSource::Lab => Ok(lab.map(|lab| lab_names(&lab.cases())).unwrap_or_default()),
        NamesSource::File(path) => {
            let text = files::read_text(OPTION, path, MAX_FILE)?;
            let read = names::read(&text);
            read.map_err(|error| Failure::usage(format!("{OPTION} {}", path.display()), error))
        }
    }
}

/// The root keys to look for.
fn root_keys(
    drill: &ResolverDrill,
    lab: Option<&dyn Hierarchy>,
    works: &dyn Works,
) -> Result<Vec<RootKey>, Failure> {
    let from = |records: &[Record]| {
        let anchors = anchor::from_records(records);
        let anchors = anchors.map_err(|error| Failure::usage("--trust-anchor", error))?;
        Ok(drill::root_keys(&anchors))
    };
    match (&drill.trust_anchor, lab) {
        (Some(path), _) => from(&read_anchors(path, works)?),
        (None, Some(lab)) => from(&lab.anchors()),
        (None, None) => Ok(drill::root_keys(&anchor::built_in())),
    }
}

/// 0 when every resolver validates; 1 with a gap or behind something; 2 when one does not or lacks a key;
/// 3 when one could not be told and none is worse.
fn exit_code(drilled: &Drilled, severity: impl Fn(&str) -> Severity) -> u8 {
    let codes = drilled.resolvers.iter().map(|judged| {
        let is_error = |finding: &drill::Finding| severity(finding.code) >= Severity::Error;
        match judged.standing.is_validating() {
            Some(false) => 2,
            _ if judged.findings.iter().any(is_error)
                && judged.standing.is_validating().is_some() =>
            {
                2
            }
            None => 3,
            Some(true) if judged.standing == Standing::Behind || !judged.findings.is_empty() => 1,
            Some(true) => 0,
        }
    });
    // What is wrong weighs more than what could not be told, and that more than a gap.
    let weight = |code: &u8| [0, 1, 3, 2].iter().position(|known| known == code);
    codes.max_by_key(weight).unwrap_or(3)
}
