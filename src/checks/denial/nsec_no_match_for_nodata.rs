//! No NSEC stands at the name whose type is denied.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # nsec-no-match-for-nodata
    ///
    /// An answer says that a name lacks a type, and none of its NSEC records stands at that name or at a
    /// wildcard that gives it.
    ///
    /// ## Why it matters
    ///
    /// Only the NSEC at the name lists its types. Without it the answer is not proven, and validating
    /// resolvers refuse it; types that exist still resolve.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 12 (NSEC Missing) or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// The name has no NSEC, which happens when it was added after signing, or the server picks the wrong
    /// record. Build the chain again:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone example.com.zone Kexample.com.+013+12345`
    ///
    /// ## References
    ///
    /// RFC 4035, sections 3.1.3.1 and 5.4. DNSViz: NO_NSEC_MATCHING_SNAME. Zonemaster:
    /// DS10_NSEC_MISMATCHES_APEX.
    "nsec-no-match-for-nodata", Denial, Bogus,
    rfc: ["RFC 4035 section 3.1.3.1"],
    explained_by: ["ds-absence-unproven", "nsec-name-not-covered"],
    summary: "No NSEC stands at the name whose type is denied.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| failed.fault == DenialFault::NoMatch,
        |group| {
            format!(
                "no NSEC stands at the name in the answer to {}",
                group.questions()
            )
        },
        "build the NSEC chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
