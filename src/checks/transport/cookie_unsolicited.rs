//! Cookies that nobody asked for.

use super::{Odd, replies, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::edns::COOKIE;

declare! {
    /// # cookie-unsolicited
    ///
    /// A response holds a COOKIE option although the question had none.
    ///
    /// ## Why it matters
    ///
    /// A server must answer a question without a cookie as one that knows no cookies. The option costs octets
    /// and may be refused by clients that do not expect it.
    ///
    /// ## What resolvers do
    ///
    /// They ignore it.
    ///
    /// ## How to put it right
    ///
    /// Update the server, or whatever stands in front of it. `dig @ADDRESS example.com SOA +norecurse
    /// +nocookie` must show no `COOKIE`.
    ///
    /// ## References
    ///
    /// RFC 7873, section 5.2.1. DNSViz: GRATUITOUS_COOKIE.
    "cookie-unsolicited", Transport, Notice,
    rfc: ["RFC 7873 section 5.2.1"],
    explained_by: [],
    summary: "A response has a COOKIE option without request.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = replies(context).filter_map(|(zone, id, heard, message)| {
        message.edns()?.option(COOKIE)?;
        Some(Odd {
            zone,
            server: heard.exchange.server,
            id,
            what: "COOKIE".to_owned(),
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "{servers} of {} send a {what} option that nobody asked for",
                zone.apex
            ),
            "update the server: it answers with a cookie only who sends one".to_owned(),
        )
    })
}
