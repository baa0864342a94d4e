//! Answers from a wildcard without a proof.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::{Claim, DenialFault};

declare! {
    /// # denial-missing-for-wildcard
    ///
    /// An answer was expanded from a wildcard, and neither NSEC nor NSEC3 shows that the name itself does
    /// not exist.
    ///
    /// ## Why it matters
    ///
    /// Without that proof anybody could replay the wildcard's records under a name that has records of
    /// its own. So validating resolvers refuse the answer, and the wildcard works only for those who do
    /// not validate.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL; extended error 12 (NSEC Missing) or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// The server must add the NSEC or NSEC3 that covers the name that was asked for. It has none when
    /// the chain is missing from the zone:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    /// - `minimal-responses` does not remove it in BIND and NSD; a proxy that trims the authority section
    ///   does
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.1.3.3; RFC 5155, section 7.2.6. DNSViz: MISSING_NSEC_FOR_WILDCARD.
    "denial-missing-for-wildcard", Denial, Bogus,
    rfc: ["RFC 4035 section 3.1.3.3"],
    explained_by: [
        "denial-missing-for-nxdomain",
        "denial-missing-for-nodata",
        "server-without-dnssec",
        "nsec3param-chain-mismatch",
    ],
    summary: "A wildcard answer lacks the proof that the exact name does not exist.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| {
            matches!(failed.claim, Claim::Expanded { .. }) && failed.fault == DenialFault::NoRecords
        },
        |group| {
            format!(
                "the answer to {} comes from a wildcard, without NSEC or NSEC3 that denies the name itself",
                group.questions()
            )
        },
        "sign the zone again with its NSEC or NSEC3 chain: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
