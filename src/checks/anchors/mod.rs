//! Trust anchors against the keys they are meant for.

pub mod trust_anchor_algorithm_unsupported;
pub mod trust_anchor_expired;
pub mod trust_anchor_new_key_pending;
pub mod trust_anchor_not_published;
pub mod trust_anchor_not_signing;
pub mod trust_anchor_revoked;
pub mod trust_anchor_root_key_missing;

#[cfg(all(test, feature = "agent"))]
mod tests;

use super::delegation::{Followed, ds_name, followed_from};
use super::{Context, Statement};
use crate::dns::Dnskey;
use crate::validate::{Arrival, EntryPoint, Outcome};

/// Bit 8 of the flags field (RFC 5011, section 2.1).
const REVOKE: u16 = 0x0080;

/// Every trust anchor that came to an end that `wanted` picks.
pub fn followed<'a>(context: &Context<'a>, wanted: impl Fn(&Outcome) -> bool) -> Vec<Followed<'a>> {
    let is_anchored = |arrival: &Arrival| matches!(arrival, Arrival::Anchors(_));
    followed_from(context, is_anchored, wanted)
}

/// "trust anchor DS 20326 (RSASHA256, SHA-256) of ."
pub fn anchor_name(found: &Followed<'_>) -> String {
    format!(
        "trust anchor {} of {}",
        ds_name(found.entry),
        found.zone.apex
    )
}

/// The key that an anchor is meant for, when it is published with the REVOKE flag set.
pub fn revoked_key<'a>(found: &Followed<'a>) -> Option<&'a Dnskey> {
    let is_revoked = |key: &&Dnskey| key.is_revoked();
    match found.entry {
        EntryPoint::Ds(_) => found.key_without_flag(REVOKE).filter(is_revoked),
        EntryPoint::Dnskey(anchor) => {
            let mut keys = found.keys.iter().filter(is_revoked);
            keys.find(|key| key.key == anchor.key && key.algorithm == anchor.algorithm)
        }
    }
}

/// A statement about an anchor, with how to replace it.
pub fn state(context: &Context<'_>, found: &Followed<'_>, message: String) -> Statement {
    let source = if found.zone.apex.is_root() {
        "IANA's root-anchors.xml"
    } else {
        "what the operator of the zone publishes"
    };
    found.statement(context, message).fix(format!(
        "bring the configured trust anchors (`--trust-anchor FILE`) in line with {source}"
    ))
}
