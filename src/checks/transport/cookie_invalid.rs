//! Cookies that are not an answer to ours.

use super::state_odd;
use super::tried::{Tried, tried};
use crate::checks::{Context, Statement};
use crate::dns::edns::COOKIE;
use crate::dns::probe::{CLIENT_COOKIE, Probe};

declare! {
    /// # cookie-invalid
    ///
    /// A server answers a DNS cookie with one whose first eight octets are not those that were sent, or which
    /// is shorter than 8 or longer than 40 octets. Only a thorough look asks for it (`audit NAME
    /// --thorough`).
    ///
    /// ## Why it matters
    ///
    /// The first part is there so that a client can tell an answer from a forgery. A wrong one is a broken
    /// server, a cache in front of it that hands out the answers of others, or a forgery.
    ///
    /// ## What resolvers do
    ///
    /// They drop the answer as forged and ask again, some over TCP.
    ///
    /// ## How to put it right
    ///
    /// Look for a cache or load balancer in front of the server that answers out of its store; update the
    /// server. `dig @ADDRESS example.com SOA +norecurse +cookie=0102030405060708` must show a `COOKIE` that
    /// begins with these octets.
    ///
    /// ## References
    ///
    /// RFC 7873, sections 4 and 5.3. DNSViz: CLIENT_COOKIE_MISMATCH, COOKIE_INVALID_LENGTH.
    "cookie-invalid", Transport, Warning,
    rfc: ["RFC 7873 section 5.3"],
    explained_by: [],
    summary: "A returned cookie has a wrong client part or a wrong length.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tried = tried(context, |probe| {
        matches!(
            probe,
            Probe::Cookie | Probe::CookieShown(_) | Probe::CookieForeign
        )
    });
    let odd = tried.iter().filter_map(|one| Some(one.odd(fault(one)?)));
    state_odd(context, odd, |zone, what, servers| {
        (
            format!("{servers} of {} answer a cookie with {what}", zone.apex),
            "look for a cache or load balancer in front of the server, and update it".to_owned(),
        )
    })
}

fn fault(one: &Tried<'_>) -> Option<String> {
    let edns = one.edns()?;
    let cookie = edns.option(COOKIE)?;
    match cookie.len() {
        8 | 16..=40 if cookie.starts_with(&CLIENT_COOKIE) => None,
        8 | 16..=40 => Some("another client's part".to_owned()),
        length => Some(format!("one of {length} octets")),
    }
}
