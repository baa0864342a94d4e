//! Keys that share a tag.

use std::collections::BTreeMap;

use super::{ZoneKey, of_zone};
use crate::checks::{Context, Statement};
use crate::crypto::Algorithm;
use crate::validate::JudgedZone;

declare! {
    /// # dnskey-keytag-collision
    ///
    /// Two or more keys of the zone have the same algorithm and key tag.
    ///
    /// ## Why it matters
    ///
    /// The tag is meant to tell which key to try; with a collision each signature has to be tried with
    /// each of the keys. Two such keys are an accident (one pair in some ten thousand), many are an
    /// attack on validators known as KeyTrap (CVE-2023-50387). Since then validators give up after a few
    /// tries, so that a zone with collisions may fail although all of its signatures are good.
    ///
    /// ## What resolvers do
    ///
    /// They allow a small number of keys with one tag and of failed tries (BIND, Unbound, Knot Resolver
    /// and PowerDNS Recursor since February 2024) and answer SERVFAIL above it.
    ///
    /// ## How to put it right
    ///
    /// Replace one of the keys by a new one, and let the signer look for collisions when it makes keys,
    /// those of other signers of the same zone included:
    ///
    /// - BIND: `dnssec-keygen` looks at the keys in its directory (`-K`); with `dnssec-policy`,
    ///   `rndc dnssec -rollover -key 12345 example.com`
    /// - Knot: `keymgr example.com list`, then `knotc zone-key-rollover example.com zsk`
    /// - PowerDNS: `pdnsutil add-zone-key example.com zsk active ecdsa256`, and when the TTL of
    ///   DNSKEY and of data has passed `pdnsutil remove-zone-key example.com ID`
    ///
    /// ## References
    ///
    /// RFC 4034, appendix B; CVE-2023-50387.
    "dnskey-keytag-collision", Keys, Warning,
    rfc: ["RFC 4034 appendix B"],
    explained_by: [],
    summary: "Keys of a zone share algorithm and key tag.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    context.chain.zones.iter().flat_map(state).collect()
}

fn state(zone: &JudgedZone) -> Vec<Statement> {
    let all = of_zone(zone);
    let mut by_tag: BTreeMap<(u8, u16), Vec<&ZoneKey<'_>>> = BTreeMap::new();
    for one in &all {
        let tag = (one.key.algorithm, one.key.key_tag());
        by_tag.entry(tag).or_default().push(one);
    }
    let shared = by_tag.into_iter().filter(|(_, keys)| keys.len() > 1);
    shared
        .map(|((algorithm, tag), keys)| {
            let algorithm = Algorithm(algorithm);
            let message = format!(
                "{} keys of {} share key tag {tag} and algorithm {algorithm}",
                keys.len(),
                zone.apex
            );
            Statement::new(&zone.apex, message)
                .about("rrtype", "DNSKEY")
                .about("key_tag", tag)
                .about("algorithm", algorithm)
                .fact("count", keys.len())
                .fix("replace all but one of these keys by keys with other tags")
                .shown_by(keys.iter().flat_map(|one| one.evidence.iter().copied()))
        })
        .collect()
}
