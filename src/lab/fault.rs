//! Faults that are put into zones and resolvers while the lab runs, and taken out again.
//!
//! A fault of a zone is a case of the catalogue put into another zone: `valid.test stale-ds` makes
//! `valid.test.` a zone whose parent still has the DS of an old key. Keys are made from the names of zone
//! and key, so that the zone keeps its own; with the fault taken out, every octet is as before. A fault of
//! a resolver is what another one does: with `@validating plain` the one that validates no longer does.
//!
//! Beside the cases there are steps of changes, which are wrong only when they follow too soon on another.

use std::fmt;

use super::cases::Entry;
use super::plan::ZonePlan;
use super::resolver::{self, Resolver};
use crate::dns::Name;

/// Something that is made to go wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A case put into a zone.
    Zone {
        /// The zone that gets it.
        zone: Name,
        /// The first label of the case's zone, such as `stale-ds`.
        case: String,
    },
    /// What another resolver does, in place of what this one does.
    Resolver {
        /// The one that changes, by its label.
        label: String,
        /// The one whose manners it takes on.
        manners: String,
    },
}

/// Why faults cannot be put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultError {
    /// The line, from 1; 0 where there is none.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.problem),
            line => write!(f, "line {line}: {}", self.problem),
        }
    }
}

/// Reads lines of a zone and a case, or of a resolver behind an `@` and another; what follows a `#` is a comment.
///
/// # Errors
/// The first line that is not such a pair.
pub fn read(text: &str) -> Result<Vec<Fault>, FaultError> {
    let mut faults = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let words: Vec<&str> = text
            .split('#')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        let fail = |problem: String| Err(FaultError { line, problem });
        match words[..] {
            [] => {}
            [subject, kind] => match fault(subject, kind) {
                Ok(fault) => faults.push(fault),
                Err(problem) => return fail(problem),
            },
            _ => return fail("write a zone and a case, such as: valid.test stale-ds".to_owned()),
        }
    }
    Ok(faults)
}

fn fault(subject: &str, kind: &str) -> Result<Fault, String> {
    if let Some(label) = subject.strip_prefix('@') {
        let manners = kind.strip_prefix('@').unwrap_or(kind).to_owned();
        let label = label.to_owned();
        return Ok(Fault::Resolver { label, manners });
    }
    let zone = subject
        .parse()
        .map_err(|error| format!("{subject}: {error}"))?;
    let case = kind.to_owned();
    Ok(Fault::Zone { zone, case })
}

/// Puts a fault where it belongs.
pub(super) fn put(
    entries: &mut [Entry],
    resolvers: &mut [Resolver],
    fault: &Fault,
) -> Result<(), FaultError> {
    let put = match fault {
        Fault::Zone { zone, case } => put_case(entries, zone, case),
        Fault::Resolver { label, manners } => change(resolvers, label, manners),
    };
    put.map_err(|problem| FaultError { line: 0, problem })
}

fn change(resolvers: &mut [Resolver], label: &str, manners: &str) -> Result<(), String> {
    let unknown = |label: &str| format!("@{label} is no resolver of the lab");
    let model = resolver::all().find(|known| known.label == manners);
    let model = model.ok_or_else(|| unknown(manners))?;
    let changed = resolvers.iter_mut().find(|known| known.label == label);
    changed.ok_or_else(|| unknown(label))?.become_like(&model);
    Ok(())
}

fn put_case(entries: &mut [Entry], zone: &Name, case: &str) -> Result<(), String> {
    let fail = Err;
    let steps = super::cases::steps();
    let mut sources = entries.iter().chain(&steps);
    let source = sources.find(|entry| entry.label() == case);
    let Some(source) = source else {
        return fail(format!("{case} is no case of the lab"));
    };
    let [plan] = &source.zones[..] else {
        return fail(format!(
            "{case} is made of several zones and cannot be put into one"
        ));
    };
    if !plan.is_served || plan.servers.iter().any(|server| server.address.is_some()) {
        return fail(format!(
            "{case} is about addresses and cannot be put into another zone"
        ));
    }
    let (plan, told) = (plan.clone(), source.case.clone());
    let target = entries.iter_mut().find(|entry| entry.case.zone == *zone);
    let Some(target) = target else {
        return fail(format!("{zone} is no zone of a case of the lab"));
    };
    let apex = target.case.zone.clone();
    let Some(last) = target.zones.last_mut() else {
        return Ok(());
    };
    *last = ZonePlan { apex, ..plan };
    target.case.fault = told.fault;
    target.case.expect = told.expect;
    target.case.expect_missing = told.expect_missing;
    target.case.codes = told.codes;
    target.case.not_codes = told.not_codes;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_zone_and_a_case() {
        let read_ok = |text| read(text).unwrap();
        assert_eq!(read_ok("# none\n\n"), []);
        let faults = read_ok("valid.test stale-ds # moved\n");
        let zone = "valid.test".parse().unwrap();
        let case = "stale-ds".to_owned();
        assert_eq!(faults, [Fault::Zone { zone, case }]);
        let error = read("valid.test\n").unwrap_err();
        assert!(
            error.to_string().starts_with("line 1: write a zone"),
            "{error}"
        );
    }

    #[test]
    fn a_resolver_takes_on_the_manners_of_another_and_no_more() {
        let faults = read("@validating plain\n").unwrap();
        let mut resolvers: Vec<_> = resolver::all().collect();
        let before = resolvers.clone();
        put(&mut [], &mut resolvers, &faults[0]).unwrap();
        assert_eq!(resolvers[0].does, before[1].does);
        assert_eq!(resolvers[0].address, before[0].address);
        assert_eq!(resolvers[1..], before[1..]);
        for unknown in ["@nobody plain", "@validating nothing"] {
            let faults = read(unknown).unwrap();
            let error = put(&mut [], &mut resolvers, &faults[0]).unwrap_err();
            assert!(error.problem.contains("is no resolver"), "{error}");
        }
    }
}
