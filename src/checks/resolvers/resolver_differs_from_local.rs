//! A resolver against the validator here.

use super::{each, here, in_words, is_excused, told};
use crate::checks::{Context, Statement};
use crate::report::Verdict;
use crate::validate::Status;

declare! {
    /// # resolver-differs-from-local
    ///
    /// What a resolver tells its clients is not what validation here comes to: it fails on a secure name,
    /// or answers a bogus one.
    ///
    /// ## Why it matters
    ///
    /// Either its users are cut off from a zone that is well, or they get data that nobody should trust.
    /// Which, the message says.
    ///
    /// ## What resolvers do
    ///
    /// A cache that still holds an old DS or key, a clock or trust anchor that is wrong, a negative trust
    /// anchor, no validation at all, a limit lower than those of others (NSEC3 iterations, number of
    /// keys), or an attack.
    ///
    /// ## How to put it right
    ///
    /// Flush the cache for the zone and ask again:
    ///
    /// - BIND: `rndc flushname example.com`
    /// - Unbound: `unbound-control flush_zone example.com`
    /// - PowerDNS Recursor: `rec_control wipe-cache 'example.com$'`
    ///
    /// If nothing changes, compare its clock and its trust anchors: `rndc secroots -`, `rec_control
    /// get-tas`, and for Unbound the file that `auto-trust-anchor-file:` names.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5; RFC 7646; RFC 8509.
    "resolver-differs-from-local", Resolvers, Error,
    rfc: ["RFC 4035 section 5"],
    explained_by: ["resolver-serves-old-ds", "resolver-cd-differential", "resolver-strips-dnssec", "resolver-not-validating", "resolver-negative-trust-anchor", "resolver-ad-unexpected"],
    summary: "A resolver comes to another verdict than validation here.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_other = matches!(
            (here(context, resolver), told(resolver)),
            (Status::Secure, Verdict::Bogus)
                | (Status::Insecure, Verdict::Secure | Verdict::Bogus)
                | (Status::Bogus, Verdict::Secure | Verdict::Insecure)
        );
        let message = format!(
            "the name is {} here, but {}",
            here(context, resolver),
            in_words(context, resolver)
        );
        let fix =
            "flush the resolver's cache for the zone; then compare its clock and trust anchors";
        let is_same = resolver.is_same_data || !resolver.checked.is_authentic;
        let is_news = is_other && !is_excused(context, resolver);
        (is_news && (is_same || !context.is_resolvers_only)).then(|| (message, fix.to_owned()))
    })
}
