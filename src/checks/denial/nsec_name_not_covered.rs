//! No NSEC covers the missing name.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::{Claim, DenialFault};

declare! {
    /// # nsec-name-not-covered
    ///
    /// An answer denies a name, and none of its NSEC records has a span that holds the name.
    ///
    /// ## Why it matters
    ///
    /// The answer is not proven, so validating resolvers refuse it. The NSEC chain has a gap, or the
    /// server picks the wrong record out of it; names that exist still resolve.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL; extended error 12 (NSEC Missing) or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// Build the chain again from the unsigned data; a chain breaks when a signed file is edited by hand,
    /// when names are added without signing, or when the server sorts names otherwise than RFC 4034 does
    /// (a database that compares by its own collation):
    ///
    /// - BIND: `rndc sign example.com`; `named-checkzone -D example.com example.com.zone` prints the zone
    ///   in order
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com` (the column `ordername` must compare binary)
    /// - ldns: `ldns-signzone example.com.zone Kexample.com.+013+12345`, then `ldns-verify-zone
    ///   example.com.zone.signed`
    ///
    /// ## References
    ///
    /// RFC 4035, sections 3.1.3.2 and 5.4; RFC 4034, section 6.1. DNSViz: SNAME_NOT_COVERED.
    "nsec-name-not-covered", Denial, Bogus,
    rfc: ["RFC 4035 section 5.4"],
    explained_by: ["nsec-last-next-not-apex"],
    summary: "No NSEC covers the name that is denied.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| failed.claim != Claim::NoDs && failed.fault == DenialFault::NameNotCovered,
        |group| {
            format!(
                "no NSEC beside the answer for {} covers the name",
                group.names()
            )
        },
        "build the NSEC chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
