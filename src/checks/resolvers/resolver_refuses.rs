//! Resolvers that refuse this client.

use super::{each, in_words};
use crate::checks::{Context, Statement};
use crate::validate::Conduct;

declare! {
    /// # resolver-refuses
    ///
    /// A resolver offers recursion and answers REFUSED.
    ///
    /// ## Why it matters
    ///
    /// Either this client is not meant to be served, and nothing can be told from here about what users see; or
    /// users are refused as well.
    ///
    /// ## What resolvers do
    ///
    /// They refuse clients that are not on their lists (RFC 1035, section 4.1.1), and some refuse names that a
    /// policy blocks, with an extended error 15 to 18 beside it.
    ///
    /// ## How to put it right
    ///
    /// If this client ought to be served, let it in: `allow-recursion { ... };` in BIND, `access-control:` in
    /// Unbound, `allow-from=` in PowerDNS Recursor, `view:addr()` in Knot Resolver. Otherwise ask from where users
    /// are.
    ///
    /// ## References
    ///
    /// RFC 1035, section 4.1.1; RFC 8914, section 4.16 to 4.19.
    "resolver-refuses", Resolvers, Error,
    rfc: ["RFC 1035 section 4.1.1"],
    explained_by: [],
    summary: "A resolver refuses to answer this client.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_such = resolver.conduct == Conduct::Refuses;
        let fix = "let this client in, or ask from where users are";
        is_such.then(|| (in_words(context, resolver), fix.to_owned()))
    })
}
