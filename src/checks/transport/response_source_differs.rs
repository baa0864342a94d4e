//! Answers from another address than the one asked.

use super::state_odd;
use super::tried::{Tried, tried};
use crate::checks::{Context, Statement};
use crate::dns::probe::Probe;
use crate::evidence::Outcome;

declare! {
    /// # response-source-differs
    ///
    /// A server seems silent; what it sends comes from another address or port than the one that was asked.
    /// Only a thorough look asks for it (`audit NAME --thorough`).
    ///
    /// ## Why it matters
    ///
    /// Clients take answers from the address that they asked, and from nowhere else, because all others may
    /// be forged. To them the server is silent.
    ///
    /// ## What resolvers do
    ///
    /// They never see the answer: they wait for a time-out and try the next server.
    ///
    /// ## How to put it right
    ///
    /// Bind the server to each of its addresses instead of to all at once, and look for address translation
    /// in front of it that works one way only:
    ///
    /// - BIND: `listen-on` and `listen-on-v6` with the addresses
    /// - NSD: `ip-address:` for each
    /// - Knot: `listen:` in the section `server` for each
    ///
    /// ## References
    ///
    /// RFC 2181, section 4.1; RFC 5452, section 9.1. Zonemaster: DIFFERENT_SOURCE_IP.
    "response-source-differs", Transport, Warning,
    rfc: ["RFC 2181 section 4.1"],
    explained_by: [],
    summary: "An answer comes from another address.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tried = tried(context, |probe| *probe == Probe::AnySource);
    let odd = tried.iter().filter_map(|one| Some(one.odd(source(one)?)));
    state_odd(context, odd, |zone, what, servers| {
        (
            format!("answers of {servers} of {} come from {what}", zone.apex),
            "bind the server to each of its addresses, and look for address translation that works one way only".to_owned(),
        )
    })
}

fn source(one: &Tried<'_>) -> Option<String> {
    match one.heard.exchange.outcome {
        Outcome::Misdirected(source) => Some(source.to_string()),
        _ => None,
    }
}
