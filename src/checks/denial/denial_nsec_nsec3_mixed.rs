//! NSEC and NSEC3 in one zone.

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::signatures::{chained, given};
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::policy::Reach;
use crate::validate::{JudgedZone, Status};

declare! {
    /// # denial-nsec-nsec3-mixed
    ///
    /// One server gives both NSEC and NSEC3 records of a zone.
    ///
    /// ## Why it matters
    ///
    /// A zone denies by the one or by the other. While it changes over, the new chain is to be complete
    /// before the old one is used, and the server uses one of the two. A server that sends both has a
    /// half finished change, or a zone file put together from two. Where each answer is proven by one of
    /// them, all goes well as long as nothing else changes.
    ///
    /// ## What resolvers do
    ///
    /// They take either as proof, if it holds. Resolvers that answer out of cached NSEC and NSEC3 may
    /// come to different results.
    ///
    /// ## How to put it right
    ///
    /// Finish the change and sign the zone anew:
    ///
    /// - BIND: `nsec3param` in the `dnssec-policy`, or its absence, decides; then `rndc reconfig`
    ///   and `rndc sign example.com`; without a policy `rndc signing -list example.com` and `rndc
    ///   signing -nsec3param 1 0 0 - example.com`
    /// - Knot: `nsec3: on` or `off` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'` or `pdnsutil unset-nsec3 example.com`, then
    ///   `pdnsutil rectify-zone example.com`
    ///
    /// ## References
    ///
    /// RFC 5155, sections 7.1, 10.4 and 10.5. Zonemaster: DS10_MIXED_NSEC_NSEC3.
    "denial-nsec-nsec3-mixed", Denial, Error,
    rfc: ["RFC 5155 section 7.1"],
    explained_by: [],
    summary: "A server sends both NSEC and NSEC3 of a zone.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let sets = given(context, zone);
    let mut kinds: BTreeMap<_, BTreeMap<RecordType, usize>> = BTreeMap::new();
    for given in sets
        .iter()
        .filter(|given| given.set.status == Status::Secure)
    {
        let rtype = given.set.rrset.rtype;
        if matches!(rtype, RecordType::NSEC | RecordType::NSEC3) {
            kinds
                .entry(given.server)
                .or_default()
                .insert(rtype, given.id);
        }
    }
    kinds.retain(|_, kinds| kinds.len() == 2);
    if kinds.is_empty() {
        return None;
    }
    let servers: BTreeSet<_> = kinds.keys().copied().collect();
    let apex = &zone.apex;
    let message = format!(
        "both NSEC and NSEC3 of {apex} come from {}",
        context.servers(apex, &servers)
    );
    // Proofs that fail for it are findings of their own.
    let statement = Statement::new(apex, message)
        .reach(Reach::Harmless)
        .fix(format!(
            "finish the change from one to the other and sign again: `rndc sign {apex}`, `knotc zone-sign {apex}`, `pdnsutil rectify-zone {apex}`"
        ))
        .shown_by(kinds.values().flat_map(|kinds| kinds.values().copied()));
    Some(statement.at_servers(context, &servers))
}
