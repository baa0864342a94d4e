//! What resolvers say of DNSSEC themselves.

use super::each_error;
use crate::checks::{Context, Statement};

declare! {
    /// # resolver-ede-dnssec
    ///
    /// A resolver adds an extended error about DNSSEC to its answer. It is shown as a hint: it is not
    /// authenticated, and resolvers often give different codes for one fault.
    ///
    /// ## Why it matters
    ///
    /// It tells what the resolver believes, which may be of help when it alone fails.
    ///
    /// ## What resolvers do
    ///
    /// Unbound, Knot Resolver and PowerDNS Recursor send them; BIND 9.18 does not. For one expired
    /// signature all say 7; for a DS without a key some say 9, others 6.
    ///
    /// ## How to put it right
    ///
    /// Compare it with the other findings. If there are none, the cause lies with the resolver.
    ///
    /// ## References
    ///
    /// RFC 8914, section 4.2 to 4.13.
    "resolver-ede-dnssec", Resolvers, Warning,
    rfc: ["RFC 8914 section 4"],
    explained_by: ["resolver-cd-differential", "chain-bogus"],
    summary: "A resolver names a DNSSEC cause in an extended error.",
}

/// Codes about DNSSEC.
const CODES: &[u16] = &[1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 25, 27];

fn run(context: &Context<'_>) -> Vec<Statement> {
    each_error(context, CODES, |resolver, errors| {
        let message = format!("{} says {errors}", resolver.name());
        let fix = "compare with the other findings: extended errors are hints";
        (message, fix.to_owned())
    })
}
