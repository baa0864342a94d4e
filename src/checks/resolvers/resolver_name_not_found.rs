//! Resolvers whose names do not resolve.

use super::{each, in_words};
use crate::checks::{Context, Statement};
use crate::validate::Conduct;

declare! {
    /// # resolver-name-not-found
    ///
    /// The host name that a resolver was given by has no address here, or none of the address family that was
    /// asked for.
    ///
    /// ## Why it matters
    ///
    /// The resolver was not asked. Clients that know it by this name, as with DNS over TLS and HTTPS, cannot use
    /// it either.
    ///
    /// ## What resolvers do
    ///
    /// A client finds a resolver that it knows by name through another one, or is given the address beside the
    /// name (RFC 8310, section 7).
    ///
    /// ## How to put it right
    ///
    /// Check the name: `getent hosts dns.example.net`. Without `-4` or `-6` both address families are tried. Or give
    /// the address: `@192.0.2.53`, `@tls://192.0.2.53`.
    ///
    /// ## References
    ///
    /// RFC 8310, section 7.
    "resolver-name-not-found", Resolvers, Error,
    rfc: ["RFC 8310 section 7"],
    explained_by: [],
    summary: "The name of a resolver has no address.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_such = resolver.conduct == Conduct::NotFound;
        let fix = "check the name, or give the address of the resolver";
        is_such.then(|| (in_words(context, resolver), fix.to_owned()))
    })
}
