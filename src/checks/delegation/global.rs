//! Addresses as far as the Internet is concerned.
//!
//! How many networks a zone's servers are in, and whether both families reach them, is worth a word only
//! where all of their addresses are global: a laboratory on loopback or a zone inside a private network has
//! one family and one prefix by design.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::evidence::probes;
use crate::evidence::topology::{Zone, special};
use crate::evidence::view::ExchangeId;

/// The addresses of each NS name of a zone; `None` when one of them cannot be global, or none is known.
pub fn hosts(zone: &Zone) -> Option<BTreeMap<&Name, BTreeSet<IpAddr>>> {
    let is_special = |address: &SocketAddr| special::block(address.ip()).is_some();
    let is_private = !zone.special_addresses.is_empty()
        || !zone.not_asked.is_empty()
        || zone.servers.keys().any(is_special);
    if zone.servers.is_empty() || is_private {
        return None;
    }
    let mut hosts: BTreeMap<&Name, BTreeSet<IpAddr>> = BTreeMap::new();
    for (address, names) in &zone.servers {
        for name in names {
            hosts.entry(name).or_default().insert(address.ip());
        }
    }
    Some(hosts)
}

/// The network of an address that is likely to be announced as one: /24 or /48, the longest prefixes that
/// are passed on between networks.
pub fn network(address: IpAddr) -> (bool, u64) {
    match address {
        IpAddr::V4(v4) => (true, u64::from(u32::from(v4) >> 8)),
        IpAddr::V6(v6) => (false, (u128::from(v6) >> 80) as u64),
    }
}

/// What a check says of the audited zone, if anything.
pub fn of_target(
    context: &Context<'_>,
    state: impl Fn(&Context<'_>, &Zone) -> Option<Statement>,
) -> Vec<Statement> {
    let zones = context.zones();
    let target = zones.filter(|(judged, _)| context.is_target(&judged.apex));
    target
        .filter_map(|(_, zone)| state(context, zone))
        .collect()
}

/// The replies that tell the NS names of a zone and their addresses.
pub fn told(context: &Context<'_>, zone: &Zone) -> Vec<ExchangeId> {
    let hosts = zone.ns_names.iter().flat_map(|name| {
        [RecordType::A, RecordType::AAAA].map(|rtype| probes::question(name, rtype))
    });
    let questions = hosts.chain([probes::question(&zone.apex, RecordType::NS)]);
    questions
        .flat_map(|question| {
            context
                .view
                .replies(&question)
                .map(|reply| reply.id)
                .collect::<Vec<_>>()
        })
        .collect()
}
