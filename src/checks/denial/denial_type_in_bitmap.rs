//! The proof lists the type that the answer denies.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # denial-type-in-bitmap
    ///
    /// A server says that a name lacks a type, and the type bitmap of the NSEC or NSEC3 at that name
    /// lists the type, or CNAME.
    ///
    /// ## Why it matters
    ///
    /// Answer and proof contradict each other: the signed record says that there is something, and the
    /// server does not give it. Validating resolvers refuse the answer, as an attacker could have removed
    /// the records on the way.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// The record was removed from the zone, or is filtered by the server (by view or client address),
    /// without building the chain again:
    ///
    /// - BIND: `rndc sign example.com`; do not serve one signed zone with different data per view
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    /// - on one server only: `rndc retransfer example.com`, `nsd-control force_transfer example.com`
    ///
    /// ## References
    ///
    /// RFC 4035, sections 3.1.3.1 and 5.4; RFC 5155, section 8.5. DNSViz: STYPE_IN_BITMAP.
    "denial-type-in-bitmap", Denial, Bogus,
    rfc: ["RFC 4035 section 3.1.3.1", "RFC 5155 section 8.5"],
    explained_by: [],
    summary: "The type bitmap lists the type that the answer denies.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| matches!(failed.fault, DenialFault::TypeInBitmap(_)),
        |group| {
            format!(
                "NODATA for {}, and beside it {}",
                group.questions(),
                group.fault()
            )
        },
        "build the chain again from what the server serves: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
