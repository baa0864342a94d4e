//! A DS with a digest type that this validator has no code for.

use super::state_published;
use crate::checks::{Context, Statement};
use crate::crypto::{Assignment, DigestType};
use crate::policy::Reach;

declare! {
    /// # ds-digest-unsupported
    ///
    /// A DS has a registered digest type that this validator cannot compute.
    ///
    /// ## Why it matters
    ///
    /// Whether the DS fits its key is not known here. Most validators in use lack the same digests
    /// (GOST R 34.11-2012, SM3), so a zone should not rest on them alone.
    ///
    /// ## What resolvers do
    ///
    /// Those without the digest ignore the DS. If it is the only one they treat the zone as insecure.
    ///
    /// ## How to put it right
    ///
    /// Publish a SHA-256 DS of the same key beside it, or in its place:
    ///
    /// - `anchorwatch ds example.com`
    /// - BIND: `dnssec-dsfromkey -2 Kexample.com.+013+12345.key`
    /// - Knot: `keymgr example.com ds`
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.2; RFC 9558; RFC 9563. DNSViz: DIGEST_ALGORITHM_NOT_SUPPORTED.
    "ds-digest-unsupported", Delegation, Notice,
    rfc: ["RFC 4035 section 5.2"],
    explained_by: ["ds-all-unsupported", "ds-digest-must-not-use"],
    summary: "A DS has a digest type that this validator cannot compute.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_published(
        context,
        |one| {
            let digest = DigestType(one.ds.digest_type);
            let is_known =
                digest != DigestType::NULL && digest.assignment() == Assignment::Assigned;
            (is_known && !digest.is_supported()).then(|| {
                (
                    Reach::Harmless,
                    format!("{digest} is not supported here, so the digest was not compared"),
                )
            })
        },
        |_| "publish a SHA-256 DS of the same key beside it".to_owned(),
    )
}
