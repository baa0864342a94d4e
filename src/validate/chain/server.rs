//! What each server of a zone gives: its keys followed from the entry points, and its answers judged with them.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::super::answer::{self, AnswerKind, Trust};
use super::super::keys::{self, AuthenticatedKeys};
use super::super::status::Status;
use super::super::traits::{Luck, Retries};
use super::{Arrival, JudgedServer, KeysReply, State};
use crate::dns::message::Question;
use crate::dns::{Name, RecordType, rrset};
use crate::evidence::probes;
use crate::evidence::topology::{Purpose, Zone};
use crate::evidence::view::Reply;

impl State<'_> {
    /// Judges every server of a zone.
    pub(super) fn servers(
        &mut self,
        zone: &Zone,
        arrival: &Arrival,
    ) -> BTreeMap<SocketAddr, JudgedServer> {
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
        let strangers = self.strangers(&servers);
        for (&address, server) in &mut servers {
            let keys = server.own_keys().cloned().or_else(|| any.clone());
            for question in &questions {
                let Some(reply) = self.whole_reply(address, question) else {
                    continue;
                };
                let trust = keys.as_ref().map_or(Trust::Ended(best), Trust::Keys);
                let mut judged = answer::judge_answer(
                    &mut self.judge,
                    &zone.apex,
                    trust,
                    question,
                    reply.message,
                );
                for keys in &strangers {
                    let trust = Trust::Keys(keys);
                    let (apex, message) = (&zone.apex, reply.message);
                    let other =
                        answer::judge_answer(&mut self.judge, apex, trust, question, message);
                    if other.status == Status::Bogus {
                        judged = other;
                    }
                }
                server.answers.insert(question.clone(), (reply.id, judged));
            }
        }
        servers
    }

    /// The keys that a resolver may have got from one server and then judges the data of another with, where
    /// it asks nobody again. All others are judged with the keys of their own server.
    fn strangers(&self, servers: &BTreeMap<SocketAddr, JudgedServer>) -> Vec<AuthenticatedKeys> {
        if self.judge.luck == Luck::Good || self.judge.traits.retries != Retries::Never {
            return Vec::new();
        }
        let keys = servers.values().filter_map(JudgedServer::own_keys);
        keys.cloned().collect()
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
        questions.extend(probes::further(self.view, zone));
        let thorough = self.topology.thorough_zones();
        let children = thorough.filter(|child| child.parent.as_ref() == Some(&zone.apex));
        questions.extend(children.filter_map(|child| probes::endpoint(&child.apex, &zone.apex)));
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
            // Signals in a zone of the chain are left out: they would be judged at its expense.
            let is_beside = match trail.purpose {
                Purpose::NameServer | Purpose::Dependency { .. } => true,
                Purpose::Signal { .. } => zone.is_main,
                Purpose::Target | Purpose::Alias { .. } => false,
            };
            if is_beside {
                continue;
            }
            let last = trail.zones.get(at + 1).unwrap_or(&trail.name).label_count();
            let names = (zone.apex.label_count() + 1..=last).map(|count| trail.name.suffix(count));
            questions.extend(names.map(|name| probes::question(&name, RecordType::NS)));
            if at + 1 == trail.zones.len() {
                let types = std::iter::once(trail.rtype).chain(trail.purpose.second_type());
                questions.extend(types.map(|rtype| probes::question(&trail.name, rtype)));
            }
        }
        questions.retain(|question| {
            question.rtype == RecordType::DS || self.is_in(&question.name, zone)
        });
        questions
    }
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
