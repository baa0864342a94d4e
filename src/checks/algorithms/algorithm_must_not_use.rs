//! Algorithms that zones must not be signed with.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::crypto::{Algorithm, Requirement};

declare! {
    /// # algorithm-must-not-use
    ///
    /// The zone has keys of an algorithm that must not be used for signing any more: RSASHA1,
    /// RSASHA1-NSEC3-SHA1, DSA, DSA-NSEC3-SHA1, RSAMD5 or ECC-GOST.
    ///
    /// ## Why it matters
    ///
    /// Collisions of SHA-1 can be computed, and a collision can be turned into a forged signature of a
    /// zone that signs what others hand in. Validators drop these algorithms one by one: for RSAMD5, DSA
    /// and ECC-GOST it has happened, and systems whose crypto policy forbids SHA-1 (such as RHEL 9 with
    /// its default policy) treat RSASHA1 zones as insecure.
    ///
    /// ## What resolvers do
    ///
    /// Most still validate RSASHA1 and RSASHA1-NSEC3-SHA1. Of the others none is supported in current
    /// releases: such zones are insecure.
    ///
    /// ## How to put it right
    ///
    /// Roll to ECDSAP256SHA256. These keep the order of an algorithm rollover by themselves:
    ///
    /// - BIND: `keys { csk lifetime unlimited algorithm ecdsap256sha256; };` in the `dnssec-policy`, then
    ///   `rndc reconfig`; `rndc dnssec -status example.com` shows the progress
    /// - Knot: `algorithm: ecdsap256sha256` in the policy, then `knotc reload`
    /// - PowerDNS: `pdnsutil add-zone-key example.com ksk active ecdsa256` and the same for `zsk`;
    ///   a TTL later the new DS in place of the old, and when the TTL of the DS has passed
    ///   `pdnsutil remove-zone-key example.com ID` for each old key
    ///
    /// ## References
    ///
    /// RFC 9904; RFC 9905; RFC 9906; RFC 6781, section 4.1.4. DNSViz: ALGORITHM_PROHIBITED. Zonemaster:
    /// DS05_ALGO_DEPRECATED.
    "algorithm-must-not-use", Algorithms, Error,
    rfc: ["RFC 9904", "RFC 9905 section 2", "RFC 9906"],
    explained_by: ["ds-all-unsupported"],
    summary: "The zone is signed with an algorithm that must not be used.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(context, true, |algorithm| {
        is_prohibited(algorithm).then(|| {
            let source = source(algorithm);
            (
                format!("it MUST NOT be used for signing ({source})"),
                "roll to ECDSAP256SHA256: change the algorithm in the signer's policy and follow the rollover to its end".to_owned(),
            )
        })
    })
}

fn is_prohibited(algorithm: Algorithm) -> bool {
    let advice = algorithm.entry().and_then(|entry| entry.advice);
    advice.is_some_and(|advice| advice.use_signing == Requirement::MustNot)
}

fn source(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::RSASHA1 | Algorithm::RSASHA1_NSEC3_SHA1 => "RFC 9905, section 2",
        Algorithm::ECC_GOST => "RFC 9906",
        _ => "RFC 9904",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_prohibited_is_what_the_page_lists() {
        let prohibited: Vec<_> = (0..=255)
            .map(Algorithm)
            .filter(|algorithm| is_prohibited(*algorithm))
            .collect();
        assert_eq!(prohibited.len(), 6);
        for algorithm in prohibited {
            let mnemonic = algorithm.mnemonic().unwrap();
            assert!(CHECK.page.contains(mnemonic), "{mnemonic}");
        }
    }
}
