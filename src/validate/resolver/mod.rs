//! What a resolver says, and what the data that it hands out is worth here.
//!
//! A resolver is asked the same twice (RFC 4035, section 3.2.2): with CD clear it validates if it does at
//! all, with CD set it hands out what it has. An answer with CD where there is SERVFAIL without is the
//! fingerprint of a validation failure. What is handed out with CD set is judged by the rules for
//! authoritative servers, with this resolver as the one server of every zone on the way. Extended errors
//! (RFC 8914) are kept as hints and decide nothing.

mod conduct;
mod said;

use std::collections::BTreeSet;
use std::net::SocketAddr;

pub use conduct::{Conduct, Signs};
pub use said::{Said, Silence};

use super::anchor::TrustAnchor;
use super::chain::{self, Chain};
use super::limits::Limits;
use crate::dns::message::Question;
use crate::dns::{Message, Name, Rcode, RecordType, Timestamp};
use crate::evidence::probes::{self, question};
use crate::evidence::topology::Topology;
use crate::evidence::topology::through::through;
use crate::evidence::view::{ExchangeId, View};
use crate::evidence::{Evidence, Resolver};

/// A resolver with all that was learned of it.
#[derive(Debug, Clone)]
pub struct JudgedResolver {
    /// Which.
    pub resolver: Resolver,
    /// What it answers to the question audited, with checking as its clients have it.
    pub checked: Said,
    /// The same with checking disabled.
    pub unchecked: Said,
    /// Whether it calls the SOA of the root authentic; `None` when it did not answer.
    pub validates_root: Option<bool>,
    /// Whether it answers with the same data with checking as without.
    pub is_same_data: bool,
    /// What it said with checking disabled.
    pub view: View,
    /// The zones on the way, as it shows them.
    pub topology: Topology,
    /// The judgement of what it hands out.
    pub chain: Chain,
    /// How all that is to be understood.
    pub conduct: Conduct,
}

impl JudgedResolver {
    /// The exchanges for the question audited.
    pub fn exchanges(&self) -> BTreeSet<ExchangeId> {
        let both = [&self.checked, &self.unchecked];
        both.into_iter().filter_map(|said| said.exchange).collect()
    }

    /// As it was typed, with its address where that says more.
    pub fn name(&self) -> String {
        let label = &self.resolver.label;
        match self.resolver.address {
            Some(address) if !label.contains(&address.ip().to_string()) => {
                format!("{label} ({})", address.ip())
            }
            _ => label.clone(),
        }
    }
}

/// Judges every resolver of the evidence, at one instant.
pub fn judge_all(
    view: &View,
    evidence: &Evidence,
    anchors: &[TrustAnchor],
    limits: Limits,
    now: Timestamp,
) -> Vec<JudgedResolver> {
    let resolvers = evidence.resolvers.iter();
    resolvers
        .map(|resolver| {
            let target = (&evidence.name, evidence.rtype);
            judge(view, resolver, target, anchors, limits, now)
        })
        .collect()
}

fn judge(
    view: &View,
    resolver: &Resolver,
    (name, rtype): (&Name, RecordType),
    anchors: &[TrustAnchor],
    limits: Limits,
    now: Timestamp,
) -> JudgedResolver {
    let [checked, unchecked] = [false, true].map(|cd| view.through(resolver, cd));
    let asked = question(name, rtype);
    let said = |lens| Said::read(lens, resolver.address, &asked);
    let topology = match resolver.address {
        Some(address) => through(&unchecked, address, name, rtype),
        None => Topology::default(),
    };
    let chain = chain::judge(&unchecked, &topology, anchors, limits, now);
    let root = resolver
        .address
        .and_then(|address| checked.reply(address, &probes::known_good()));
    let root = root.filter(|reply| reply.message.rcode() == Rcode::NOERROR);
    let validates_root = root.map(|reply| reply.message.is_authentic_data());
    let signs = Signs {
        is_found: resolver.address.is_some(),
        checked: said(&checked),
        unchecked: said(&unchecked),
        validates_root,
        is_stripping: is_stripping(&unchecked, resolver),
        is_near: resolver
            .address
            .and_then(|address| is_near(&unchecked, address, &topology))
            .unwrap_or(false),
        data: chain.status,
        is_same_data: resolver.address.is_some_and(|address| {
            data(&checked, address, &asked) == data(&unchecked, address, &asked)
        }),
    };
    JudgedResolver {
        conduct: signs.conduct(),
        resolver: resolver.clone(),
        checked: signs.checked,
        unchecked: signs.unchecked,
        validates_root,
        is_same_data: signs.is_same_data,
        view: unchecked,
        topology,
        chain,
    }
}

/// Whether not one signature came with all that was answered, the keys of the root included, which are
/// signed.
fn is_stripping(unchecked: &View, resolver: &Resolver) -> bool {
    let Some(address) = resolver.address else {
        return false;
    };
    let root = unchecked.reply(address, &question(&Name::root(), RecordType::DNSKEY));
    let is_told = root.is_some_and(|reply| reply.message.rcode() == Rcode::NOERROR);
    let questions = unchecked.questions();
    let replies = questions.filter_map(|question| unchecked.reply(address, question));
    is_told
        && replies
            .into_iter()
            .all(|reply| !has_signature(reply.message))
}

/// Whether a resolver gives the keys of a zone, but fails on the name audited, or on the DS record of the
/// label that leads there, which the servers of that very zone would deny or give. The root's keys are in
/// the cache of one that reaches nobody, too, and prove nothing.
fn is_near(unchecked: &View, address: SocketAddr, topology: &Topology) -> Option<bool> {
    let reply = |name: &Name, rtype| unchecked.reply(address, &question(name, rtype));
    let has_keys = |apex: &&Name| {
        let keys = reply(apex, RecordType::DNSKEY);
        !apex.is_root() && keys.is_some_and(|reply| !reply.message.answer.is_empty())
    };
    let trail = topology.trails.last()?;
    let apex = trail.zones.iter().rfind(has_keys)?;
    let below = apex.label_count() + 1;
    Some(match below <= trail.name.label_count() {
        true => reply(&trail.name.suffix(below), RecordType::DS)
            .is_some_and(|reply| reply.message.rcode() == Rcode::SERVFAIL),
        false => true,
    })
}

/// The records that answer a question, or deny it, whatever their TTL.
fn data<'v>(
    view: &'v View,
    address: SocketAddr,
    asked: &Question,
) -> BTreeSet<(&'v Name, RecordType, &'v [u8])> {
    let reply = view.reply(address, asked);
    let records = reply.map(|reply| match reply.message.answer.is_empty() {
        true => &reply.message.authority,
        false => &reply.message.answer,
    });
    let records = records.into_iter().flatten();
    let records = records.map(|record| (&record.owner, record.rtype, &*record.rdata));
    records.collect()
}

/// Whether a message holds an RRSIG.
fn has_signature(message: &Message) -> bool {
    let mut records = message.answer.iter().chain(&message.authority);
    records.any(|record| record.rtype == RecordType::RRSIG)
}
