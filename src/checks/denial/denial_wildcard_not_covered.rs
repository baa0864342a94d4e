//! The wildcard that could give the name is not denied.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::DenialFault;

declare! {
    /// # denial-wildcard-not-covered
    ///
    /// An answer says that a name does not exist, and nothing shows that no wildcard would give it; or a
    /// record beside it shows that the wildcard exists.
    ///
    /// ## Why it matters
    ///
    /// To deny a name takes two proofs: that it does not exist, and that the wildcard at its closest
    /// encloser does not. Without the second one anybody could suppress answers that a wildcard gives, so
    /// validating resolvers refuse it.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 6 (DNSSEC Bogus) or 12 (NSEC Missing).
    ///
    /// ## How to put it right
    ///
    /// If the wildcard does exist, the server should have answered from it: look at the zone data that it
    /// has loaded. If not, the chain has a gap; build it again:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone -n -t 0 example.com.zone Kexample.com.+013+12345` (`-n -t 0` for
    ///   NSEC3)
    ///
    /// ## References
    ///
    /// RFC 4035, sections 3.1.3.2 and 5.4; RFC 5155, section 8.4. DNSViz: WILDCARD_NOT_COVERED.
    "denial-wildcard-not-covered", Denial, Bogus,
    rfc: ["RFC 4035 section 5.4", "RFC 5155 section 8.4"],
    explained_by: [
        "nsec-name-not-covered",
        "nsec3-no-closest-encloser",
        "nsec3-next-closer-not-covered",
        "nsec3param-chain-mismatch",
    ],
    summary: "Nothing denies the wildcard that could give the name.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| {
            matches!(
                failed.fault,
                DenialFault::WildcardNotCovered(_) | DenialFault::WildcardExists(_)
            )
        },
        |group| match group.fault() {
            DenialFault::WildcardExists(wildcard) => format!(
                "NXDOMAIN for {}, and a record beside it shows that the wildcard {wildcard} exists",
                group.names()
            ),
            fault => format!("NXDOMAIN for {} is not proven: {fault}", group.names()),
        },
        "build the chain again: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
