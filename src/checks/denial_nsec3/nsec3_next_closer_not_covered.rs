//! No NSEC3 covers the next closer name.

use crate::checks::denial::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # nsec3-next-closer-not-covered
    ///
    /// An answer denies a name by NSEC3, the closest encloser is shown, and no record covers the name one
    /// label longer.
    ///
    /// ## Why it matters
    ///
    /// The second half of a proof by NSEC3 is that nothing exists directly below the closest encloser on
    /// the way to the name. Without it nothing is proven and the answer is refused. The chain has a gap:
    /// a record is missing, or its Next Hashed Owner Name points to the wrong place.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 12 (NSEC Missing) or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// Build the chain again:
    ///
    /// - BIND: `rndc sign example.com`; without a `dnssec-policy`, `rndc signing -nsec3param 1 0 0 -
    ///   example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone -n -t 0 example.com.zone Kexample.com.+013+12345`, then `ldns-verify-zone
    ///   example.com.zone.signed`
    ///
    /// ## References
    ///
    /// RFC 5155, sections 8.3, 8.4 and 8.8. DNSViz: NEXT_CLOSEST_ENCLOSER_NOT_COVERED.
    "nsec3-next-closer-not-covered", DenialNsec3, Bogus,
    rfc: ["RFC 5155 section 8.3"],
    explained_by: [
        "ds-absence-unproven",
        "nsec3-no-closest-encloser",
        "nsec3param-chain-mismatch",
        "nsec3-mixed-parameters",
        "nsec3-next-hash-invalid",
        "nsec3-owner-invalid",
    ],
    summary: "No NSEC3 covers the next closer name.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| matches!(failed.fault, DenialFault::NextCloserNotCovered(_)),
        |group| {
            format!(
                "the answer to {} is not proven: {}",
                group.questions(),
                group.fault()
            )
        },
        "build the NSEC3 chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
