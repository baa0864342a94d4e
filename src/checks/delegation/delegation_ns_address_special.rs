//! A name server at an address that cannot be reached from everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use super::list;
use crate::checks::{Context, Statement};
use crate::dns::{Message, Name, RecordType, rdata};
use crate::evidence::Outcome;
use crate::evidence::topology::{SpecialAddress, Zone};
use crate::policy::Reach;
use crate::validate::JudgedZone;

declare! {
    /// # delegation-ns-address-special
    ///
    /// A name server has an address that is not reachable from the Internet: private, loopback,
    /// documentation, multicast and the like.
    ///
    /// ## Why it matters
    ///
    /// Nobody outside reaches a server there, and those inside may reach another machine than the one
    /// that is meant. If all addresses are like that, the zone is out of reach; if some are, questions
    /// to them are lost time.
    ///
    /// ## What resolvers do
    ///
    /// Most do not send questions to such addresses, or wait for an answer that never comes, and try the
    /// others. If there are no others they answer SERVFAIL, with extended error 22 (No Reachable
    /// Authority) from those that send one.
    ///
    /// ## How to put it right
    ///
    /// Give the name server its public address: in the zone that holds its name, and as glue at the
    /// registrar where the name lies at or below the delegated zone ("host object" or "child name
    /// server" in registrars' forms). Internal views belong on servers of their own, not in a public
    /// delegation.
    ///
    /// - `dig +norecurse @ns1.parent.example example.com NS` shows the glue in the additional section
    ///
    /// ## References
    ///
    /// RFC 6890 and the IANA registries of special-purpose addresses. DNSViz: GLUE_PRIVATE_IP.
    /// Zonemaster: A01_ADDR_NOT_GLOBALLY_REACHABLE.
    "delegation-ns-address-special", Delegation, Error,
    rfc: ["RFC 6890"],
    explained_by: [],
    summary: "A name server has an address that is not reachable from the Internet.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.zones();
    zones
        .filter_map(|(judged, zone)| state(context, judged, zone))
        .collect()
}

fn state(context: &Context<'_>, judged: &JudgedZone, zone: &Zone) -> Option<Statement> {
    let usual = usual_kinds(context);
    let special: Vec<&SpecialAddress> = zone
        .special_addresses
        .iter()
        .filter(|special| {
            !usual.contains(special.why) || is_unusable(context, zone, special.address)
        })
        .collect();
    if special.is_empty() {
        return None;
    }
    let mut names: BTreeMap<&Name, Vec<String>> = BTreeMap::new();
    for one in &special {
        let text = format!("{} ({})", one.address, one.why);
        names.entry(&one.ns_name).or_default().push(text);
    }
    let texts: Vec<_> = names
        .iter()
        .map(|(name, addresses)| format!("{name} {}", addresses.join(" and ")))
        .collect();
    let affected: BTreeSet<IpAddr> = special.iter().map(|special| special.address).collect();
    let has_others = zone
        .servers
        .keys()
        .any(|server| !affected.contains(&server.ip()));
    let message = format!(
        "name server addresses of {} cannot be reached from the Internet: {}",
        zone.apex,
        list(&texts)
    );
    Some(
        Statement::new(&judged.apex, message)
            .reach(if has_others {
                Reach::SomeServers
            } else {
                Reach::Everywhere
            })
            .about("nameserver", list(&texts))
            .fix("give these name servers their public addresses, in the zone of their names and as glue at the registrar")
            .shown_by(evidence(context, zone, &affected)),
    )
}

/// The kinds of special addresses that the root servers given have: in a private hierarchy these are the
/// usual ones.
fn usual_kinds(context: &Context<'_>) -> BTreeSet<&'static str> {
    let root = context.topology.zones.get(&Name::root());
    let special = root.into_iter().flat_map(|root| &root.special_addresses);
    special.map(|special| special.why).collect()
}

/// Whether an address was not asked at all, or the host said each time that nobody listens there.
fn is_unusable(context: &Context<'_>, zone: &Zone, address: IpAddr) -> bool {
    if zone.not_asked.contains_key(&address) {
        return true;
    }
    let heard = context.view.heard().iter();
    let mut outcomes = heard
        .filter(|heard| heard.exchange.server.ip() == address)
        .map(|heard| &heard.exchange.outcome)
        .peekable();
    outcomes.peek().is_some() && outcomes.all(|outcome| matches!(outcome, Outcome::Unreachable(_)))
}

/// The replies of the parent's servers that hold such an address.
fn evidence(context: &Context<'_>, zone: &Zone, affected: &BTreeSet<IpAddr>) -> Vec<usize> {
    let parent = zone.parent.as_ref();
    let servers: BTreeSet<SocketAddr> = parent
        .and_then(|parent| context.topology.zones.get(parent))
        .into_iter()
        .flat_map(|parent| parent.servers.keys().copied())
        .collect();
    let tells = |message: &Message| {
        message.additional.iter().any(|record| {
            let address = rdata::address(record.rtype, &record.rdata);
            address.is_some_and(|address| affected.contains(&address))
        })
    };
    let heard = context.view.heard().iter().enumerate();
    heard
        .filter(|(_, heard)| {
            let question = heard.exchange.question();
            servers.contains(&heard.exchange.server)
                && question.rtype == RecordType::NS
                && question.name == zone.apex
                && heard.usable().is_some_and(tells)
        })
        .map(|(id, _)| id)
        .collect()
}
