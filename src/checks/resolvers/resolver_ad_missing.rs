//! Answers that should be called authentic and are not.

use super::{each, here, in_words, is_excused};
use crate::checks::{Context, Statement};
use crate::validate::Status;

declare! {
    /// # resolver-ad-missing
    ///
    /// A chain of signatures leads to the name, and a resolver answers it without the AD bit although it
    /// was asked with DO.
    ///
    /// ## Why it matters
    ///
    /// What relies on AD (DANE for mail, SSHFP, CAA checks behind a local resolver) does not work for
    /// users of this resolver, and nobody there is protected from forged answers.
    ///
    /// ## What resolvers do
    ///
    /// A resolver sets AD when it has validated all of the answer (RFC 4035, section 3.2.3). It leaves AD
    /// clear when it does not validate, has a negative trust anchor for the zone, or supports none of the
    /// algorithms or digests in use.
    ///
    /// ## How to put it right
    ///
    /// Switch validation on:
    ///
    /// - BIND: `dnssec-validation auto;`
    /// - Unbound: `auto-trust-anchor-file:` and `module-config: "validator iterator"`
    /// - PowerDNS Recursor: `dnssec=validate`
    ///
    /// If the root is validated there and this name is not, look for a negative trust anchor: `rndc nta
    /// -dump`, `unbound-control list_insecure`, `rec_control get-ntas`.
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.2.3; RFC 6840, section 5.8; RFC 7646.
    "resolver-ad-missing", Resolvers, Error,
    rfc: ["RFC 4035 section 3.2.3"],
    explained_by: ["resolver-strips-dnssec", "resolver-negative-trust-anchor", "resolver-algorithm-gap"],
    summary: "A resolver answers a secure name without AD.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let said = &resolver.checked;
        let is_missing = here(context, resolver) == Status::Secure
            && said.is_answer()
            && !said.is_authentic
            && said.is_recursion_available
            && !is_excused(context, resolver);
        let fix = "switch validation on at this resolver, or take away its negative trust anchor";
        is_missing.then(|| (in_words(context, resolver), fix.to_owned()))
    })
}
