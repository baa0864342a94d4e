//! Servers that know cookies and leave theirs out.

use super::state_odd;
use super::tried::{Tried, tried};
use crate::checks::{Context, Statement};
use crate::dns::Rcode;
use crate::dns::edns::COOKIE;
use crate::dns::probe::{CLIENT_COOKIE, Probe};

declare! {
    /// # cookie-incomplete
    ///
    /// A server that knows DNS cookies answers a question with a cookie without one, or with the part of the
    /// client alone. Only a thorough look asks for it (`audit NAME --thorough`).
    ///
    /// ## Why it matters
    ///
    /// A client can only show that it is not a forger with the part that the server gave it. Resolvers that
    /// have once had a cookie from a server take an answer without one for a forgery.
    ///
    /// ## What resolvers do
    ///
    /// BIND drops an answer without a cookie from a server that gave one before, and asks again over TCP.
    ///
    /// ## How to put it right
    ///
    /// Have all machines behind the address use the same version and settings, and the same secret:
    ///
    /// - BIND: `answer-cookie yes;` and one `cookie-secret` for all
    /// - NSD: `answer-cookie: yes` and `cookie-secret`
    /// - Knot: the module `mod-cookies` with one `secret`
    ///
    /// `dig @ADDRESS example.com SOA +norecurse +cookie` must show a `COOKIE` of 24 octets or more, marked
    /// `good`.
    ///
    /// ## References
    ///
    /// RFC 7873, sections 5.2.3 and 5.2.5; RFC 9018, section 4. DNSViz: NO_COOKIE_OPTION,
    /// NO_SERVER_COOKIE.
    "cookie-incomplete", Transport, Notice,
    rfc: ["RFC 7873 section 5.2.3"],
    explained_by: [],
    summary: "A server that knows cookies omits its own.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let tried = tried(context, is_cookie);
    let knowing = |one: &Tried<'_>| {
        let mut same = tried.iter().filter(|other| other.server() == one.server());
        same.any(|other| cookie(other).is_some())
    };
    let odd = tried.iter().filter(|one| knowing(one));
    let odd = odd.filter_map(|one| Some(one.odd(fault(one)?)));
    state_odd(context, odd, |zone, what, servers| {
        (
            format!("{servers} of {} know cookies, and answer with {what}", zone.apex),
            "give all machines behind the address one version, one setting and one secret for cookies".to_owned(),
        )
    })
}

fn is_cookie(probe: &Probe) -> bool {
    matches!(
        probe,
        Probe::Cookie | Probe::CookieShown(_) | Probe::CookieForeign
    )
}

fn cookie(one: &Tried<'_>) -> Option<Vec<u8>> {
    Some(one.edns()?.option(COOKIE)?.to_vec())
}

fn fault(one: &Tried<'_>) -> Option<&'static str> {
    let message = one.message()?;
    // What fails for another reason need not carry one.
    if message.rcode() != Rcode::NOERROR {
        return None;
    }
    match cookie(one) {
        None => Some("none"),
        Some(cookie) => (cookie == CLIENT_COOKIE).then_some("the client's part alone"),
    }
}
