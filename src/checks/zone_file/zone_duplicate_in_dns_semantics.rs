//! Two records differ in nothing but the case of letters, for DNSSEC alone.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-duplicate-in-dns-semantics
    ///
    /// Two records of an RRset are the same but for the case of letters in a name, in a type whose names are
    /// not lowered for signing.
    ///
    /// ## Why it matters
    ///
    /// Servers that compare names as the DNS does keep one of them, and the signature over both does not verify
    /// any more; which one is kept depends on the server.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL where the server dropped one of the records.
    ///
    /// ## How to put it right
    ///
    /// Keep one of the two.
    ///
    /// Then sign the zone again, and verify it: `anchorwatch zone example.com.zone.signed`.
    ///
    /// ## References
    ///
    /// RFC 4034, sections 6.2 and 6.3; RFC 4343. Command: `zone`.
    "zone-duplicate-in-dns-semantics", ZoneFile, Notice,
    rfc: ["RFC 4034 section 6"],
    explained_by: [],
    summary: "Two records differ in nothing but the case of letters, for DNSSEC alone.",
}
