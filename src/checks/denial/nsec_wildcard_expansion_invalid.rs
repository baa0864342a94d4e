//! Wildcards that were expanded where they must not be.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::{Claim, DenialFault};

declare! {
    /// # nsec-wildcard-expansion-invalid
    ///
    /// An answer was expanded from a wildcard, and the NSEC beside it shows that the name exists, or one
    /// between it and the wildcard; or that the wildcard itself does not exist.
    ///
    /// ## Why it matters
    ///
    /// A wildcard gives names only where nothing exists on the way down from it: with records at
    /// `a.b.example.com` the name `x.b.example.com` cannot come from `*.example.com`, even if
    /// `b.example.com` has no records. Some servers and load balancers get that wrong. Validating
    /// resolvers refuse the answer, others take it.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 6 (DNSSEC Bogus). That the wildcard is denied is noticed by BIND and
    /// Unbound, and not by Knot Resolver 5.6 and PowerDNS Recursor 4.8.
    ///
    /// ## How to put it right
    ///
    /// Have the server answer NXDOMAIN or NODATA as RFC 4592 says, or give the names that are wanted
    /// records of their own, or a wildcard at the closest encloser (`*.b.example.com`). PowerDNS needs
    /// its empty non-terminals for this: `pdnsutil rectify-zone example.com`.
    ///
    /// ## References
    ///
    /// RFC 4592, sections 3.3.1 and 2.2.2; RFC 4035, section 5.3.4. DNSViz: WILDCARD_EXPANSION_INVALID.
    "nsec-wildcard-expansion-invalid", Denial, Bogus,
    rfc: ["RFC 4592 section 3.3.1", "RFC 4035 section 5.3.4"],
    explained_by: ["denial-wildcard-covered"],
    summary: "A wildcard was expanded although the name, or one above it, exists.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| {
            matches!(failed.claim, Claim::Expanded { .. })
                && matches!(
                    failed.fault,
                    DenialFault::NameExists | DenialFault::WildcardDenied(_)
                )
        },
        |group| {
            let from = match &group.failed[0].claim {
                Claim::Expanded { encloser } => format!("*.{encloser}"),
                _ => "a wildcard".to_owned(),
            };
            let shown = match group.fault() {
                DenialFault::WildcardDenied(_) => "the wildcard does not exist",
                _ => "a name in between exists",
            };
            format!(
                "the answer to {} was expanded from {from}, and an NSEC beside it shows that {shown}",
                group.questions()
            )
        },
        "build the NSEC chain again (`rndc sign ZONE`, `knotc zone-sign ZONE`), have the server follow RFC 4592, or add a wildcard at the closest encloser; `pdnsutil rectify-zone ZONE` adds empty non-terminals",
    )
}
