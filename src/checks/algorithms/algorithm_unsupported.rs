//! Algorithms that this validator has no code for.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::crypto::{Algorithm, Assignment, Requirement};

declare! {
    /// # algorithm-unsupported
    ///
    /// A key or a DS of the zone has a registered algorithm that this validator cannot check.
    ///
    /// ## Why it matters
    ///
    /// What its signatures are worth is not known here. Few validators have these algorithms (SM2SM3,
    /// ECC-GOST12), so that a zone signed with nothing else is insecure for most.
    ///
    /// ## What resolvers do
    ///
    /// Those without the algorithm ignore it; with nothing else in the DS RRset they treat the zone as
    /// insecure, for which extended error 1 (Unsupported DNSKEY Algorithm) exists.
    ///
    /// ## How to put it right
    ///
    /// Sign with ECDSAP256SHA256 in place of it or beside it, and publish the DS of both:
    ///
    /// - BIND: `keys { csk lifetime unlimited algorithm ecdsap256sha256; };` in the `dnssec-policy`
    /// - Knot: `algorithm: ecdsap256sha256` in the policy
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.2; RFC 9904. DNSViz: ALGORITHM_NOT_SUPPORTED.
    "algorithm-unsupported", Algorithms, Notice,
    rfc: ["RFC 4035 section 5.2"],
    explained_by: ["ds-all-unsupported"],
    summary: "A key or DS has an algorithm that this validator cannot check.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(context, false, |algorithm| {
        is_unknown_here(algorithm).then(|| {
            (
                "this validator cannot check it".to_owned(),
                "sign with ECDSAP256SHA256 in place of it or beside it".to_owned(),
            )
        })
    })
}

/// Numbers that mean nothing, or must not be used, have checks of their own.
fn is_unknown_here(algorithm: Algorithm) -> bool {
    let advice = algorithm.entry().and_then(|entry| entry.advice);
    algorithm.assignment() == Assignment::Assigned
        && algorithm.is_zone_signing()
        && !algorithm.is_supported()
        && advice.is_none_or(|advice| advice.use_signing != Requirement::MustNot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_algorithms_are_not_known_here() {
        let unknown: Vec<_> = (0..=255)
            .filter(|number| is_unknown_here(Algorithm(*number)))
            .collect();
        assert_eq!(unknown, [17, 23]);
    }
}
