//! Every RRset of a zone as each server gave it, with where it stood.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::Item;
use crate::checks::Context;
use crate::crypto::Algorithm;
use crate::dns::message::Question;
use crate::dns::{Name, RecordType, Rrsig, Timestamp};
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;
use crate::validate::{
    EntryPoint, JudgedKeys, JudgedRrset, JudgedServer, JudgedZone, KeysReply, Outcome, Status,
};

/// An RRset as one server gave it.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Who gave it.
    pub server: SocketAddr,
    /// In which exchange.
    pub id: ExchangeId,
    /// What was asked, where that is known here.
    pub question: Option<&'a Question>,
    /// The RRset.
    pub set: &'a JudgedRrset,
    /// The keys that this server gave.
    pub keys: Option<&'a JudgedKeys>,
}

impl<'a> Given<'a> {
    /// Whether it is the DNSKEY RRset.
    pub fn is_keys(&self) -> bool {
        self.set.rrset.rtype == RecordType::DNSKEY
    }

    /// Whether it is an SOA in a negative answer, whose TTL servers cap (RFC 2308, section 3).
    pub fn is_negative_soa(&self) -> bool {
        let asked = self.question.map(|question| question.rtype);
        self.set.rrset.rtype == RecordType::SOA && asked != Some(RecordType::SOA)
    }

    /// Whether a validator that asks this server accepts it.
    pub fn is_good(&self) -> bool {
        let is_entry = self.keys.is_some_and(|keys| keys.status == Status::Secure);
        self.set.status == Status::Secure && (is_entry || !self.is_keys())
    }

    /// The signatures that a validator may rest on: all valid ones, or over the DNSKEY RRset those by a
    /// key that a DS or an anchor leads to.
    pub fn usable(&self) -> impl Iterator<Item = &'a Rrsig> + use<'a> {
        let keys = self.keys.filter(|_| self.is_keys());
        let is_entry = move |rrsig: &Rrsig| keys.is_none_or(|keys| is_by_entry(keys, rrsig));
        let valid = self.set.valid().map(|(rrsig, _)| rrsig);
        valid.filter(move |rrsig| is_entry(rrsig))
    }

    /// The usable signature that lasts longest.
    pub fn last(&self, now: Timestamp) -> Option<&'a Rrsig> {
        self.usable().max_by_key(|rrsig| rrsig.expiration.near(now))
    }
}

fn is_by_entry(keys: &JudgedKeys, rrsig: &Rrsig) -> bool {
    let holds = |(entry, outcome): &&(EntryPoint, Outcome)| {
        *outcome == Outcome::Holds
            && entry.key_tag() == rrsig.key_tag
            && entry.algorithm() == Algorithm(rrsig.algorithm)
    };
    keys.entries.iter().any(|entry| holds(&entry))
}

/// Every RRset of a zone, that of the DNSKEYs first; then the DS RRsets of its children in the chain and
/// what stands in their place.
pub fn given<'a>(context: &Context<'a>, zone: &'a JudgedZone) -> Vec<Given<'a>> {
    let mut sets = Vec::new();
    for (&server, judged) in &zone.servers {
        let keys = keys_of(judged);
        let one = |id, question, set| Given {
            server,
            id,
            question,
            set,
            keys,
        };
        if let KeysReply::Given(id, judged) = &judged.keys {
            sets.push(one(*id, None, &judged.rrset));
        }
        for (question, (id, answer)) in &judged.answers {
            sets.extend(
                answer
                    .rrsets
                    .iter()
                    .map(|set| one(*id, Some(question), set)),
            );
        }
    }
    if zone.status == Status::Secure {
        sets.extend(delegations(context, zone));
    }
    sets
}

fn delegations<'a>(
    context: &Context<'a>,
    zone: &'a JudgedZone,
) -> impl Iterator<Item = Given<'a>> + use<'a> {
    let children = context.chain.zones.iter();
    let children = children.filter(|child| child.parent.as_ref() == Some(&zone.apex));
    children
        .flat_map(|child| &child.delegation)
        .flat_map(move |(&server, (id, ds))| {
            let keys = zone.servers.get(&server).and_then(keys_of);
            let sets = ds.rrset.iter().chain(&ds.denials);
            sets.map(move |set| Given {
                server,
                id: *id,
                question: None,
                set,
                keys,
            })
        })
}

fn keys_of(server: &JudgedServer) -> Option<&JudgedKeys> {
    match &server.keys {
        KeysReply::Given(_, judged) => Some(judged),
        _ => None,
    }
}

/// The algorithms of the zone's keys, those of revoked keys left out.
pub fn zone_algorithms(keys: &JudgedKeys) -> BTreeSet<u8> {
    let keys = keys.dnskeys.iter();
    keys.filter(|key| key.is_zone_key() && !key.is_revoked())
        .map(|key| key.algorithm)
        .collect()
}

/// Everywhere, unless a server outside `servers` gives the RRset so that a validator accepts it.
pub fn reach(
    sets: &[Given<'_>],
    owner: &Name,
    rtype: RecordType,
    servers: &BTreeSet<SocketAddr>,
) -> Reach {
    let is_good_elsewhere = sets.iter().any(|given| {
        let set = &given.set.rrset;
        let is_same = set.rtype == rtype && set.owner == *owner;
        is_same && !servers.contains(&given.server) && given.is_good()
    });
    if is_good_elsewhere {
        Reach::SomeServers
    } else {
        Reach::Everywhere
    }
}

/// One item for each RRset whose signature `find` picks at some server; of several servers the first
/// signature stands for all.
pub fn items<'a>(
    sets: &[Given<'a>],
    find: &impl Fn(&Given<'a>) -> Option<&'a Rrsig>,
) -> Vec<Item<'a>> {
    let mut items: BTreeMap<(&Name, RecordType), Item<'a>> = BTreeMap::new();
    let mut clean: BTreeSet<(&Name, RecordType)> = BTreeSet::new();
    for given in sets.iter().filter(|given| given.is_good()) {
        let set = &given.set.rrset;
        let key = (&set.owner, set.rtype);
        let Some(rrsig) = find(given) else {
            clean.insert(key);
            continue;
        };
        let item = items.entry(key).or_insert_with(|| Item {
            owner: &set.owner,
            rtype: set.rtype,
            rrsig,
            servers: BTreeSet::new(),
            evidence: BTreeSet::new(),
            reach: Reach::Everywhere,
        });
        item.servers.insert(given.server);
        item.evidence.insert(given.id);
    }
    for (key, item) in &mut items {
        if clean.contains(key) {
            item.reach = Reach::SomeServers;
        }
    }
    items.into_values().collect()
}
