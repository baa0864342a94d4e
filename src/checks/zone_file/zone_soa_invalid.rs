//! The zone has no SOA, more than one, or one away from its apex.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-soa-invalid
    ///
    /// The apex of the zone file has no SOA record, several that differ, or one that cannot be read; or a SOA
    /// stands at another name.
    ///
    /// ## Why it matters
    ///
    /// A server refuses to load such a zone, or loads a part of it. Secondaries transfer by the serial in the
    /// SOA, and negative answers carry it.
    ///
    /// ## What resolvers do
    ///
    /// They never see the zone if no server loads it. Where one does, negative answers without a SOA are not
    /// cached.
    ///
    /// ## How to put it right
    ///
    /// Leave exactly one SOA, at the apex. Two of them are often what is left of two files put together.
    ///
    /// Then sign the zone again, and verify it: `anchorwatch zone example.com.zone.signed`.
    ///
    /// ## References
    ///
    /// RFC 1035, section 5.2; RFC 2181, section 6.1. Command: `zone`.
    "zone-soa-invalid", ZoneFile, Error,
    rfc: ["RFC 1035 section 5.2", "RFC 2181 section 6.1"],
    explained_by: [],
    summary: "The zone has no SOA, more than one, or one away from its apex.",
}
