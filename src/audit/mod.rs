//! The doorway: evidence, policy and an instant in; a report out.
//!
//! [`audit`] is a pure function. The same evidence under the same policy at the same instant gives the
//! same report, byte for byte, whatever order the exchanges stand in.

mod deadline;
mod inventory;
mod resolvers;
mod silences;
mod story;
mod summary;
mod vantage;
mod views;

pub use views::views;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::checks::{self, Check, Context, Statement, fold};
use crate::dns::Timestamp;
use crate::evidence::Evidence;
use crate::evidence::topology::{Basis, Topology};
use crate::evidence::view::View;
use crate::history::{History, Look};
use crate::policy::Policy;
use crate::report::{Coverage, Denial, Finding, Report, SCHEMA, Subject, Vantage, Verdict};
use crate::validate::anchor;
use crate::validate::{
    Chain, JudgedResolver, JudgedTarget, Limits, Status, Supposed, Terms, Verified, chain, resolver,
};

/// Judges evidence at an instant.
pub fn audit(evidence: &Evidence, policy: &Policy, now: Timestamp) -> Report {
    audit_after(evidence, policy, now, None)
}

/// The same with what earlier looks at the zone saw.
pub fn audit_after(
    evidence: &Evidence,
    policy: &Policy,
    now: Timestamp,
    history: Option<&History>,
) -> Report {
    audit_among(evidence, policy, now, history, &Arc::default())
}

/// The same, one audit of many: what signatures of a run have in common is computed once. The report is the
/// same whatever was audited before.
pub fn audit_among(
    evidence: &Evidence,
    policy: &Policy,
    now: Timestamp,
    history: Option<&History>,
    verified: &Arc<Verified>,
) -> Report {
    let view = View::new(evidence.exchanges.clone());
    judge(&view, evidence, policy, now, history, verified)
}

/// The same, with signatures that count as made though nobody made them: a report of what is supposed, and
/// never of what is.
pub fn audit_supposing(
    evidence: &Evidence,
    policy: &Policy,
    now: Timestamp,
    supposed: &Supposed,
) -> Report {
    let view = View::new(evidence.exchanges.clone());
    let anchors = anchor::from_records(&evidence.anchors).unwrap_or_default();
    let topology = Topology::new(&view, &Basis::of(evidence));
    let terms = Terms {
        supposed: supposed.clone(),
        ..Terms::default()
    };
    let chain = chain::judge_under(&view, &topology, &anchors, terms, now);
    let context = Context::new(&view, &topology, &chain, policy, now).with_anchors(&anchors);
    report(evidence, context, None)
}

/// Judges evidence whose exchanges have been read already.
pub fn audit_view(view: &View, evidence: &Evidence, policy: &Policy, now: Timestamp) -> Report {
    judge(view, evidence, policy, now, None, &Arc::default())
}

fn judge(
    view: &View,
    evidence: &Evidence,
    policy: &Policy,
    now: Timestamp,
    history: Option<&History>,
    verified: &Arc<Verified>,
) -> Report {
    // Anchors that cannot be read cover nothing: the verdict is then indeterminate, never better.
    let anchors = anchor::from_records(&evidence.anchors).unwrap_or_default();
    let resolvers = resolver::judge_all(view, evidence, &anchors, Limits::default(), now);
    let is_only = evidence.is_resolvers_only();
    if let Some(one) = resolvers::shown(&resolvers).filter(|_| is_only) {
        let context =
            Context::new(&one.view, &one.topology, &one.chain, policy, now).with_anchors(&anchors);
        return report(evidence, context.with_resolvers(&resolvers, true), None);
    }
    let topology = match is_only {
        true => Topology::default(),
        false => Topology::new(view, &Basis::of(evidence)),
    };
    let terms = Terms {
        verified: Arc::clone(verified),
        ..Terms::default()
    };
    let chain = chain::judge_under(view, &topology, &anchors, terms, now);
    let context = Context::new(view, &topology, &chain, policy, now).with_anchors(&anchors);
    report(
        evidence,
        context.with_resolvers(&resolvers, is_only),
        history,
    )
}

fn report(evidence: &Evidence, context: Context<'_>, history: Option<&History>) -> Report {
    let inventory = inventory::of(&context);
    let links = story::links(&context);
    // Memory is of the zone that was asked for, and of what could be told about it: a name that is gone leads
    // to its parent, which has other keys.
    let own = inventory.as_ref().filter(|inventory| {
        inventory.zone == evidence.name && context.chain.status != Status::Indeterminate
    });
    let look = own.map(|inventory| Look::new(context.now, inventory, &links));
    let context = &context.with_past(history.zip(look));
    let (chain, policy, now) = (context.chain, context.policy, context.now);
    let found = checks::run(context);
    let findings = found
        .into_iter()
        .map(|(check, statement)| weigh(policy, check, statement));
    let (findings, silenced) = silences::part(findings.collect(), &policy.silences, now);
    let unused_silences = silences::unused(&silenced, &policy.silences, now);
    let (findings, folded) = fold::fold(findings);
    let verdict = verdict(chain.status);
    Report {
        schema: SCHEMA,
        query: Subject {
            name: evidence.name.clone(),
            rtype: evidence.rtype,
        },
        verdict,
        reason: summary::reason(context, &findings),
        summary: summary::sentence(context, &findings),
        rcode: summary::rcode(chain),
        at: now,
        denials: chain.probes.iter().map(denial).collect(),
        vantages: vantages(context),
        coverage: coverage(context),
        deadline: deadline::next(chain, now),
        findings,
        folded,
        silenced,
        unused_silences,
        // Last, since all above may look at them through the context.
        chain: links,
        inventory,
        outlook: None,
        views: Vec::new(),
    }
}

fn vantages(context: &Context<'_>) -> Vec<Vantage> {
    let mut vantages = match context.is_resolvers_only {
        true => Vec::new(),
        false => vantage::authorities(context.chain),
    };
    vantages.extend(vantage::resolvers(context));
    vantages
}

fn weigh(policy: &Policy, check: &Check, statement: Statement) -> Finding {
    Finding {
        code: check.code.to_owned(),
        severity: policy.severity(check.code, check.severity, statement.reach),
        zone: statement.zone,
        subject: statement.subject,
        message: statement.message,
        facts: statement.facts,
        until: statement.until,
        rfc: check
            .rfc
            .iter()
            .map(|clause| (*clause).to_owned())
            .collect(),
        fix: statement.fix,
        evidence: statement.evidence.into_iter().collect(),
    }
}

fn denial(probe: &JudgedTarget) -> Denial {
    Denial {
        query: Subject {
            name: probe.question.name.clone(),
            rtype: probe.question.rtype,
        },
        verdict: verdict(probe.status),
    }
}

/// The word of the report for a status of the validator.
fn verdict(status: Status) -> Verdict {
    match status {
        Status::Secure => Verdict::Secure,
        Status::Insecure => Verdict::Insecure,
        Status::Bogus => Verdict::Bogus,
        Status::Indeterminate => Verdict::Indeterminate,
    }
}

fn coverage(context: &Context<'_>) -> Coverage {
    let zones = context.topology.main_zones();
    let servers: BTreeSet<_> = match context.is_resolvers_only {
        true => addresses(context.resolvers),
        false => zones
            .flat_map(|zone| zone.servers.keys().copied())
            .collect(),
    };
    let heard = context.view.heard();
    let answering: BTreeSet<_> = heard
        .iter()
        .filter(|heard| heard.message.is_some())
        .map(|heard| heard.exchange.server)
        .collect();
    Coverage {
        exchanges: heard.len() + context.view.probed().count(),
        servers: servers.len(),
        servers_answering: servers.intersection(&answering).count(),
        limits_reached: limits(context.topology, context.chain),
    }
}

fn addresses(resolvers: &[JudgedResolver]) -> BTreeSet<SocketAddr> {
    let all = resolvers.iter();
    all.filter_map(|one| one.resolver.address).collect()
}

fn limits(topology: &Topology, chain: &Chain) -> Vec<String> {
    let walked = topology.limits.iter().map(|limit| format!("{limit:?}"));
    walked
        .chain(chain.reached.iter().map(ToString::to_string))
        .collect()
}
