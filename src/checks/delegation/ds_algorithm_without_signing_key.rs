//! An algorithm that the DS RRset promises and the DNSKEY RRset lacks.

use std::collections::{BTreeMap, BTreeSet};

use super::{at, keys_in_words, list};
use crate::checks::{Context, Statement};
use crate::crypto::Algorithm;
use crate::validate::{Arrival, EntryPoint, JudgedKeys, JudgedZone, KeysReply};

declare! {
    /// # ds-algorithm-without-signing-key
    ///
    /// The DS RRset lists an algorithm of which no key signs the DNSKEY RRset, while keys of another
    /// algorithm do.
    ///
    /// ## Why it matters
    ///
    /// The DNSKEY RRset must be signed with every algorithm that the DS RRset lists. Lenient validators
    /// are content with any path that holds; strict ones fear that signatures were taken away on the
    /// path and refuse the zone. It is a step of an algorithm rollover taken in the wrong order: the DS
    /// of the new algorithm was published before the zone was signed with it, or the old keys left
    /// before their DS.
    ///
    /// ## What resolvers do
    ///
    /// Most accept the path that holds. Unbound with `harden-algo-downgrade: yes` answers SERVFAIL.
    ///
    /// ## How to put it right
    ///
    /// Have the registrar withdraw the DS of the algorithm that does not sign, or sign with it too.
    /// In an algorithm rollover the order is: sign everything with the new algorithm beside the
    /// old; when the old signatures have left the caches publish the new keys; then the new DS;
    /// then withdraw the old DS; only after its TTL take away the old keys, and when these have
    /// left the caches the old signatures.
    ///
    /// - BIND: change the algorithm in the `dnssec-policy`; `rndc dnssec -status example.com` shows
    ///   where the rollover stands
    /// - Knot: change `algorithm` in the policy; `knotc zone-status example.com` shows the next step
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.2; RFC 6840, section 5.11; RFC 6781, section 4.1.4. DNSViz:
    /// MISSING_SEP_FOR_ALG.
    "ds-algorithm-without-signing-key", Delegation, Error,
    rfc: ["RFC 4035 section 2.2", "RFC 6840 section 5.11"],
    explained_by: [
        "ds-dnskey-zone-bit-clear",
        "ds-dnskey-revoked",
        "ds-key-not-signing-dnskey-rrset",
        "ds-digest-mismatch",
        "ds-no-matching-dnskey",
        "dnskey-missing-on-server",
        "soa-serial-inconsistent",
    ],
    summary: "An algorithm of the DS RRset has no key that signs the DNSKEY RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.flat_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let Arrival::Delegation(entries) = &zone.arrival else {
        return Vec::new();
    };
    let mut lacking: BTreeMap<Algorithm, (BTreeSet<_>, BTreeSet<_>)> = BTreeMap::new();
    for (address, server) in &zone.servers {
        let KeysReply::Given(id, judged) = &server.keys else {
            continue;
        };
        for algorithm in promised(entries) {
            if is_lacking(judged, algorithm) {
                let (servers, evidence) = lacking.entry(algorithm).or_default();
                servers.insert(*address);
                evidence.insert(*id);
            }
        }
    }
    let states = lacking.into_iter().map(|(algorithm, (servers, evidence))| {
        let names: Vec<_> = entries
            .iter()
            .filter(|entry| entry.algorithm() == algorithm)
            .map(super::ds_name)
            .collect();
        let message = format!(
            "{} of {} promises {algorithm}, and no key of this algorithm signs the DNSKEY RRset{}",
            list(&names),
            zone.apex,
            at(context, &zone.apex, &servers)
        );
        Statement::new(&zone.apex, message)
            .reach(context.reach(&zone.apex, &servers))
            .about("algorithm", algorithm)
            .about("rrtype", "DNSKEY")
            .fact("keys", keys_at(zone))
            .fix(format!(
                "withdraw {} at the parent, or sign the zone with {algorithm} as well",
                list(&names)
            ))
            .shown_by(evidence)
    });
    states.collect()
}

/// Algorithms of the DS RRset that can be judged here.
fn promised(entries: &[EntryPoint]) -> BTreeSet<Algorithm> {
    let algorithms = entries.iter().map(EntryPoint::algorithm);
    algorithms
        .filter(|algorithm| algorithm.is_supported())
        .collect()
}

/// Whether nothing of this algorithm signs while something of another does. A signature of this algorithm
/// that is not valid is a finding of its own.
fn is_lacking(judged: &JudgedKeys, algorithm: Algorithm) -> bool {
    let is_signed = judged.rrset.valid().next().is_some();
    let has_key = |tag| {
        let mut keys = judged.dnskeys.iter();
        keys.any(|key| Algorithm(key.algorithm) == algorithm && key.key_tag() == tag)
    };
    let mut rrsigs = judged.rrset.rrset.rrsigs.iter();
    let is_tried =
        rrsigs.any(|rrsig| Algorithm(rrsig.algorithm) == algorithm && has_key(rrsig.key_tag));
    is_signed && !is_tried
}

fn keys_at(zone: &JudgedZone) -> String {
    let given = zone.servers.values().find_map(|server| match &server.keys {
        KeysReply::Given(_, judged) => Some(&judged.dnskeys),
        _ => None,
    });
    given.map_or_else(String::new, |keys| keys_in_words(keys))
}
