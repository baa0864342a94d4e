//! NSEC3 with a salt.

use super::state_records;
use crate::checks::{Context, Statement};
use crate::dns::present;

declare! {
    /// # nsec3-salt-nonempty
    ///
    /// The names of the zone are hashed with a salt.
    ///
    /// ## Why it matters
    ///
    /// Names are hashed with their zone's name in them, so each zone has a dictionary of its own anyhow,
    /// and a salt adds nothing unless it changes all the time, which costs a whole new chain each time.
    /// RFC 9276 asks for none. Nothing fails because of it.
    ///
    /// ## What resolvers do
    ///
    /// They validate.
    ///
    /// ## How to put it right
    ///
    /// Remove it when the chain is built anew for another reason:
    ///
    /// - BIND: `nsec3param iterations 0 optout no salt-length 0;` in the `dnssec-policy`, then `rndc
    ///   reconfig`
    /// - Knot: `nsec3-salt-length: 0` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'`, then `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone` without `-s`
    ///
    /// ## References
    ///
    /// RFC 9276, sections 2.4 and 3.1. DNSViz: NONEMPTY_NSEC3_SALT. Zonemaster: DS03_ILLEGAL_SALT_LENGTH.
    "nsec3-salt-nonempty", DenialNsec3, Notice,
    rfc: ["RFC 9276 section 3.1"],
    explained_by: [
        "nsec3-iterations-over-validator-limit",
        "nsec3-iterations-nonzero",
        "nsec3param-chain-mismatch",
    ],
    summary: "The NSEC3 salt is not empty.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_records(
        context,
        |zone| context.is_target(&zone.apex),
        |_, record| Some(record.parameters.salt.clone()).filter(|salt| !salt.is_empty()),
        |zone, salt, _| {
            let salt = present::salt(salt);
            (
                format!(
                    "names of {zone} are hashed with the salt {salt} for NSEC3; RFC 9276 asks for none"
                ),
                format!(
                    "BIND: `nsec3param iterations 0 optout no salt-length 0;`; Knot: `nsec3-salt-length: 0`; PowerDNS: `pdnsutil set-nsec3 {zone} '1 0 0 -'`"
                ),
            )
        },
    )
}
