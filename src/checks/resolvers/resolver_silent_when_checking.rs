//! Resolvers that are silent unless checking is disabled.

use super::{each, in_words};
use crate::checks::{Context, Statement};
use crate::validate::Conduct;

declare! {
    /// # resolver-silent-when-checking
    ///
    /// A resolver answers a question with CD set, and without CD nothing came in time.
    ///
    /// ## Why it matters
    ///
    /// To users the name does not work. It may be trying to validate for longer than clients wait: servers that do
    /// not answer for DNSKEY or DS, or a zone that costs too much to validate.
    ///
    /// ## What resolvers do
    ///
    /// A resolver should say SERVFAIL in the end. Many clients give up after five seconds.
    ///
    /// ## How to put it right
    ///
    /// Ask once more: when SERVFAIL comes then, `resolver-cd-differential` tells more. Look at the findings on the
    /// servers of the zone and on its keys, and at the log of the resolver.
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.2.2 and 4.7; RFC 9520.
    "resolver-silent-when-checking", Resolvers, Warning,
    rfc: ["RFC 4035 section 3.2.2"],
    explained_by: [],
    summary: "A resolver answers only with checking disabled.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_such = resolver.conduct == Conduct::SilentWhenChecking;
        let fix = "ask again; look at the servers of the zone that do not answer, and at the log of the resolver";
        is_such.then(|| (in_words(context, resolver), fix.to_owned()))
    })
}
