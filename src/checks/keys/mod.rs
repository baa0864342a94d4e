//! The DNSKEY RRset: each key on its own, and the keys together.
//!
//! Most of these checks look at one key at a time; [`state_each`] makes one statement of all keys of a
//! zone about which the same is to be said.

pub mod dnskey_algorithm_lacks_role;
pub mod dnskey_bad_length;
pub mod dnskey_changed;
pub mod dnskey_flags_invalid;
pub mod dnskey_keytag_collision;
pub mod dnskey_known_weak;
pub mod dnskey_no_ksk;
pub mod dnskey_not_at_apex;
pub mod dnskey_protocol_not_3;
pub mod dnskey_query_failed;
pub mod dnskey_reused_across_zones;
pub mod dnskey_revoked_not_self_signed;
pub mod dnskey_revoked_present;
pub mod dnskey_rsa_below_recommended;
pub mod dnskey_rsa_leading_zero;
pub mod dnskey_rsa_too_large;
pub mod dnskey_rsa_too_small;
pub mod dnskey_rsa_weak_exponent;
pub mod dnskey_set_replaced;
pub mod dnskey_unparsable;
pub mod dnskey_unused;
pub mod dnskey_zero_length;
pub mod zone_unsigned;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::delegation::{at, key_name, list, vouches};
use super::{Context, Statement};
use crate::crypto::{Algorithm, KeyFault, PublicKey};
use crate::dns::{Dnskey, Name};
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;
use crate::validate::{JudgedKeys, JudgedZone, KeysReply, Outcome, SignatureFault};

/// One key of a zone, gathered over the zone's servers.
pub struct ZoneKey<'a> {
    /// The zone.
    pub zone: &'a JudgedZone,
    /// The key.
    pub key: &'a Dnskey,
    /// The servers that have it.
    pub servers: BTreeSet<SocketAddr>,
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
}

impl ZoneKey<'_> {
    /// The key's algorithm.
    pub fn algorithm(&self) -> Algorithm {
        Algorithm(self.key.algorithm)
    }

    /// The key as it is read for verifying.
    ///
    /// # Errors
    /// A [`KeyFault`] when it cannot be used.
    pub fn read(&self) -> Result<PublicKey, KeyFault> {
        PublicKey::parse(self.algorithm(), &self.key.key)
    }

    /// How far a fault of this key reaches: harmless as long as neither a DS nor a signature fails for it.
    pub fn reach(&self, context: &Context<'_>) -> Reach {
        let mut hit = self.failing_entries();
        let signatures = context.faults.signatures.iter().filter(|fault| {
            fault.zone == self.zone.apex
                && !fault.is_harmless
                && fault.rrsig.key_tag == self.key.key_tag()
                && fault.rrsig.algorithm == self.key.algorithm
                && is_for_key(&fault.fault)
        });
        hit.extend(signatures.flat_map(|fault| fault.servers.iter().copied()));
        if hit.is_empty() {
            Reach::Harmless
        } else {
            context.reach(&self.zone.apex, &hit)
        }
    }

    /// The servers at which no DS holds and one of them fails for this key.
    fn failing_entries(&self) -> BTreeSet<SocketAddr> {
        let given = self.zone.servers.iter().filter_map(|(server, judged)| {
            let KeysReply::Given(_, keys) = &judged.keys else {
                return None;
            };
            Some((*server, keys))
        });
        given
            .filter(|(_, keys)| self.is_failing_at(keys))
            .map(|(server, _)| server)
            .collect()
    }

    fn is_failing_at(&self, keys: &JudgedKeys) -> bool {
        let holds = keys
            .entries
            .iter()
            .any(|(_, outcome)| *outcome == Outcome::Holds);
        let mut failing = keys.entries.iter().filter(|(_, outcome)| {
            let of_key = matches!(
                outcome,
                Outcome::KeyUnusable(_) | Outcome::Protocol(_) | Outcome::NotZoneKey
            );
            of_key || matches!(outcome, Outcome::Signature(fault) if is_for_key(fault))
        });
        !holds && failing.any(|(entry, _)| vouches(&self.zone.apex, entry, self.key))
    }
}

/// Whether a signature fails for what its key is.
fn is_for_key(fault: &SignatureFault) -> bool {
    matches!(
        fault,
        SignatureFault::KeyUnusable(_) | SignatureFault::Protocol(_) | SignatureFault::NotZoneKey
    )
}

/// Every key of every zone, ordered by zone.
pub fn keys<'a>(context: &Context<'a>) -> Vec<ZoneKey<'a>> {
    context.chain.zones.iter().flat_map(of_zone).collect()
}

/// Every key of a zone, in the order its servers give them.
pub fn of_zone(zone: &JudgedZone) -> Vec<ZoneKey<'_>> {
    let mut found: Vec<ZoneKey<'_>> = Vec::new();
    let mut index: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for (server, judged) in &zone.servers {
        let KeysReply::Given(id, keys) = &judged.keys else {
            continue;
        };
        for key in &keys.dnskeys {
            let at = *index.entry(key.rdata()).or_insert(found.len());
            if at == found.len() {
                found.push(ZoneKey {
                    zone,
                    key,
                    servers: BTreeSet::new(),
                    evidence: BTreeSet::new(),
                });
            }
            found[at].servers.insert(*server);
            found[at].evidence.insert(*id);
        }
    }
    found
}

/// The apex, how far it reaches, where, and what is said.
type Group<'a> = (&'a Name, Reach, BTreeSet<SocketAddr>, String);

/// One statement for all keys of a zone about which `words` says the same; `None` leaves a key out. The
/// words follow "DNSKEY 12345 (…) of example.: ".
pub fn state_each(
    context: &Context<'_>,
    words: impl Fn(&ZoneKey<'_>) -> Option<(Reach, String)>,
    fix: &str,
) -> Vec<Statement> {
    let all = keys(context);
    let mut groups: BTreeMap<Group<'_>, Vec<&ZoneKey<'_>>> = BTreeMap::new();
    for one in &all {
        if let Some((reach, text)) = words(one) {
            let group = (&one.zone.apex, reach, one.servers.clone(), text);
            groups.entry(group).or_default().push(one);
        }
    }
    let states = groups
        .into_iter()
        .map(|((apex, reach, servers, text), keys)| {
            let at = at(context, apex, &servers);
            state(apex, &keys, format!("{text}{at}"))
                .reach(reach)
                .fix(fix.replace("ZONE", &apex.to_string()))
        });
    states.collect()
}

/// A statement about some keys of a zone.
pub fn state(apex: &Name, keys: &[&ZoneKey<'_>], text: String) -> Statement {
    let names: Vec<_> = keys.iter().map(|one| key_name(one.key)).collect();
    let tags: Vec<_> = keys
        .iter()
        .map(|one| one.key.key_tag().to_string())
        .collect();
    let algorithms: BTreeSet<_> = keys.iter().map(|one| one.algorithm().to_string()).collect();
    let algorithms: Vec<_> = algorithms.into_iter().collect();
    Statement::new(apex, format!("{} of {apex}: {text}", list(&names)))
        .about("rrtype", "DNSKEY")
        .about("key_tag", tags.join(", "))
        .about("algorithm", algorithms.join(", "))
        .fact("keys", names.join(", "))
        .shown_by(keys.iter().flat_map(|one| one.evidence.iter().copied()))
}

/// Whether any RRSIG that a server of the zone sent names this key, over its DNSKEY RRset or over
/// anything else.
pub fn is_used(zone: &JudgedZone, key: &Dnskey, over_keys: bool) -> bool {
    let tag = key.key_tag();
    let names = |rrsigs: &[crate::dns::Rrsig]| {
        let mut all = rrsigs.iter();
        all.any(|rrsig| rrsig.key_tag == tag && rrsig.algorithm == key.algorithm)
    };
    zone.servers.values().any(|server| {
        if over_keys {
            return matches!(&server.keys, KeysReply::Given(_, judged) if names(&judged.rrset.rrset.rrsigs));
        }
        let mut answers = server.answers.values();
        answers.any(|(_, answer)| answer.rrsets.iter().any(|set| names(&set.rrset.rrsigs)))
    })
}
