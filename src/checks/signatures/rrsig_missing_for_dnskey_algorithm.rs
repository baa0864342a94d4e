//! Algorithms in the DNSKEY RRset that do not sign.

use super::{Given, chained, given, zone_algorithms};
use crate::checks::{Context, Statement};
use crate::validate::JudgedZone;

declare! {
    /// # rrsig-missing-for-dnskey-algorithm
    ///
    /// The DNSKEY RRset holds keys of an algorithm by which an RRset is not signed.
    ///
    /// ## Why it matters
    ///
    /// A zone must sign every RRset with at least one key of each algorithm in its DNSKEY RRset.
    /// Validators are content with any one valid signature, strict ones excepted, so the zone resolves.
    /// It is a step of an algorithm rollover taken too early, or taken for some RRsets only, and it
    /// breaks when the old algorithm goes.
    ///
    /// ## What resolvers do
    ///
    /// They accept the RRset by its other signature. Unbound with `harden-algo-downgrade: yes` looks at
    /// the algorithms of the DS, not of the DNSKEY RRset.
    ///
    /// ## How to put it right
    ///
    /// In an algorithm rollover signatures come first, then the key, then the DS; and go in reverse
    /// order. Sign all RRsets with the new algorithm, or withdraw its key:
    ///
    /// - BIND: change the algorithm in the `dnssec-policy` and let it roll; `rndc dnssec -status
    ///   example.com`
    /// - Knot: change `algorithm` in the policy; `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil activate-zone-key example.com KEY-ID` for a key that is published and does
    ///   not sign
    /// - ldns: `ldns-signzone -U example.com.zone KEY1 KEY2` signs with every algorithm given
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.2; RFC 6840, section 5.11; RFC 6781, section 4.1.4. DNSViz:
    /// MISSING_RRSIG_FOR_ALG_DNSKEY. Zonemaster: DS13_ALGO_NOT_SIGNED_SOA and its like.
    "rrsig-missing-for-dnskey-algorithm", Signatures, Error,
    rfc: ["RFC 4035 section 2.2", "RFC 6840 section 5.11"],
    explained_by: [
        "rrsig-missing-for-ds-algorithm",
        "algorithm-unassigned",
        "algorithm-not-for-zone-signing",
        "dnskey-bad-length",
        "dnskey-zero-length",
        "dnskey-unparsable",
        "dnskey-algorithm-lacks-role",
    ],
    summary: "An algorithm of the DNSKEY RRset does not sign an RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .flat_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let demanded = |given: &Given<'_>| given.keys.map(zone_algorithms).unwrap_or_default();
    let sets = given(context, zone);
    super::rrsig_missing_for_ds_algorithm::lacking(context, zone, &sets, demanded, |algorithm| {
        format!("the DNSKEY RRset of {} has a key of {algorithm}", zone.apex)
    })
}
