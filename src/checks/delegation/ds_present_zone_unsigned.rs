//! DS at the parent, no keys in the zone.

use super::{list, parent_name};
use crate::checks::{Context, Statement};
use crate::dns::present;
use crate::validate::{AnswerKind, Arrival, JudgedZone, KeysReply, Status};

declare! {
    /// # ds-present-zone-unsigned
    ///
    /// The parent publishes DS records, and no server of the zone has a DNSKEY RRset.
    ///
    /// ## Why it matters
    ///
    /// The DS promises a signed zone. Unsigned answers are then taken for forged ones, so the domain is
    /// gone for every client of a validating resolver. It happens when a domain moves to an operator
    /// that does not sign, or when signing is switched off before the DS is withdrawn.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for every name in the zone, until the DS is withdrawn and its TTL has run out in their
    /// caches.
    ///
    /// ## How to put it right
    ///
    /// Withdraw the DS at the registrar. It is the fastest way when the zone is not going to be signed;
    /// many registrars call it "disable DNSSEC".
    ///
    /// If the zone is meant to be signed, sign it with the key that the DS names:
    ///
    /// - BIND: first the old key files into its key directory, then in the `zone` a `dnssec-policy`
    ///   with the algorithm and the roles of these keys and `inline-signing yes;`, then `rndc
    ///   reconfig`: a policy that does not fit them makes new keys in their place
    /// - Knot: `keymgr example.com import-bind Kexample.com.+013+12345`, then `dnssec-signing: on`
    ///   in the zone and `knotc reload`: without the old key it signs with a new one
    /// - PowerDNS: `pdnsutil import-zone-key example.com Kexample.com.+013+12345.private ksk`, then
    ///   `pdnsutil rectify-zone example.com`
    ///
    /// When moving a signed domain, withdraw the DS first, wait for its TTL, then move.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.2; RFC 6781, section 4.3.5. Zonemaster: DS11_DS_BUT_UNSIGNED_ZONE.
    "ds-present-zone-unsigned", Delegation, Bogus,
    rfc: ["RFC 4035 section 5.2"],
    explained_by: [],
    summary: "The parent publishes DS records and the zone has no DNSKEY RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(state).collect()
}

fn state(zone: &JudgedZone) -> Option<Statement> {
    let Arrival::Delegation(entries) = &zone.arrival else {
        return None;
    };
    let mut kinds = Vec::new();
    for server in zone.servers.values() {
        match &server.keys {
            KeysReply::Given(..) => return None,
            KeysReply::Without(id, kind) if is_answer(kind) => kinds.push(*id),
            _ => {}
        }
    }
    if kinds.is_empty() || zone.status != Status::Bogus {
        return None;
    }
    let names: Vec<_> = entries.iter().map(super::ds_name).collect();
    let lines: Vec<_> = zone.published_ds().iter().map(present::ds_text).collect();
    let message = format!(
        "{} publishes {} for {}, and no server of the zone has a DNSKEY RRset",
        parent_name(zone),
        list(&names),
        zone.apex
    );
    Some(
        Statement::new(&zone.apex, message)
            .about("rrtype", "DNSKEY")
            .fact("ds", lines.join("; "))
            .fix(format!(
                "withdraw at the parent, or sign the zone with the key it names:\n{}",
                lines
                    .iter()
                    .map(|line| format!("{} IN DS {line}", zone.apex))
                    .collect::<Vec<_>>()
                    .join("\n")
            ))
            .shown_by(kinds)
            .shown_by(zone.delegation.values().map(|(id, _)| *id)),
    )
}

fn is_answer(kind: &AnswerKind) -> bool {
    !matches!(kind, AnswerKind::Failure(_) | AnswerKind::Referral)
}
