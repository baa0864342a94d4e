//! The apex of the zone has no NS records.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-apex-ns-missing
    ///
    /// The zone file has no NS record at the apex.
    ///
    /// ## Why it matters
    ///
    /// The servers of the zone are told by these records. BIND, NSD and Knot refuse the zone or warn of it.
    ///
    /// ## What resolvers do
    ///
    /// They use the NS records of the parent until they ask the zone itself, and then have none.
    ///
    /// ## How to put it right
    ///
    /// Add the NS records of all servers of the zone at the apex, the same as at the parent.
    ///
    /// Then sign the zone again, and verify it: `anchorwatch zone example.com.zone.signed`.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.2.1; RFC 2181, section 6.1. Command: `zone`.
    "zone-apex-ns-missing", ZoneFile, Error,
    rfc: ["RFC 1034 section 4.2.1"],
    explained_by: [],
    summary: "The apex of the zone has no NS records.",
}
