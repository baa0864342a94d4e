//! An RSA key above what its algorithm allows.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::crypto::KeyFault;

declare! {
    /// # dnskey-rsa-too-large
    ///
    /// The modulus of an RSA key has more than 4,096 bits.
    ///
    /// ## Why it matters
    ///
    /// The standard ends at 4,096 bits, and validators refuse what is larger, since it could be used to
    /// keep them busy. Signatures of such keys also make every response too large for UDP.
    ///
    /// ## What resolvers do
    ///
    /// They ignore the key: SERVFAIL if the DS names it, or if nothing else signed.
    ///
    /// ## How to put it right
    ///
    /// Roll to a key of 2,048 bits, or better to ECDSAP256SHA256, whose signatures have 64 octets:
    ///
    /// - BIND: `keys { csk lifetime unlimited algorithm ecdsap256sha256; };` in the `dnssec-policy`
    /// - Knot: `algorithm: ecdsap256sha256` in the policy
    ///
    /// ## References
    ///
    /// RFC 3110, section 2; RFC 5702, sections 2.1 and 2.2. Zonemaster: DNSKEY_TOO_LARGE_FOR_ALGO.
    "dnskey-rsa-too-large", Keys, Error,
    rfc: ["RFC 5702 section 2", "RFC 3110 section 2"],
    explained_by: [],
    summary: "An RSA modulus is larger than its algorithm allows.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| match one.read() {
            Err(fault @ KeyFault::RsaModulusTooLarge { .. }) => {
                Some((one.reach(context), fault.to_string()))
            }
            _ => None,
        },
        "roll ZONE to ECDSAP256SHA256, or to RSA keys of 2,048 bits",
    )
}
