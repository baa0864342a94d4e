//! NSEC3 with a hash algorithm that nobody knows.

use super::state_records;
use crate::checks::{Context, Statement};

declare! {
    /// # nsec3-hash-unsupported
    ///
    /// The Hash Algorithm field of an NSEC3 or NSEC3PARAM is not 1 (SHA-1), the only one that is
    /// assigned.
    ///
    /// ## Why it matters
    ///
    /// Validators ignore NSEC3 records with an unknown hash algorithm. If there are no others, no answer
    /// that something does not exist is proven, and all are refused.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL for negative answers; extended error 12 (NSEC Missing) or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// Build the chain with algorithm 1:
    ///
    /// - BIND: `nsec3param iterations 0 optout no salt-length 0;` in the `dnssec-policy`, then `rndc
    ///   reconfig`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'`, then `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone -n -a 1 -t 0 example.com.zone Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 5155, sections 8.1 and 11. DNSViz: UNSUPPORTED_NSEC3_ALGORITHM. Zonemaster:
    /// DS03_ILLEGAL_HASH_ALGO.
    "nsec3-hash-unsupported", DenialNsec3, Error,
    rfc: ["RFC 5155 section 8.1"],
    explained_by: [],
    summary: "The NSEC3 hash algorithm is not 1.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_records(
        context,
        |_| true,
        |_, record| {
            let algorithm = record.parameters.hash_algorithm;
            (algorithm != 1).then_some((record.rtype, algorithm))
        },
        |zone, (rtype, algorithm), _| {
            (
                format!(
                    "{rtype} of {zone} has hash algorithm {algorithm}; only 1 (SHA-1) is assigned"
                ),
                format!(
                    "build the chain with algorithm 1: `pdnsutil set-nsec3 {zone} '1 0 0 -'`, `rndc signing -nsec3param 1 0 0 - {zone}`"
                ),
            )
        },
    )
}
