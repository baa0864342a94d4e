//! Filters, which are not DNSSEC.

use super::each_error;
use crate::checks::{Context, Statement};

declare! {
    /// # resolver-policy-interference
    ///
    /// A resolver says, by extended error 4 or 15 to 18, that its answer was forged, blocked, censored,
    /// filtered or prohibited by policy.
    ///
    /// ## Why it matters
    ///
    /// What its users see was decided by a list, not by the zone. A filtered answer cannot be validated
    /// by whoever is behind it.
    ///
    /// ## What resolvers do
    ///
    /// They answer NXDOMAIN, REFUSED or a substitute address, some with the extended error.
    ///
    /// ## How to put it right
    ///
    /// Ask who runs the resolver to take the name off the list, or use a resolver without a filter.
    ///
    /// ## References
    ///
    /// RFC 8914, section 4.5 and 4.16 to 4.19.
    "resolver-policy-interference", Resolvers, Notice,
    rfc: ["RFC 8914 section 4.16"],
    explained_by: [],
    summary: "A resolver filters the name.",
}

/// Forged Answer, Blocked, Censored, Filtered, Prohibited.
const CODES: &[u16] = &[4, 15, 16, 17, 18];

fn run(context: &Context<'_>) -> Vec<Statement> {
    each_error(context, CODES, |resolver, errors| {
        let message = format!("{} filters the name: {errors}", resolver.name());
        let fix = "ask who runs the resolver about its filter lists";
        (message, fix.to_owned())
    })
}
