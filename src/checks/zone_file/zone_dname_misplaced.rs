//! A DNAME stands where it may not, or data stands below one.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-dname-misplaced
    ///
    /// A name has several DNAME records, a DNAME beside the NS records of a delegation, or there is data below
    /// a DNAME.
    ///
    /// ## Why it matters
    ///
    /// A DNAME renames everything below it: what stands there is never answered, and signers leave it out of
    /// the chain of NSEC or NSEC3 records.
    ///
    /// ## What resolvers do
    ///
    /// They follow the DNAME. Two different ones at a name are a malformed answer.
    ///
    /// ## How to put it right
    ///
    /// Remove the records below the DNAME, or the DNAME.
    ///
    /// Then sign the zone again, and verify it: `anchorwatch zone example.com.zone.signed`.
    ///
    /// ## References
    ///
    /// RFC 6672, section 2.4. Command: `zone`.
    "zone-dname-misplaced", ZoneFile, Error,
    rfc: ["RFC 6672 section 2.4"],
    explained_by: [],
    summary: "A DNAME stands where it may not, or data stands below one.",
}
