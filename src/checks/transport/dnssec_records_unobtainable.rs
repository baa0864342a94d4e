//! Signatures that cannot be fetched from a server by any means.

use std::collections::BTreeSet;

use super::{Odd, edns_intolerant, server_without_dnssec, state_odd};
use crate::checks::signatures::chained;
use crate::checks::{Context, Statement};
use crate::dns::{Message, RecordType};
use crate::evidence::view::Heard;

declare! {
    /// # dnssec-records-unobtainable
    ///
    /// A server of a signed zone answers, but without signatures, whatever it is asked: it leaves them out,
    /// it refuses EDNS, or it cuts answers off and TCP fails.
    ///
    /// ## Why it matters
    ///
    /// Where the server leaves signatures out, a resolver gets data that it must refuse. Without EDNS it
    /// cannot ask for them, and without TCP it cannot get what does not fit. For a validating resolver
    /// this server is as good as silent.
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
    explained_by: ["edns-intolerant", "tcp-fallback-broken", "server-without-dnssec"],
    summary: "Signatures cannot be fetched from a server.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let signing: BTreeSet<_> = context
        .heard()
        .filter(|(_, _, heard)| has_signature(heard))
        .map(|(zone, _, heard)| (&zone.apex, heard.exchange.server))
        .collect();
    let stripping: BTreeSet<_> = chained(context)
        .flat_map(|zone| {
            let servers = server_without_dnssec::stripping(context, zone).into_keys();
            servers.map(|server| (&zone.apex, server))
        })
        .collect();
    let intolerant = edns_intolerant::servers(context);
    let odd = context
        .heard()
        .filter(|(zone, _, _)| Context::is_chained(zone))
        .filter_map(|(zone, id, heard)| {
            let server = heard.exchange.server;
            let at = (&zone.apex, server);
            let message = heard.usable()?;
            let is_cut = message.is_truncated() && !is_whole(context, heard);
            let is_bare = heard.exchange.query.edns.is_none() && intolerant.contains(&server);
            let why = if is_bare {
                "EDNS is rejected"
            } else if is_cut {
                "answers are cut off over UDP and do not come over TCP"
            } else if stripping.contains(&at) {
                "its answers hold none"
            } else {
                return None;
            };
            (!signing.contains(&at)).then(|| Odd {
                zone,
                server,
                id,
                what: why.to_owned(),
            })
        });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "no signatures of {} can be had from {servers}: {what}",
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
