//! Wildcards that answer and are denied.

use super::conflict::{Conflict, Denied};
use super::denial_existing_type_not_in_bitmap::state_conflicts;
use crate::checks::{Context, Statement};

declare! {
    /// # denial-wildcard-covered
    ///
    /// An NSEC or NSEC3 says that a wildcard does not exist, and an answer of the same server was
    /// expanded from that very wildcard.
    ///
    /// ## Why it matters
    ///
    /// Resolvers that use cached NSEC and NSEC3 to answer by themselves (RFC 8198; on by default in
    /// today's BIND, Knot Resolver, PowerDNS Recursor and Unbound) take it as proof that no name comes
    /// from the wildcard: every name that only the wildcard gives is answered with NXDOMAIN for as long
    /// as the record is cached, without SERVFAIL and without a trace at the servers.
    ///
    /// ## What resolvers do
    ///
    /// They answer NXDOMAIN out of the cache, and the right answer otherwise. Each answer alone
    /// validates.
    ///
    /// ## How to put it right
    ///
    /// The chain was not built again after the wildcard was added:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone -n -t 0 example.com.zone Kexample.com.+013+12345`, then
    ///   `ldns-verify-zone example.com.zone.signed`
    ///
    /// Caches keep the wrong record for its TTL.
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.1.3.3; RFC 5155, section 8.8; RFC 8198, section 5. DNSViz: WILDCARD_COVERED.
    "denial-wildcard-covered", Denial, Error,
    rfc: ["RFC 4035 section 3.1.3.3", "RFC 5155 section 8.8"],
    explained_by: [
        "nsec3param-chain-mismatch",
        "nsec3-no-closest-encloser",
        "nsec3-next-closer-not-covered",
        "nsec-name-not-covered",
    ],
    summary: "A wildcard that gives answers is denied by an NSEC or NSEC3.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_conflicts(
        context,
        |conflict, denied| denied == Denied::Name && conflict.name.is_wildcard(),
        "build the chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
        |conflict| {
            let Conflict {
                name, denier, by, ..
            } = conflict;
            format!("the {by} of {denier} denies the wildcard {name}, from which an answer came")
        },
    )
}
