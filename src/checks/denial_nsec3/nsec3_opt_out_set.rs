//! Opt-Out outside a registry.

use super::state_records;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;

declare! {
    /// # nsec3-opt-out-set
    ///
    /// NSEC3 records of the zone have the Opt-Out flag.
    ///
    /// ## Why it matters
    ///
    /// Opt-Out leaves unsigned delegations out of the chain, which saves space in a zone with a great
    /// many of them. The price is that such a span proves nothing for sure: a missing name in it is
    /// insecure, and anybody may add an unsigned delegation there on the way. In a zone with few
    /// delegations it gives nothing for that.
    ///
    /// ## What resolvers do
    ///
    /// They validate, and give answers that a name in such a span does not exist without AD (RFC 5155,
    /// section 9.2).
    ///
    /// ## How to put it right
    ///
    /// Leave it off unless the zone is mostly unsigned delegations:
    ///
    /// - BIND: `nsec3param iterations 0 optout no salt-length 0;` in the `dnssec-policy`, then `rndc
    ///   reconfig`
    /// - Knot: `nsec3-opt-out: off` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'`, then `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone` without `-p`
    ///
    /// ## References
    ///
    /// RFC 9276, section 3.1; RFC 5155, sections 6 and 9.2. Zonemaster:
    /// DS03_NSEC3_OPT_OUT_ENABLED_NON_TLD.
    "nsec3-opt-out-set", DenialNsec3, Notice,
    rfc: ["RFC 9276 section 3.1", "RFC 5155 section 6"],
    explained_by: [],
    summary: "Opt-Out is used.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_records(
        context,
        |zone| context.is_target(&zone.apex) && !is_above_another(context, &zone.apex),
        |_, record| {
            let is_set = record.rtype == RecordType::NSEC3 && record.flags & 0x01 != 0;
            is_set.then_some(())
        },
        |zone, (), _| {
            (
                format!(
                    "NSEC3 of {zone} has the Opt-Out flag: that a name in its span does not exist is not secure"
                ),
                format!(
                    "BIND: `nsec3param iterations 0 optout no salt-length 0;`; Knot: `nsec3-opt-out: off`; PowerDNS: `pdnsutil set-nsec3 {zone} '1 0 0 -'`"
                ),
            )
        },
    )
}

fn is_above_another(context: &Context<'_>, apex: &crate::dns::Name) -> bool {
    let mut zones = context.chain.zones.iter();
    zones.any(|zone| zone.parent.as_ref() == Some(apex))
}
