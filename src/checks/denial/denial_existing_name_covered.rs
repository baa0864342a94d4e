//! Names that exist and are denied.

use super::conflict::{Conflict, Denied};
use super::denial_existing_type_not_in_bitmap::state_conflicts;
use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::{Claim, DenialFault};

declare! {
    /// # denial-existing-name-covered
    ///
    /// An NSEC or NSEC3 says that a name does not exist, and an answer of the same server shows records
    /// there.
    ///
    /// ## Why it matters
    ///
    /// Resolvers that use cached NSEC and NSEC3 to answer by themselves (RFC 8198; on by default in
    /// today's BIND, Knot Resolver, PowerDNS Recursor and Unbound) make the name vanish: whenever such a
    /// record is in the cache, the name is answered with NXDOMAIN, without SERVFAIL and without a trace
    /// at the servers. It comes and goes with what others asked before.
    ///
    /// ## What resolvers do
    ///
    /// They answer NXDOMAIN out of the cache for as long as the record stays there, and the right answer
    /// otherwise. An NXDOMAIN whose own proof shows that the name exists gives SERVFAIL.
    ///
    /// ## How to put it right
    ///
    /// The chain was not built again after the name was added:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone -n -t 0 example.com.zone Kexample.com.+013+12345`, then
    ///   `ldns-verify-zone example.com.zone.signed`
    /// - servers that sign as they answer: let the NSEC span nothing but the name asked for (RFC 9824)
    ///
    /// Caches keep the wrong record for its TTL.
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.3; RFC 8198, section 5. DNSViz: EXISTING_NAME_COVERED.
    "denial-existing-name-covered", Denial, Error,
    rfc: ["RFC 4035 section 2.3", "RFC 8198 section 5"],
    explained_by: [
        "denial-nxdomain-for-ancestor",
        "denial-nxdomain-inconsistent",
        "nsec3-opt-out-over-secure-delegation",
        "nsec3-overlapping-ranges",
        "nsec3param-chain-mismatch",
        "nsec3-no-closest-encloser",
        "nsec3-next-closer-not-covered",
        "nsec-name-not-covered",
    ],
    summary: "A name that exists is denied by an NSEC or NSEC3.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let fix = "build the chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`";
    let mut statements = state_failed(
        context,
        |failed| failed.claim == Claim::NoName && failed.fault == DenialFault::NameExists,
        |group| {
            format!(
                "NXDOMAIN for {}, and a record beside it shows that the name exists",
                group.names()
            )
        },
        fix,
    );
    let wanted =
        |conflict: &Conflict, denied| denied == Denied::Name && !conflict.name.is_wildcard();
    statements.extend(state_conflicts(context, wanted, fix, |conflict| {
        let Conflict {
            name, denier, by, ..
        } = conflict;
        format!("the {by} of {denier} denies {name}, which exists")
    }));
    statements
}
