//! A TTL is above the maximum that was declared.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-ttl-over-maximum
    ///
    /// A record has a TTL above what `--max-ttl` says, or above 2147483647, which is the greatest there is.
    ///
    /// ## Why it matters
    ///
    /// A key roll waits for the longest TTL of the zone to pass. A signer that was told of a shorter one ends
    /// it too early. Servers disagree about what a TTL beyond the greatest is: `named` makes 0 of it when it
    /// reads the file, others serve it as it is.
    ///
    /// ## What resolvers do
    ///
    /// They keep the record for as long as its TTL says, and with it the signature of a key that may be gone. A TTL beyond the greatest is 0 to them.
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
    /// RFC 6781, section 4.4.1; RFC 2181, section 8. Command: `zone`.
    "zone-ttl-over-maximum", ZoneFile, Warning,
    rfc: ["RFC 6781 section 4.4.1", "RFC 2181 section 8"],
    explained_by: [],
    summary: "A TTL is above the maximum that was declared.",
}
