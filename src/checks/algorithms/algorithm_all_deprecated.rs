//! Zones with nothing but algorithms that must not be used.

use std::collections::BTreeMap;

use super::{reach, uses};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::crypto::{Algorithm, Requirement};
use crate::dns::Name;
use crate::evidence::view::ExchangeId;
use crate::validate::Arrival;

declare! {
    /// # algorithm-all-deprecated
    ///
    /// Every algorithm that the zone is signed with must not be used for signing: mostly RSASHA1 or
    /// RSASHA1-NSEC3-SHA1.
    ///
    /// ## Why it matters
    ///
    /// A validator that has dropped these algorithms has nothing left to validate the zone by. The zone
    /// does not fail there, it silently loses its protection: forged answers are accepted, and DANE and
    /// whatever else rests on DNSSEC stop.
    ///
    /// ## What resolvers do
    ///
    /// Those that still have the algorithm validate. On systems whose crypto policy forbids SHA-1, such
    /// as RHEL 9 with its default policy, and in builds without it, the zone is insecure; extended error 1
    /// (Unsupported DNSKEY Algorithm) tells of it.
    ///
    /// ## How to put it right
    ///
    /// Roll to ECDSAP256SHA256; these keep the order of an algorithm rollover by themselves:
    ///
    /// - BIND: `keys { csk lifetime unlimited algorithm ecdsap256sha256; };` in the `dnssec-policy`, then
    ///   `rndc reconfig`; `rndc dnssec -status example.com` shows the progress
    /// - Knot: `algorithm: ecdsap256sha256` in the policy, then `knotc reload`
    /// - PowerDNS: `pdnsutil add-zone-key example.com ksk active ecdsa256` and the same for `zsk`;
    ///   a TTL later the new DS in place of the old, and when the TTL of the DS has passed
    ///   `pdnsutil remove-zone-key example.com ID` for each old key
    /// - ldns and NSD: `ldns-keygen -a ECDSAP256SHA256 -k example.com`, sign with old and new keys,
    ///   a TTL later change the DS, and take the old keys out when the TTL of the DS has passed
    ///
    /// The registrar has to replace the DS once the zone is signed with both: `anchorwatch ds example.com`
    /// says when.
    ///
    /// ## References
    ///
    /// RFC 9905, section 2; RFC 9904; RFC 4035, section 5.2.
    "algorithm-all-deprecated", Algorithms, Error,
    rfc: ["RFC 9905 section 2", "RFC 4035 section 5.2"],
    explained_by: ["ds-all-unsupported", "algorithm-must-not-use"],
    summary: "Every algorithm of the zone must no longer be used.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let mut zones: BTreeMap<&Name, Vec<(Algorithm, Vec<ExchangeId>)>> = BTreeMap::new();
    for ((apex, algorithm), used) in uses(context) {
        if !used.keys.is_empty() {
            let of_zone = zones.entry(apex).or_default();
            of_zone.push((algorithm, used.evidence.into_iter().collect()));
        }
    }
    zones.retain(|apex, used| {
        let arrival = context.chain.zone(apex).map(|zone| &zone.arrival);
        let is_chained = !matches!(arrival, None | Some(Arrival::Ended(..)));
        is_chained && used.iter().all(|(algorithm, _)| is_deprecated(*algorithm))
    });
    let stated = zones.into_iter().map(|(apex, used)| {
        let names = list(used.iter().map(|(algorithm, _)| algorithm));
        let message = format!(
            "{apex} is signed with {names} alone, which must not be used: validators without it treat the zone as insecure"
        );
        Statement::new(apex, message)
            .reach(reach(context, apex))
            .about("algorithm", &names)
            .fix("roll to ECDSAP256SHA256: change the algorithm in the signer's policy and follow the rollover to its end")
            .shown_by(used.into_iter().flat_map(|(_, evidence)| evidence))
    });
    stated.collect()
}

fn is_deprecated(algorithm: Algorithm) -> bool {
    let advice = algorithm.entry().and_then(|entry| entry.advice);
    advice.is_some_and(|advice| advice.use_signing == Requirement::MustNot)
}
