//! A trust anchor without its key.

use super::{anchor_name, followed, revoked_key, state};
use crate::checks::{Context, Statement};
use crate::validate::Outcome;

declare! {
    /// # trust-anchor-not-published
    ///
    /// A configured trust anchor matches no key of its zone.
    ///
    /// ## Why it matters
    ///
    /// Beside an anchor that works it is one given in advance or left over, and nothing is lost. As the
    /// only one it makes everything below the zone bogus to whoever uses it. An anchor that nobody
    /// watches over is also a way in for whoever finds its private key.
    ///
    /// ## What resolvers do
    ///
    /// They ignore it as long as another anchor works. BIND notes that a managed key is unexpectedly
    /// missing.
    ///
    /// ## How to put it right
    ///
    /// Compare with what the operator of the zone publishes; for the root that is IANA's
    /// `root-anchors.xml`, with the time from which and until which each anchor holds. Take out what is
    /// no longer listed:
    ///
    /// - here: the file given with `--trust-anchor FILE`
    /// - Unbound: `unbound-anchor -a /var/lib/unbound/root.key`
    /// - BIND: `rndc managed-keys status`; entries in `trust-anchors`
    ///
    /// ## References
    ///
    /// RFC 5011, section 4; RFC 9718.
    "trust-anchor-not-published", Anchors, Notice,
    rfc: ["RFC 5011 section 4"],
    explained_by: [],
    summary: "A trust anchor matches no key of its zone.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |outcome: &Outcome| matches!(outcome, Outcome::NoKey | Outcome::DigestMismatch(_));
    followed(context, wanted)
        .iter()
        .filter(|found| revoked_key(found).is_none() && !found.holds_elsewhere())
        .map(|found| {
            let message = format!(
                "{} matches no key: the zone has {}",
                anchor_name(found),
                found.keys_in_words()
            );
            state(context, found, message)
        })
        .collect()
}
