//! Signals for a zone that asks for its first DS (RFC 9615).

use std::collections::BTreeMap;

use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::evidence::probes;
use crate::evidence::view::ExchangeId;
use crate::validate::{AnswerKind, JudgedSignal};

/// Signals by the zone that they are about.
pub fn by_zone<'a>(context: &Context<'a>) -> BTreeMap<&'a Name, Vec<&'a JudgedSignal>> {
    let mut zones: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for signal in &context.chain.signals {
        zones.entry(&signal.child).or_default().push(signal);
    }
    zones
}

/// Whether anything is said.
pub fn is_given(signal: &JudgedSignal) -> bool {
    !signal.cds.is_empty() || !signal.cdnskey.is_empty()
}

/// What the zone itself says at its apex: the RDATA of CDS and of CDNSKEY, sorted, with the exchanges.
pub fn at_apex(
    context: &Context<'_>,
    apex: &Name,
) -> (Vec<Vec<u8>>, Vec<Vec<u8>>, Vec<ExchangeId>) {
    let mut evidence = Vec::new();
    let mut said = |rtype| {
        let question = probes::question(apex, rtype);
        let zone = context.chain.zone(apex)?;
        let mut answers = zone.servers.values();
        let (id, answer) = answers.find_map(|server| {
            let given = server.answers.get(&question);
            given.filter(|(_, answer)| answer.kind == AnswerKind::Data)
        })?;
        evidence.push(*id);
        let mut sets = answer.rrsets.iter().map(|set| &set.rrset);
        Some(sets.find(|set| set.rtype == rtype)?.canonical_rdata())
    };
    let cds = said(RecordType::CDS).unwrap_or_default();
    let cdnskey = said(RecordType::CDNSKEY).unwrap_or_default();
    (cds, cdnskey, evidence)
}

/// A statement about the signals of a zone.
pub fn state(apex: &Name, signals: &[&JudgedSignal], message: String) -> Statement {
    let hosts: Vec<_> = signals
        .iter()
        .map(|signal| signal.ns_name.to_string())
        .collect();
    let names: Vec<_> = signals
        .iter()
        .map(|signal| signal.name.to_string())
        .collect();
    let evidence = signals.iter().flat_map(|signal| &signal.evidence);
    Statement::new(apex, message)
        .about("nameserver", hosts.join(", "))
        .fact("signals", names.join(", "))
        .shown_by(evidence.copied())
}
