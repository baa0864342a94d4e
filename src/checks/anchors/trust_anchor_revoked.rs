//! A trust anchor that its zone has revoked.

use super::{anchor_name, followed, revoked_key, state};
use crate::checks::{Context, Statement};
use crate::validate::Outcome;

declare! {
    /// # trust-anchor-revoked
    ///
    /// The key of a configured trust anchor is published with the REVOKE flag set.
    ///
    /// ## Why it matters
    ///
    /// The operator of the zone says that this key is not to be trusted any more: at the planned end of
    /// its life, or because its private part may be known to others. A validator that goes on trusting it
    /// can be deceived with it.
    ///
    /// ## What resolvers do
    ///
    /// Those that manage their anchors by RFC 5011 drop it as soon as they see the revocation. With fixed
    /// anchors they go on, and fail if there is no other one.
    ///
    /// ## How to put it right
    ///
    /// Take the anchor out of every configuration, and make sure that its successor is there:
    ///
    /// - here: the file given with `--trust-anchor FILE`
    /// - Unbound: `auto-trust-anchor-file` does it by itself; `unbound-anchor -a
    ///   /var/lib/unbound/root.key` begins anew
    /// - BIND: `initial-key` and `initial-ds` are managed, `static-key` and `static-ds` are not;
    ///   `rndc managed-keys status`
    ///
    /// ## References
    ///
    /// RFC 5011, section 2.1.
    "trust-anchor-revoked", Anchors, Error,
    rfc: ["RFC 5011 section 2.1"],
    explained_by: [],
    summary: "The key of a trust anchor is revoked.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |outcome: &Outcome| {
        matches!(
            outcome,
            Outcome::NoKey | Outcome::DigestMismatch(_) | Outcome::Revoked
        )
    };
    followed(context, wanted)
        .iter()
        .filter_map(|found| {
            let is_direct = *found.outcome == Outcome::Revoked;
            let tag = match revoked_key(found) {
                Some(key) => key.key_tag(),
                None if is_direct => found.entry.key_tag(),
                None => return None,
            };
            let message = format!(
                "{} is revoked: its key is published as DNSKEY {tag}",
                anchor_name(found)
            );
            Some(state(context, found, message))
        })
        .collect()
}
