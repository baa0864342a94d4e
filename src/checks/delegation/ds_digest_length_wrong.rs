//! A digest of the wrong length.

use super::state_published;
use crate::checks::{Context, Statement};
use crate::crypto::DigestType;
use crate::dns::present;
use crate::policy::Reach;

declare! {
    /// # ds-digest-length-wrong
    ///
    /// The digest of a DS has a length that its digest type cannot have.
    ///
    /// ## Why it matters
    ///
    /// Such a DS matches no key at all. Part of the digest was lost when it was copied, or the digest
    /// type names another hash than the one that was computed: 20 octets are SHA-1, 32 SHA-256, 48
    /// SHA-384.
    ///
    /// ## What resolvers do
    ///
    /// BIND 9.18 takes the whole DS RRset for malformed and answers SERVFAIL, also where another DS is
    /// right. Others ignore this DS, and fail when no other leads to a key of the zone.
    ///
    /// ## How to put it right
    ///
    /// Have the registrar replace the DS. In hexadecimal a SHA-256 digest has 64 characters:
    ///
    /// - `anchorwatch ds example.com`
    /// - BIND: `dnssec-dsfromkey -2 Kexample.com.+013+12345.key`
    /// - Knot: `keymgr example.com ds`
    /// - PowerDNS: `pdnsutil export-zone-ds example.com`
    ///
    /// ## References
    ///
    /// RFC 4034, section 5.1.4; RFC 4509, section 2.2; RFC 6605, section 2.
    "ds-digest-length-wrong", Delegation, Error,
    rfc: ["RFC 4034 section 5.1.4"],
    explained_by: [],
    summary: "The digest of a DS has the wrong length for its type.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_published(
        context,
        |one| {
            let digest = DigestType(one.ds.digest_type);
            let (expected, found) = (digest.digest_len()?, one.ds.digest.len());
            if expected == found {
                return None;
            }
            Some((
                Reach::Everywhere,
                format!("the digest has {found} octets, and {digest} gives {expected}"),
            ))
        },
        |one| match super::ds_lines(one.zone).as_slice() {
            [] => format!(
                "withdraw at the parent:\n{} IN DS {}",
                one.zone.apex,
                present::ds_text(&one.ds)
            ),
            lines => format!("replace it at the parent by:\n{}", lines.join("\n")),
        },
    )
}
