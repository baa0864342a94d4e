//! A DS with a digest type that means nothing.

use super::state_published;
use crate::checks::{Context, Statement};
use crate::crypto::{Assignment, DigestType};
use crate::policy::Reach;

declare! {
    /// # ds-digest-unassigned
    ///
    /// A DS has digest type 0, or one that is reserved, not assigned or for private use.
    ///
    /// ## Why it matters
    ///
    /// No validator can follow the DS. If all DS records are like that, the zone is insecure. Usually a
    /// number was put into the wrong field of a registrar's form.
    ///
    /// ## What resolvers do
    ///
    /// They ignore the DS; with no other one they treat the zone as insecure, for which extended error 2
    /// (Unsupported DS Digest Type) exists.
    ///
    /// ## How to put it right
    ///
    /// Have the registrar replace the DS by one with digest type 2 (SHA-256). The fields are, in order:
    /// key tag, algorithm, digest type, digest. These print them:
    ///
    /// - `anchorwatch ds example.com`
    /// - BIND: `dnssec-dsfromkey -2 Kexample.com.+013+12345.key`
    /// - Knot: `keymgr example.com ds`
    /// - PowerDNS: `pdnsutil export-zone-ds example.com`
    ///
    /// ## References
    ///
    /// RFC 4034, section 5.1.3; RFC 9904; IANA, "DNSSEC Delegation Signer (DS) Resource Record (RR) Type
    /// Digest Algorithms". Zonemaster: DS01_DS_ALGO_UNASSIGNED, DS01_DS_ALGO_RESERVED,
    /// DS01_DS_ALGO_PRIVATE, DS01_DS_ALGO_NOT_DS.
    "ds-digest-unassigned", Delegation, Error,
    rfc: ["RFC 4034 section 5.1.3", "RFC 9904"],
    explained_by: ["ds-all-unsupported"],
    summary: "A DS has a digest type that is not assigned.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    state_published(
        context,
        |one| Some((Reach::Everywhere, words(DigestType(one.ds.digest_type))?)),
        |one| {
            let lines = super::ds_lines(one.zone);
            if lines.is_empty() {
                "replace it at the parent by a DS with digest type 2 (SHA-256)".to_owned()
            } else {
                format!("replace it at the parent by:\n{}", lines.join("\n"))
            }
        },
    )
}

fn words(digest: DigestType) -> Option<String> {
    match digest.assignment() {
        _ if digest == DigestType::NULL => {
            Some("digest type 0 has a meaning in CDS only".to_owned())
        }
        Assignment::Assigned => None,
        other => Some(format!("digest type {} is {other}", digest.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registered_digests_pass_and_others_do_not() {
        let passing: Vec<_> = (0..=255)
            .filter(|number| words(DigestType(*number)).is_none())
            .collect();
        assert_eq!(passing, [1, 2, 3, 4, 5, 6]);
    }
}
