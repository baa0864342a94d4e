//! Algorithms that zones should not be signed with.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::crypto::{Algorithm, Requirement};

declare! {
    /// # algorithm-not-recommended
    ///
    /// The zone has keys of an algorithm whose use for signing is discouraged: RSASHA512.
    ///
    /// ## Why it matters
    ///
    /// Nothing is broken, and nothing is known against it. It has no advantage over RSASHA256 with keys
    /// of the same size and is not used much, so that less attention goes to it.
    ///
    /// ## What resolvers do
    ///
    /// All validate it.
    ///
    /// ## How to put it right
    ///
    /// At the next rollover change to ECDSAP256SHA256: its signatures are smaller and at least as strong.
    ///
    /// - BIND: `keys { csk lifetime unlimited algorithm ecdsap256sha256; };` in the `dnssec-policy`, then
    ///   `rndc reconfig`
    /// - Knot: `algorithm: ecdsap256sha256` in the policy, then `knotc reload`
    ///
    /// ## References
    ///
    /// RFC 9904; RFC 8624, section 3.1. DNSViz: ALGORITHM_NOT_RECOMMENDED. Zonemaster:
    /// DS05_ALGO_NOT_RECOMMENDED.
    "algorithm-not-recommended", Algorithms, Warning,
    rfc: ["RFC 9904"],
    explained_by: [],
    summary: "The zone is signed with an algorithm that is discouraged.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(context, true, |algorithm| {
        is_discouraged(algorithm).then(|| {
            (
                "its use for signing is NOT RECOMMENDED (RFC 9904)".to_owned(),
                "at the next rollover change to ECDSAP256SHA256".to_owned(),
            )
        })
    })
}

fn is_discouraged(algorithm: Algorithm) -> bool {
    let advice = algorithm.entry().and_then(|entry| entry.advice);
    advice.is_some_and(|advice| advice.use_signing == Requirement::NotRecommended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rsasha512_is_discouraged() {
        let discouraged: Vec<_> = (0..=255)
            .filter(|number| is_discouraged(Algorithm(*number)))
            .collect();
        assert_eq!(discouraged, [10]);
    }
}
