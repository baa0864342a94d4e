//! Cases of the lab in the words of the command line.

use crate::agent::cli::works::Case;
use crate::dns::Name;
use crate::lab;
use crate::report::Verdict;

/// A case of the lab in the words of the command line.
pub(super) fn case(case: &lab::Case) -> Case {
    let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    Case {
        label: label(&case.zone),
        name: case.name.clone(),
        rtype: case.rtype,
        fault: case.fault.to_owned(),
        verdict: expected(case.expect),
        missing: Some(expected(case.expect_missing)),
        codes: codes(case.codes),
        absent: codes(case.not_codes),
    }
}

/// The first label of the zone that the case is about.
fn label(zone: &Name) -> String {
    let label = zone.labels().next().unwrap_or_default();
    String::from_utf8_lossy(label).into_owned()
}

fn expected(expect: lab::Expect) -> Verdict {
    match expect {
        lab::Expect::Secure => Verdict::Secure,
        lab::Expect::Insecure => Verdict::Insecure,
        lab::Expect::Bogus => Verdict::Bogus,
        lab::Expect::Indeterminate => Verdict::Indeterminate,
    }
}
