//! A trust anchor that cannot be followed here.

use super::{anchor_name, followed, state};
use crate::checks::{Context, Statement};
use crate::validate::Outcome;

declare! {
    /// # trust-anchor-algorithm-unsupported
    ///
    /// A configured trust anchor has an algorithm or a digest type that this validator does not support.
    ///
    /// ## Why it matters
    ///
    /// The anchor is as good as none. When all anchors of a zone are like that, all below it counts as
    /// insecure and nothing is protected, although anchors are configured.
    ///
    /// ## What resolvers do
    ///
    /// Those without the algorithm ignore the anchor; BIND and Unbound write a line to their log.
    ///
    /// ## How to put it right
    ///
    /// Give the anchor as the key itself (DNSKEY) or with a SHA-256 digest if only the digest type is
    /// unknown: `dnssec-dsfromkey -2 -f keys.txt example.com` computes it from DNSKEY records in a file.
    /// If the algorithm is unknown, the zone needs a key of an algorithm that all validators have.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5; RFC 9904.
    "trust-anchor-algorithm-unsupported", Anchors, Error,
    rfc: ["RFC 4035 section 5"],
    explained_by: [],
    summary: "A trust anchor has an unsupported algorithm or digest type.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let wanted = |outcome: &Outcome| {
        matches!(
            outcome,
            Outcome::UnsupportedAlgorithm | Outcome::UnsupportedDigest
        )
    };
    followed(context, wanted)
        .iter()
        .map(|found| {
            let message = format!("{}: {}", anchor_name(found), found.outcome);
            state(context, found, message)
        })
        .collect()
}
