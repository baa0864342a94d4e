//! A record in the zone file is not of the zone.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-out-of-zone-data
    ///
    /// The owner name of a record is neither the apex nor below it.
    ///
    /// ## Why it matters
    ///
    /// Servers leave such records out, with a line in the log or without. What was meant to be published is
    /// not; often a final dot too many or an `$ORIGIN` is to blame.
    ///
    /// ## What resolvers do
    ///
    /// They never see the record.
    ///
    /// ## How to put it right
    ///
    /// Correct the owner name, or move the record to the file of its zone.
    ///
    /// Then sign the zone again, and verify it: `anchorwatch zone example.com.zone.signed`.
    ///
    /// ## References
    ///
    /// RFC 1035, section 5.2. Command: `zone`.
    "zone-out-of-zone-data", ZoneFile, Error,
    rfc: ["RFC 1035 section 5.2"],
    explained_by: [],
    summary: "A record in the zone file is not of the zone.",
}
