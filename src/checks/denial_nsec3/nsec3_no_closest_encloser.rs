//! No NSEC3 matches an ancestor of the name.

use crate::checks::denial::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # nsec3-no-closest-encloser
    ///
    /// An answer denies a name by NSEC3, and none of its records matches the hash of an ancestor of the
    /// name.
    ///
    /// ## Why it matters
    ///
    /// A proof by NSEC3 begins with the closest encloser, the longest ancestor that exists, and at the
    /// least the apex has an NSEC3. Without it nothing is proven: every answer that something does not
    /// exist is refused, while names that exist still resolve.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 12 (NSEC Missing) or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// The server hashes with other parameters than the chain was made with, or records of the chain are
    /// missing or were renamed. Build the chain again:
    ///
    /// - BIND: `rndc sign example.com`; without a `dnssec-policy`, `rndc signing -nsec3param 1 0 0 -
    ///   example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'`, then `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone -n -t 0 example.com.zone Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 5155, sections 8.3 and 8.4. DNSViz: NO_CLOSEST_ENCLOSER.
    "nsec3-no-closest-encloser", DenialNsec3, Bogus,
    rfc: ["RFC 5155 section 8.3"],
    explained_by: [
        "ds-absence-unproven",
        "nsec3param-chain-mismatch",
        "nsec3-mixed-parameters",
        "nsec3-hash-unsupported",
        "nsec3-flags-unassigned",
        "nsec3-owner-invalid",
        "nsec3-next-hash-invalid",
    ],
    summary: "No NSEC3 matches an ancestor of the name that is denied.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| failed.fault == DenialFault::NoClosestEncloser,
        |group| {
            format!(
                "no NSEC3 in the answer to {} matches an ancestor of the name",
                group.questions()
            )
        },
        "build the NSEC3 chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
