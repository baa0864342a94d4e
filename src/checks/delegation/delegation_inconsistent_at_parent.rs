//! Servers of the parent that do not say the same of a delegation.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::list;
use crate::checks::{Context, Statement};
use crate::dns::{Message, Name, Rcode, RecordType, rdata};
use crate::evidence::probes;
use crate::evidence::topology::Zone;
use crate::evidence::view::{ExchangeId, records};
use crate::policy::Reach;

declare! {
    /// # delegation-inconsistent-at-parent
    ///
    /// Some servers of the parent refer to other name servers of the zone than others do, or know of no
    /// delegation at all.
    ///
    /// ## Why it matters
    ///
    /// Which servers a resolver finds depends on whom of the parent's it asks. While the parent loads a
    /// change that is normal for minutes; when it stays, one of its servers does not get updates any more,
    /// and serves old DS records and signatures too.
    ///
    /// ## What resolvers do
    ///
    /// They use what they were told first. From a server that knows of no delegation they learn that the
    /// zone does not exist: NXDOMAIN for everything below, for as long as the parent's SOA says.
    ///
    /// ## How to put it right
    ///
    /// For the operator of the parent: look at the transfers to the server that differs:
    ///
    /// - BIND: `rndc zonestatus example`, `rndc retransfer example`
    /// - Knot: `knotc zone-status example`, `knotc zone-retransfer example`
    /// - PowerDNS: `pdns_control retrieve example`
    /// - NSD: `nsd-control zonestatus example`, `nsd-control force_transfer example`
    ///
    /// Everybody else: wait an hour after a change, then tell the registry, with the addresses named
    /// here. The registrar can do nothing about it.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.2.2. Zonemaster: B01_INCONSISTENT_DELEGATION.
    "delegation-inconsistent-at-parent", Delegation, Error,
    rfc: ["RFC 1034 section 4.2.2"],
    explained_by: [],
    summary: "Servers of the parent do not agree on the delegation.",
}

/// What a server of the parent says: the NS names that it refers to, or none.
type Said = BTreeMap<BTreeSet<Name>, (BTreeSet<SocketAddr>, BTreeSet<ExchangeId>)>;

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.zones();
    zones.filter_map(|(_, zone)| state(context, zone)).collect()
}

fn state(context: &Context<'_>, zone: &Zone) -> Option<Statement> {
    let parent = zone.parent.as_ref()?;
    let said = said(context, zone, parent)?;
    if said.len() < 2 {
        return None;
    }
    let texts: Vec<_> = said
        .iter()
        .map(|(names, (servers, _))| {
            let at = context.servers(parent, servers);
            match names.is_empty() {
                true => format!("no delegation at {at}"),
                false => format!("{} at {at}", list(names)),
            }
        })
        .collect();
    // Other names lead to the zone all the same.
    let reach = match said.contains_key(&BTreeSet::new()) {
        true => Reach::SomeServers,
        false => Reach::Harmless,
    };
    let message = format!(
        "servers of {parent} do not agree on the delegation of {}: {}",
        zone.apex,
        texts.join("; ")
    );
    let fewest = said.values().min_by_key(|(servers, _)| servers.len())?;
    Some(
        Statement::new(&zone.apex, message)
            .reach(reach)
            .about("rrtype", "NS")
            .about("nameserver", context.servers(parent, &fewest.0))
            .fix(format!(
                "for the operator of {parent}: have all servers transfer the zone again"
            ))
            .shown_by(said.into_values().flat_map(|(_, evidence)| evidence)),
    )
}

fn said(context: &Context<'_>, zone: &Zone, parent: &Name) -> Option<Said> {
    let servers = &context.topology.zones.get(parent)?.servers;
    let mut said = Said::new();
    for reply in context
        .view
        .replies(&probes::question(&zone.apex, RecordType::NS))
    {
        if !servers.contains_key(&reply.server) {
            continue;
        }
        if let Some(names) = read(reply.message, &zone.apex, parent) {
            let (servers, evidence) = said.entry(names).or_default();
            servers.insert(reply.server);
            evidence.insert(reply.id);
        }
    }
    Some(said)
}

/// The names of a referral, or none where the parent denies the delegation. A server that has the child
/// itself, fails, or is cut off says nothing of it.
fn read(message: &Message, child: &Name, parent: &Name) -> Option<BTreeSet<Name>> {
    if message.is_truncated() || !message.answer.is_empty() {
        return None;
    }
    let referred = records(&message.authority, child, RecordType::NS);
    let names: BTreeSet<Name> = referred
        .filter_map(|record| rdata::target(&record.rdata))
        .collect();
    let soa = records(&message.authority, parent, RecordType::SOA).next();
    let is_denial = matches!(message.rcode(), Rcode::NOERROR | Rcode::NXDOMAIN)
        && message.is_authoritative()
        && soa.is_some();
    match (names.is_empty(), is_denial) {
        (false, _) if message.rcode() == Rcode::NOERROR && !message.is_authoritative() => {
            Some(names)
        }
        (true, true) => Some(BTreeSet::new()),
        _ => None,
    }
}
