//! DS records inside the zone that they are about.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::evidence::probes;
use crate::evidence::topology::Zone;
use crate::evidence::view::{ExchangeId, records};

declare! {
    /// # ds-at-apex
    ///
    /// The zone's own servers have a DS RRset at the apex of the zone, and do not serve the parent.
    ///
    /// ## Why it matters
    ///
    /// The DS belongs to the parent; inside the zone it proves nothing. Mostly somebody put into the zone
    /// file what was meant for the registrar, and believes that the zone is delegated securely.
    ///
    /// ## What resolvers do
    ///
    /// Validators ask the parent and never see it. One that asks a server of the zone by mistake gets
    /// records that the parent did not sign, and treats them as bogus: SERVFAIL with extended error 6
    /// (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// Take the records out of the zone, and give them to the registrar if the parent lacks them
    /// (`anchorwatch ds example.com` compares):
    ///
    /// - BIND: `nsupdate`, then `update delete example.com DS` and `send`
    /// - Knot: `knotc zone-begin example.com`, `knotc zone-unset example.com @ DS`, `knotc zone-commit
    ///   example.com`
    /// - PowerDNS: `pdnsutil delete-rrset example.com @ DS`, then `pdnsutil rectify-zone
    ///   example.com`
    /// - ldns and NSD: edit the zone file, `ldns-signzone example.com.zone Kexample.com.+013+12345`, then
    ///   `nsd-control reload example.com`
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.4. It is asked for with `audit --thorough`.
    "ds-at-apex", Delegation, Error,
    rfc: ["RFC 4035 section 2.4"],
    explained_by: [],
    summary: "The zone has a DS at its own apex.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.zones();
    zones.filter_map(|(_, zone)| state(context, zone)).collect()
}

fn state(context: &Context<'_>, zone: &Zone) -> Option<Statement> {
    let parent = zone.parent.as_ref()?;
    let parents = &context.topology.zones.get(parent)?.servers;
    let found = with_ds(context, &zone.apex);
    let own = found
        .into_iter()
        .filter(|(server, _)| zone.servers.contains_key(server) && !parents.contains_key(server));
    let (servers, evidence): (BTreeSet<SocketAddr>, BTreeSet<ExchangeId>) = own.unzip();
    if servers.is_empty() {
        return None;
    }
    let reach = context.reach(&zone.apex, &servers);
    let message = format!(
        "{} has a DS RRset at its own apex, where only its parent {parent} may have one{}",
        zone.apex,
        context.at(&zone.apex, &servers, reach)
    );
    Some(
        Statement::new(&zone.apex, message)
            .reach(reach)
            .about("rrtype", "DS")
            .fix(format!(
                "take the DS records out of {} and see that {parent} has them",
                zone.apex
            ))
            .shown_by(evidence),
    )
}

/// The servers that answered with a DS RRset of this name themselves.
pub(super) fn with_ds(context: &Context<'_>, name: &Name) -> BTreeMap<SocketAddr, ExchangeId> {
    let replies = context
        .view
        .replies(&probes::question(name, RecordType::DS));
    let has_ds = replies.filter(|reply| {
        let mut found = records(&reply.message.answer, name, RecordType::DS);
        reply.message.is_authoritative() && found.next().is_some()
    });
    has_ds.map(|reply| (reply.server, reply.id)).collect()
}
