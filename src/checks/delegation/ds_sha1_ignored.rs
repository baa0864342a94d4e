//! A SHA-1 DS beside a stronger one.

use super::{ds_name, followed};
use crate::checks::{Context, Statement};
use crate::policy::Reach;
use crate::validate::Outcome;

declare! {
    /// # ds-sha1-ignored
    ///
    /// A SHA-1 DS is not looked at, because the DS RRset also holds a stronger digest.
    ///
    /// ## Why it matters
    ///
    /// The record protects nothing. Whoever believes that it does as a second way into the zone is
    /// mistaken: if the stronger DS fails, the zone is bogus although the SHA-1 DS would match.
    ///
    /// ## What resolvers do
    ///
    /// They ignore it, also when it belongs to another key than the stronger DS does.
    ///
    /// ## How to put it right
    ///
    /// Have the registrar withdraw it. If it is the only DS of its key, first publish that key's SHA-256
    /// DS: `anchorwatch ds example.com`, or `dnssec-dsfromkey -2 Kexample.com.+013+12345.key`.
    ///
    /// ## References
    ///
    /// RFC 4509, section 3. DNSViz: DS_DIGEST_ALGORITHM_IGNORED.
    "ds-sha1-ignored", Delegation, Notice,
    rfc: ["RFC 4509 section 3"],
    explained_by: ["ds-digest-mismatch", "ds-digest-must-not-use"],
    summary: "A SHA-1 DS is ignored beside a stronger digest.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    followed(context, |outcome| *outcome == Outcome::Sha1Ignored)
        .iter()
        .map(|found| {
            let zone = &found.zone.apex;
            let message = format!(
                "{} of {zone} is ignored beside a stronger digest",
                ds_name(found.entry)
            );
            Statement::new(zone, message)
                .reach(Reach::Harmless)
                .about("rrtype", "DS")
                .about("key_tag", found.entry.key_tag())
                .about("algorithm", found.entry.algorithm())
                .fact("ds", found.entry_line())
                .fix(format!("withdraw at the parent:\n{}", found.entry_line()))
                .shown_by(zone_evidence(found))
        })
        .collect()
}

fn zone_evidence(found: &super::Followed<'_>) -> impl Iterator<Item = usize> {
    found.zone.delegation.values().map(|(id, _)| *id)
}
