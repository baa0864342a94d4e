//! Algorithm numbers that are for something else.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::crypto::{Algorithm, Assignment};

declare! {
    /// # algorithm-not-for-zone-signing
    ///
    /// A key or a DS of the zone has an algorithm number that is registered for another purpose: 0
    /// (delete), 2 (DH) or 252 (INDIRECT).
    ///
    /// ## Why it matters
    ///
    /// No validator can check signatures of it. Algorithm 0 belongs into CDS and CDNSKEY only, where it
    /// asks the parent to withdraw the DS.
    ///
    /// ## What resolvers do
    ///
    /// They ignore such keys and DS records. With nothing else in the DS RRset the zone is insecure.
    ///
    /// ## How to put it right
    ///
    /// Take the record out, or publish it with the number that the signer uses (13 is ECDSAP256SHA256, 8
    /// RSASHA256, 15 ED25519). At the parent, have the registrar replace the DS: `anchorwatch ds
    /// example.com` prints the right one.
    ///
    /// ## References
    ///
    /// RFC 4034, appendix A.1; RFC 8078, section 4; IANA, "DNS Security Algorithm Numbers". Zonemaster:
    /// DS05_ALGO_NOT_ZONE_SIGN.
    "algorithm-not-for-zone-signing", Algorithms, Error,
    rfc: ["RFC 4034 appendix A.1"],
    explained_by: ["ds-all-unsupported"],
    summary: "A key or DS has an algorithm number that is not for signing zones.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(context, false, |algorithm| {
        is_for_else(algorithm).then(|| {
            (
                format!("number {} is not for signing zones", algorithm.0),
                "publish key and DS with the algorithm number that the signer uses".to_owned(),
            )
        })
    })
}

/// RSAMD5 is not for signing zones either; that it must not be used says more.
fn is_for_else(algorithm: Algorithm) -> bool {
    algorithm.assignment() == Assignment::Assigned
        && !algorithm.is_zone_signing()
        && algorithm != Algorithm::RSAMD5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_numbers_are_for_something_else() {
        let numbers: Vec<_> = (0..=255)
            .filter(|number| is_for_else(Algorithm(*number)))
            .collect();
        assert_eq!(numbers, [0, 2, 252]);
    }
}
