//! Healthy servers of three makers have nothing to hide from a thorough look.

use std::collections::BTreeSet;

use super::cases::{Question, Setting, demand, healthy, settle};
use super::support::server::Kind;
use super::support::tools::Audit;

/// named lets everybody transfer unless told otherwise, and NSD is told to let this machine.
fn gives_transfers(kind: &Kind) -> bool {
    matches!(kind, Kind::Named | Kind::Nsd)
}

fn has_only_what_is_true(question: &Question<'_>, audit: &Audit) -> Result<(), String> {
    let open = question.case.plan.servers.iter().any(gives_transfers);
    let expected: BTreeSet<&str> = open.then_some("axfr-open").into_iter().collect();
    let told = audit.json["findings"].as_array().into_iter().flatten();
    let odd = told.filter(|finding| finding["zone"] == question.case.plan.name.as_str());
    let odd: BTreeSet<&str> = odd.filter_map(|finding| finding["code"].as_str()).collect();
    let odd: BTreeSet<&str> = odd
        .into_iter()
        .filter(|code| is_of_transport(code))
        .collect();
    let what = format!("{expected:?} expected, and not {odd:?}");
    demand(odd == expected, question, audit, &what)?;
    let verdict = question.expected();
    demand(
        audit.verdict == verdict,
        question,
        audit,
        "a verdict that probes changed",
    )
}

fn is_of_transport(code: &str) -> bool {
    anchorwatch::checks::find(code)
        .is_some_and(|check| check.area == anchorwatch::checks::Area::Transport)
}

#[test]
fn named_nsd_and_knot_have_nothing_to_hide() {
    let cases: Vec<_> = healthy().into_iter().take(3).collect();
    let setting = Setting::new(&cases);
    let audited = super::cases::questions(&cases);
    let complaints = audited.iter().filter_map(|question| {
        let audit = setting.audit(question, &["--thorough"]);
        has_only_what_is_true(question, &audit).err()
    });
    settle(&complaints.collect::<Vec<_>>());
}
