//! Algorithm numbers that mean nothing to others.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::crypto::Assignment;

declare! {
    /// # algorithm-unassigned
    ///
    /// A key or a DS of the zone has an algorithm number that is not assigned, reserved, or for private
    /// use.
    ///
    /// ## Why it matters
    ///
    /// No validator can check signatures of it. When all DS records are like that, the zone is insecure;
    /// when a key that signs data is, and the DS leads to another algorithm, its data is bogus. Mostly a
    /// wrong number was typed, or a record was damaged.
    ///
    /// ## What resolvers do
    ///
    /// They ignore such DS records and keys. With nothing else in the DS RRset the zone is insecure, for
    /// which extended error 1 (Unsupported DNSKEY Algorithm) exists.
    ///
    /// ## How to put it right
    ///
    /// At the parent, have the registrar replace the DS: `anchorwatch ds example.com` prints the right
    /// one. In the zone, publish the key with the number that the signer uses (13 is ECDSAP256SHA256, 8
    /// RSASHA256, 15 ED25519):
    ///
    /// - BIND: correct the `.key` file, then `rndc loadkeys example.com`
    /// - Knot: `keymgr example.com list`, then `knotc zone-keys-load example.com`
    ///
    /// ## References
    ///
    /// RFC 4034, appendix A.1; RFC 6840, section 5.3; IANA, "DNS Security Algorithm Numbers". Zonemaster:
    /// DS05_ALGO_UNASSIGNED, DS05_ALGO_RESERVED, DS05_ALGO_PRIVATE.
    "algorithm-unassigned", Algorithms, Error,
    rfc: ["RFC 4034 appendix A.1"],
    explained_by: ["ds-all-unsupported"],
    summary: "A key or DS has an algorithm number that is not assigned.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(context, false, |algorithm| {
        let assignment = algorithm.assignment();
        (assignment != Assignment::Assigned).then(|| {
            (
                format!("the number {} is {assignment}", algorithm.0),
                "publish key and DS with the algorithm number that the signer uses".to_owned(),
            )
        })
    })
}
