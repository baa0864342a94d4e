//! Servers that do not answer for types they do not know.

use std::net::SocketAddr;

use super::{Odd, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::message::Question;
use crate::dns::{Message, Rcode, RecordType};
use crate::evidence::Outcome;
use crate::evidence::probes::{MISSING_TYPE, question};
use crate::evidence::view::ExchangeId;
use crate::validate::JudgedZone;

declare! {
    /// # unknown-qtype-dropped
    ///
    /// A server answers for SOA, and leaves questions for newer or unknown types (CDS, CDNSKEY, NSEC3PARAM,
    /// TYPE65399) unanswered, or fails them, where it should say that there are none.
    ///
    /// ## Why it matters
    ///
    /// Every type that comes into use meets servers that do not know it yet. They must say that the name has
    /// no such record. Silence costs each client a time-out, and parents cannot read what the zone wishes to
    /// have published.
    ///
    /// ## What resolvers do
    ///
    /// They wait, try the next server, and give SERVFAIL when all are alike.
    ///
    /// ## How to put it right
    ///
    /// Update the server; look for a firewall or load balancer that passes only types it knows. `dig @ADDRESS
    /// example.com TYPE65399 +norecurse +dnssec` must answer NOERROR with an SOA record in the authority
    /// section.
    ///
    /// ## References
    ///
    /// RFC 3597, section 3; RFC 4074, section 4; RFC 8906, section 3.1.2. Zonemaster: QUERY_DROPPED,
    /// AAAA_QUERY_DROPPED, AAAA_UNEXPECTED_RCODE.
    "unknown-qtype-dropped", Transport, Error,
    rfc: ["RFC 3597 section 3", "RFC 8906 section 3.1.2"],
    explained_by: ["server-unreachable", "edns-intolerant", "pmtu-exceeded"],
    summary: "A server does not answer for types that it does not know.",
}

/// What a server may not know. DNSKEY and DS have checks of their own.
const TYPES: [RecordType; 4] = [
    RecordType::CDS,
    RecordType::CDNSKEY,
    RecordType::NSEC3PARAM,
    MISSING_TYPE,
];

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = context.zones().flat_map(|(zone, known)| {
        let servers = known.servers.keys();
        servers.flat_map(move |&server| failed(context, zone, server))
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "{servers} of {} answer for SOA, and not for other types: {what}",
                zone.apex
            ),
            format!(
                "update the server, or let what stands in front of it pass every type; this must answer NOERROR: dig @ADDRESS {} TYPE65399 +norecurse",
                zone.apex
            ),
        )
    })
}

/// The types that this server does not answer for, where it answers for SOA and does not fall silent
/// altogether.
fn failed<'a>(context: &Context<'a>, zone: &'a JudgedZone, server: SocketAddr) -> Vec<Odd<'a>> {
    let reply = |rtype| context.view.reply(server, &question(&zone.apex, rtype));
    let is_good = |message: &Message| message.rcode() == Rcode::NOERROR;
    if !reply(RecordType::SOA).is_some_and(|reply| is_good(reply.message)) {
        return Vec::new();
    }
    let failed = TYPES.into_iter().filter_map(|rtype| {
        let (id, what) = failure(context, server, &question(&zone.apex, rtype))?;
        Some(Odd {
            zone,
            server,
            id,
            what: format!("{what} for {rtype}"),
        })
    });
    failed.collect()
}

/// How a question failed, and in which exchange.
fn failure(
    context: &Context<'_>,
    server: SocketAddr,
    question: &Question,
) -> Option<(ExchangeId, String)> {
    if let Some(reply) = context.view.reply(server, question) {
        let rcode = reply.message.rcode();
        let is_failure = matches!(
            rcode,
            Rcode::FORMERR | Rcode::SERVFAIL | Rcode::NOTIMP | Rcode::REFUSED
        );
        return is_failure.then(|| (reply.id, rcode.to_string()));
    }
    let attempts: Vec<_> = context.view.attempts(server, question).collect();
    let is_silent = |outcome: &Outcome| *outcome == Outcome::Timeout;
    let is_lost = attempts.len() > 1
        && attempts
            .iter()
            .all(|(_, heard)| is_silent(&heard.exchange.outcome));
    let (id, _) = attempts.first().filter(|_| is_lost)?;
    Some((*id, "no answer".to_owned()))
}
