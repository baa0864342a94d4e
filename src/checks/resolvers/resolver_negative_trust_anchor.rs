//! Negative trust anchors.

use super::{each, here, in_words, is_excused};
use crate::checks::{Context, Statement};
use crate::validate::{Conduct, Status};

declare! {
    /// # resolver-negative-trust-anchor
    ///
    /// A resolver calls the root authentic, so it validates, but it answers this name although what it
    /// hands out is bogus. Most often somebody has set a negative trust anchor for the zone.
    ///
    /// ## Why it matters
    ///
    /// The fault of the zone is hidden from users of this resolver, and so is any attack on it. Negative
    /// trust anchors are meant for days and tend to stay for years.
    ///
    /// ## What resolvers do
    ///
    /// Below a negative trust anchor they treat everything as insecure (RFC 7646). An answer that was
    /// validated before the fault and is still in the cache looks alike, but has AD.
    ///
    /// ## How to put it right
    ///
    /// Put the zone right, then have the exception removed:
    ///
    /// - BIND: `rndc nta -dump`, `rndc nta -remove example.com`
    /// - Unbound: `unbound-control list_insecure`, `unbound-control insecure_remove example.com`
    /// - PowerDNS Recursor: `rec_control get-ntas`, `rec_control clear-nta example.com`
    ///
    /// ## References
    ///
    /// RFC 7646, section 2 to 4.
    "resolver-negative-trust-anchor", Resolvers, Warning,
    rfc: ["RFC 7646 section 2"],
    explained_by: [],
    summary: "A resolver validates elsewhere, and answers a bogus name.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    each(context, |resolver| {
        let is_bogus = [here(context, resolver), resolver.chain.status].contains(&Status::Bogus);
        let is_excepted = resolver.conduct == Conduct::NegativeTrustAnchor
            && is_bogus
            && !is_excused(context, resolver);
        let fix = "put the zone right, then take the negative trust anchor away: `rndc nta -dump`, \
                   `unbound-control list_insecure`, `rec_control get-ntas`";
        is_excepted.then(|| (in_words(context, resolver), fix.to_owned()))
    })
}
