//! NSEC at one server, NSEC3 at another.

use std::collections::BTreeMap;

use super::{group_by, in_words, peers, state};
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::validate::{JudgedServer, JudgedZone};

declare! {
    /// # denial-mode-inconsistent
    ///
    /// Some servers of the zone prove absence with NSEC and others with NSEC3.
    ///
    /// ## Why it matters
    ///
    /// Two differently signed versions of the zone are served. Each is consistent in itself, so little
    /// fails at once; but one of them is old, or signed by another program than the operator thinks, and
    /// resolvers that reuse proofs (RFC 8198) mix the two.
    ///
    /// ## What resolvers do
    ///
    /// They check each answer with the proof that came with it.
    ///
    /// ## How to put it right
    ///
    /// Find the servers with the version that is not meant, and transfer the zone again:
    /// `rndc retransfer example.com`, `knotc zone-retransfer example.com`,
    /// `nsd-control force_transfer example.com`, `pdns_control retrieve example.com`. Where servers sign
    /// on their own, configure the same mode everywhere:
    ///
    /// - BIND: `nsec3param` in the `dnssec-policy`, or none for NSEC
    /// - Knot: `nsec3: on` or `off` in the policy
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'` or `pdnsutil unset-nsec3 example.com`
    ///
    /// ## References
    ///
    /// RFC 5155, section 7.1. Zonemaster: DS10_INCONSISTENT_NSEC_NSEC3.
    "denial-mode-inconsistent", Servers, Error,
    rfc: ["RFC 5155 section 7.1"],
    explained_by: ["soa-serial-inconsistent"],
    summary: "Some servers use NSEC and others NSEC3.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.flat_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let classes = peers(zone);
    let states = classes.iter().filter_map(|servers| {
        let groups: BTreeMap<String, _> = group_by(servers, mode);
        if groups.len() < 2 {
            return None;
        }
        let words = in_words(context, &zone.apex, &groups);
        let message = format!(
            "servers of {} prove absence in different ways: {words}",
            zone.apex
        );
        Some(state(context, &zone.apex, &groups, message).fix(format!(
            "transfer {} again where its old version is served",
            zone.apex
        )))
    });
    states.collect()
}

/// The one type of record that a server proves absence with; none for a server that shows both, which is
/// another finding.
fn mode(server: &JudgedServer) -> Option<(String, usize)> {
    let mut seen: BTreeMap<RecordType, usize> = BTreeMap::new();
    for (id, answer) in server.answers.values() {
        for set in &answer.rrsets {
            if matches!(set.rrset.rtype, RecordType::NSEC | RecordType::NSEC3) {
                seen.entry(set.rrset.rtype).or_insert(*id);
            }
        }
    }
    match (seen.pop_first(), seen.is_empty()) {
        (Some((rtype, id)), true) => Some((rtype.to_string(), id)),
        _ => None,
    }
}
