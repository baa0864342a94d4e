//! The chain of trust, zone by zone from the anchor down, each server judged on its own.
//!
//! A zone's keys are trusted through trust anchors of its own when there are any (the closest anchor
//! decides), else through the DS RRset of its secure parent. What each server of the zone gives is then
//! judged with the keys that this server gives; a server without keys of its own is judged with those of
//! another. The status of the zone is that of the best server, since a resolver tries the next one; that
//! of a chain of aliases is that of its worst link, and indeterminate at best when its end was not reached.

mod arrival;
mod server;
mod signal;
mod target;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::anchor::TrustAnchor;
use super::answer::{AnswerKind, JudgedAnswer, JudgedDs, Trust};
use super::judge::{Judge, Terms};
use super::keys::{AuthenticatedKeys, EntryPoint, JudgedKeys};
use super::limits::{DS_RECORDS, Limit, Limits, Reached};
use super::signature::JudgedRrset;
use super::status::Status;
use crate::dns::message::Question;
use crate::dns::{Ds, Name, RecordType, Timestamp};
use crate::evidence::topology::{self, Topology, Trail};
use crate::evidence::view::{ExchangeId, Reply, View};
pub(super) use arrival::distinct_ds;
pub use signal::JudgedSignal;

/// The whole judgement.
#[derive(Debug, Clone)]
pub struct Chain {
    /// Every zone on the way to the target and its aliases, parents before children.
    pub zones: Vec<JudgedZone>,
    /// The target, then each alias in order.
    pub targets: Vec<JudgedTarget>,
    /// A name and a type that do not exist, in the zone of the first target.
    pub probes: Vec<JudgedTarget>,
    /// What operators of name servers say of a zone without DS (RFC 9615).
    pub signals: Vec<JudgedSignal>,
    /// The worst of the targets, and of what was not reached behind them.
    pub status: Status,
    /// Limits that ended a search.
    pub reached: Reached,
    /// Signature checks computed.
    pub signatures_computed: u32,
    /// Zones off the chain that hold hosts which the audited name depends on, as far as a thorough look asked
    /// for them. Nothing above rests on these.
    pub beside: Vec<JudgedZone>,
}

impl Chain {
    /// The status of a zone on the chain or beside it.
    pub fn status_of(&self, apex: &Name) -> Option<Status> {
        let mut all = self.zones.iter().chain(&self.beside);
        all.find(|zone| zone.apex == *apex).map(|zone| zone.status)
    }

    /// The zone with this apex.
    pub fn zone(&self, apex: &Name) -> Option<&JudgedZone> {
        self.zones.iter().find(|zone| zone.apex == *apex)
    }
}

/// How trust arrives at a zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// Through trust anchors of its own.
    Anchors(Vec<EntryPoint>),
    /// Through DS records of its secure parent.
    Delegation(Vec<EntryPoint>),
    /// Not at all.
    Ended(Status, End),
}

/// Where the chain ends above a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// No trust anchor is at or above the zone.
    NoAnchor,
    /// The parent's own status.
    Parent,
    /// It is proven that the delegation has no DS.
    NoDs,
    /// The DS RRset, or the proof that there is none, is not valid at any parent server.
    DsBogus,
    /// No parent server said anything about the DS.
    DsUnknown,
}

/// A zone with the judgement of each server.
#[derive(Debug, Clone)]
pub struct JudgedZone {
    /// Its apex.
    pub apex: Name,
    /// The zone it is delegated from.
    pub parent: Option<Name>,
    /// What each server of the parent says of the DS, and in which exchange.
    pub delegation: BTreeMap<SocketAddr, (ExchangeId, JudgedDs)>,
    /// How trust arrives.
    pub arrival: Arrival,
    /// What each server of the zone gives.
    pub servers: BTreeMap<SocketAddr, JudgedServer>,
    /// The status of the best server's keys, or of where the chain ended.
    pub status: Status,
}

impl JudgedZone {
    /// The DS records that any parent server published, in order, each once, as far as they are read.
    pub fn published_ds(&self) -> Vec<Ds> {
        distinct_ds(self.delegation.values().map(|(_, judged)| judged))
    }
}

/// What one server of a zone gives.
#[derive(Debug, Clone)]
pub struct JudgedServer {
    /// Its DNSKEY RRset.
    pub keys: KeysReply,
    /// What its keys are worth.
    pub key_status: Status,
    /// Its answers to everything else the zone was asked.
    pub answers: BTreeMap<Question, (ExchangeId, JudgedAnswer)>,
}

/// What one server answered to the question for DNSKEY.
#[derive(Debug, Clone)]
pub enum KeysReply {
    /// No usable response.
    Silent,
    /// A response without keys: which exchange, and what it says.
    Without(ExchangeId, AnswerKind),
    /// Keys, followed from every entry point (none where the chain ended above).
    Given(ExchangeId, Box<JudgedKeys>),
}

impl KeysReply {
    /// Whether it holds no signature at all.
    fn is_unsigned(&self) -> bool {
        match self {
            Self::Silent => false,
            Self::Without(..) => true,
            Self::Given(_, judged) => judged.rrset.signatures.is_empty(),
        }
    }
}

impl JudgedServer {
    /// What this server's own data is worth to a client that meets no other: the worst of its keys, its
    /// SOA and, where it was asked, the question audited.
    pub fn status(&self, questions: &[Question]) -> Status {
        let answers = self.answers.iter().filter(|(question, _)| {
            question.rtype == RecordType::SOA || questions.contains(question)
        });
        let keys = match self.keys {
            KeysReply::Silent if !self.answers.is_empty() => None,
            _ => Some(self.key_status),
        };
        Status::worst(answers.map(|(_, (_, answer))| answer.status).chain(keys))
    }

    /// Every RRset that it gave, its keys first.
    pub fn rrsets(&self) -> impl Iterator<Item = &JudgedRrset> {
        let keys = match &self.keys {
            KeysReply::Given(_, judged) => Some(&judged.rrset),
            _ => None,
        };
        keys.into_iter().chain(self.data())
    }

    /// Every RRset that it gave but for its keys.
    pub fn data(&self) -> impl Iterator<Item = &JudgedRrset> {
        let answers = self.answers.values();
        answers.flat_map(|(_, answer)| &answer.rrsets)
    }

    fn own_keys(&self) -> Option<&AuthenticatedKeys> {
        match &self.keys {
            KeysReply::Given(_, judged) => judged.keys.as_ref(),
            _ => None,
        }
    }
}

/// The name audited, or an alias on the way.
#[derive(Debug, Clone)]
pub struct JudgedTarget {
    /// What was asked.
    pub question: Question,
    /// The zone that answers.
    pub zone: Name,
    /// Status of each server's answer.
    pub servers: BTreeMap<SocketAddr, Status>,
    /// The status of the best server.
    pub status: Status,
}

/// Judges all that was heard, at one instant.
pub fn judge(
    view: &View,
    topology: &Topology,
    anchors: &[TrustAnchor],
    limits: Limits,
    now: Timestamp,
) -> Chain {
    judge_under(view, topology, anchors, limits.into(), now)
}

/// The same under other terms than those of an ordinary audit.
pub fn judge_under(
    view: &View,
    topology: &Topology,
    anchors: &[TrustAnchor],
    terms: Terms,
    now: Timestamp,
) -> Chain {
    let mut state = State {
        view,
        topology,
        anchors,
        judge: Judge::under(now, terms),
        zones: Vec::new(),
    };
    let trails: Vec<&Trail> = topology
        .trails
        .iter()
        .filter(|trail| trail.purpose.is_main())
        .collect();
    for trail in &trails {
        for apex in &trail.zones {
            state.zone(apex);
        }
    }
    let targets: Vec<_> = trails.iter().map(|trail| state.target(trail)).collect();
    let probes = targets.first().map(|target| state.probes(target));
    let reached = state.judge.reached.clone();
    let signatures_computed = state.judge.signatures_computed();
    let signals = state.signals();
    // What lies behind the last alias that was followed may be anything.
    let is_cut_short = topology.limits.contains(&topology::Limit::Aliases);
    let rest = is_cut_short.then_some(Status::Indeterminate);
    let mut chain = Chain {
        status: Status::worst(targets.iter().map(|target| target.status).chain(rest)),
        probes: probes.unwrap_or_default(),
        signals,
        zones: Vec::new(),
        targets,
        reached,
        signatures_computed,
        beside: Vec::new(),
    };
    // Last, so that none of it is at the expense of the chain.
    let count = state.zones.len();
    state.beside();
    chain.beside = state.zones.split_off(count);
    chain.zones = state.zones;
    chain
}

struct State<'a> {
    view: &'a View,
    topology: &'a Topology,
    anchors: &'a [TrustAnchor],
    judge: Judge,
    zones: Vec<JudgedZone>,
}

impl<'a> State<'a> {
    /// Judges the zones of hosts beside the chain, where a thorough look asked for their keys.
    fn beside(&mut self) {
        let topology = self.topology;
        if topology.thorough_zones().next().is_none() {
            return;
        }
        let trails = topology.trails.iter();
        for trail in trails.filter(|trail| !trail.purpose.is_main()) {
            for apex in &trail.zones {
                self.zone(apex);
            }
        }
    }

    /// Judges a zone whose parent has been judged, once.
    fn zone(&mut self, apex: &Name) {
        if self.zones.iter().any(|zone| zone.apex == *apex) {
            return;
        }
        let Some(zone) = self.topology.zones.get(apex) else {
            return;
        };
        let delegation = self.delegation(zone);
        let arrival = self.arrival(zone, &delegation);
        let servers = self.servers(zone, &arrival);
        let status = match &arrival {
            Arrival::Ended(status, _) => *status,
            Arrival::Anchors(_) | Arrival::Delegation(_) => {
                let keys = servers.values();
                self.settle(keys.map(|server| (server.key_status, server.keys.is_unsigned())))
            }
        };
        let zone = JudgedZone {
            apex: apex.clone(),
            parent: zone.parent.clone(),
            delegation,
            arrival,
            servers,
            status,
        };
        if zone.published_ds().len() >= DS_RECORDS {
            self.judge.reached.insert(Limit::DsRecords);
        }
        self.zones.push(zone);
    }

    /// What a resolver ends with when servers give data of these statuses, each with whether it has no
    /// signatures.
    fn settle(&self, statuses: impl IntoIterator<Item = (Status, bool)>) -> Status {
        self.judge.traits.settle(self.judge.luck, statuses)
    }

    /// A response that is not cut off.
    fn whole_reply(&self, server: SocketAddr, question: &Question) -> Option<Reply<'a>> {
        self.view
            .reply(server, question)
            .filter(|reply| !reply.message.is_truncated())
    }

    fn judged(&self, apex: &Name) -> Option<&JudgedZone> {
        self.zones.iter().find(|zone| zone.apex == *apex)
    }

    /// What data of this server of an already judged zone is judged by.
    fn trust_at(&self, apex: &Name, server: SocketAddr) -> OwnedTrust {
        let Some(zone) = self.judged(apex) else {
            return OwnedTrust::Ended(Status::Indeterminate);
        };
        let own = zone.servers.get(&server).and_then(JudgedServer::own_keys);
        let any = || zone.servers.values().find_map(JudgedServer::own_keys);
        match own.or_else(any) {
            Some(keys) => OwnedTrust::Keys(keys.clone()),
            None => OwnedTrust::Ended(zone.status),
        }
    }
}

enum OwnedTrust {
    Keys(AuthenticatedKeys),
    Ended(Status),
}

impl OwnedTrust {
    fn as_trust(&self) -> Trust<'_> {
        match self {
            Self::Keys(keys) => Trust::Keys(keys),
            Self::Ended(status) => Trust::Ended(*status),
        }
    }
}
