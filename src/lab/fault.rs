//! Faults that are put into zones while the lab runs, and taken out again.
//!
//! A fault is a case of the catalogue put into another zone: `valid.test stale-ds` makes `valid.test.` a
//! zone whose parent still has the DS of an old key. Keys are made from the names of zone and key, so
//! that the zone keeps its own; with the fault taken out, every octet is as before. Beside the cases there
//! are steps of changes, which are wrong only after one another.

use std::fmt;

use super::cases::Entry;
use super::plan::ZonePlan;
use crate::dns::Name;

/// A case put into a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The zone that gets it.
    pub zone: Name,
    /// The first label of the case's zone, such as `stale-ds`.
    pub case: String,
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

/// Reads lines of a zone and a case; what follows a `#` is a comment.
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
            [zone, case] => match zone.parse() {
                Ok(zone) => faults.push(Fault {
                    zone,
                    case: case.to_owned(),
                }),
                Err(error) => return fail(format!("{zone}: {error}")),
            },
            _ => return fail("write a zone and a case, such as: valid.test stale-ds".to_owned()),
        }
    }
    Ok(faults)
}

/// Puts a fault into the zone it is for.
pub(super) fn put(entries: &mut [Entry], fault: &Fault) -> Result<(), FaultError> {
    let fail = |problem| Err(FaultError { line: 0, problem });
    let (zone, case) = (&fault.zone, &fault.case);
    let steps = super::cases::steps();
    let mut sources = entries.iter().chain(&steps);
    let source = sources.find(|entry| entry.label() == *case);
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
        assert_eq!(faults[0].zone.to_string(), "valid.test.");
        assert_eq!(faults[0].case, "stale-ds");
        let error = read("valid.test\n").unwrap_err();
        assert!(
            error.to_string().starts_with("line 1: write a zone"),
            "{error}"
        );
    }
}
