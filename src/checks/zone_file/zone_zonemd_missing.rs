//! The zone has no ZONEMD record.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-zonemd-missing
    ///
    /// There is no ZONEMD record at the apex.
    ///
    /// ## Why it matters
    ///
    /// A digest over the whole zone lets whoever gets it by other ways than a transfer see that it is whole,
    /// glue and delegations included, which no signature covers.
    ///
    /// ## What resolvers do
    ///
    /// They do not look for it, unless they load the zone themselves (RFC 8806).
    ///
    /// ## How to put it right
    ///
    /// Let the signer add one: `dnssec-policy` of BIND does not, `zonemd-generate: zonemd-sha384`
    /// in the `zone` section of Knot does, and so does `ldns-signzone -z 1:1`.
    ///
    /// Then sign the zone again, and verify it: `anchorwatch zone example.com.zone.signed`.
    ///
    /// ## References
    ///
    /// RFC 8976, section 3; RFC 8806. Command: `zone`.
    "zone-zonemd-missing", ZoneFile, Notice,
    rfc: ["RFC 8976 section 3"],
    explained_by: [],
    summary: "The zone has no ZONEMD record.",
}
