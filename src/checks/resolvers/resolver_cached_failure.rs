//! Failures out of the cache.

use super::each_error;
use crate::checks::{Context, Statement};

declare! {
    /// # resolver-cached-failure
    ///
    /// A resolver says, by extended error 13, that its SERVFAIL comes from its cache.
    ///
    /// ## Why it matters
    ///
    /// The cause may be gone already. A resolver remembers a failure for up to five minutes.
    ///
    /// ## What resolvers do
    ///
    /// They cache resolution failures for at least one second and at most five minutes (RFC 9520, section
    /// 3.2).
    ///
    /// ## How to put it right
    ///
    /// Wait five minutes and ask again, or empty the cache:
    ///
    /// - BIND: `rndc flushname example.com`
    /// - Unbound: `unbound-control flush_zone example.com`
    /// - PowerDNS Recursor: `rec_control wipe-cache 'example.com$'`
    ///
    /// ## References
    ///
    /// RFC 9520, section 3.2; RFC 8914, section 4.14.
    "resolver-cached-failure", Resolvers, Notice,
    rfc: ["RFC 9520 section 3.2", "RFC 8914 section 4.14"],
    explained_by: [],
    summary: "A resolver fails from memory.",
}

/// Cached Error.
const CODES: &[u16] = &[13];

fn run(context: &Context<'_>) -> Vec<Statement> {
    each_error(context, CODES, |resolver, errors| {
        let message = format!("{} fails from its cache: {errors}", resolver.name());
        let fix = "ask again in five minutes, or flush the name at the resolver";
        (message, fix.to_owned())
    })
}
