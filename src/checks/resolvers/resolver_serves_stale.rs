//! Answers past their TTL.

use super::each_error;
use crate::checks::{Context, Statement};

declare! {
    /// # resolver-serves-stale
    ///
    /// A resolver says, by extended error 3 or 19, that its answer comes from the cache after its TTL ran
    /// out.
    ///
    /// ## Why it matters
    ///
    /// The authoritative servers did not answer it in time. As long as they do not, its users live on old
    /// data; signatures may run out meanwhile.
    ///
    /// ## What resolvers do
    ///
    /// They serve stale data for a limited time when no server answers (RFC 8767).
    ///
    /// ## How to put it right
    ///
    /// Ask the authoritative servers from where the resolver stands. To see what a fresh query gives,
    /// empty the cache for the name.
    ///
    /// ## References
    ///
    /// RFC 8767; RFC 8914, section 4.4 and 4.20.
    "resolver-serves-stale", Resolvers, Notice,
    rfc: ["RFC 8767 section 4", "RFC 8914 section 4.4"],
    explained_by: [],
    summary: "A resolver says that its answer is stale.",
}

/// Stale Answer, Stale NXDOMAIN Answer.
const CODES: &[u16] = &[3, 19];

fn run(context: &Context<'_>) -> Vec<Statement> {
    each_error(context, CODES, |resolver, errors| {
        let message = format!("{} answers from stale data: {errors}", resolver.name());
        let fix = "see whether the authoritative servers can be reached from the resolver";
        (message, fix.to_owned())
    })
}
