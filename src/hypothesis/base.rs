//! Evidence that was read and judged as it is, for what an overlay has to know of it: who serves parent and
//! zone, which DS and keys each server has, with which keys they sign.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::NameServers;
use super::edit::{self, Nsec3Parameters, Template};
use crate::crypto::DigestType;
use crate::delegation::{self, negative_ttl};
use crate::dns::{Dnskey, Ds, Name, Record, RecordType, Timestamp, rdata};
use crate::evidence::probes::question;
use crate::evidence::topology::{Basis, Topology};
use crate::evidence::view::{View, records};
use crate::evidence::{Evidence, Exchange};
use crate::validate::anchor;
use crate::validate::{
    AnswerKind, Chain, JudgedKeys, JudgedZone, KeysReply, Limits, Status, chain,
};

/// Evidence, read and judged.
pub(super) struct Base {
    pub evidence: Evidence,
    pub view: View,
    pub topology: Topology,
    pub chain: Chain,
}

impl Base {
    pub fn new(evidence: &Evidence, at: Timestamp) -> Self {
        let view = View::new(evidence.exchanges.clone());
        let topology = Topology::new(&view, &Basis::of(evidence));
        let anchors = anchor::from_records(&evidence.anchors).unwrap_or_default();
        let chain = chain::judge(&view, &topology, &anchors, Limits::default(), at);
        Self {
            evidence: evidence.clone(),
            view,
            topology,
            chain,
        }
    }

    /// The apexes on the way to the name audited, the root first.
    pub fn way(&self) -> &[Name] {
        let trail = self.topology.trails.first();
        trail.map_or(&[], |trail| trail.zones.as_slice())
    }

    /// The deepest zone above `zone` on the way.
    pub fn parent(&self, zone: &Name) -> Option<&Name> {
        self.way().iter().rfind(|apex| zone.is_below(apex))
    }

    /// The servers of a zone.
    pub fn servers(&self, apex: &Name) -> BTreeSet<SocketAddr> {
        let zone = self.topology.zones.get(apex);
        zone.into_iter()
            .flat_map(|zone| zone.servers.keys().copied())
            .collect()
    }

    fn judged(&self, apex: &Name) -> Option<&JudgedZone> {
        self.chain.zone(apex)
    }

    /// The DS records that one server of the parent has.
    pub fn ds_at(&self, zone: &Name, server: SocketAddr) -> Vec<Ds> {
        let judged = self
            .judged(zone)
            .and_then(|zone| zone.delegation.get(&server));
        let rrset = judged.and_then(|(_, ds)| ds.rrset.as_ref());
        let rdata = rrset.into_iter().flat_map(|set| &set.rrset.rdata);
        rdata.filter_map(|rdata| Ds::parse(rdata).ok()).collect()
    }

    /// The servers of the parent that said something about the DS of the zone.
    pub fn delegating(&self, zone: &Name) -> Vec<SocketAddr> {
        let judged = self.judged(zone).into_iter();
        judged
            .flat_map(|zone| zone.delegation.keys().copied())
            .collect()
    }

    /// The servers of parent and zone that said nothing about the DS, or nothing about the keys.
    pub fn silent(&self, zone: &Name) -> BTreeSet<SocketAddr> {
        if !self.has(zone) {
            return BTreeSet::new();
        }
        let parents = self.parent(zone).map(|parent| self.servers(parent));
        let said = self.delegating(zone);
        let mut silent: BTreeSet<_> = parents.unwrap_or_default();
        silent.retain(|server| !said.contains(server));
        let servers = self.judged(zone).into_iter().flat_map(|zone| &zone.servers);
        let mute = servers.filter(|(_, said)| match &said.keys {
            KeysReply::Silent => true,
            KeysReply::Without(_, kind) => *kind != AnswerKind::NoType,
            KeysReply::Given(..) => false,
        });
        silent.extend(mute.map(|(server, _)| *server));
        silent
    }

    /// The DS RRset that the zone asks for by CDS, at any server, or by CDNSKEY alone, in each digest that the parent
    /// may choose; empty where it asks for none.
    pub fn cds(&self, zone: &Name) -> Vec<Ds> {
        let cds = self.signals(zone, RecordType::CDS);
        if !cds.is_empty() {
            let read = cds.iter().filter_map(|rdata| Ds::parse(rdata).ok());
            return read.collect();
        }
        let keys = self.signals(zone, RecordType::CDNSKEY);
        let keys = keys.iter().filter_map(|rdata| Dnskey::parse(rdata).ok());
        keys.flat_map(|key| {
            let digests = [DigestType::SHA256, DigestType::SHA384].into_iter();
            digests.filter_map(move |digest| delegation::ds_of(zone, &key, digest))
        })
        .collect()
    }

    /// The RDATA of CDS or CDNSKEY records that some server of the zone has, each once.
    fn signals(&self, zone: &Name, rtype: RecordType) -> BTreeSet<Box<[u8]>> {
        let asked = question(zone, rtype);
        let servers = self.servers(zone).into_iter();
        let replies = servers.filter_map(|server| self.view.reply(server, &asked));
        let found = replies.flat_map(|reply| records(&reply.message.answer, zone, rtype));
        found.map(|record| record.rdata.clone()).collect()
    }

    /// Whether a key signs some data that was seen, or the DNSKEY RRset.
    pub fn is_signing(&self, zone: &Name, tag: u16) -> bool {
        let servers = self
            .judged(zone)
            .into_iter()
            .flat_map(|zone| zone.servers.values());
        let mut signed = servers
            .flat_map(|server| server.rrsets())
            .flat_map(|set| set.valid());
        signed.any(|(rrsig, key)| rrsig.signer == *zone && key.key_tag() == tag)
    }

    /// The DNSKEY RRset that one server of the zone gives.
    pub fn keys_at(&self, zone: &Name, server: SocketAddr) -> Option<&JudgedKeys> {
        match &self.judged(zone)?.servers.get(&server)?.keys {
            KeysReply::Given(_, judged) => Some(judged),
            _ => None,
        }
    }

    /// Every key of the zone at any server, each once.
    pub fn keys(&self, zone: &Name) -> Vec<Dnskey> {
        let mut found = Vec::new();
        for server in self.servers(zone) {
            let keys = self.keys_at(zone, server).map(|judged| &judged.dnskeys);
            for key in keys.into_iter().flatten() {
                if !found.contains(key) {
                    found.push(key.clone());
                }
            }
        }
        found
    }

    /// Every DS of the zone at any server of the parent, each once.
    pub fn ds(&self, zone: &Name) -> Vec<Ds> {
        self.judged(zone)
            .map(JudgedZone::published_ds)
            .unwrap_or_default()
    }

    /// Whether the zone is delegated, as far as was heard.
    pub fn has(&self, zone: &Name) -> bool {
        self.topology.zones.contains_key(zone)
    }

    /// An exchange in which a server of the zone gives its keys.
    pub fn keys_exchange(&self, zone: &Name) -> Option<(SocketAddr, &Exchange)> {
        let judged = self.judged(zone)?;
        judged
            .servers
            .iter()
            .find_map(|(&server, said)| match said.keys {
                KeysReply::Given(id, _) => Some((server, &self.view.get(id)?.exchange)),
                _ => None,
            })
    }

    /// How a server of a secure zone signs: over the DS of `child` where it has one, else over anything.
    pub fn template(&self, apex: &Name, server: SocketAddr, child: &Name) -> Option<Template> {
        let zone = self
            .judged(apex)
            .filter(|zone| zone.status == Status::Secure)?;
        let ds = self
            .judged(child)
            .and_then(|child| child.delegation.get(&server))
            .and_then(|(_, ds)| ds.rrset.as_ref());
        let own = zone.servers.get(&server).into_iter();
        let others = zone.servers.values();
        let data = own.chain(others).flat_map(|server| server.data());
        let mut signed = ds.into_iter().chain(data).flat_map(|set| set.valid());
        let own = |name: &Name| *name == *apex;
        signed
            .find(|(rrsig, _)| own(&rrsig.signer))
            .map(|(rrsig, key)| (rrsig.clone(), key.clone()))
    }

    /// How a zone denies: the parameters of its NSEC3, none with NSEC.
    pub fn nsec3(&self, apex: &Name) -> Option<Nsec3Parameters> {
        let servers = self.servers(apex);
        let heard = self.view.heard().iter();
        let of_zone = heard.filter(|heard| servers.contains(&heard.exchange.server));
        let records = of_zone
            .filter_map(|heard| heard.message.as_ref())
            .flat_map(|message| &message.authority)
            .filter(|record| record.owner.parent().as_ref() == Some(apex));
        edit::nsec3_parameters(records)
    }

    /// The SOA of a zone with its signatures, as one server gives it.
    pub fn soa(&self, apex: &Name, server: SocketAddr) -> Vec<Record> {
        let reply = self.view.reply(server, &question(apex, RecordType::SOA));
        let answer = reply.into_iter().flat_map(|reply| &reply.message.answer);
        answer
            .filter(|record| record.owner == *apex && edit::is_about(record, RecordType::SOA))
            .cloned()
            .collect()
    }

    /// How long caches may hold the DS RRset, or that there is none, in seconds.
    pub fn ds_ttl(&self, zone: &Name) -> u32 {
        let Some(parent) = self.parent(zone) else {
            return 0;
        };
        if !self.has(zone) {
            return self.denial_ttl(parent, zone);
        }
        let held = |server: &SocketAddr| {
            let reply = self.view.reply(*server, &question(zone, RecordType::DS))?;
            let ds = records(&reply.message.answer, zone, RecordType::DS).map(|record| record.ttl);
            let authority = &reply.message.authority;
            let soa = records(authority, parent, RecordType::SOA).map(negative_ttl);
            // Beside a referral the proof comes without SOA, and is held for its own TTL.
            let is_proof =
                |record: &&Record| matches!(record.rtype, RecordType::NSEC | RecordType::NSEC3);
            let proof = authority.iter().filter(is_proof).map(|record| record.ttl);
            ds.chain(soa).chain(proof).max()
        };
        self.servers(parent)
            .iter()
            .filter_map(held)
            .max()
            .unwrap_or(0)
    }

    /// How long caches may hold addresses of these name servers that are other than those given, in seconds.
    pub fn hosts_ttl(&self, servers: &NameServers) -> u32 {
        let is_other = |record: &&Record| {
            let given = servers.addresses.get(&record.owner);
            let address = rdata::address(record.rtype, &record.rdata);
            given
                .zip(address)
                .is_some_and(|(given, address)| !given.contains(&address))
        };
        let heard = self.view.heard().iter();
        let messages = heard.filter_map(|heard| heard.message.as_ref());
        let records = messages.flat_map(|message| message.answer.iter().chain(&message.additional));
        let ttls = records.filter(is_other).map(|record| record.ttl);
        ttls.max().unwrap_or(0)
    }

    /// How long caches may hold what the parent has at a name, or below it, or that nothing is there, in seconds.
    fn denial_ttl(&self, parent: &Name, name: &Name) -> u32 {
        let servers = self.servers(parent);
        let heard = self.view.heard().iter();
        let about = heard.filter(|heard| {
            let asked = &heard.exchange.question().name;
            servers.contains(&heard.exchange.server) && asked.is_at_or_below(name)
        });
        let messages = about.filter_map(|heard| heard.message.as_ref());
        let ttls = messages.flat_map(|message| {
            let soa = records(&message.authority, parent, RecordType::SOA).map(negative_ttl);
            let there = |record: &&Record| record.owner.is_at_or_below(name);
            let answer = message.answer.iter().filter(there);
            soa.chain(answer.map(|record| record.ttl))
        });
        ttls.max().unwrap_or(0)
    }

    /// How long caches may hold the DNSKEY RRset, or that there is none, in seconds.
    pub fn keys_ttl(&self, zone: &Name) -> u32 {
        let asked = question(zone, RecordType::DNSKEY);
        let servers = self.servers(zone).into_iter();
        let replies = servers.filter_map(|server| self.view.reply(server, &asked));
        let denied = replies.flat_map(|reply| {
            let soa = records(&reply.message.authority, zone, RecordType::SOA);
            soa.map(negative_ttl)
        });
        let given = self.longest(self.servers(zone), zone, RecordType::DNSKEY);
        denied.chain([given]).max().unwrap_or(0)
    }

    /// How long caches may hold any other data of the zone, or that there is none, in seconds: the greatest TTL
    /// that was seen.
    pub fn data_ttl(&self, zone: &Name) -> u32 {
        delegation::data_ttl(&self.view, &self.servers(zone), zone)
    }

    /// How long caches may hold the delegation, from either side, in seconds.
    pub fn ns_ttl(&self, zone: &Name) -> u32 {
        let mut servers = self.servers(zone);
        servers.extend(
            self.parent(zone)
                .map(|parent| self.servers(parent))
                .into_iter()
                .flatten(),
        );
        self.longest(servers, zone, RecordType::NS)
    }

    fn longest(&self, servers: BTreeSet<SocketAddr>, zone: &Name, rtype: RecordType) -> u32 {
        let ttls = servers.into_iter().filter_map(|server| {
            let reply = self.view.reply(server, &question(zone, rtype))?;
            let message = reply.message;
            let found = records(&message.answer, zone, rtype);
            let found = found.chain(records(&message.authority, zone, rtype));
            found.map(|record| record.ttl).max()
        });
        ttls.max().unwrap_or(0)
    }
}
