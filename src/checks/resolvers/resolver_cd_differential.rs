//! Validation fails at a resolver.

use super::{in_words, state};
use crate::checks::{Context, Statement};
use crate::policy::Reach;
use crate::validate::Conduct;

declare! {
    /// # resolver-cd-differential
    ///
    /// A resolver answers SERVFAIL to the question, and the same question with the CD bit set is
    /// answered. That difference is the fingerprint of a validation failure there.
    ///
    /// ## Why it matters
    ///
    /// Every user of this resolver sees the name as not existing at all: browsers say that the site
    /// cannot be found, mail is queued. Users of resolvers that do not validate notice nothing, which is
    /// why such an outage looks partial.
    ///
    /// ## What resolvers do
    ///
    /// Every validating resolver answers bogus data with SERVFAIL (RFC 4035, section 5.5), most of them
    /// with an extended error 6 to 12 beside it. BIND 9.18 sends none.
    ///
    /// ## How to put it right
    ///
    /// If what the authoritative servers give is bogus too, put the zone right: the other findings name
    /// the cause. If they give secure data, the fault lies with the resolver: an old DS or key in its
    /// cache, its clock, its trust anchor, or a failure that it still remembers. Once the cause is gone,
    /// empty its cache for the zone:
    ///
    /// - BIND: `rndc flushname example.com`
    /// - Unbound: `unbound-control flush_zone example.com`
    /// - PowerDNS Recursor: `rec_control wipe-cache 'example.com$'`
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.2.2 and 5.5; RFC 8914; RFC 9520.
    "resolver-cd-differential", Resolvers, Bogus,
    rfc: ["RFC 4035 section 3.2.2"],
    explained_by: ["chain-bogus", "resolver-serves-old-ds", "resolver-trust-anchor-missing"],
    summary: "A resolver answers SERVFAIL, and with checking disabled it answers.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let fails = |conduct| conduct == Conduct::ValidationFails;
    let mut telling = context
        .resolvers
        .iter()
        .filter(|resolver| resolver.conduct.hands_out_data());
    let reach = match telling.all(|resolver| fails(resolver.conduct)) {
        true => Reach::Everywhere,
        false => Reach::SomeServers,
    };
    let failing = context
        .resolvers
        .iter()
        .filter(|resolver| fails(resolver.conduct));
    let told = failing.map(|resolver| {
        let fix = "put right what the other findings name; if there is none, flush the resolver's cache for \
                   the zone and look at its clock and trust anchor";
        state(context, resolver, in_words(context, resolver))
            .reach(reach)
            .fix(fix)
    });
    told.collect()
}
