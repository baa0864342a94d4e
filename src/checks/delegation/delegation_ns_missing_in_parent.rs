//! Zones that the parent does not delegate.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::parent_name;
use crate::checks::{Context, Statement};
use crate::dns::{Rcode, RecordType};
use crate::evidence::probes;
use crate::evidence::topology::Zone;
use crate::evidence::view::ExchangeId;
use crate::validate::{DenialFault, JudgedZone};

declare! {
    /// # delegation-ns-missing-in-parent
    ///
    /// The parent has no NS records for the zone. It works only because the servers of the parent have
    /// the zone too, and answer for it by themselves.
    ///
    /// ## Why it matters
    ///
    /// When the question for the DS comes, the parent says that there is no such name, or no delegation.
    /// Neither proves that the zone is unsigned: the proof has to show NS and no DS. And on the day on
    /// which the zone moves to servers of its own, or a secondary of the parent lacks it, nobody finds it.
    ///
    /// ## What resolvers do
    ///
    /// Some treat the zone as a part of the parent and find its data unsigned: SERVFAIL with extended
    /// error 10 (RRSIGs Missing) or 12 (NSEC Missing). Others take the missing DS for granted.
    ///
    /// ## How to put it right
    ///
    /// Add the NS records of the zone to the parent, and its DS where the zone is signed:
    ///
    /// - BIND: `nsupdate`, then `zone example.com`, `update add child.example.com 3600 NS
    ///   ns1.example.com` and `send`; without `zone` it updates the child
    /// - Knot: `knotc zone-begin example.com`, `knotc zone-set example.com child 3600 NS
    ///   ns1.example.com.`, `knotc zone-commit example.com`
    /// - PowerDNS: `pdnsutil add-record example.com child NS ns1.example.com.`, then `pdnsutil rectify-zone
    ///   example.com`
    /// - ldns and NSD: edit the parent's zone file, sign it, then `nsd-control reload example.com`
    ///
    /// The registrar has no part in it, unless the parent is a registry.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.2.2; RFC 4035, section 2.3. DNSViz: NO_NS_IN_PARENT_NXDOMAIN,
    /// NO_NS_IN_PARENT_NODATA.
    "delegation-ns-missing-in-parent", Delegation, Error,
    rfc: ["RFC 1034 section 4.2.2", "RFC 4035 section 2.3"],
    explained_by: [],
    summary: "The parent has no NS records for the zone.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.zones();
    zones
        .filter_map(|(judged, zone)| state(context, judged, zone))
        .collect()
}

fn state(context: &Context<'_>, judged: &JudgedZone, zone: &Zone) -> Option<Statement> {
    let parent = judged.parent.as_ref()?;
    if !zone.parent_ns.is_empty() {
        return None;
    }
    let (names, types): (Vec<_>, Vec<_>) = denying(context, judged)
        .into_iter()
        .partition(|(_, _, is_name)| *is_name);
    let what = match (names.is_empty(), types.is_empty()) {
        (true, true) => return None,
        (false, _) => "that the name does not exist",
        (true, false) => "that the name has no NS records",
    };
    let denying: Vec<_> = names.into_iter().chain(types).collect();
    let servers: BTreeSet<SocketAddr> = denying.iter().map(|(server, ..)| *server).collect();
    let reach = context.reach(parent, &servers);
    let message = format!(
        "{} has no NS records for {}: asked for its DS, it says {what}{}",
        parent_name(judged),
        judged.apex,
        context.at(parent, &servers, reach)
    );
    Some(
        Statement::new(parent, message)
            .reach(reach)
            .about("owner", &judged.apex)
            .about("rrtype", "NS")
            .fix(format!("add to {parent}:\n{}", lines(zone)))
            .shown_by(denying.into_iter().map(|(_, id, _)| id)),
    )
}

/// The servers of the parent that deny the delegation, and whether they deny the name.
fn denying(context: &Context<'_>, judged: &JudgedZone) -> Vec<(SocketAddr, ExchangeId, bool)> {
    let question = probes::question(&judged.apex, RecordType::DS);
    let said = judged.delegation.iter();
    said.filter_map(|(server, (id, ds))| {
        let reply = context.view.reply(*server, &question);
        let is_name = reply.is_some_and(|reply| reply.message.rcode() == Rcode::NXDOMAIN);
        let is_type = matches!(ds.denial, Some(Err(DenialFault::ReferralWithoutNs)));
        (is_name || is_type).then_some((*server, *id, is_name))
    })
    .collect()
}

fn lines(zone: &Zone) -> String {
    let lines = zone.child_ns.iter();
    let lines = lines.map(|name| format!("{} IN NS {name}", zone.apex));
    lines.collect::<Vec<_>>().join("\n")
}
