//! RRSIG records: missing, out of time, or not what the key made.
//!
//! Checks of signatures that prove nothing pick one kind of fault out of [`Context::faults`]
//! ([`state_faults`]); checks of signatures in use look at every RRset that servers gave
//! ([`state_given`]). Both make one statement of all RRsets of a zone that have the same at the same
//! servers, so that a zone whose signer stopped has one line and not ten.

pub mod rrset_ttl_exceeds_original;
pub mod rrsig_bad_length;
pub mod rrsig_by_non_zone_key;
pub mod rrsig_by_revoked_key;
pub mod rrsig_expiration_before_inception;
pub mod rrsig_expired;
pub mod rrsig_expiring_soon;
pub mod rrsig_expiring_soon_relative;
pub mod rrsig_expiry_within_clock_skew;
pub mod rrsig_inception_within_clock_skew;
pub mod rrsig_invalid;
pub mod rrsig_labels_below_signer;
pub mod rrsig_labels_exceed_owner;
pub mod rrsig_lifetime_too_long;
pub mod rrsig_lifetime_too_short;
pub mod rrsig_malformed;
pub mod rrsig_missing;
pub mod rrsig_missing_for_dnskey_algorithm;
pub mod rrsig_missing_for_ds_algorithm;
pub mod rrsig_none_valid;
pub mod rrsig_not_yet_valid;
pub mod rrsig_refresh_stalled;
pub mod rrsig_remaining_too_long;
pub mod rrsig_shorter_than_soa_expire;
pub mod rrsig_signer_key_unknown;
pub mod rrsig_signer_not_zone;
pub mod rrsig_ttl_beyond_expiration;
pub mod rrsig_ttl_differs_from_rrset;
pub mod rrsig_ttl_exceeds_original;
pub mod rrsig_validation_budget;

mod given;
mod group;

pub use given::{Given, given, zone_algorithms};
pub use group::{Group, Item};

pub use super::faults::Fault;
use super::{Context, Statement};
use crate::policy::Reach;
use crate::validate::{JudgedZone, KeysReply, Status};

/// "A", "A and NS", "A, NS and SOA", each type once.
pub fn list_types(types: impl IntoIterator<Item = crate::dns::RecordType>) -> String {
    let unique: std::collections::BTreeSet<_> = types.into_iter().collect();
    super::statement::list(unique)
}

/// Groups the faults that `wanted` picks by zone and reach, and has each group put into words by
/// `message`, which gives the sentence and the fix; subject, facts, servers and evidence are added.
pub fn state_faults(
    context: &Context<'_>,
    wanted: impl Fn(&Fault) -> bool,
    message: impl Fn(&Group<'_>) -> (String, String),
) -> Vec<Statement> {
    let mut statements = Vec::new();
    for zone in chained(context) {
        let faults = context.faults.signatures.iter();
        let picked: Vec<_> = faults
            .filter(|fault| fault.zone == zone.apex && wanted(fault))
            .collect();
        if picked.is_empty() {
            continue;
        }
        let sets = given(context, zone);
        let items = picked.into_iter().map(|fault| Item {
            owner: &fault.owner,
            rtype: fault.rtype,
            rrsig: &fault.rrsig,
            servers: fault.servers.clone(),
            evidence: fault.evidence.clone(),
            reach: reach(zone, &sets, fault),
        });
        statements.extend(group::state(context, zone, items.collect(), &message));
    }
    statements
}

/// The same for RRsets with a valid signature: `find` picks the signature to talk about, if any.
pub fn state_given<'a>(
    context: &Context<'a>,
    find: impl Fn(&Given<'a>) -> Option<&'a crate::dns::Rrsig>,
    message: impl Fn(&Group<'_>) -> (String, String),
) -> Vec<Statement> {
    let secure = context.chain.zones.iter();
    secure
        .filter(|zone| zone.status == Status::Secure)
        .flat_map(|zone| {
            let sets = given(context, zone);
            let items = given::items(&sets, &find);
            group::state(context, zone, items, &message)
        })
        .collect()
}

/// Whether so much is left of a signature as the signer behind this server is known to leave.
pub fn is_usual(context: &Context<'_>, given: &Given<'_>, rrsig: &crate::dns::Rrsig) -> bool {
    context.remembered().is_some_and(|(history, look, _)| {
        let signer = history.signers.get(&given.server.to_string());
        let left = rrsig.expiration.near(context.now).since(context.now);
        rrsig.signer == look.inventory.zone && signer.is_some_and(|signer| signer.is_usual(left))
    })
}

/// The zones that a chain leads to or should, with signatures judged.
pub fn chained<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a JudgedZone> + use<'a> {
    let zones = context.chain.zones.iter();
    zones.filter(|zone| Context::is_chained(zone))
}

/// Harmless where something else beside it holds; else by whether another server gives a good one.
fn reach(zone: &JudgedZone, sets: &[Given<'_>], fault: &Fault) -> Reach {
    // A DNSKEY RRset may have a valid signature and still none that a DS leads to.
    let is_harmless = match fault.rtype {
        crate::dns::RecordType::DNSKEY => fault.servers.iter().all(|server| has_keys(zone, server)),
        _ => fault.is_harmless,
    };
    if is_harmless {
        Reach::Harmless
    } else {
        given::reach(sets, &fault.owner, fault.rtype, &fault.servers)
    }
}

fn has_keys(zone: &JudgedZone, server: &std::net::SocketAddr) -> bool {
    let keys = zone.servers.get(server).map(|server| &server.keys);
    matches!(keys, Some(KeysReply::Given(_, judged)) if judged.status == Status::Secure)
}
