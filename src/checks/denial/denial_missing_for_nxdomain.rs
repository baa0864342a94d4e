//! NXDOMAIN without a proof.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::{Claim, DenialFault};

declare! {
    /// # denial-missing-for-nxdomain
    ///
    /// A server of a signed zone says that a name does not exist and sends neither NSEC nor NSEC3 with
    /// it.
    ///
    /// ## Why it matters
    ///
    /// Names that exist still resolve, so the fault stays unseen until somebody asks for one that does
    /// not: a search list, a mail check (SPF, DMARC), a typing error. Each of these fails with SERVFAIL
    /// where NXDOMAIN was meant, and mail or software that waits for a clear answer stops.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 12 (NSEC Missing) from Unbound and Knot Resolver; PowerDNS Recursor
    /// sends none.
    ///
    /// ## How to put it right
    ///
    /// The zone was signed without its NSEC or NSEC3 chain, the chain was removed after signing, or the
    /// server strips it. Build it again:
    ///
    /// - BIND: `rndc sign example.com`; with NSEC3, `nsec3param` in the `dnssec-policy`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone -n -t 0 example.com.zone Kexample.com.+013+12345` (`-n -t 0` for
    ///   NSEC3)
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.1.3.2; RFC 5155, section 7.2.2. DNSViz: MISSING_NSEC_FOR_NXDOMAIN.
    "denial-missing-for-nxdomain", Denial, Bogus,
    rfc: ["RFC 4035 section 3.1.3.2"],
    explained_by: [
        "rrsig-missing",
        "nsec3param-chain-mismatch",
        "signed-state-inconsistent",
        "server-without-dnssec",
        "dnssec-records-unobtainable",
    ],
    summary: "NXDOMAIN comes without NSEC or NSEC3.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| failed.claim == Claim::NoName && failed.fault == DenialFault::NoRecords,
        |group| format!("NXDOMAIN for {} comes without NSEC or NSEC3", group.names()),
        "sign the zone again with its NSEC or NSEC3 chain: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
