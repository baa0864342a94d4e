//! NSEC3 iterations above zero.

use super::state_records;
use crate::checks::{Context, Statement};

declare! {
    /// # nsec3-iterations-nonzero
    ///
    /// The names of the zone are hashed more than once.
    ///
    /// ## Why it matters
    ///
    /// Iterations were meant to make guessing names costly; for the guesser they hardly do, and for
    /// servers and resolvers they cost with each negative answer. RFC 9276 asks for 0. Resolvers call a
    /// zone insecure above limits of their own, which differ and go down with each release: what
    /// validates today may not next year.
    ///
    /// ## What resolvers do
    ///
    /// Up to 50 all four common resolvers validate; above, Knot Resolver 5.6 treats the zone as insecure,
    /// above 150 Unbound, BIND and PowerDNS Recursor too (extended error 27, Unsupported NSEC3 Iterations
    /// Value).
    ///
    /// ## How to put it right
    ///
    /// Set them to 0, with an empty salt, or use NSEC, which is simpler where the names are no secret:
    ///
    /// - BIND: `nsec3param iterations 0 optout no salt-length 0;` in the `dnssec-policy`, then `rndc
    ///   reconfig`
    /// - Knot: `nsec3-iterations: 0` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'`, then `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone -n -t 0 example.com.zone Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 9276, section 3.1; RFC 5155, section 10.3. DNSViz: NONZERO_NSEC3_ITERATION_COUNT. Zonemaster:
    /// DS03_ILLEGAL_ITERATION_VALUE.
    "nsec3-iterations-nonzero", DenialNsec3, Warning,
    rfc: ["RFC 9276 section 3.1"],
    explained_by: ["nsec3-iterations-over-validator-limit"],
    summary: "NSEC3 iterations are above 0.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_records(
        context,
        |_| true,
        |_, record| Some(record.parameters.iterations).filter(|count| *count > 0),
        |zone, count, _| {
            (
                format!("NSEC3 of {zone} has iterations set to {count}; RFC 9276 asks for 0"),
                format!(
                    "BIND: `nsec3param iterations 0 optout no salt-length 0;`; Knot: `nsec3-iterations: 0`; PowerDNS: `pdnsutil set-nsec3 {zone} '1 0 0 -'`"
                ),
            )
        },
    )
}
