//! The end of a trail to a signal: what is said there, and whether it can be believed (RFC 9615).

use std::collections::BTreeSet;

use super::super::answer::AnswerKind;
use super::super::status::Status;
use super::{JudgedZone, State};
use crate::dns::{Name, RecordType};
use crate::evidence::probes;
use crate::evidence::topology::Purpose;
use crate::evidence::view::ExchangeId;

/// What the operator of one name server says of a zone.
#[derive(Debug, Clone)]
pub struct JudgedSignal {
    /// The zone that it is about.
    pub child: Name,
    /// The NS name below which it is said.
    pub ns_name: Name,
    /// The name at which it is said.
    pub name: Name,
    /// The zone that holds that name.
    pub zone: Name,
    /// The RDATA of CDS, sorted; empty where there is none.
    pub cds: Vec<Vec<u8>>,
    /// The same of CDNSKEY.
    pub cdnskey: Vec<Vec<u8>>,
    /// The worse of both.
    pub status: Status,
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
}

/// An answer about one type: RDATA, status and exchange.
type Said = (Vec<Vec<u8>>, Status, ExchangeId);

impl State<'_> {
    /// Judges what is said at the end of each trail to a signal; those that nobody answers are left out.
    /// The zones on the way are no part of the chain.
    pub(super) fn signals(&mut self) -> Vec<JudgedSignal> {
        let own = self.zones.len();
        let trails = &self.topology.trails;
        let mut signals = Vec::new();
        for trail in trails {
            let Purpose::Signal { child, ns_name } = &trail.purpose else {
                continue;
            };
            trail.zones.iter().for_each(|apex| self.zone(apex));
            let zone = trail.zones.last().and_then(|apex| self.judged(apex));
            let said = zone.and_then(|zone| {
                let cds = said(zone, &trail.name, RecordType::CDS)?;
                Some((zone, cds, said(zone, &trail.name, RecordType::CDNSKEY)?))
            });
            signals.extend(said.map(|(zone, cds, cdnskey)| JudgedSignal {
                child: child.clone(),
                ns_name: ns_name.clone(),
                name: trail.name.clone(),
                zone: zone.apex.clone(),
                cds: cds.0,
                cdnskey: cdnskey.0,
                status: Status::worst([cds.1, cdnskey.1]),
                evidence: [cds.2, cdnskey.2].into(),
            }));
        }
        self.zones.truncate(own);
        signals
    }
}

/// What the best server says.
fn said(zone: &JudgedZone, name: &Name, rtype: RecordType) -> Option<Said> {
    let question = probes::question(name, rtype);
    let answers = zone.servers.values();
    let answers = answers.filter_map(|server| server.answers.get(&question));
    let said = answers.filter_map(|(id, answer)| match answer.kind {
        AnswerKind::NoName | AnswerKind::NoType => Some((Vec::new(), answer.status, *id)),
        AnswerKind::Data => {
            let mut sets = answer.rrsets.iter().map(|set| &set.rrset);
            let set = sets.find(|set| set.rtype == rtype)?;
            Some((set.canonical_rdata(), answer.status, *id))
        }
        _ => None,
    });
    let all: Vec<_> = said.collect();
    let best = Status::best(all.iter().map(|(_, status, _)| *status));
    all.into_iter().find(|(_, status, _)| *status == best)
}
