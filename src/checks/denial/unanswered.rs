//! Servers that answer for the SOA of a zone and not for another type at its apex.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::checks::signatures::chained;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::evidence::probes;
use crate::validate::{AnswerKind, JudgedServer, JudgedZone};

/// One statement for each way in which servers fail to answer for `rtype` at the apex of a signed zone.
pub fn state_unanswered(context: &Context<'_>, rtype: RecordType) -> Vec<Statement> {
    chained(context)
        .flat_map(|zone| of_zone(context, zone, rtype))
        .collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone, rtype: RecordType) -> Vec<Statement> {
    let apex = &zone.apex;
    let question = probes::question(apex, rtype);
    let asked: BTreeSet<_> = context.view.servers_asked(&question).collect();
    let mut failed: BTreeMap<String, BTreeSet<SocketAddr>> = BTreeMap::new();
    for (address, server) in &zone.servers {
        let failure = how(zone, server, rtype).filter(|_| asked.contains(address));
        if let Some(how) = failure {
            failed.entry(how).or_default().insert(*address);
        }
    }
    let states = failed.into_iter().map(|(how, servers)| {
        let attempts = servers.iter().flat_map(|server| {
            let attempts = context.view.attempts(*server, &question);
            attempts.map(|(id, _)| id)
        });
        let reach = context.reach(apex, &servers);
        let at = context.at(apex, &servers, reach);
        let message = format!("the question for {rtype} of {apex} is answered with {how}{at}");
        Statement::new(apex, message)
            .reach(reach)
            .about("rrtype", rtype)
            .fact("response", how)
            .fix(format!(
                "compare `dig +norecurse +dnssec @SERVER {apex} {rtype}` from outside and on the server itself, and have filters on the way pass every type"
            ))
            .shown_by(attempts)
            .at_servers(context, &servers)
    });
    states.collect()
}

/// How the server fails; `None` when it answers, or does not serve the zone at all.
fn how(zone: &JudgedZone, server: &JudgedServer, rtype: RecordType) -> Option<String> {
    let answer = |rtype| {
        let answer = server.answers.get(&probes::question(&zone.apex, rtype));
        answer.map(|(_, answer)| &answer.kind)
    };
    if answer(RecordType::SOA) != Some(&AnswerKind::Data) {
        return None;
    }
    match answer(rtype) {
        None => Some("nothing usable".to_owned()),
        Some(AnswerKind::Failure(rcode)) => Some(rcode.to_string()),
        Some(AnswerKind::NoName) => Some("NXDOMAIN".to_owned()),
        Some(AnswerKind::Referral) => Some("a referral".to_owned()),
        Some(AnswerKind::Alias(_) | AnswerKind::BrokenAlias) => Some("an alias".to_owned()),
        Some(AnswerKind::Data | AnswerKind::NoType) => None,
    }
}
