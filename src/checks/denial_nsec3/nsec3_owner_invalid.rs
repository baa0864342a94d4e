//! NSEC3 at a name that is no hash.

use super::{hash_of_owner, state_records};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;

declare! {
    /// # nsec3-owner-invalid
    ///
    /// The owner of an NSEC3 is not a hash in base32hex directly below the apex.
    ///
    /// ## Why it matters
    ///
    /// Such a record matches and covers nothing, so it is a hole in the chain: what it should prove is
    /// refused.
    ///
    /// ## What resolvers do
    ///
    /// They ignore the record; SERVFAIL for answers that need it, with extended error 12 (NSEC Missing)
    /// or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// Records were moved or renamed by hand, or the origin was wrong when the file was loaded (a name
    /// without its final dot). Build the chain again: `rndc sign example.com`, `knotc zone-sign
    /// example.com`, `pdnsutil rectify-zone example.com`, `ldns-signzone -n -t 0 -o example.com
    /// example.com.zone Kexample.com.+013+12345`.
    ///
    /// ## References
    ///
    /// RFC 5155, sections 3 and 7.1. DNSViz: INVALID_NSEC3_OWNER_NAME.
    "nsec3-owner-invalid", DenialNsec3, Error,
    rfc: ["RFC 5155 section 3"],
    explained_by: [],
    summary: "The owner of an NSEC3 is no hash below the apex.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_records(
        context,
        |_| true,
        |zone, record| {
            let is_bad = record.rtype == RecordType::NSEC3
                && record.parameters.hash_algorithm == 1
                && hash_of_owner(&zone.apex, record.owner).is_none();
            is_bad.then_some(())
        },
        |zone, (), seen| {
            (
                format!(
                    "NSEC3 at {}, which is no base32hex hash directly below {zone}",
                    list(&seen.owners)
                ),
                format!(
                    "build the chain again: `rndc sign {zone}`, `knotc zone-sign {zone}`, `pdnsutil rectify-zone {zone}`"
                ),
            )
        },
    )
}
