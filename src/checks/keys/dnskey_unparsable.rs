//! A key that is none.

use super::state_each;
use crate::checks::{Context, Statement};
use crate::crypto::{KeyDefect, KeyFault};

declare! {
    /// # dnskey-unparsable
    ///
    /// The octets of a key are no key of its algorithm: no point of the curve, or no RSA modulus and
    /// exponent.
    ///
    /// ## Why it matters
    ///
    /// Nobody can have a private key to it, so no signature by it can be valid. The record was damaged
    /// on its way into the zone, or its algorithm number is wrong. A damaged key has another key tag than
    /// the one that signs, so that signatures and DS seem to belong to a key that is missing.
    ///
    /// ## What resolvers do
    ///
    /// They ignore the key. SERVFAIL if the DS names it, or if nothing else signed.
    ///
    /// ## How to put it right
    ///
    /// Compare the record with the signer's own copy and publish that:
    ///
    /// - `dig +norecurse @ns1.example.com example.com DNSKEY +multiline`
    /// - BIND: the `.key` file, then `rndc loadkeys example.com`
    /// - Knot: `keymgr example.com dnskey`, then `knotc zone-keys-load example.com`
    /// - PowerDNS: `pdnsutil export-zone-dnskey example.com ID`
    ///
    /// If secondaries have a copy that differs, transfer the zone again: `rndc retransfer example.com`,
    /// `knotc zone-retransfer example.com`, `nsd-control force_transfer example.com`.
    ///
    /// ## References
    ///
    /// RFC 4034, section 2.1.4; RFC 3110, section 2; RFC 6605, section 4.
    "dnskey-unparsable", Keys, Error,
    rfc: ["RFC 4034 section 2.1.4"],
    explained_by: [],
    summary: "The octets of a key are no key of its algorithm.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_each(
        context,
        |one| match one.read() {
            // An exponent of zero is told by its own check.
            Err(KeyFault::Malformed(KeyDefect::RsaExponentZero)) => None,
            Err(fault @ KeyFault::Malformed(_)) => Some((one.reach(context), fault.to_string())),
            _ => None,
        },
        "compare the record with the signer's own copy of the key, and publish that in ZONE",
    )
}
