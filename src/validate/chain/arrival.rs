//! How trust arrives at a zone: trust anchors of its own, DS records of a secure parent, or not at all.

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;

use super::super::answer::{self, JudgedDs};
use super::super::keys::EntryPoint;
use super::super::limits::DS_RECORDS;
use super::super::status::Status;
use super::{Arrival, End, State};
use crate::dns::{Ds, Message, Name, RecordType};
use crate::evidence::probes;
use crate::evidence::topology::Zone;
use crate::evidence::view::ExchangeId;

impl State<'_> {
    /// What each parent server says of the DS: asked for it directly, or else beside its referral.
    pub(super) fn delegation(
        &mut self,
        zone: &Zone,
    ) -> BTreeMap<SocketAddr, (ExchangeId, JudgedDs)> {
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
        if !says_ds(parent, child, rtype, reply.message) {
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

    /// Where the keys of a zone get their trust from.
    pub(super) fn arrival(
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
            Some(Status::Secure) => self.by_delegation(delegation),
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

    fn by_delegation(&self, delegation: &BTreeMap<SocketAddr, (ExchangeId, JudgedDs)>) -> Arrival {
        let said = delegation.values();
        let statuses = said.map(|(_, ds)| (ds.status, ds.is_unsigned()));
        match (delegation.is_empty(), self.settle(statuses)) {
            (true, _) => Arrival::Ended(Status::Indeterminate, End::DsUnknown),
            (false, Status::Secure) => Arrival::Delegation(secure_entries(delegation)),
            (false, Status::Insecure) => Arrival::Ended(Status::Insecure, End::NoDs),
            (false, Status::Bogus) => Arrival::Ended(Status::Bogus, End::DsBogus),
            (false, Status::Indeterminate) => Arrival::Ended(Status::Indeterminate, End::DsUnknown),
        }
    }
}

/// The DS records of every parent server whose DS RRset is secure.
fn secure_entries(delegation: &BTreeMap<SocketAddr, (ExchangeId, JudgedDs)>) -> Vec<EntryPoint> {
    let said = delegation.values().map(|(_, ds)| ds);
    let secure = distinct_ds(said.filter(|ds| ds.status == Status::Secure));
    secure.into_iter().map(EntryPoint::Ds).collect()
}

/// The DS records that parent servers gave, each once, up to [`DS_RECORDS`].
pub(in crate::validate) fn distinct_ds<'d>(said: impl Iterator<Item = &'d JudgedDs>) -> Vec<Ds> {
    let sets = said.filter_map(|judged| judged.rrset.as_ref());
    let all = sets.flat_map(|set| &set.rrset.rdata);
    let mut seen = HashSet::new();
    all.filter(|rdata| seen.insert(*rdata))
        .filter_map(|rdata| Ds::parse(rdata).ok())
        .take(DS_RECORDS)
        .collect()
}

/// Whether a parent server's response to a question for `rtype` speaks about the DS of `child` from the parent
/// side.
fn says_ds(parent: &Name, child: &Name, rtype: RecordType, message: &Message) -> bool {
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
    // An answer about DS that holds neither DS nor SOA nor NS denies the DS, without any proof. One about NS,
    // by a server that has the child as well, says nothing of it.
    let is_bare = rtype == RecordType::DS
        && message.is_authoritative()
        && !message
            .authority
            .iter()
            .any(|record| record.rtype == RecordType::NS);
    answered || referred || ((denied || is_bare) && !from_child)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Class, Record};

    #[test]
    fn the_childs_own_ns_records_say_nothing_of_the_ds() {
        let [parent, child] = ["test.", "child.test."].map(|text| text.parse::<Name>().unwrap());
        let ns = Record {
            owner: child.clone(),
            rtype: RecordType::NS,
            class: Class::IN,
            ttl: 300,
            rdata: b"\x02ns\x04test\x00".as_slice().into(),
            fault: None,
        };
        let mut message = Message::parse(&[0, 0, 0x84, 0, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap();
        assert!(says_ds(&parent, &child, RecordType::DS, &message));
        assert!(!says_ds(&parent, &child, RecordType::NS, &message));
        message.answer.push(ns);
        assert!(!says_ds(&parent, &child, RecordType::NS, &message));
        // A referral stands in the authority section, and the parent alone gives it.
        std::mem::swap(&mut message.answer, &mut message.authority);
        message.flags = 0x8000;
        assert!(says_ds(&parent, &child, RecordType::NS, &message));
    }
}
