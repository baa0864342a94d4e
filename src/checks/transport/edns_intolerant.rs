//! Servers that answer only without EDNS.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::{Odd, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::Rcode;
use crate::evidence::view::Heard;

declare! {
    /// # edns-intolerant
    ///
    /// A server rejects questions with EDNS (FORMERR, NOTIMP or BADVERS) and answers them without.
    ///
    /// ## Why it matters
    ///
    /// EDNS carries the flag that asks for DNSSEC data, so a signed zone cannot be validated from this
    /// server. Since 2019 resolvers no longer work around servers that mishandle EDNS.
    ///
    /// ## What resolvers do
    ///
    /// After FORMERR or NOTIMP without an OPT record they ask again without EDNS and get unsigned data,
    /// which in a signed zone they refuse: SERVFAIL, unless another server does better.
    ///
    /// ## How to put it right
    ///
    /// Update the server; every release of the last fifteen years knows EDNS. If it does, look for a
    /// firewall or load balancer that rewrites or blocks it: `dig @ADDRESS example.com SOA +norecurse
    /// +edns=0` and `dig @ADDRESS example.com SOA +norecurse +noedns` must both answer NOERROR, the first
    /// with an OPT record.
    ///
    /// ## References
    ///
    /// RFC 6891, sections 6.2.6 and 7; RFC 3225. DNSViz: ERROR_WITH_EDNS. Zonemaster: BREAKS_ON_EDNS,
    /// NO_EDNS_SUPPORT.
    "edns-intolerant", Transport, Error,
    rfc: ["RFC 6891 section 7"],
    explained_by: [],
    summary: "A server answers only without EDNS.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let intolerant = servers(context);
    let odd = context.heard().filter_map(|(zone, id, heard)| {
        let server = heard.exchange.server;
        let is_shown = intolerant.contains(&server) && is_rejection(heard);
        is_shown.then(|| Odd {
            zone,
            server,
            id,
            what: heard
                .usable()
                .map_or(Rcode::FORMERR, crate::dns::Message::rcode)
                .to_string(),
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "{servers} of {} answer only without EDNS ({what} with it)",
                zone.apex
            ),
            format!(
                "update the server, or let what stands in front of it pass EDNS; this must answer: dig @ADDRESS {} SOA +norecurse +edns=0",
                zone.apex
            ),
        )
    })
}

/// Servers that rejected a question with EDNS and answered one without.
pub fn servers(context: &Context<'_>) -> BTreeSet<SocketAddr> {
    let heard = || context.view.heard().iter();
    let rejecting: BTreeSet<_> = heard()
        .filter(|heard| is_rejection(heard))
        .map(|heard| heard.exchange.server)
        .collect();
    heard()
        .filter(|heard| heard.exchange.query.edns.is_none() && is_answer(heard))
        .map(|heard| heard.exchange.server)
        .filter(|server| rejecting.contains(server))
        .collect()
}

fn is_rejection(heard: &Heard) -> bool {
    let rcode = heard.usable().map(crate::dns::Message::rcode);
    heard.exchange.query.edns.is_some()
        && matches!(rcode, Some(Rcode::FORMERR | Rcode::NOTIMP | Rcode::BADVERS))
}

fn is_answer(heard: &Heard) -> bool {
    let rcode = heard.usable().map(crate::dns::Message::rcode);
    matches!(rcode, Some(Rcode::NOERROR | Rcode::NXDOMAIN))
}
