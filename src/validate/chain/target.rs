//! The end of a trail: the question audited, at every server of the zone that answers it.

use std::collections::BTreeMap;

use super::super::status::Status;
use super::{JudgedServer, JudgedTarget, JudgedZone, KeysReply, State};
use crate::dns::message::Question;
use crate::dns::{Name, RecordType};
use crate::evidence::probes;
use crate::evidence::topology::Trail;
use crate::evidence::view::ExchangeId;

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
