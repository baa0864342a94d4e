//! Many names are gone from one version to the next.

use super::told_of_whole_zones as run;

declare! {
    /// # zone-mass-removal
    ///
    /// More names, delegations, or delegations with DS are gone than may go from one version of the zone to the next:
    /// ten at least, and more than one in twenty unless `--max-removed` says otherwise.
    ///
    /// ## Why it matters
    ///
    /// A registry that publishes half of its zone takes the other half off the Internet; one that publishes it without
    /// its DS records makes the zones below insecure, and nothing there tells them. Both have happened to top-level
    /// domains whose zone was made out of an export that had not ended.
    ///
    /// ## What resolvers do
    ///
    /// They answer NXDOMAIN, with proof, and keep that for as long as the SOA says.
    ///
    /// ## How to put it right
    ///
    /// Do not publish it. Compare the source with the one before; where the names are meant to go, allow it for this
    /// once:
    ///
    /// - BIND, ldns: `anchorwatch zone old.signed --against new.signed --max-removed 60`, then sign and load as ever
    /// - Knot: `knotc zone-diff example.com` shows what a zone transaction would remove
    /// - PowerDNS: `pdnsutil list-zone example.com` against the one before
    ///
    /// ## References
    ///
    /// `anchorwatch zone OLD --against NEW` lists the first of the names, and all with `--first`.
    "zone-mass-removal", ZoneFile, Error,
    rfc: [],
    explained_by: [],
    summary: "Many names are gone from one version to the next.",
}
