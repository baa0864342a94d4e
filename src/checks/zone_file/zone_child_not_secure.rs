//! Delegations have no DS.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-child-not-secure
    ///
    /// A delegation in the zone has no DS record: the zone below it is not secure.
    ///
    /// ## Why it matters
    ///
    /// Nothing is wrong. How many they are is worth knowing in a registry, and in a company all of whose zones
    /// should be signed.
    ///
    /// ## What resolvers do
    ///
    /// They treat the zones below as insecure.
    ///
    /// ## How to put it right
    ///
    /// Sign the zone below, and have its DS published: `anchorwatch ds sub.example.com` shows which.
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.4. Command: `zone`.
    "zone-child-not-secure", ZoneFile, Notice,
    rfc: ["RFC 4035 section 2.4"],
    explained_by: [],
    summary: "Delegations have no DS.",
}
