//! The chain of trust, zone by zone from the anchor down, each server judged on its own.
//!
//! A zone's keys are trusted through trust anchors of its own when there are any (the closest anchor
//! decides), else through the DS RRset of its secure parent. What each server of the zone gives is then
//! judged with the keys that this server gives; a server without keys of its own is judged with those of
//! another. The status of the zone is that of the best server, since a resolver tries the next one; that
//! of a chain of aliases is that of its worst link.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::anchor::TrustAnchor;
use super::answer::{self, AnswerKind, JudgedAnswer, JudgedDs, Trust};
use super::judge::Judge;
use super::keys::{self, AuthenticatedKeys, EntryPoint, JudgedKeys};
use super::limits::{Limits, Reached};
use super::status::Status;
use crate::dns::message::Question;
use crate::dns::{Ds, Message, Name, RecordType, Timestamp, rrset};
use crate::evidence::probes;
use crate::evidence::topology::{Purpose, Topology, Trail, Zone};
use crate::evidence::view::{ExchangeId, Reply, View};

/// The whole judgement.
#[derive(Debug, Clone)]
pub struct Chain {
    /// Every zone on the way to the target and its aliases, parents before children.
    pub zones: Vec<JudgedZone>,
    /// The target, then each alias in order.
    pub targets: Vec<JudgedTarget>,
    /// The worst of the targets.
    pub status: Status,
    /// Limits that ended a search.
    pub reached: Reached,
    /// Signature checks computed.
    pub signatures_computed: u32,
}

impl Chain {
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
    /// All DS records that any parent server published, in order, each once.
    pub fn published_ds(&self) -> Vec<Ds> {
        let mut all = Vec::new();
        for (_, judged) in self.delegation.values() {
            let rdata = judged.rrset.iter().flat_map(|set| &set.rrset.rdata);
            for ds in rdata.filter_map(|rdata| Ds::parse(rdata).ok()) {
                if !all.contains(&ds) {
                    all.push(ds);
                }
            }
        }
        all
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
    let mut state = State {
        view,
        topology,
        anchors,
        judge: Judge::new(now, limits),
        zones: Vec::new(),
    };
    let trails: Vec<&Trail> = topology
        .trails
        .iter()
        .filter(|trail| !matches!(trail.purpose, Purpose::NameServer))
        .collect();
    for trail in &trails {
        for apex in &trail.zones {
            state.zone(apex);
        }
    }
    let targets: Vec<_> = trails.iter().map(|trail| state.target(trail)).collect();
    Chain {
        status: Status::worst(targets.iter().map(|target| target.status)),
        zones: state.zones,
        targets,
        reached: state.judge.reached.clone(),
        signatures_computed: state.judge.signatures_computed(),
    }
}

struct State<'a> {
    view: &'a View,
    topology: &'a Topology,
    anchors: &'a [TrustAnchor],
    judge: Judge,
    zones: Vec<JudgedZone>,
}

impl<'a> State<'a> {
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
                Status::best(servers.values().map(|server| server.key_status))
            }
        };
        self.zones.push(JudgedZone {
            apex: apex.clone(),
            parent: zone.parent.clone(),
            delegation,
            arrival,
            servers,
            status,
        });
    }

    /// What each parent server says of the DS: asked for it directly, or else beside its referral.
    fn delegation(&mut self, zone: &Zone) -> BTreeMap<SocketAddr, (ExchangeId, JudgedDs)> {
        let mut said = BTreeMap::new();
        let parent = zone
            .parent
            .as_ref()
            .and_then(|apex| self.topology.zones.get(apex));
        let Some(parent) = parent else {
            return said;
        };
        for &server in parent.servers.keys() {
            let judged = [RecordType::DS, RecordType::NS]
                .iter()
                .find_map(|&rtype| self.ds_reply(&parent.apex, server, &zone.apex, rtype));
            said.extend(judged.map(|judged| (server, judged)));
        }
        said
    }

    /// What one parent server says of the DS in its reply to one question.
    fn ds_reply(
        &mut self,
        parent: &Name,
        server: SocketAddr,
        child: &Name,
        rtype: RecordType,
    ) -> Option<(ExchangeId, JudgedDs)> {
        let reply = self.whole_reply(server, &probes::question(child, rtype))?;
        if !says_ds(parent, child, reply.message) {
            return None;
        }
        let trust = self.trust_at(parent, server);
        let ds = answer::judge_ds(
            &mut self.judge,
            parent,
            trust.as_trust(),
            child,
            reply.message,
        )?;
        Some((reply.id, ds))
    }

    /// A response that is not cut off.
    fn whole_reply(&self, server: SocketAddr, question: &Question) -> Option<Reply<'a>> {
        self.view
            .reply(server, question)
            .filter(|reply| !reply.message.is_truncated())
    }

    fn arrival(
        &self,
        zone: &Zone,
        delegation: &BTreeMap<SocketAddr, (ExchangeId, JudgedDs)>,
    ) -> Arrival {
        let own: Vec<_> = self
            .anchors
            .iter()
            .filter(|anchor| anchor.zone == zone.apex && anchor.is_valid_at(self.judge.now))
            .map(EntryPoint::from)
            .collect();
        if !own.is_empty() {
            return Arrival::Anchors(own);
        }
        let parent = zone.parent.as_ref().and_then(|apex| self.judged(apex));
        match parent.map(|parent| parent.status) {
            None => Arrival::Ended(Status::Indeterminate, End::NoAnchor),
            Some(Status::Secure) => from_delegation(delegation),
            Some(Status::Indeterminate) if !self.is_covered(&zone.apex) => {
                Arrival::Ended(Status::Indeterminate, End::NoAnchor)
            }
            Some(status) => Arrival::Ended(status, End::Parent),
        }
    }

    fn is_covered(&self, apex: &Name) -> bool {
        self.anchors
            .iter()
            .any(|anchor| apex.is_at_or_below(&anchor.zone))
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

    fn servers(&mut self, zone: &Zone, arrival: &Arrival) -> BTreeMap<SocketAddr, JudgedServer> {
        let mut servers: BTreeMap<_, _> = zone
            .servers
            .keys()
            .map(|&server| (server, self.server_keys(zone, server, arrival)))
            .collect();
        let any = servers.values().find_map(JudgedServer::own_keys).cloned();
        let best = match arrival {
            Arrival::Ended(status, _) => *status,
            _ => Status::best(servers.values().map(|server| server.key_status)),
        };
        let questions = self.questions(zone);
        for (&address, server) in &mut servers {
            let keys = server.own_keys().cloned().or_else(|| any.clone());
            for question in &questions {
                let Some(reply) = self.whole_reply(address, question) else {
                    continue;
                };
                let trust = keys.as_ref().map_or(Trust::Ended(best), Trust::Keys);
                let judged = answer::judge_answer(
                    &mut self.judge,
                    &zone.apex,
                    trust,
                    question,
                    reply.message,
                );
                server.answers.insert(question.clone(), (reply.id, judged));
            }
        }
        servers
    }

    fn server_keys(&mut self, zone: &Zone, server: SocketAddr, arrival: &Arrival) -> JudgedServer {
        let question = probes::question(&zone.apex, RecordType::DNSKEY);
        let keys = match self.whole_reply(server, &question) {
            None => KeysReply::Silent,
            Some(reply) => self.keys_reply(zone, &question, reply, arrival),
        };
        JudgedServer {
            key_status: key_status(&keys, arrival),
            keys,
            answers: BTreeMap::new(),
        }
    }

    fn keys_reply(
        &mut self,
        zone: &Zone,
        question: &Question,
        reply: Reply<'_>,
        arrival: &Arrival,
    ) -> KeysReply {
        let kind = answer::read(&zone.apex, question, reply.message);
        let found = rrset::group(&reply.message.answer).into_iter().find(|set| {
            set.owner == zone.apex && set.rtype == RecordType::DNSKEY && !set.rdata.is_empty()
        });
        let (AnswerKind::Data, Some(set)) = (&kind, found) else {
            return KeysReply::Without(reply.id, kind);
        };
        let entries = match arrival {
            Arrival::Anchors(entries) | Arrival::Delegation(entries) => entries.as_slice(),
            Arrival::Ended(..) => &[],
        };
        let judged = keys::authenticate(&mut self.judge, &zone.apex, &set, entries);
        KeysReply::Given(reply.id, Box::new(judged))
    }

    /// What servers of this zone were asked that is judged here.
    fn questions(&self, zone: &Zone) -> Vec<Question> {
        let apex_types = [
            RecordType::SOA,
            RecordType::NS,
            RecordType::CDS,
            RecordType::CDNSKEY,
            RecordType::NSEC3PARAM,
        ];
        let mut questions: Vec<_> = apex_types
            .map(|rtype| probes::question(&zone.apex, rtype))
            .into();
        questions.extend(probes::missing_name(&zone.apex));
        questions.push(probes::missing_type(&zone.apex));
        let hosts = zone.ns_names.iter().filter(|host| self.is_in(host, zone));
        questions.extend(hosts.flat_map(|host| {
            [RecordType::A, RecordType::AAAA].map(|rtype| probes::question(host, rtype))
        }));
        questions.extend(self.on_the_way(zone));
        questions
    }

    /// Whether `name` lies in this zone and in none below it that is known.
    fn is_in(&self, name: &Name, zone: &Zone) -> bool {
        let deeper =
            |other: &&Zone| other.apex.is_below(&zone.apex) && name.is_at_or_below(&other.apex);
        name.is_at_or_below(&zone.apex) && !self.topology.zones.values().any(|other| deeper(&other))
    }

    /// The questions of trails that end in this zone, and those for names on the way through it that
    /// turned out not to be zone cuts.
    fn on_the_way(&self, zone: &Zone) -> Vec<Question> {
        let mut questions = Vec::new();
        for trail in &self.topology.trails {
            let Some(at) = trail.zones.iter().position(|apex| *apex == zone.apex) else {
                continue;
            };
            if matches!(trail.purpose, Purpose::NameServer) {
                continue;
            }
            let last = trail.zones.get(at + 1).unwrap_or(&trail.name).label_count();
            let names = (zone.apex.label_count() + 1..=last).map(|count| trail.name.suffix(count));
            questions.extend(names.map(|name| probes::question(&name, RecordType::NS)));
            if at + 1 == trail.zones.len() {
                questions.push(probes::question(&trail.name, trail.rtype));
            }
        }
        questions.retain(|question| {
            question.rtype == RecordType::DS || self.is_in(&question.name, zone)
        });
        questions
    }

    fn target(&self, trail: &Trail) -> JudgedTarget {
        let question = probes::question(&trail.name, trail.rtype);
        let apex = trail.zones.last().cloned().unwrap_or_else(Name::root);
        let zone = self.judged(&apex);
        let servers: BTreeMap<_, _> = zone
            .into_iter()
            .flat_map(|zone| &zone.servers)
            .filter_map(|(&address, server)| {
                let (_, answer) = self.answer_of(zone?, server, &question)?;
                Some((address, answer))
            })
            .collect();
        // A bogus zone is bogus whether or not its servers answer; else nobody answering is no verdict.
        let status = match (zone.map(|zone| zone.status), servers.is_empty()) {
            (Some(Status::Bogus), _) => Status::Bogus,
            (None, _) | (_, true) => Status::Indeterminate,
            (Some(_), false) => Status::best(servers.values().copied()),
        };
        JudgedTarget {
            question,
            zone: apex,
            servers,
            status,
        }
    }

    /// The status of a server's answer to the question audited. A question for the keys themselves was
    /// judged with the keys.
    fn answer_of(
        &self,
        zone: &JudgedZone,
        server: &JudgedServer,
        question: &Question,
    ) -> Option<(ExchangeId, Status)> {
        if question.rtype == RecordType::DNSKEY && question.name == zone.apex {
            return match &server.keys {
                KeysReply::Given(id, _) | KeysReply::Without(id, _) => {
                    Some((*id, server.key_status))
                }
                KeysReply::Silent => None,
            };
        }
        let (id, answer) = server.answers.get(question)?;
        Some((*id, answer.status))
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

fn from_delegation(delegation: &BTreeMap<SocketAddr, (ExchangeId, JudgedDs)>) -> Arrival {
    let statuses = delegation.values().map(|(_, ds)| ds.status);
    match (delegation.is_empty(), Status::best(statuses)) {
        (true, _) => Arrival::Ended(Status::Indeterminate, End::DsUnknown),
        (false, Status::Secure) => Arrival::Delegation(secure_entries(delegation)),
        (false, Status::Insecure) => Arrival::Ended(Status::Insecure, End::NoDs),
        (false, Status::Bogus) => Arrival::Ended(Status::Bogus, End::DsBogus),
        (false, Status::Indeterminate) => Arrival::Ended(Status::Indeterminate, End::DsUnknown),
    }
}

/// The DS records of every parent server whose DS RRset is secure, each once.
fn secure_entries(delegation: &BTreeMap<SocketAddr, (ExchangeId, JudgedDs)>) -> Vec<EntryPoint> {
    let mut entries = Vec::new();
    let secure = delegation
        .values()
        .filter(|(_, ds)| ds.status == Status::Secure);
    for rdata in secure
        .flat_map(|(_, ds)| &ds.rrset)
        .flat_map(|set| &set.rrset.rdata)
    {
        let Ok(ds) = Ds::parse(rdata) else {
            continue;
        };
        let entry = EntryPoint::Ds(ds);
        if !entries.contains(&entry) {
            entries.push(entry);
        }
    }
    entries
}

fn key_status(keys: &KeysReply, arrival: &Arrival) -> Status {
    let entries = match arrival {
        Arrival::Ended(status, _) => return *status,
        Arrival::Anchors(entries) | Arrival::Delegation(entries) => entries,
    };
    match keys {
        // Whether the keys are there or not decides nothing when no DS can be followed.
        _ if keys::none_supported(entries) => Status::Insecure,
        KeysReply::Silent
        | KeysReply::Without(_, AnswerKind::Failure(_) | AnswerKind::Referral) => {
            Status::Indeterminate
        }
        KeysReply::Without(..) => Status::Bogus,
        KeysReply::Given(_, judged) => judged.status,
    }
}

/// Whether a parent server's response speaks about the DS of `child` from the parent side.
fn says_ds(parent: &Name, child: &Name, message: &Message) -> bool {
    let has = |section: &[crate::dns::Record], rtype, owner: &Name| {
        section
            .iter()
            .any(|record| record.rtype == rtype && record.owner == *owner)
    };
    let answered = has(&message.answer, RecordType::DS, child);
    let referred = has(&message.authority, RecordType::NS, child);
    // A denial of the parent carries the parent's SOA; one with the child's SOA is the child side's.
    let denied = has(&message.authority, RecordType::SOA, parent)
        || message.authority.iter().any(|record| {
            matches!(record.rtype, RecordType::NSEC | RecordType::NSEC3)
                && record.owner.is_at_or_below(parent)
        });
    let from_child = has(&message.authority, RecordType::SOA, child);
    answered || referred || (denied && !from_child)
}
