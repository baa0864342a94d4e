//! `ds`: the DS of a zone's keys, against what the parent publishes or out of a file.

use std::path::Path;

use super::console::Console;
use super::failure::Failure;
use super::plan::{DsPlan, KeySource};
use super::values::DsFormat;
use super::works::Works;
use super::{Said, audit, files};
use crate::delegation::{self, NoPlan, State};
use crate::dns::{Name, RecordType, master};

/// Greatest size of a zone file to look for keys in, in octets.
const MAX_ZONE: usize = 64 << 20;

/// Carries out `plan`.
pub fn run(plan: &DsPlan, works: &dyn Works, console: &Console) -> Result<Said, Failure> {
    let audit = match &plan.keys {
        KeySource::Live(audit) => audit,
        KeySource::File(path, name) => return from_file(plan, path, name.as_ref()),
    };
    let evidence = audit::collect(audit, works, console)?;
    let at = audit.at.unwrap_or(evidence.started);
    let planned = works.plan_ds(&evidence, &plan.digests, at);
    let planned = planned.map_err(|why| match why {
        NoPlan::NotApex(_) => Failure::usage(&evidence.name, why),
        NoPlan::NotFound(_) => Failure::trouble(&evidence.name, why),
    })?;
    let text = match plan.format {
        DsFormat::Text => delegation::text(&planned, &console.style(plan.color)),
        DsFormat::Json => delegation::json(&planned),
        DsFormat::Ds if planned.state == State::Unknown => {
            return Err(Failure::trouble(&planned.zone, &planned.summary));
        }
        DsFormat::Ds => delegation::ds(&planned),
    };
    let code = planned.state.exit_code();
    Ok(Said { text, code })
}

fn from_file(plan: &DsPlan, path: &Path, name: Option<&Name>) -> Result<Said, Failure> {
    const OPTION: &str = "--from";
    let refused = |problem: String| Failure::usage(format!("{OPTION} {}", path.display()), problem);
    let text = files::read_text(OPTION, path, MAX_ZONE)?;
    let origin = name.cloned().unwrap_or_else(Name::root);
    let records = master::read_only(&text, &origin, &[RecordType::DNSKEY]);
    let records = records.map_err(|error| refused(error.to_string()))?;
    let keys = delegation::from_records(&records, name);
    let keys = keys.map_err(|error| refused(error.to_string()))?;
    let lines = keys.lines(&plan.digests);
    Ok(Said::ok(match plan.format {
        DsFormat::Text => delegation::file_text(&keys, &plan.digests),
        DsFormat::Json => delegation::file_json(&keys, &plan.digests),
        DsFormat::Ds => lines.iter().map(|line| format!("{line}\n")).collect(),
    }))
}
