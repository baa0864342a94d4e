//! Servers that are no resolvers.

use super::{each, in_words};
use crate::checks::{Context, Statement};
use crate::validate::Conduct;

declare! {
    /// # recursion-not-available
    ///
    /// The RA bit is clear in what a server given as a resolver answers.
    ///
    /// ## Why it matters
    ///
    /// It is an authoritative server, or a resolver that does not serve this client. Nothing can be told
    /// from it about what users see.
    ///
    /// ## What resolvers do
    ///
    /// A resolver sets RA for the clients that it serves (RFC 1035, section 4.1.1).
    ///
    /// ## How to put it right
    ///
    /// Check the address. If it is the right one, let this client in: `allow-recursion { ... };` in BIND,
    /// `access-control:` in Unbound, `allow-from=` in PowerDNS Recursor. Authoritative servers are asked
    /// without `@`: `anchorwatch audit example.com`.
    ///
    /// ## References
    ///
    /// RFC 1035, section 4.1.1; RFC 9499, section 6.
    "recursion-not-available", Resolvers, Error,
    rfc: ["RFC 1035 section 4.1.1"],
    explained_by: [],
    summary: "What was given as a resolver does not offer recursion.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_closed = resolver.conduct == Conduct::NoRecursion;
        let fix =
            "check the address, or let this client in; leave `@` out to ask authoritative servers";
        is_closed.then(|| (in_words(context, resolver), fix.to_owned()))
    })
}
