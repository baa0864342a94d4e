//! A name server name without an address.

use super::list;
use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::evidence::probes;
use crate::evidence::topology::{Limit, Zone};
use crate::policy::Reach;
use crate::validate::JudgedZone;

declare! {
    /// # delegation-ns-unresolvable
    ///
    /// An NS record names a host for which no address could be found.
    ///
    /// ## Why it matters
    ///
    /// A name server without an address does not exist. If all of them lack one, the zone is out of
    /// reach. Resolvers spend time on the search, and whoever can register the missing name's domain
    /// would answer for part of the zone.
    ///
    /// ## What resolvers do
    ///
    /// They use the other servers. If there are none they answer SERVFAIL, with extended error 22 (No
    /// Reachable Authority) from those that send one.
    ///
    /// ## How to put it right
    ///
    /// Look the name up: `dig ns2.example.net A` and `dig ns2.example.net AAAA`. Then correct the NS
    /// record if it is a typing error (a missing dot at the end of a name in the zone file is common),
    /// add the address records, or remove the NS record in the zone and at the registrar. A name at or
    /// below the delegated zone also needs glue at the registrar.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.2.2; RFC 1912, section 2.8. DNSViz: ERROR_RESOLVING_NS_NAME. Zonemaster:
    /// B02_NS_NO_IP_ADDR, NO_RESOLUTION.
    "delegation-ns-unresolvable", Delegation, Error,
    rfc: ["RFC 1034 section 4.2.2"],
    explained_by: ["delegation-ns-is-alias"],
    summary: "A name server name has no address.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let is_cut_short = [
        Limit::NameServerTrails,
        Limit::NameServerDepth,
        Limit::NsNames,
        Limit::Exchanges,
        Limit::Octets,
    ];
    let limits = &context.topology.limits;
    if is_cut_short.iter().any(|limit| limits.contains(limit)) {
        return Vec::new();
    }
    let zones = context.zones();
    zones
        .filter_map(|(judged, zone)| state(context, judged, zone))
        .collect()
}

fn state(context: &Context<'_>, judged: &JudgedZone, zone: &Zone) -> Option<Statement> {
    if zone.addressless.is_empty() {
        return None;
    }
    let names: Vec<_> = zone.addressless.iter().map(Name::to_string).collect();
    let message = format!(
        "{} of {} NS names of {} have no address: {}",
        names.len(),
        zone.ns_names.len(),
        zone.apex,
        list(&names)
    );
    let questions = zone
        .addressless
        .iter()
        .flat_map(|name| [RecordType::A, RecordType::AAAA].map(|t| probes::question(name, t)));
    let shown = questions.flat_map(|question| {
        let servers: Vec<_> = context.view.servers_asked(&question).collect();
        let replies = servers.into_iter();
        replies
            .filter_map(|server| Some(context.view.reply(server, &question)?.id))
            .collect::<Vec<_>>()
    });
    Some(
        Statement::new(&judged.apex, message)
            .reach(if zone.servers.is_empty() {
                Reach::Everywhere
            } else {
                Reach::SomeServers
            })
            .about("nameserver", names.join(", "))
            .fix("give these names addresses, or remove their NS records in the zone and at the registrar")
            .shown_by(shown),
    )
}
