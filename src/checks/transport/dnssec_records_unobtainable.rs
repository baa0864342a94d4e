//! Signatures that cannot be fetched from a server by any means.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::{Odd, asked, edns_intolerant, heard_by_zone, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::{Message, RecordType};
use crate::evidence::view::Heard;

declare! {
    /// # dnssec-records-unobtainable
    ///
    /// A server of a signed zone answers, but not in a way that could carry signatures: it refuses EDNS,
    /// or it cuts answers off and TCP fails.
    ///
    /// ## Why it matters
    ///
    /// Without EDNS a resolver cannot ask for DNSSEC data, and without TCP it cannot get what does not
    /// fit. For a validating resolver this server is as good as silent.
    ///
    /// ## What resolvers do
    ///
    /// They ask another server; SERVFAIL when it is the same at all of them, with extended error 10
    /// (RRSIGs Missing) or 22 (No Reachable Authority).
    ///
    /// ## How to put it right
    ///
    /// The finding above this one names the cause. These must both answer with RRSIG records:
    ///
    /// - `dig @ADDRESS example.com SOA +dnssec +norecurse`
    /// - `dig @ADDRESS example.com DNSKEY +dnssec +norecurse +tcp`
    ///
    /// ## References
    ///
    /// RFC 4035, sections 3 and 4.1; RFC 6891, section 7. DNSViz: UNABLE_TO_RETRIEVE_DNSSEC_RECORDS.
    "dnssec-records-unobtainable", Transport, Error,
    rfc: ["RFC 4035 section 3", "RFC 6891 section 7"],
    explained_by: ["edns-intolerant", "tcp-fallback-broken"],
    summary: "Signatures cannot be fetched from a server.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let signing: BTreeSet<SocketAddr> = heard_by_zone(context)
        .filter(|(_, _, heard)| has_signature(heard))
        .map(|(_, _, heard)| heard.exchange.server)
        .collect();
    let intolerant = edns_intolerant::servers(context);
    let odd = heard_by_zone(context)
        .filter(|(zone, _, _)| Context::is_chained(zone))
        .filter_map(|(zone, id, heard)| {
            let server = heard.exchange.server;
            let message = heard.usable()?;
            let is_cut = message.is_truncated() && !is_whole(context, heard);
            let is_bare = heard.exchange.query.edns.is_none() && intolerant.contains(&server);
            let is_lost = !signing.contains(&server) && (is_cut || is_bare);
            is_lost.then(|| Odd {
                zone,
                server,
                id,
                what: asked(heard.exchange.question()),
            })
        });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "no signatures of {} can be had from {servers} (asked for {what})",
                zone.apex
            ),
            format!(
                "this must answer with RRSIG: dig @ADDRESS {} SOA +dnssec +norecurse",
                zone.apex
            ),
        )
    })
}

fn has_signature(heard: &Heard) -> bool {
    let has = |message: &Message| {
        let mut records = message.answer.iter().chain(&message.authority);
        records.any(|record| record.rtype == RecordType::RRSIG)
    };
    heard.message.as_ref().is_some_and(has)
}

fn is_whole(context: &Context<'_>, heard: &Heard) -> bool {
    let exchange = &heard.exchange;
    let reply = context.view.reply(exchange.server, exchange.question());
    reply.is_some_and(|reply| !reply.message.is_truncated())
}
