//! Resolvers that do not heed CD.

use super::{each, in_words};
use crate::checks::{Context, Statement};
use crate::validate::Conduct;

declare! {
    /// # resolver-ignores-cd
    ///
    /// A resolver fails with and without CD, and does not copy CD into its answers: it seems not to know the bit.
    /// Or it copies the bit and gives the keys of the zone, but not what lies in it. Whether validation is what
    /// fails there cannot be told from it alone.
    ///
    /// ## Why it matters
    ///
    /// A validator behind it, on a laptop or in a mail server, cannot get the data of a name that fails here, and
    /// cannot come to a verdict of its own. Nor can an operator who looks for the cause with `dig +cd`.
    ///
    /// ## What resolvers do
    ///
    /// A resolver copies CD from the query, and hands out what it has when CD is set (RFC 4035, section 3.2.2;
    /// RFC 6840, section 5.9).
    ///
    /// ## How to put it right
    ///
    /// Ask what stands behind it, if it is a forwarder: often only the forwarder drops the bit. Otherwise use
    /// another resolver for validators. PowerDNS Recursor heeds CD, but not where a name or type is missing and the
    /// denial is bogus: there put the zone right.
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.2.2; RFC 6840, section 5.9.
    "resolver-ignores-cd", Resolvers, Warning,
    rfc: ["RFC 4035 section 3.2.2"],
    explained_by: ["chain-bogus"],
    summary: "A resolver fails, and does not heed CD.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_such = resolver.conduct == Conduct::IgnoresCd;
        let fix = "ask the resolver behind it, or another one; see the other findings for the cause of the failure";
        is_such.then(|| (in_words(context, resolver), fix.to_owned()))
    })
}
