//! Changes of keys and DS against what caches still hold (RFC 6781, RFC 7583).
//!
//! These look at the history of a zone: without one they are silent.

pub mod rollover_algorithm_out_of_order;
pub mod rollover_ds_awaited;
pub mod rollover_ds_withdrawal_awaited;
pub mod rollover_in_progress;
pub mod rollover_key_removed_too_early;
pub mod rollover_signing_too_early;
pub mod rollover_unannounced;
pub mod rollover_unsigned_too_early;
pub mod rollover_zsk_removed_too_early;
pub mod timing_refresh_vs_expire_and_ttl;

#[cfg(all(test, feature = "agent"))]
pub mod tests;

use crate::crypto::{Algorithm, DigestType};
use crate::delegation;
use crate::dns::{Dnskey, Timestamp};
use crate::history::Change;
use crate::history::delegation::{PastDelegation, PastDs};
use crate::validate::{JudgedZone, KeysReply};

/// "key 12345 (ECDSAP256SHA256)".
pub(super) fn key_name(key_tag: u16, algorithm: u8) -> String {
    format!("key {key_tag} ({})", Algorithm(algorithm))
}

/// Whether a cache that holds this DS RRset wants signatures: a zone none of whose DS can be used is insecure
/// (RFC 4035, section 5.2).
fn secures(past: &PastDelegation) -> bool {
    let is_usable = |(_, algorithm, digest_type, _): &PastDs| {
        Algorithm(*algorithm).is_supported() && DigestType(*digest_type).is_supported()
    };
    past.ds.iter().any(is_usable)
}

/// Keys that sign the DNSKEY RRset at some server, each as often as servers have it.
fn signing_keys(zone: &JudgedZone) -> impl Iterator<Item = &Dnskey> {
    let given = zone
        .servers
        .values()
        .filter_map(|server| match &server.keys {
            KeysReply::Given(_, judged) => Some(judged),
            _ => None,
        });
    given.flat_map(|judged| judged.rrset.valid().map(|(_, key)| key))
}

/// Whether a DS that caches may hold leads to a key that signs the DNSKEY RRset.
fn leads_somewhere(zone: &JudgedZone, (tag, algorithm, digest_type, digest): &PastDs) -> bool {
    let is_for = |key: &Dnskey| {
        let own = delegation::ds_of(&zone.apex, key, DigestType(*digest_type));
        own.is_some_and(|own| data_encoding::HEXLOWER.encode(&own.digest) == *digest)
    };
    signing_keys(zone)
        .filter(|key| (key.key_tag(), key.algorithm) == (*tag, *algorithm))
        .any(is_for)
}

/// "2026-…Z, in 3 hours".
pub(super) fn when(at: Timestamp, now: Timestamp) -> String {
    format!(
        "{at}, in {}",
        crate::dns::time::humane(at.since(now).max(0))
    )
}

/// What caches still know of what was before a change.
pub(super) fn in_caches<T>(change: &Change<T>, now: Timestamp) -> String {
    match change.cached > now {
        true => format!(
            "caches may hold the old ones until {}",
            when(change.cached, now)
        ),
        false => format!("no cache has held the old ones since {}", change.cached),
    }
}
