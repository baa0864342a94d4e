//! A second walk, in which the delegation leads elsewhere or the zone is read from a file.
//!
//! A [`Stage`] stands between a walk and the servers. Questions whose answers were heard already are answered
//! by these, referrals of the parent's servers are bent to the name servers supposed, and what the zone file
//! holds is answered from it; only what is left has to be asked.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::base::Base;
use super::edit::{self, record};
use super::{Hypothesis, NameServers};
use crate::dns::message::Question;
use crate::dns::query::Query;
use crate::dns::{Class, Message, Name, Record, RecordType, Timestamp};
use crate::evidence::probes::question;
use crate::evidence::{Evidence, Exchange, Outcome, Transport};

/// TTL of a delegation that does not exist yet, in seconds: two days, as most registries have it.
const NEW_TTL: u32 = 172_800;

/// QR and AA.
pub(super) const AUTHORITATIVE: u16 = 0x8400;
const RESPONSE: u16 = 0x8000;

/// What stands between a walk and the servers.
#[derive(Debug, Clone)]
pub struct Stage {
    hypothesis: Hypothesis,
    /// The servers of the parent.
    parents: BTreeSet<SocketAddr>,
    /// The servers of the zone as it is delegated now.
    children: BTreeSet<SocketAddr>,
    /// What each server of the parent says beside a referral: DS, or the proof that there is none.
    beside: BTreeMap<SocketAddr, Vec<Record>>,
    ttl: u32,
    started: Timestamp,
    heard: HashMap<(SocketAddr, Transport, Query), Exchange>,
}

impl Stage {
    /// The stage for a hypothesis on what was heard.
    pub fn new(evidence: &Evidence, hypothesis: &Hypothesis) -> Self {
        let base = Base::new(evidence, evidence.started);
        let zone = &hypothesis.zone;
        let parents = base.parent(zone).map(|parent| base.servers(parent));
        let parents = parents.unwrap_or_default();
        let beside = parents
            .iter()
            .map(|&server| (server, beside(&base, zone, server)));
        let heard = evidence.exchanges.iter().map(|exchange| {
            let key = (exchange.server, exchange.transport, exchange.query.clone());
            (key, exchange.clone())
        });
        let ttl = base.ns_ttl(zone);
        Self {
            beside: beside.collect(),
            children: base.servers(zone),
            heard: heard.collect(),
            hypothesis: hypothesis.clone(),
            ttl: if ttl == 0 { NEW_TTL } else { ttl },
            started: evidence.started,
            parents,
        }
    }

    /// When what was heard was asked for.
    pub fn started(&self) -> Timestamp {
        self.started
    }

    /// The outcome of a question that need not be asked.
    pub fn known(
        &self,
        server: SocketAddr,
        transport: Transport,
        query: &Query,
    ) -> Option<Exchange> {
        let message = self
            .in_file(server, &query.question)
            .or_else(|| self.host(&query.question));
        if let Some(mut message) = message {
            message
                .additional
                .extend(query.edns.as_ref().map(|_| opt()));
            let blank = Exchange {
                server,
                transport,
                query: query.clone(),
                sent: self.started,
                elapsed: Duration::ZERO,
                strays: 0,
                outcome: Outcome::Timeout,
            };
            return Some(edit::with_message(&blank, &message));
        }
        let heard = self.heard.get(&(server, transport, query.clone()))?;
        Some(self.bend(heard.clone()))
    }

    /// The exchange with the delegation supposed, where it tells of the delegation.
    pub fn bend(&self, exchange: Exchange) -> Exchange {
        let Some(servers) = &self.hypothesis.servers else {
            return exchange;
        };
        let zone = &self.hypothesis.zone;
        let asked = exchange.question();
        let is_about = asked.name.is_at_or_below(zone) && *asked != question(zone, RecordType::DS);
        let is_parent = self.parents.contains(&exchange.server);
        let serves_both = is_new_server(servers, exchange.server.ip());
        if !is_about || !is_parent || serves_both {
            return exchange;
        }
        match edit::message(&exchange) {
            Some(message) => {
                edit::with_message(&exchange, &self.referral(&exchange, message, servers))
            }
            None => exchange,
        }
    }

    fn referral(&self, exchange: &Exchange, said: Message, servers: &NameServers) -> Message {
        let zone = &self.hypothesis.zone;
        let is_opt = |record: &Record| record.rtype == RecordType::OPT;
        let names = servers.names.iter();
        let delegation =
            names.map(|host| record(zone, RecordType::NS, self.ttl, host.wire().to_vec()));
        let beside = self.beside.get(&exchange.server).into_iter().flatten();
        let glue = servers.addresses.iter().flat_map(|(host, all)| {
            all.iter()
                .map(|address| address_record(host, *address, self.ttl))
        });
        Message {
            flags: RESPONSE,
            answer: Vec::new(),
            authority: delegation.chain(beside.cloned()).collect(),
            additional: glue
                .chain(said.additional.into_iter().filter(is_opt))
                .collect(),
            ..said
        }
    }

    /// The address of a name server, where one was given for it. In the zone itself its own servers are asked,
    /// to whom glue leads.
    fn host(&self, asked: &Question) -> Option<Message> {
        let servers = self.hypothesis.servers.as_ref()?;
        let given = servers.addresses.get(&asked.name)?;
        if asked.name.is_at_or_below(&self.hypothesis.zone) {
            return None;
        }
        let all = given
            .iter()
            .map(|address| address_record(&asked.name, *address, self.ttl));
        let answer: Vec<_> = all.filter(|record| record.rtype == asked.rtype).collect();
        (!answer.is_empty()).then(|| Message {
            id: 0,
            flags: AUTHORITATIVE,
            questions: vec![asked.clone()],
            answer,
            authority: Vec::new(),
            additional: Vec::new(),
            faults: Vec::new(),
        })
    }

    /// What the zone file has for the question, where this server is one of the zone.
    fn in_file(&self, server: SocketAddr, asked: &Question) -> Option<Message> {
        let file = self.hypothesis.file.as_ref()?;
        let zone = &self.hypothesis.zone;
        let is_the_parents = *asked == question(zone, RecordType::DS);
        let is_old = self.children.contains(&server);
        let is_parent = self.parents.contains(&server) && !is_old;
        if !asked.name.is_at_or_below(zone) || is_the_parents || is_parent {
            return None;
        }
        // A zone that is delegated further is not in the file; its servers are asked.
        let is_further = file.cut_above(&asked.name).is_some() && !is_old;
        (!is_further).then(|| file.answer(asked))
    }
}

/// The OPT record of a server that understands EDNS and DO (RFC 6891, section 6.1.2; RFC 3225).
fn opt() -> Record {
    Record {
        class: Class(1232),
        ..record(&Name::root(), RecordType::OPT, 0x8000, Vec::new())
    }
}

fn is_new_server(servers: &NameServers, address: IpAddr) -> bool {
    let mut given = servers.addresses.values().flatten();
    given.any(|known| *known == address)
}

fn address_record(host: &Name, address: IpAddr, ttl: u32) -> Record {
    match address {
        IpAddr::V4(address) => record(host, RecordType::A, ttl, address.octets().to_vec()),
        IpAddr::V6(address) => record(host, RecordType::AAAA, ttl, address.octets().to_vec()),
    }
}

/// What a server of the parent says of the DS.
fn beside(base: &Base, zone: &Name, server: SocketAddr) -> Vec<Record> {
    let Some(reply) = base.view.reply(server, &question(zone, RecordType::DS)) else {
        return Vec::new();
    };
    let is_ds = |record: &&Record| record.owner == *zone && edit::is_about(record, RecordType::DS);
    let is_proof = |record: &&Record| {
        edit::is_about(record, RecordType::NSEC) || edit::is_about(record, RecordType::NSEC3)
    };
    let answer = reply.message.answer.iter().filter(is_ds);
    let proof = reply.message.authority.iter().filter(is_proof);
    answer.chain(proof).cloned().collect()
}
