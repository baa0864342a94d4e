//! CSYNC in a zone that is not secure.

use std::collections::BTreeSet;

use super::csync;
use crate::checks::{Context, Statement};
use crate::validate::{JudgedZone, Status};

declare! {
    /// # csync-insecure
    ///
    /// A zone that is not secure has a CSYNC record.
    ///
    /// ## Why it matters
    ///
    /// A parent may follow CSYNC only if it is signed and a chain of trust leads to it, since otherwise
    /// anybody on the way could have the delegation pointed elsewhere. In this zone it does nothing: name
    /// servers and glue that are changed here stay as they were at the parent, and nobody is told.
    ///
    /// ## What resolvers do
    ///
    /// Nothing; they do not look at CSYNC.
    ///
    /// ## How to put it right
    ///
    /// Have the zone's DS published (`anchorwatch ds example.com` shows what is missing), or remove the record
    /// and change the delegation by way of the registrar:
    ///
    /// - BIND: remove it from the file, or with `nsupdate`
    /// - Knot: remove it from the file, then `knotc zone-reload example.com`
    /// - PowerDNS: `pdnsutil delete-rrset example.com @ CSYNC`, then `pdnsutil rectify-zone
    ///   example.com`
    /// - NSD: remove it from the file, then `nsd-control reload example.com`
    ///
    /// ## References
    ///
    /// RFC 7477, sections 3 and 5. Neither DNSViz nor Zonemaster looks for it.
    "csync-insecure", ChildSignals, Warning,
    rfc: ["RFC 7477 section 3", "RFC 7477 section 5"],
    explained_by: ["ds-missing-for-signed-zone", "ds-all-unsupported", "parent-unsigned"],
    summary: "CSYNC stands in a zone that is not secure.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones
        .filter(|zone| zone.status == Status::Insecure)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let apex = &zone.apex;
    let said = csync::said(zone);
    let given = said.iter().filter(|(_, (_, rdata))| !rdata.is_empty());
    let servers: BTreeSet<_> = given.clone().map(|(server, _)| *server).collect();
    let (_, (_, first)) = given.clone().next()?;
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let words = csync::in_words(apex, first);
    let message = format!("{apex} is insecure and has {words}, which parents must not follow{at}");
    let statement = Statement::new(apex, message)
        .reach(reach)
        .about("rrtype", "CSYNC")
        .fix(format!(
            "have the DS of {apex} published (`anchorwatch ds {apex}`), or remove its CSYNC"
        ))
        .shown_by(given.map(|(_, (id, _))| *id));
    Some(statement.at_servers(context, &servers))
}
