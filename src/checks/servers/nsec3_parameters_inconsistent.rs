//! NSEC3 with other parameters at other servers.

use std::collections::{BTreeMap, BTreeSet};

use super::{group_by, in_words, peers, state};
use crate::checks::{Context, Statement};
use crate::dns::{Nsec3, RecordType, present};
use crate::validate::{JudgedServer, JudgedZone};

declare! {
    /// # nsec3-parameters-inconsistent
    ///
    /// Servers of the zone send NSEC3 records with different hash algorithm, iterations or salt.
    ///
    /// ## Why it matters
    ///
    /// Two versions of the zone are served. Each is consistent in itself; but one of them is old, or a
    /// server that signs on its own is configured otherwise. With many iterations at one of them,
    /// resolvers treat its negative answers as insecure and those of the others as secure.
    ///
    /// ## What resolvers do
    ///
    /// They check each answer with the proof that came with it.
    ///
    /// ## How to put it right
    ///
    /// Transfer the zone again where the old version is: `rndc retransfer example.com`,
    /// `knotc zone-retransfer example.com`, `nsd-control force_transfer example.com`. Where servers sign
    /// on their own, give all of them 0 iterations and no salt (RFC 9276):
    ///
    /// - BIND: `nsec3param iterations 0 optout no salt-length 0;` in the `dnssec-policy`
    /// - Knot: `nsec3-iterations: 0` and `nsec3-salt-length: 0` in the policy
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'`
    ///
    /// ## References
    ///
    /// RFC 5155, section 7.1; RFC 9276, section 3.1. Zonemaster: DS03_INCONSISTENT_ITERATION,
    /// DS03_INCONSISTENT_SALT_LENGTH, DS03_INCONSISTENT_HASH_ALGO.
    "nsec3-parameters-inconsistent", Servers, Error,
    rfc: ["RFC 5155 section 7.1"],
    explained_by: ["soa-serial-inconsistent"],
    summary: "Servers send NSEC3 records with different parameters.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.flat_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let classes = peers(zone);
    let states = classes.iter().filter_map(|servers| {
        let groups: BTreeMap<String, _> = group_by(servers, parameters);
        if groups.len() < 2 {
            return None;
        }
        let words = in_words(context, &zone.apex, &groups);
        let message = format!(
            "servers of {} have different NSEC3 parameters: {words}",
            zone.apex
        );
        let stated = state(context, &zone.apex, &groups, message).about("rrtype", "NSEC3");
        Some(stated.fix(format!(
            "transfer {} again where its old version is served",
            zone.apex
        )))
    });
    states.collect()
}

/// "hash 1, 0 iterations, salt -", of every NSEC3 that a server sent.
fn parameters(server: &JudgedServer) -> Option<(String, usize)> {
    let mut seen = BTreeSet::new();
    let mut first = None;
    for (id, answer) in server.answers.values() {
        let sets = answer.rrsets.iter().map(|set| &set.rrset);
        for set in sets.filter(|set| set.rtype == RecordType::NSEC3) {
            for nsec3 in set
                .rdata
                .iter()
                .filter_map(|rdata| Nsec3::parse(rdata).ok())
            {
                first = first.or(Some(*id));
                seen.insert((nsec3.hash_algorithm, nsec3.iterations, nsec3.salt));
            }
        }
    }
    let texts: Vec<_> = seen
        .iter()
        .map(|(hash, iterations, salt)| {
            format!(
                "hash {hash}, {iterations} iterations, salt {}",
                present::salt(salt)
            )
        })
        .collect();
    Some((texts.join("; "), first?))
}
