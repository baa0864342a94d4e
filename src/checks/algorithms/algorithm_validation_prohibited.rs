//! Algorithms that validators must not accept.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::crypto::{Algorithm, Requirement};

declare! {
    /// # algorithm-validation-prohibited
    ///
    /// The zone has keys or DS records of an algorithm that validators must not use: RSAMD5, DSA,
    /// DSA-NSEC3-SHA1 or ECC-GOST.
    ///
    /// ## Why it matters
    ///
    /// To validators such a key is not there. When nothing else stands in the DS RRset the zone is
    /// insecure for everybody; beside other keys it is only in the way. That it must not be used for
    /// signing is a finding of its own, which this one explains further.
    ///
    /// ## What resolvers do
    ///
    /// They treat the algorithm as one they do not know: a zone with nothing else is insecure, for which
    /// extended error 1 (Unsupported DNSKEY Algorithm) exists.
    ///
    /// ## How to put it right
    ///
    /// Roll to ECDSAP256SHA256, or take the key out when another algorithm signs already:
    ///
    /// - BIND: `keys { csk lifetime unlimited algorithm ecdsap256sha256; };` in the `dnssec-policy`, then
    ///   `rndc reconfig`
    /// - Knot: `algorithm: ecdsap256sha256` in the policy, then `knotc reload`
    /// - PowerDNS: `pdnsutil add-zone-key example.com ksk active ecdsa256`, the same for `zsk`; later
    ///   `pdnsutil remove-zone-key example.com ID`
    /// - ldns and NSD: `ldns-keygen -a ECDSAP256SHA256 -k example.com`, then sign with the new keys
    ///
    /// Have the registrar replace the DS: `anchorwatch ds example.com` prints it.
    ///
    /// ## References
    ///
    /// RFC 9904; RFC 9906. DNSViz: ALGORITHM_VALIDATION_PROHIBITED.
    "algorithm-validation-prohibited", Algorithms, Warning,
    rfc: ["RFC 9904", "RFC 9906"],
    explained_by: ["algorithm-must-not-use", "ds-all-unsupported"],
    summary: "The zone has an algorithm that validators must not accept.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(context, false, |algorithm| {
        is_prohibited(algorithm).then(|| {
            (
                "validators MUST NOT use it, and treat it as unknown".to_owned(),
                "roll to ECDSAP256SHA256, or take these keys and DS records out".to_owned(),
            )
        })
    })
}

fn is_prohibited(algorithm: Algorithm) -> bool {
    let advice = algorithm.entry().and_then(|entry| entry.advice);
    advice.is_some_and(|advice| advice.use_validation == Requirement::MustNot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha1_may_still_be_validated() {
        let prohibited: Vec<_> = (0..=255)
            .filter(|number| is_prohibited(Algorithm(*number)))
            .collect();
        assert_eq!(prohibited, [1, 3, 6, 12]);
    }
}
