//! Resolvers that do not answer.

use super::{each, in_words};
use crate::checks::{Context, Statement};
use crate::validate::Conduct;

declare! {
    /// # resolver-unreachable
    ///
    /// A resolver does not answer: nothing came in time, the port is closed, the connection broke off, or its
    /// certificate does not fit the name it was asked by. The message says which.
    ///
    /// ## Why it matters
    ///
    /// Users of this resolver have no DNS at all, or wait for their second one with every name. It says nothing
    /// about the zone.
    ///
    /// ## What resolvers do
    ///
    /// A resolver that is down does not answer; one that limits rates, or a filter on the way, may drop some
    /// queries. With DNS over TLS and HTTPS a client that checks the certificate gives up when it does not hold
    /// the name or address that was asked for (RFC 8310, section 5).
    ///
    /// ## How to put it right
    ///
    /// See whether it runs, and listens at this address and port: `ss -lnup`, `systemctl status unbound`. Ask it
    /// from its own machine, and over the other transport: `dig @192.0.2.53 example.com`, and with `+tcp`. When the
    /// certificate does not fit, ask by the name that it holds, as `@tls://dns.example.net`, or give its authority
    /// with `--tls-ca FILE`.
    ///
    /// ## References
    ///
    /// RFC 7766, section 5; RFC 8310, section 5.
    "resolver-unreachable", Resolvers, Error,
    rfc: ["RFC 7766 section 5"],
    explained_by: [],
    summary: "A resolver does not answer.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_such = resolver.conduct == Conduct::Down;
        let fix = "see whether it runs and listens there, and whether a filter on the way drops queries; over TLS, whether the certificate fits the name";
        is_such.then(|| (in_words(context, resolver), fix.to_owned()))
    })
}
