//! AD where nothing is authentic.

use super::{each, here};
use crate::checks::{Context, Statement};
use crate::validate::Status;

declare! {
    /// # resolver-ad-unexpected
    ///
    /// A resolver sets AD, and the data is bogus or provably insecure here.
    ///
    /// ## Why it matters
    ///
    /// A program that relies on AD trusts what nobody has vouched for. Either the resolver copies the bit
    /// from somewhere, or it validated an earlier state of the zone and its cache outlives it, or it has
    /// a trust anchor of its own for the zone.
    ///
    /// ## What resolvers do
    ///
    /// AD belongs only on answers all of whose RRsets the resolver holds for authentic. Some forwarders
    /// copy AD from the query.
    ///
    /// ## How to put it right
    ///
    /// Ask the resolver for a name known to be bogus: with AD on that too, it copies the bit. Otherwise
    /// flush its cache for the zone and ask again:
    ///
    /// - BIND: `rndc flushname example.com`
    /// - Unbound: `unbound-control flush_zone example.com`
    /// - PowerDNS Recursor: `rec_control wipe-cache 'example.com$'`
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.2.3; RFC 6840, section 5.7 and 5.8.
    "resolver-ad-unexpected", Resolvers, Error,
    rfc: ["RFC 4035 section 3.2.3"],
    explained_by: [],
    summary: "A resolver calls data authentic that is not secure.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let status = here(context, resolver);
        let is_unfounded = matches!(status, Status::Insecure | Status::Bogus);
        let message = format!(
            "{} says {} with AD, but the name is {status} here",
            resolver.name(),
            resolver.checked.in_words()
        );
        let fix = "flush the resolver's cache for the zone; if AD comes back, see whether it copies AD from queries";
        // What comes from another server with checking disabled says nothing of what it validated.
        let is_same = resolver.is_same_data || !context.is_resolvers_only;
        (resolver.checked.is_authentic && is_unfounded && is_same)
            .then(|| (message, fix.to_owned()))
    })
}
