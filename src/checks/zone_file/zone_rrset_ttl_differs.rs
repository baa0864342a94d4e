//! The records of an RRset have different TTLs.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-rrset-ttl-differs
    ///
    /// Records with the same owner and type have different TTLs in the zone file.
    ///
    /// ## Why it matters
    ///
    /// An RRset has one TTL. Servers take the least, the first or the last, so two servers of the zone may
    /// serve different TTLs from the same file.
    ///
    /// ## What resolvers do
    ///
    /// They take the least. Where it is above the Original TTL of the signature, the RRset does not validate.
    ///
    /// ## How to put it right
    ///
    /// Give all records of the RRset the same TTL.
    ///
    /// Then sign the zone again, and verify it: `anchorwatch zone example.com.zone.signed`.
    ///
    /// ## References
    ///
    /// RFC 2181, section 5.2; RFC 4034, section 3.1.4. Command: `zone`.
    "zone-rrset-ttl-differs", ZoneFile, Warning,
    rfc: ["RFC 2181 section 5.2"],
    explained_by: [],
    summary: "The records of an RRset have different TTLs.",
}
