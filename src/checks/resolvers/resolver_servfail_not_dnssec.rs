//! A resolver that fails for another reason than DNSSEC.

use super::{each, in_words};
use crate::checks::{Context, Statement};
use crate::validate::Conduct;

declare! {
    /// # resolver-servfail-not-dnssec
    ///
    /// A resolver answers SERVFAIL, or another failure, both with checking and with checking disabled. It
    /// could not get the data; validation is not what fails.
    ///
    /// ## Why it matters
    ///
    /// Looking for a DNSSEC fault loses time. Mostly no authoritative server can be reached from there,
    /// or all of them refuse the resolver.
    ///
    /// ## What resolvers do
    ///
    /// They say SERVFAIL for both kinds of failure. Extended errors 22 (No Reachable Authority) and 23
    /// (Network Error) point to the network, as a hint.
    ///
    /// ## How to put it right
    ///
    /// Ask the authoritative servers from where the resolver stands: `dig +norecurse @192.0.2.53
    /// example.com SOA`. Look at packet filters, at rate limits for the address of the resolver, and at
    /// IPv6 where only that is broken.
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.2.2; RFC 8914, section 4.23.
    "resolver-servfail-not-dnssec", Resolvers, Warning,
    rfc: ["RFC 4035 section 3.2.2"],
    explained_by: [],
    summary: "A resolver fails with and without checking: not a DNSSEC failure.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_failing = resolver.conduct == Conduct::Fails;
        let fix = "ask the authoritative servers from where the resolver stands: filters, rate limits, IPv6";
        is_failing.then(|| (in_words(context, resolver), fix.to_owned()))
    })
}
