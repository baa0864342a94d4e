//! An algorithm that signs only half of the zone.

use std::collections::BTreeMap;

use super::{ZoneKey, is_used, of_zone, state};
use crate::checks::delegation::list;
use crate::checks::{Context, Statement};
use crate::crypto::Algorithm;
use crate::policy::Reach;
use crate::validate::JudgedZone;

declare! {
    /// # dnskey-algorithm-lacks-role
    ///
    /// The zone has keys of several algorithms, and one of these has a key-signing key and nothing that
    /// signs the zone, or the reverse.
    ///
    /// ## Why it matters
    ///
    /// Each algorithm of the DNSKEY RRset must sign the whole zone, the keys and the data. With half of
    /// it missing, a DS of that algorithm leads to keys whose data has no signature of the algorithm. It
    /// is an algorithm rollover that stopped half way, or one whose keys were published too early.
    ///
    /// ## What resolvers do
    ///
    /// Most accept any path that holds. Unbound with `harden-algo-downgrade: yes` answers SERVFAIL for
    /// algorithms that the DS RRset lists. When the DS lists this algorithm alone, all fail.
    ///
    /// ## How to put it right
    ///
    /// Give the algorithm the key that it lacks, or take its keys out of the zone if no DS has it:
    ///
    /// - BIND: `rndc dnssec -status example.com` shows where the rollover stands; both roles (or `csk`)
    ///   belong into `keys` of the `dnssec-policy`
    /// - Knot: `keymgr example.com list`; the policy makes both keys when `algorithm` changes
    /// - PowerDNS: `pdnsutil add-zone-key example.com zsk active ecdsa256` (or `ksk`)
    /// - `dnssec-verify -o example.com example.com.signed` names the role that is missing
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.2; RFC 6840, section 5.11; RFC 6781, section 4.1.4.
    "dnskey-algorithm-lacks-role", Keys, Error,
    rfc: ["RFC 4035 section 2.2", "RFC 6840 section 5.11"],
    explained_by: [
        "dnskey-bad-length",
        "dnskey-unparsable",
        "algorithm-unassigned",
        "algorithm-not-for-zone-signing",
        "dnskey-zero-length",
        "dnskey-protocol-not-3",
        "dnskey-rsa-too-small",
        "dnskey-rsa-too-large",
        "dnskey-flags-invalid",
        "ds-dnskey-zone-bit-clear",
    ],
    summary: "An algorithm of the zone signs only its keys or only its data.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    context.chain.zones.iter().filter_map(of).collect()
}

fn of(zone: &JudgedZone) -> Option<Statement> {
    let all = of_zone(zone);
    let mut by_algorithm: BTreeMap<Algorithm, Vec<&ZoneKey<'_>>> = BTreeMap::new();
    let living = all
        .iter()
        .filter(|one| one.key.is_zone_key() && !one.key.is_revoked());
    for one in living {
        by_algorithm.entry(one.algorithm()).or_default().push(one);
    }
    if by_algorithm.len() < 2 {
        return None;
    }
    let halves: Vec<_> = by_algorithm
        .iter()
        .filter_map(|(algorithm, keys)| Some((algorithm, keys, lacking(zone, keys)?)))
        .collect();
    let keys: Vec<_> = halves
        .iter()
        .flat_map(|(_, keys, _)| keys.iter().copied())
        .collect();
    let texts: Vec<_> = halves
        .iter()
        .map(|(algorithm, _, text)| format!("{algorithm} {text}"))
        .collect();
    (!keys.is_empty()).then(|| {
        let reach = if Context::is_chained(zone) {
            Reach::Everywhere
        } else {
            Reach::Harmless
        };
        state(&zone.apex, &keys, list(&texts)).reach(reach).fix(
            "sign the whole zone with each algorithm of its keys, or take out the keys of one that no DS has",
        )
    })
}

/// The role that keys of one algorithm do not have, neither by their flags nor by what they sign.
fn lacking(zone: &JudgedZone, keys: &[&ZoneKey<'_>]) -> Option<&'static str> {
    let has_sep = keys.iter().any(|one| one.key.is_sep());
    let has_other = keys.iter().any(|one| !one.key.is_sep());
    let signs = |over_keys| keys.iter().any(|one| is_used(zone, one.key, over_keys));
    match (has_sep || signs(true), has_other || signs(false)) {
        (true, false) => Some("has a key-signing key and no key that signs the zone's data"),
        (false, true) => Some("has a zone-signing key and no key that signs the DNSKEY RRset"),
        _ => None,
    }
}
