//! NODATA without a proof.

use super::state_failed;
use crate::checks::{Context, Statement};
use crate::validate::{Claim, DenialFault};

declare! {
    /// # denial-missing-for-nodata
    ///
    /// A server of a signed zone says that a name has no records of a type and sends neither NSEC nor
    /// NSEC3 with it.
    ///
    /// ## Why it matters
    ///
    /// Every name has types that it lacks, and clients ask for them all the time: AAAA of a host with an
    /// IPv4 address only, HTTPS of any web site. Each such question fails with SERVFAIL, and many
    /// programs then take the whole name for broken although its other records are fine.
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
    /// RFC 4035, section 3.1.3.1; RFC 5155, section 7.2.3. DNSViz: MISSING_NSEC_FOR_NODATA. Zonemaster:
    /// DS10_EXPECTED_NSEC_NSEC3_MISSING.
    "denial-missing-for-nodata", Denial, Bogus,
    rfc: ["RFC 4035 section 3.1.3.1"],
    explained_by: [
        "nsec3param-not-at-apex",
        "rrsig-missing",
        "nsec3param-chain-mismatch",
        "signed-state-inconsistent",
        "server-without-dnssec",
        "dnssec-records-unobtainable",
        "denial-missing-for-nxdomain",
    ],
    summary: "NODATA comes without NSEC or NSEC3.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_failed(
        context,
        |failed| matches!(failed.claim, Claim::NoType(_)) && failed.fault == DenialFault::NoRecords,
        |group| {
            format!(
                "NODATA for {} comes without NSEC or NSEC3",
                group.questions()
            )
        },
        "sign the zone again with its NSEC or NSEC3 chain: `rndc sign ZONE`, `knotc zone-sign ZONE`, `pdnsutil rectify-zone ZONE`",
    )
}
