//! Whether an exchange can change the topology, so that it has to be read anew.
//!
//! Most replies repeat what another server said. To see that costs little, and saves reading the whole
//! topology once for each of them. When in doubt the answer is yes.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use crate::dns::message::Question;
use crate::dns::{Message, Name, Rcode, Record, RecordType, rdata};
use crate::evidence::probes;
use crate::evidence::topology::{Topology, Zone};

/// What came from a server, before a topology that may know it already.
#[derive(Debug, Clone, Copy)]
pub(super) struct News<'a> {
    pub topology: &'a Topology,
    pub server: SocketAddr,
    pub question: &'a Question,
    pub message: &'a Message,
}

impl News<'_> {
    /// Whether the topology may become another one.
    pub fn is_any(&self) -> bool {
        if self.is_goal() {
            return true;
        }
        match self.question.rtype {
            RecordType::NS => !self.is_known_delegation(),
            RecordType::DS => ns_records(self.message).next().is_some(),
            RecordType::A | RecordType::AAAA => !self.is_known_host(),
            RecordType::MX => self.topology.thorough_zones().next().is_some(),
            // What is listed at an apex may be asked for.
            probes::MISSING_TYPE => {
                probes::is_listed(self.message, &self.question.name, RecordType::CSYNC)
            }
            // Nothing else is read for zones and servers, except at the end of a trail.
            _ => false,
        }
    }

    /// Whether this is a question at the end of a trail.
    fn is_goal(&self) -> bool {
        let Question { name, rtype, .. } = self.question;
        self.topology.trails.iter().any(|trail| {
            let is_second = trail.purpose.second_type() == Some(*rtype);
            trail.name == *name && (trail.rtype == *rtype || is_second)
        })
    }

    /// Whether this is an NS RRset that the topology knows with all addresses beside it.
    fn is_known_delegation(&self) -> bool {
        let Some(zone) = self.topology.zones.get(&self.question.name) else {
            return false;
        };
        let mut owners = ns_records(self.message).map(|(record, _)| &record.owner);
        let has_ns = ns_records(self.message).next().is_some();
        has_ns
            && self.message.rcode() == Rcode::NOERROR
            && owners.all(|owner| *owner == zone.apex)
            && ns_records(self.message).all(|(record, is_child_side)| {
                let known = match is_child_side {
                    true => &zone.child_ns,
                    false => &zone.parent_ns,
                };
                rdata::target(&record.rdata).is_none_or(|target| known.contains(&target))
            })
            && self.has_known_addresses(zone)
    }

    fn has_known_addresses(&self, zone: &Zone) -> bool {
        let parent = zone
            .parent
            .as_ref()
            .and_then(|apex| self.topology.zones.get(apex));
        let sources = [
            (parent, &zone.parent_addresses),
            (Some(zone), &zone.child_addresses),
        ];
        sources.into_iter().all(|(teller, known)| {
            teller.is_none_or(|teller| {
                !teller.servers.contains_key(&self.server)
                    || self.message.additional.iter().all(|record| {
                        !record.owner.is_at_or_below(&teller.apex) || is_known(known, record)
                    })
            })
        })
    }

    /// Whether these are addresses that every zone this server serves knows for the host.
    fn is_known_host(&self) -> bool {
        let host = &self.question.name;
        let zones = self.topology.zones.values().filter(|zone| {
            zone.ns_names.contains(host)
                && host.is_at_or_below(&zone.apex)
                && zone.servers.contains_key(&self.server)
        });
        let records = || self.message.answer.iter().chain(&self.message.additional);
        zones.into_iter().all(|zone| {
            records().all(|record| record.owner != *host || is_known(&zone.child_addresses, record))
        })
    }
}

/// NS records outside the additional section, and whether the child side says so.
fn ns_records(message: &Message) -> impl Iterator<Item = (&Record, bool)> {
    let answer = message.answer.iter().map(|record| (record, true));
    let is_child_side = message.is_authoritative();
    let authority = message.authority.iter();
    answer
        .chain(authority.map(move |record| (record, is_child_side)))
        .filter(|(record, _)| record.rtype == RecordType::NS)
}

/// Whether a record is no address, or one that is known.
fn is_known(hosts: &BTreeMap<Name, BTreeSet<IpAddr>>, record: &Record) -> bool {
    rdata::address(record.rtype, &record.rdata).is_none_or(|address| {
        hosts
            .get(&record.owner)
            .is_some_and(|known| known.contains(&address))
    })
}
