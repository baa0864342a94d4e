//! Healthy servers of four makers have nothing to hide from a thorough look, as they come and set up carefully.

use std::collections::BTreeSet;

use super::cases::{
    AT_ONCE, Case, Question, Setting, demand, healthy, live, presigned, questions, settle,
};
use super::support::process::with_threads;
use super::support::server::{Kind, Manner};
use super::support::tools::Audit;
use super::support::zone::Denial;

/// Zones of every pair of servers, and those that PowerDNS signs.
fn cases() -> Vec<Case> {
    let pairs = healthy().into_iter().take(Kind::PAIRS.len());
    let with_powerdns = presigned().into_iter().take(1).chain(live());
    pairs.chain(with_powerdns).collect()
}

/// Whether a server hands the zone to this machine, as it comes: named to everybody, PowerDNS to it, and NSD is
/// told to. What has records made for each answer cannot be handed over.
fn gives_transfers(case: &Case, kind: Kind) -> bool {
    kind != Kind::Knot && case.plan.denial != Denial::Narrow
}

/// Codes of what is more than a notice, or is of the transport.
fn told<'a>(audit: &'a Audit, zone: &str) -> BTreeSet<&'a str> {
    let of_transport = |code: &str| {
        anchorwatch::checks::find(code)
            .is_some_and(|check| check.area == anchorwatch::checks::Area::Transport)
    };
    let odd = audit.findings.iter().filter(|(code, severity, at)| {
        at == zone && (severity != "info" && severity != "notice" || of_transport(code))
    });
    odd.map(|(code, _, _)| code.as_str()).collect()
}

fn complaints(manner: Manner, expected: impl Fn(&Case) -> BTreeSet<&'static str> + Sync) {
    let cases = cases();
    let setting = Setting::in_manner(manner, &cases);
    let complaints = with_threads(AT_ONCE, &questions(&cases), |question: &Question<'_>| {
        let audit = setting.audit(question, &["--thorough"]);
        let odd = told(&audit, &question.case.plan.name);
        let expected = expected(question.case);
        let what = format!("{expected:?} expected, and not {odd:?}");
        demand(odd == expected, question, &audit, &what)?;
        let verdict = question.expected();
        let what = "a verdict that probes changed";
        demand(audit.verdict == verdict, question, &audit, what)
    });
    let complaints: Vec<String> = complaints.into_iter().filter_map(Result::err).collect();
    settle(&complaints);
}

#[test]
fn servers_as_they_come_have_nothing_to_hide() {
    complaints(Manner::Plain, |case| {
        let mut servers = case.plan.servers.iter();
        let is_open = servers.any(|kind| gives_transfers(case, *kind));
        is_open.then_some("axfr-open").into_iter().collect()
    });
}

#[test]
fn careful_servers_have_nothing_to_hide() {
    complaints(Manner::Careful, |_| BTreeSet::new());
}
