//! The end of a trail: the question audited, at every server of the zone that answers it.

use std::collections::BTreeMap;

use super::super::status::Status;
use super::super::traits::Luck;
use super::{JudgedServer, JudgedTarget, JudgedZone, KeysReply, State};
use crate::dns::message::Question;
use crate::dns::{Name, RecordType};
use crate::evidence::probes;
use crate::evidence::topology::Trail;

impl State<'_> {
    /// Judges what the last zone of a trail answers.
    pub(super) fn target(&self, trail: &Trail) -> JudgedTarget {
        let apex = trail.zones.last().cloned().unwrap_or_else(Name::root);
        self.judged_question(apex, probes::question(&trail.name, trail.rtype))
    }

    /// What the zone of a target answers for a name, and for a type, that do not exist.
    pub(super) fn probes(&self, target: &JudgedTarget) -> Vec<JudgedTarget> {
        let questions = probes::missing_name(&target.zone).into_iter();
        questions
            .chain([probes::missing_type(&target.zone)])
            .map(|question| self.judged_question(target.zone.clone(), question))
            .collect()
    }

    fn judged_question(&self, apex: Name, question: Question) -> JudgedTarget {
        let zone = self.judged(&apex);
        let answers: Vec<_> = zone
            .into_iter()
            .flat_map(|zone| &zone.servers)
            .filter_map(|(&address, server)| {
                let (status, is_unsigned) = self.answer_of(zone?, server, &question)?;
                Some((address, status, is_unsigned))
            })
            .collect();
        let settled = self.settle(answers.iter().map(|&(_, status, bare)| (status, bare)));
        let servers: BTreeMap<_, _> = answers
            .into_iter()
            .map(|(address, status, _)| (address, status))
            .collect();
        // A bogus zone is bogus whether or not its servers answer; else nobody answering is no verdict.
        let status = match (zone.map(|zone| zone.status), servers.is_empty()) {
            (Some(Status::Bogus), _) => Status::Bogus,
            (None, _) | (_, true) => Status::Indeterminate,
            (Some(_), false) if zone.is_some_and(|zone| self.is_held_up(zone)) => Status::Bogus,
            (Some(_), false) => settled,
        };
        JudgedTarget {
            question,
            zone: apex,
            servers,
            status,
        }
    }

    /// Whether a validator that looks up the addresses of the zone's own servers first may end there.
    fn is_held_up(&self, zone: &JudgedZone) -> bool {
        if !self.judge.traits.looks_up_servers || self.judge.luck == Luck::Good {
            return false;
        }
        let hosts = self.topology.zones.get(&zone.apex);
        let hosts = hosts.into_iter().flat_map(|zone| &zone.ns_names);
        let mut questions = hosts.flat_map(|host| {
            [RecordType::A, RecordType::AAAA].map(|rtype| probes::question(host, rtype))
        });
        questions.any(|question| {
            let said = zone.servers.values();
            let mut said = said
                .filter_map(|server| server.answers.get(&question))
                .peekable();
            said.peek().is_some() && said.all(|(_, answer)| answer.status == Status::Bogus)
        })
    }

    /// The status of a server's answer to the question audited, and whether it has no signatures. A question
    /// for the keys themselves was judged with the keys.
    fn answer_of(
        &self,
        zone: &JudgedZone,
        server: &JudgedServer,
        question: &Question,
    ) -> Option<(Status, bool)> {
        if question.rtype == RecordType::DNSKEY && question.name == zone.apex {
            return match &server.keys {
                KeysReply::Given(..) | KeysReply::Without(..) => {
                    Some((server.key_status, server.keys.is_unsigned()))
                }
                KeysReply::Silent => None,
            };
        }
        let (_, answer) = server.answers.get(question)?;
        Some((answer.status, answer.is_unsigned()))
    }
}
