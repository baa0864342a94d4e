//! NODATA with a proof that the whole name is missing.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # nsec-name-covered-in-nodata
    ///
    /// A server says that a name exists without the type asked for, and its NSEC says that the name does
    /// not exist.
    ///
    /// ## Why it matters
    ///
    /// Answer and proof contradict each other, and validating resolvers refuse the answer. Either the
    /// response code is wrong (NOERROR for NXDOMAIN, as some load balancers and database back ends
    /// answer), or the NSEC is from an older version of the zone.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// Ask the server for another type at the name and at its parent: `dig @SERVER www.example.com ANY
    /// +dnssec +norecurse`. If the name exists, build the chain again (`rndc sign example.com`, `knotc
    /// zone-sign example.com`, `pdnsutil rectify-zone example.com`); if not, correct what answers
    /// NOERROR.
    ///
    /// ## References
    ///
    /// RFC 4035, sections 3.1.3.1 and 5.4. DNSViz: SNAME_COVERED.
    "nsec-name-covered-in-nodata", Denial, Bogus,
    rfc: ["RFC 4035 section 3.1.3.1"],
    explained_by: [
        "nsec-name-not-covered",
        "denial-existing-name-covered",
        "denial-wildcard-covered",
    ],
    summary: "A NODATA answer carries a proof that the name does not exist.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| failed.fault == DenialFault::NameCovered,
        |group| {
            format!(
                "NODATA for {}, and its NSEC says that the name does not exist",
                group.questions()
            )
        },
        "if the name exists, build the NSEC chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`; if not, have the server answer NXDOMAIN",
    )
}
