//! No NSEC3 stands at the name whose type is denied.

use crate::checks::denial::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # nsec3-no-match-for-nodata
    ///
    /// An answer says that a name lacks a type, and no NSEC3 matches the hash of that name, nor of a
    /// wildcard that gives it.
    ///
    /// ## Why it matters
    ///
    /// Only the NSEC3 of the name lists its types. Without it the answer is not proven and refused, while
    /// types that exist still resolve. Empty non-terminals need an NSEC3 too.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 12 (NSEC Missing) or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// The name was added without building the chain, or the server hashes with other parameters than the
    /// chain was made with. Build it again:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`, which also adds empty non-terminals
    /// - ldns: `ldns-signzone -n -t 0 example.com.zone Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 5155, sections 7.2.3, 7.2.4 and 8.5. DNSViz: NO_NSEC3_MATCHING_SNAME. Zonemaster:
    /// DS10_NSEC3_MISMATCHES_APEX.
    "nsec3-no-match-for-nodata", DenialNsec3, Bogus,
    rfc: ["RFC 5155 section 8.5"],
    explained_by: [
        "nsec3-no-closest-encloser",
        "nsec3-next-closer-not-covered",
        "denial-wildcard-not-covered",
        "nsec3param-chain-mismatch",
        "nsec3-mixed-parameters",
        "nsec3-hash-unsupported",
        "nsec3-flags-unassigned",
        "nsec3-owner-invalid",
        "nsec3-next-hash-invalid",
    ],
    summary: "No NSEC3 matches the name whose type is denied.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| failed.fault == DenialFault::NoNsec3Match,
        |group| {
            format!(
                "no NSEC3 in the answer to {} matches the name",
                group.questions()
            )
        },
        "build the NSEC3 chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
