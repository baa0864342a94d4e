//! Negative answers without SOA.

use std::collections::BTreeSet;

use crate::checks::statement::list;
use crate::checks::transport::asked;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::validate::{AnswerKind, Arrival, JudgedZone, Status};

declare! {
    /// # denial-soa-missing
    ///
    /// A server says that a name or a type does not exist and sends no SOA with it.
    ///
    /// ## Why it matters
    ///
    /// The SOA carries the time for which the answer may be cached. Without it resolvers do not cache the
    /// answer, or only briefly, and ask again and again; and they cannot tell the zone that speaks, nor
    /// NODATA from a referral.
    ///
    /// ## What resolvers do
    ///
    /// They take the answer and do not cache it (RFC 2308, section 5). Some treat it as a lame answer and
    /// ask the next server.
    ///
    /// ## How to put it right
    ///
    /// Every authoritative server in use adds the SOA by itself. Look for a load balancer, a proxy or a
    /// server of one's own that builds negative answers, and have it add the SOA of the zone, and its
    /// RRSIG, to the authority section. `dig @SERVER nosuchname.example.com A +norecurse` shows what is
    /// sent.
    ///
    /// ## References
    ///
    /// RFC 2308, sections 2.1, 2.2 and 5. DNSViz: MISSING_SOA_FOR_NXDOMAIN, MISSING_SOA_FOR_NODATA.
    /// Zonemaster: DS10_NSEC_NODATA_MISSING_SOA.
    "denial-soa-missing", Denial, Error,
    rfc: ["RFC 2308 section 2.2", "RFC 2308 section 5"],
    explained_by: ["delegation-lame", "server-without-dnssec", "response-not-authoritative"],
    summary: "A negative answer lacks the SOA.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones
        .filter(|zone| !matches!(zone.arrival, Arrival::Ended(Status::Bogus, _)))
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let mut servers = BTreeSet::new();
    let mut questions = BTreeSet::new();
    let mut evidence = BTreeSet::new();
    for (&address, server) in &zone.servers {
        for (question, (id, answer)) in &server.answers {
            let is_negative = matches!(answer.kind, AnswerKind::NoName | AnswerKind::NoType);
            if is_negative && !has_soa(context, *id) {
                servers.insert(address);
                questions.insert(asked(question));
                evidence.insert(*id);
            }
        }
    }
    if servers.is_empty() {
        return None;
    }
    let apex = &zone.apex;
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let message = format!("negative answers to {} lack the SOA{at}", list(questions));
    let statement = Statement::new(apex, message)
        .reach(reach)
        .fix(format!(
            "have the server add the SOA of {apex} to the authority section of negative answers"
        ))
        .shown_by(evidence);
    Some(statement.at_servers(context, &servers))
}

fn has_soa(context: &Context<'_>, id: usize) -> bool {
    let message = context
        .view
        .get(id)
        .and_then(|heard| heard.message.as_ref());
    message.is_none_or(|message| {
        let mut authority = message.authority.iter();
        authority.any(|record| record.rtype == RecordType::SOA)
    })
}
