//! A key of the wrong length.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::crypto::KeyFault;

declare! {
    /// # dnskey-bad-length
    ///
    /// A key of an algorithm with keys of one length (ECDSA, Ed25519, Ed448) has another length.
    ///
    /// ## Why it matters
    ///
    /// The key cannot be used. Part of it was lost when it was copied, or its algorithm number is wrong.
    /// Keys have 64 octets with ECDSAP256SHA256, 96 with ECDSAP384SHA384, 32 with ED25519 and 57 with
    /// ED448.
    ///
    /// ## What resolvers do
    ///
    /// They ignore the key. SERVFAIL if the DS names it, or if nothing else signed.
    ///
    /// ## How to put it right
    ///
    /// Publish the key as the signer has it, and compare: `dnssec-dsfromkey -2
    /// Kexample.com.+013+12345.key` must give the tag and digest of the DS. Then load the keys again:
    /// `rndc loadkeys example.com`, `knotc zone-keys-load example.com`.
    ///
    /// ## References
    ///
    /// RFC 6605, section 4; RFC 8080, section 3. DNSViz: DNSKEY_BAD_LENGTH_ECDSA256 and others.
    "dnskey-bad-length", Keys, Error,
    rfc: ["RFC 6605 section 4", "RFC 8080 section 3"],
    explained_by: [],
    summary: "A key has a length that its algorithm does not allow.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| match one.read() {
            Err(fault @ KeyFault::Length { .. }) => Some((one.reach(context), fault.to_string())),
            _ => None,
        },
        "publish the key of ZONE as the signer has it",
    )
}
