//! The verdict: it could not be told.

use crate::checks::{Context, Statement};
use crate::evidence::topology::{Limit, limits::ALIASES};
use crate::validate::{Arrival, End, JudgedTarget, JudgedZone, Status};

declare! {
    /// # chain-indeterminate
    ///
    /// There is no verdict: no trust anchor covers the name, the data for one could not be had, or the name leads
    /// through more aliases than are followed.
    ///
    /// ## Why it matters
    ///
    /// The name may be fine or broken; this audit cannot say. If no server of a zone answers anything,
    /// nobody reaches the name either.
    ///
    /// ## What resolvers do
    ///
    /// Where data cannot be had they answer SERVFAIL, with extended error 22 (No Reachable Authority) or
    /// 23 (Network Error) from those that send one. Names that no trust anchor covers they answer without
    /// AD.
    ///
    /// ## How to put it right
    ///
    /// When servers did not answer, look at the findings about these servers, and try from another
    /// network before blaming the zone: `dig +norecurse @ns1.example.com example.com SOA`, also with
    /// `+tcp`. When no anchor covers the name, give one: `anchorwatch audit example.com --trust-anchor
    /// FILE`, with DS or DNSKEY records as in a zone file.
    ///
    /// ## References
    ///
    /// RFC 4033, section 5; RFC 4035, section 4.3.
    "chain-indeterminate", Delegation, Warning,
    rfc: ["RFC 4035 section 4.3"],
    explained_by: [
        "delegation-ns-address-special",
        "delegation-ns-unresolvable",
        "delegation-lame",
        "dnskey-query-failed",
        "ds-query-failed",
        "tcp-fallback-broken",
        "dnssec-records-unobtainable",
        "server-unreachable",
        "server-invalid-response",
        "response-not-authoritative",
    ],
    summary: "No verdict is possible.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let targets = context.chain.targets.iter();
    targets
        .filter(|target| target.status == Status::Indeterminate)
        .map(|target| state(context, target))
        .chain(cut_short(context))
        .collect()
}

/// Where the aliases are more than are followed.
fn cut_short(context: &Context<'_>) -> Option<Statement> {
    let targets = &context.chain.targets;
    let (first, last) = (&targets.first()?.question, targets.last()?);
    let is_cut_short = context.topology.limits.contains(&Limit::Aliases);
    let message = format!(
        "{} {} is indeterminate: the aliases go on behind {}, and no more than {} are followed",
        first.name, first.rtype, last.question.name, ALIASES
    );
    is_cut_short.then(|| {
        Statement::new(&last.zone, message)
            .about("owner", &first.name)
            .about("rrtype", first.rtype)
            .fix("let the first alias lead to the last name at once: resolvers give up on the way")
    })
}

fn state(context: &Context<'_>, target: &JudgedTarget) -> Statement {
    let question = &target.question;
    let zone = context.chain.zone(&target.zone);
    let top = zone.and_then(|zone| top(context, zone));
    let (apex, why) = match top {
        Some(top) => (&top.apex, why_zone(top)),
        None => (
            &target.zone,
            format!("no server of {} answers the question", target.zone),
        ),
    };
    Statement::new(
        apex,
        format!(
            "{} {} is indeterminate: {why}",
            question.name, question.rtype
        ),
    )
    .about("owner", &question.name)
    .about("rrtype", question.rtype)
    .fix("see whether the servers of the zone answer from another network")
}

/// The first indeterminate zone on the way down.
fn top<'a>(context: &Context<'a>, zone: &'a JudgedZone) -> Option<&'a JudgedZone> {
    let mut found = None;
    let mut current = Some(zone);
    while let Some(zone) = current {
        if zone.status == Status::Indeterminate {
            found = Some(zone);
        }
        if let Arrival::Anchors(_) = zone.arrival {
            // What is above it takes no part.
            break;
        }
        let above = zone
            .parent
            .as_ref()
            .and_then(|apex| context.chain.zone(apex));
        current = above.filter(|above| above.apex.label_count() < zone.apex.label_count());
    }
    found
}

fn why_zone(zone: &JudgedZone) -> String {
    match zone.arrival {
        Arrival::Ended(_, End::NoAnchor) => "no trust anchor is at or above it".to_owned(),
        Arrival::Ended(_, End::DsUnknown) => format!(
            "no server of {} says anything about the DS of {}",
            super::parent_name(zone),
            zone.apex
        ),
        _ => format!("no server of {} gives its DNSKEY RRset", zone.apex),
    }
}
