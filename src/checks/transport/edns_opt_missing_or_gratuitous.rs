//! Responses with or without OPT where it is the other way round in the query.

use super::{Odd, replies, state_odd};
use crate::checks::{Context, Statement};

declare! {
    /// # edns-opt-missing-or-gratuitous
    ///
    /// A server answers a question with EDNS without an OPT record, or adds one to an answer to a
    /// question without EDNS.
    ///
    /// ## Why it matters
    ///
    /// A response without OPT says that the server does not know EDNS, so resolvers stop asking it for
    /// DNSSEC data and for large answers. An OPT that nobody asked for may be refused by old clients.
    /// Both mostly come from something that rewrites messages on the way.
    ///
    /// ## What resolvers do
    ///
    /// They remember that the server does not know EDNS, for some minutes, and get unsigned data from it,
    /// which in a signed zone they refuse.
    ///
    /// ## How to put it right
    ///
    /// Update the server; look for a firewall, load balancer or protection service that removes OPT. The
    /// answer to `dig @ADDRESS example.com SOA +norecurse +dnssec` must show an OPT PSEUDOSECTION with
    /// the flag `do`.
    ///
    /// ## References
    ///
    /// RFC 6891, sections 6.1.1 and 7. DNSViz: EDNS_SUPPORT_NO_OPT, GRATUITOUS_OPT. Zonemaster:
    /// EDNS_RESPONSE_WITHOUT_EDNS.
    "edns-opt-missing-or-gratuitous", Transport, Warning,
    rfc: ["RFC 6891 section 6.1.1", "RFC 6891 section 7"],
    explained_by: [
        "edns-intolerant",
        "server-without-dnssec",
        "signed-state-inconsistent",
        "delegation-lame",
    ],
    summary: "OPT is missing from a response, or is there unasked.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = replies(context).filter_map(|(zone, id, heard, message)| {
        let is_asked = heard.exchange.query.edns.is_some();
        let what = match (is_asked, message.edns().is_some()) {
            (true, false) => "no OPT in answers to questions with EDNS",
            (false, true) => "OPT in answers to questions without EDNS",
            _ => return None,
        };
        Some(Odd {
            zone,
            server: heard.exchange.server,
            id,
            what: what.to_owned(),
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!("{what} about {} from {servers}", zone.apex),
            format!(
                "update the server, or let what stands in front of it pass EDNS; the answer must hold OPT: dig @ADDRESS {} SOA +norecurse +dnssec",
                zone.apex
            ),
        )
    })
}
