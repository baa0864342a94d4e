//! A TTL is above the maximum that was declared.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-ttl-over-maximum
    ///
    /// A record has a TTL above what `--max-ttl` says.
    ///
    /// ## Why it matters
    ///
    /// A key roll waits for the longest TTL of the zone to pass. A signer that was told of a shorter one ends
    /// it too early.
    ///
    /// ## What resolvers do
    ///
    /// They keep the record for as long as its TTL says, and with it the signature of a key that may be gone.
    ///
    /// ## How to put it right
    ///
    /// Lower the TTL, or raise the maximum that the signer reckons with: `max-zone-ttl` in the `dnssec-policy`
    /// of BIND, `zone-max-ttl` in the policy of Knot.
    ///
    /// Then sign the zone again, and verify it: `anchorwatch zone example.com.zone.signed`.
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.4.1. Command: `zone`.
    "zone-ttl-over-maximum", ZoneFile, Notice,
    rfc: ["RFC 6781 section 4.4.1"],
    explained_by: [],
    summary: "A TTL is above the maximum that was declared.",
}
