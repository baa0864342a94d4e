//! Where a zone is served: NS names and addresses out of the replies of its parent's and its own servers.
//!
//! Addresses are taken only from those who can know them: glue beside a delegation for names at or below
//! the parent (RFC 9471; a host elsewhere is not the parent's to tell), addresses from the zone's own
//! servers for names at or below the zone, and for all others what their own trail found.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::{IpAddr, SocketAddr};

use super::descent::Descent;
use super::{SpecialAddress, Zone, limits, special};
use crate::dns::{Message, Name, Record, RecordType, rdata};
use crate::evidence::probes::question;
use crate::evidence::view::{View, records};

/// Addresses by host name.
pub(super) type Hosts = BTreeMap<Name, BTreeSet<IpAddr>>;

/// How addresses become servers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialling<'a> {
    /// The port of every server.
    pub port: u16,
    /// Whether addresses that cannot be global are asked, of whatever kind.
    pub allow_private: bool,
    /// The root servers. A kind of address that stands among them is asked everywhere: a hierarchy on
    /// loopback addresses is followed on loopback, and never into a private network beside it.
    pub hints: &'a [Record],
}

impl Dialling<'_> {
    /// Whether an address may be asked.
    fn asks(&self, address: IpAddr) -> bool {
        let Some(block) = special::block(address) else {
            return true;
        };
        block.is_host && (self.allow_private || self.is_kind_of_hint(block))
    }

    fn is_kind_of_hint(&self, block: &special::Block) -> bool {
        let mut addresses = self.hints.iter().filter_map(host_address);
        addresses
            .any(|(_, address)| special::block(address).is_some_and(|hint| hint.why == block.why))
    }
}

impl Zone {
    /// A zone of which nothing is known yet.
    pub(super) fn new(apex: Name, parent: Option<Name>) -> Self {
        Self {
            apex,
            parent,
            is_main: false,
            is_thorough: false,
            servers: BTreeMap::new(),
            ns_names: BTreeSet::new(),
            parent_ns: BTreeSet::new(),
            child_ns: BTreeSet::new(),
            parent_addresses: Hosts::new(),
            child_addresses: Hosts::new(),
            resolved_addresses: Hosts::new(),
            addressless: BTreeSet::new(),
            not_asked: BTreeMap::new(),
            special_addresses: BTreeSet::new(),
        }
    }

    /// The root as the hints tell it. Hints without NS records name every host they hold.
    pub(super) fn root(hints: &[Record]) -> Self {
        let mut zone = Self::new(Name::root(), None);
        zone.parent_ns = ns_records(hints, &zone.apex)
            .filter_map(|record| rdata::target(&record.rdata))
            .collect();
        let has_ns = !zone.parent_ns.is_empty();
        for (host, address) in hints.iter().filter_map(host_address) {
            if has_ns && !zone.parent_ns.contains(host) {
                continue;
            }
            zone.parent_ns.insert(host.clone());
            insert(&mut zone.parent_addresses, host, address);
        }
        zone
    }

    /// Takes in what the servers of the parent say about the delegation. Whether anything was new.
    pub(super) fn add_delegation(&mut self, descent: &Descent<'_>) -> bool {
        let before = self.size();
        let mut seen = Seen::default();
        for question in descent.questions() {
            for reply in descent.replies(&question) {
                self.add_from_parent(reply.message, descent.apex, &mut seen);
            }
        }
        self.size() != before
    }

    fn add_from_parent<'v>(&mut self, message: &'v Message, parent: &Name, seen: &mut Seen<'v>) {
        let mut names_zone = false;
        for (is_answer, section) in [(true, &message.answer), (false, &message.authority)] {
            // An authoritative server that names the child's NS RRset holds the child itself.
            let is_child_side = is_answer || message.is_authoritative();
            for record in ns_records(section, &self.apex) {
                names_zone = true;
                if seen.is_new(is_child_side, record) {
                    let names = match is_child_side {
                        true => &mut self.child_ns,
                        false => &mut self.parent_ns,
                    };
                    names.extend(rdata::target(&record.rdata));
                }
            }
        }
        if names_zone {
            for record in glue(message) {
                let known = &mut self.parent_addresses;
                add_address(
                    known,
                    record,
                    parent,
                    seen,
                    &[&self.parent_ns, &self.child_ns],
                );
            }
        }
    }

    /// Takes in what the zone's own servers say, and adds the servers found that way, until nothing is
    /// new. Whether its servers or their names changed.
    pub(super) fn grow(&mut self, view: &View, resolved: &Hosts, dialling: Dialling<'_>) -> bool {
        let breadth = |zone: &Self| (zone.servers.len(), zone.ns_names.len());
        let before = breadth(self);
        self.set_servers(resolved, dialling);
        // Each repetition adds a name or a server, and only so many of either are used.
        for _ in 0..limits::ADDRESSES + limits::NS_NAMES {
            let known = breadth(self);
            self.add_from_own(view);
            self.set_servers(resolved, dialling);
            if breadth(self) == known {
                break;
            }
        }
        before != breadth(self)
    }

    fn add_from_own(&mut self, view: &View) {
        let mut seen = Seen::default();
        for reply in view.replies(&question(&self.apex, RecordType::NS)) {
            if !self.servers.contains_key(&reply.server) {
                continue;
            }
            let message = reply.message;
            for record in ns_records(&message.answer, &self.apex) {
                if seen.is_new(true, record) {
                    self.child_ns.extend(rdata::target(&record.rdata));
                }
            }
            for record in glue(message) {
                let known = &mut self.child_addresses;
                add_address(known, record, &self.apex, &mut seen, &[&self.child_ns]);
            }
        }
        self.add_own_hosts(view);
    }

    fn add_own_hosts(&mut self, view: &View) {
        let names = self.ns_names.iter().take(limits::NS_NAMES);
        let own = names.filter(|name| name.is_at_or_below(&self.apex));
        for host in own {
            let mut found = BTreeSet::new();
            for rtype in [RecordType::A, RecordType::AAAA] {
                let replies = view.replies(&question(host, rtype));
                let own = replies.filter(|reply| self.servers.contains_key(&reply.server));
                found.extend(own.flat_map(|reply| addresses_of(reply.message, host)));
            }
            if !found.is_empty() {
                let known = self.child_addresses.entry(host.clone()).or_default();
                known.extend(found);
            }
        }
    }

    /// Makes the servers out of names and addresses.
    fn set_servers(&mut self, resolved: &Hosts, dialling: Dialling<'_>) {
        self.ns_names = self.parent_ns.union(&self.child_ns).cloned().collect();
        let names: Vec<Name> = self
            .ns_names
            .iter()
            .take(limits::NS_NAMES)
            .cloned()
            .collect();
        for name in names {
            if let Some(found) = resolved
                .get(&name)
                .filter(|_| !name.is_at_or_below(&self.apex))
            {
                self.resolved_addresses.insert(name.clone(), found.clone());
            }
            let addresses = self.addresses(&name);
            if addresses.is_empty() {
                self.addressless.insert(name);
                continue;
            }
            self.addressless.remove(&name);
            for address in addresses {
                self.add_server(address, &name, dialling);
            }
        }
    }

    /// Every address known for an NS name, wherever from.
    pub fn addresses(&self, ns_name: &Name) -> BTreeSet<IpAddr> {
        let sources = [
            &self.parent_addresses,
            &self.child_addresses,
            &self.resolved_addresses,
        ];
        let found = sources.iter().filter_map(|hosts| hosts.get(ns_name));
        found.flatten().copied().collect()
    }

    fn add_server(&mut self, address: IpAddr, name: &Name, dialling: Dialling<'_>) {
        if let Some(block) = special::block(address) {
            self.special_addresses.insert(SpecialAddress {
                address,
                ns_name: name.clone(),
                why: block.why,
            });
            if !dialling.asks(address) {
                self.not_asked
                    .entry(address)
                    .or_default()
                    .insert(name.clone());
                return;
            }
        }
        let server = SocketAddr::new(address, dialling.port);
        if self.servers.len() < limits::ADDRESSES || self.servers.contains_key(&server) {
            self.servers.entry(server).or_default().insert(name.clone());
        }
    }

    /// Whether an NS name has an address, beside what a trail of its own found, that may be asked.
    pub(super) fn has_own_address(&self, ns_name: &Name, dialling: Dialling<'_>) -> bool {
        let sources = [&self.parent_addresses, &self.child_addresses];
        let found = sources.iter().filter_map(|hosts| hosts.get(ns_name));
        found.flatten().any(|&address| dialling.asks(address))
    }

    /// The number of names and addresses known; it only grows.
    fn size(&self) -> usize {
        let hosts = [&self.parent_addresses, &self.child_addresses];
        let addresses = hosts.iter().flat_map(|hosts| hosts.values());
        self.parent_ns.len() + self.child_ns.len() + addresses.map(BTreeSet::len).sum::<usize>()
    }
}

/// The addresses a reply holds for a host, as its answer or as glue of a delegation further down.
pub(super) fn addresses_of(message: &Message, host: &Name) -> impl Iterator<Item = IpAddr> {
    let sections = message.answer.iter().chain(&message.additional);
    sections
        .filter_map(host_address)
        .filter(move |(owner, _)| *owner == host)
        .map(|(_, address)| address)
}

fn ns_records<'m, 'o>(
    section: &'m [Record],
    owner: &'o Name,
) -> impl Iterator<Item = &'m Record> + use<'m, 'o> {
    records(section, owner, RecordType::NS).take(limits::RECORDS)
}

/// The additional section, as far as it is read.
fn glue(message: &Message) -> impl Iterator<Item = &Record> {
    // Two types of address, and an OPT record.
    message.additional.iter().take(2 * limits::RECORDS + 1)
}

fn host_address(record: &Record) -> Option<(&Name, IpAddr)> {
    let address = rdata::address(record.rtype, &record.rdata)?;
    Some((&record.owner, address))
}

fn insert(hosts: &mut Hosts, host: &Name, address: IpAddr) {
    match hosts.get_mut(host) {
        Some(addresses) => drop(addresses.insert(address)),
        None => drop(hosts.insert(host.clone(), BTreeSet::from([address]))),
    }
}

/// Adds the address in a record whose owner is one of `names` and at or below `bailiwick`.
fn add_address<'v>(
    hosts: &mut Hosts,
    record: &'v Record,
    bailiwick: &Name,
    seen: &mut Seen<'v>,
    names: &[&BTreeSet<Name>],
) {
    let Some((host, address)) = host_address(record) else {
        return;
    };
    if host.is_at_or_below(bailiwick)
        && !seen.has(false, record)
        && names.iter().any(|names| names.contains(host))
    {
        seen.is_new(false, record);
        insert(hosts, host, address);
    }
}

/// Records met before. The servers of a zone say the same many times over, and to see that costs less
/// than to sort it in again.
#[derive(Default)]
struct Seen<'v>(HashSet<Key<'v>>);

/// Whether the record is of the child side, type, owner name, RDATA.
type Key<'v> = (bool, RecordType, &'v [u8], &'v [u8]);

impl<'v> Seen<'v> {
    fn is_new(&mut self, is_child_side: bool, record: &'v Record) -> bool {
        self.0.insert(Self::key(is_child_side, record))
    }

    fn has(&self, is_child_side: bool, record: &'v Record) -> bool {
        self.0.contains(&Self::key(is_child_side, record))
    }

    fn key(is_child_side: bool, record: &'v Record) -> Key<'v> {
        let owner = record.owner.wire();
        (is_child_side, record.rtype, owner, &record.rdata)
    }
}
