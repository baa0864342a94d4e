//! Resolvers that do not validate.

use super::{each, here, in_words, is_excused};
use crate::checks::{Context, Statement};
use crate::validate::{Conduct, Status};

declare! {
    /// # resolver-not-validating
    ///
    /// The name is bogus, and a resolver answers it; it does not call even the root authentic.
    ///
    /// ## Why it matters
    ///
    /// Its users are not protected: forged answers reach them. And it hides the fault: for them the
    /// broken zone works.
    ///
    /// ## What resolvers do
    ///
    /// A resolver that does not validate answers everything without AD.
    ///
    /// ## How to put it right
    ///
    /// Switch validation on:
    ///
    /// - BIND: `dnssec-validation auto;`
    /// - Unbound: `auto-trust-anchor-file:` and `module-config: "validator iterator"`
    /// - PowerDNS Recursor: `dnssec=validate`
    ///
    /// ## References
    ///
    /// RFC 4035, section 4.9; RFC 9364, section 2.
    "resolver-not-validating", Resolvers, Error,
    rfc: ["RFC 4035 section 4.9"],
    explained_by: [],
    summary: "A resolver answers a bogus name, and validates nothing.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_bare = resolver.conduct == Conduct::NotValidating && !is_excused(context, resolver);
        let fix = "switch validation on at this resolver";
        (is_bare && here(context, resolver) == Status::Bogus)
            .then(|| (in_words(context, resolver), fix.to_owned()))
    })
}
