//! A key with DS records, none of them SHA-256.

use super::state_published;
use crate::checks::{Context, Statement};
use crate::crypto::DigestType;
use crate::policy::Reach;

declare! {
    /// # ds-digest-sha256-missing
    ///
    /// A key has DS records, and none of them has a SHA-256 digest.
    ///
    /// ## Why it matters
    ///
    /// SHA-256 is the one digest that every validator must implement and that zones are recommended to
    /// use. SHA-384 is good too, and not every validator has to have it.
    ///
    /// ## What resolvers do
    ///
    /// Those that support none of the digests present treat the zone as insecure. All common resolvers
    /// support SHA-384.
    ///
    /// ## How to put it right
    ///
    /// Have the registrar publish the SHA-256 DS of the same key:
    ///
    /// - `anchorwatch ds example.com`
    /// - BIND: `dnssec-dsfromkey -2 Kexample.com.+013+12345.key`
    /// - Knot: `keymgr example.com ds`
    /// - PowerDNS: `pdnsutil export-zone-ds example.com`
    ///
    /// ## References
    ///
    /// RFC 9904; RFC 4509. Zonemaster: DS01_DS_ALGO_2_MISSING.
    "ds-digest-sha256-missing", Delegation, Notice,
    rfc: ["RFC 9904"],
    explained_by: [
        "ds-all-unsupported",
        "ds-digest-must-not-use",
        "ds-digest-unassigned",
        "ds-digest-unsupported",
    ],
    summary: "A key has no SHA-256 DS.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let is_sha256 = |ds: &crate::dns::Ds| DigestType(ds.digest_type) == DigestType::SHA256;
    state_published(
        context,
        |one| {
            let has = is_sha256(&one.ds) || one.siblings().any(is_sha256);
            (!has).then(|| {
                (
                    Reach::Harmless,
                    "no SHA-256 DS of this key stands beside it".to_owned(),
                )
            })
        },
        |one| match super::ds_lines(one.zone).as_slice() {
            [] => "publish the SHA-256 DS of the same key".to_owned(),
            lines => format!("publish at the parent:\n{}", lines.join("\n")),
        },
    )
}
