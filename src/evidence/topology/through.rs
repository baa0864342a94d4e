//! Zones and zone cuts as one resolver shows them.
//!
//! A resolver is looked at as if it were the one server of every zone on the way: it gives the DS of a
//! parent side, the DNSKEY RRset of an apex, and answers. So what it hands out can be judged by the very
//! rules that authoritative servers are judged by. A cut shows in the SOA at the apex or in a DS
//! (RFC 4035, section 3.1.4.1: the DS is data of the parent side).

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::{Frontier, Limit, Purpose, Topology, Trail, Zone, limits};
use crate::dns::{Name, Rcode, RecordType, rdata};
use crate::evidence::probes::question;
use crate::evidence::view::{Reply, View, records};

/// The names at which a zone cut may lie on the way to `name`, below the root, from the top down.
pub fn path(name: &Name) -> impl Iterator<Item = Name> + '_ {
    (1..=name.label_count().min(limits::RESOLVER_LABELS)).map(|count| name.suffix(count))
}

/// Reads the topology out of a [view through](View::through) the resolver at `server`.
pub fn through(view: &View, server: SocketAddr, name: &Name, rtype: RecordType) -> Topology {
    let mut topology = Topology::default();
    topology
        .zones
        .insert(Name::root(), zone(Name::root(), None, server));
    let mut next = Some((name.clone(), Purpose::Target));
    while let Some((at, purpose)) = next.take() {
        if topology.trails.len() > limits::ALIASES {
            topology.limits.insert(Limit::Aliases);
            break;
        }
        let zones = descend(view, server, &at, &mut topology.zones);
        let reply = view.reply(server, &question(&at, rtype));
        let alias = reply.and_then(|reply| alias(&reply, &at, rtype));
        topology.trails.push(Trail {
            name: at.clone(),
            rtype,
            zones,
            purpose,
            is_complete: reply.is_some(),
            frontier: Frontier::Whole,
        });
        let is_new = |to: &Name| topology.trails.iter().all(|trail| trail.name != *to);
        next = alias
            .filter(is_new)
            .map(|to| (to, Purpose::Alias { from: at }));
    }
    topology
}

/// The apexes from the root to the zone of `name`, which are added to `zones`.
fn descend(
    view: &View,
    server: SocketAddr,
    name: &Name,
    zones: &mut BTreeMap<Name, Zone>,
) -> Vec<Name> {
    let mut apexes = vec![Name::root()];
    for at in path(name) {
        if !is_apex(view, server, &at) {
            continue;
        }
        let parent = apexes.last().cloned();
        zones
            .entry(at.clone())
            .or_insert_with(|| zone(at.clone(), parent, server));
        apexes.push(at);
    }
    apexes
}

/// Whether a zone begins here. Where the resolver fails on both questions it may well, and the way on is
/// not known: that is a zone about which nothing can be told.
fn is_apex(view: &View, server: SocketAddr, name: &Name) -> bool {
    let replies = [RecordType::SOA, RecordType::DS].map(|rtype| (rtype, question(name, rtype)));
    let mut is_told = false;
    let mut is_failing = true;
    for (rtype, question) in &replies {
        let usable = view.reply(server, question).filter(is_usable);
        is_told |= usable.is_some_and(|reply| {
            records(&reply.message.answer, name, *rtype)
                .next()
                .is_some()
        });
        let is_asked = view.attempts(server, question).next().is_some();
        is_failing &= is_asked && usable.is_none();
    }
    is_told || is_failing
}

fn is_usable(reply: &Reply<'_>) -> bool {
    let rcode = reply.message.rcode();
    (rcode == Rcode::NOERROR || rcode == Rcode::NXDOMAIN) && !reply.message.is_truncated()
}

/// Where the answer for `name` leads on. A resolver adds the CNAME that a DNAME gives (RFC 6672,
/// section 3.4).
fn alias(reply: &Reply<'_>, name: &Name, rtype: RecordType) -> Option<Name> {
    if rtype == RecordType::CNAME {
        return None;
    }
    let mut cnames = records(&reply.message.answer, name, RecordType::CNAME);
    rdata::target(&cnames.next()?.rdata)
}

fn zone(apex: Name, parent: Option<Name>, server: SocketAddr) -> Zone {
    Zone {
        apex,
        parent,
        is_main: true,
        is_thorough: false,
        servers: BTreeMap::from([(server, BTreeSet::new())]),
        ns_names: BTreeSet::new(),
        parent_ns: BTreeSet::new(),
        child_ns: BTreeSet::new(),
        parent_addresses: BTreeMap::new(),
        child_addresses: BTreeMap::new(),
        resolved_addresses: BTreeMap::new(),
        addressless: BTreeSet::new(),
        not_asked: BTreeMap::new(),
        special_addresses: BTreeSet::new(),
    }
}
