//! NSEC3 whose next hash has the wrong length.

use super::state_records;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};

declare! {
    /// # nsec3-next-hash-invalid
    ///
    /// The Next Hashed Owner Name of an NSEC3 with hash algorithm 1 does not have 20 octets.
    ///
    /// ## Why it matters
    ///
    /// The record's span cannot be told, so it covers nothing: what it should prove is refused.
    ///
    /// ## What resolvers do
    ///
    /// They ignore the record; SERVFAIL for answers that need it, with extended error 12 (NSEC Missing)
    /// or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// No signer in use makes this; a file was edited by hand or cut off. Build the chain again: `rndc
    /// sign example.com`, `knotc zone-sign example.com`, `pdnsutil rectify-zone example.com`,
    /// `ldns-signzone -n -t 0 example.com.zone Kexample.com.+013+12345`.
    ///
    /// ## References
    ///
    /// RFC 5155, section 3.1.7. DNSViz: INVALID_NSEC3_HASH.
    "nsec3-next-hash-invalid", DenialNsec3, Error,
    rfc: ["RFC 5155 section 3.1.7"],
    explained_by: [],
    summary: "The next hash of an NSEC3 has the wrong length.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_records(
        context,
        |_| true,
        |_, record| {
            let length = record.next.as_ref()?.len();
            let is_bad = record.parameters.hash_algorithm == 1 && length != 20;
            is_bad.then_some(length)
        },
        |zone, length, seen| {
            (
                format!(
                    "the next hash has {length} octets, not 20, in the NSEC3 at {}",
                    list(&seen.owners)
                ),
                format!(
                    "build the chain again: `rndc sign {zone}`, `knotc zone-sign {zone}`, `pdnsutil rectify-zone {zone}`"
                ),
            )
        },
    )
}
