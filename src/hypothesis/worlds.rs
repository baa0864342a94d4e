//! Worlds: which of the supposed changes a resolver sees, for each thing that caches hold on its own.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::base::Base;
use super::edit::{self, Template};
use super::standing::Standing;
use super::{Heard, Hypothesis};
use crate::dns::message::Question;
use crate::dns::{Dnskey, Message, RecordType, Timestamp};
use crate::evidence::probes::question;
use crate::evidence::{Evidence, Exchange};
use crate::validate::Supposed;

/// Some of the changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Changes(pub u8);

impl Changes {
    pub const DS_ADDED: Self = Self(1);
    pub const DS_REMOVED: Self = Self(2);
    pub const KEYS_ADDED: Self = Self(4);
    pub const KEYS_REMOVED: Self = Self(8);
    /// Other servers, or another zone.
    pub const MOVED: Self = Self(16);

    /// What one cached RRset shows: the DS RRset, the DNSKEY RRset, the delegation.
    pub const CACHED: [Self; 3] = [Self(3), Self(28), Self::MOVED];

    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn of(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What a resolver sees of the DS RRset, the DNSKEY RRset and everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct World {
    pub ds: Changes,
    pub keys: Changes,
    pub data: Changes,
}

impl World {
    /// The world in which every resolver sees exactly these changes.
    pub fn of(changes: Changes) -> Self {
        let [ds, keys, data] = Changes::CACHED.map(|cached| changes.of(cached));
        Self { ds, keys, data }
    }
}

/// All worlds of a hypothesis.
pub(super) struct Worlds<'a> {
    pub hypothesis: &'a Hypothesis,
    pub now: Base,
    pub then: Option<Base>,
    at: Timestamp,
    known: BTreeMap<World, Standing>,
}

impl<'a> Worlds<'a> {
    pub fn new(heard: &Heard, hypothesis: &'a Hypothesis, at: Timestamp) -> Self {
        Self {
            hypothesis,
            now: Base::new(&heard.now, at),
            then: heard.then.as_ref().map(|then| Base::new(then, at)),
            at,
            known: BTreeMap::new(),
        }
    }

    /// Every change of the hypothesis.
    pub fn all(&self) -> Changes {
        let parts = [
            (Changes::DS_ADDED, !self.hypothesis.ds_added.is_empty()),
            (Changes::DS_REMOVED, !self.hypothesis.ds_removed.is_empty()),
            (Changes::KEYS_ADDED, !self.hypothesis.keys_added.is_empty()),
            (
                Changes::KEYS_REMOVED,
                !self.hypothesis.keys_removed.is_empty(),
            ),
            (Changes::MOVED, self.hypothesis.is_elsewhere()),
        ];
        let there = parts.into_iter().filter(|(_, is_there)| *is_there);
        there.fold(Changes::default(), |all, (change, _)| all.and(change))
    }

    /// What a world is worth.
    pub fn standing(&mut self, world: World) -> Standing {
        if let Some(known) = self.known.get(&world) {
            return known.clone();
        }
        let (evidence, supposed) = self.evidence(world);
        let mut standing = Standing::of(&evidence, &supposed, &self.hypothesis.zone, self.at);
        for server in self.dissenters() {
            let (evidence, supposed) = self.evidence_by(world, Some(server));
            standing.also(&evidence, &supposed, self.at);
        }
        self.known.insert(world, standing.clone());
        standing
    }

    /// A server of the parent for each DS RRset that some of them have, where they do not agree.
    fn dissenters(&self) -> Vec<SocketAddr> {
        let zone = &self.hypothesis.zone;
        let mut sets: Vec<(SocketAddr, BTreeSet<Vec<u8>>)> = Vec::new();
        for server in self.now.delegating(zone) {
            let ds = self.now.ds_at(zone, server);
            let set = ds.iter().map(crate::dns::Ds::rdata).collect();
            if !sets.iter().any(|(_, known)| *known == set) {
                sets.push((server, set));
            }
        }
        match sets.len() {
            1 => Vec::new(),
            _ => sets.into_iter().map(|(server, _)| server).collect(),
        }
    }

    /// What servers would say in a world, and what of it counts as signed.
    pub fn evidence(&self, world: World) -> (Evidence, Supposed) {
        self.evidence_by(world, None)
    }

    /// The same where every server of the parent has the DS RRset of one of them.
    fn evidence_by(&self, world: World, as_at: Option<SocketAddr>) -> (Evidence, Supposed) {
        let base = self.base(world.data);
        let mut supposed = Supposed::default();
        let overlay = Overlay::new(self, base, world, as_at);
        let exchanges = base.evidence.exchanges.iter();
        let exchanges = exchanges.map(|exchange| overlay.lay(exchange, &mut supposed));
        let evidence = Evidence {
            exchanges: exchanges.collect(),
            ..base.evidence.clone()
        };
        (evidence, supposed)
    }

    fn base(&self, data: Changes) -> &Base {
        let moved = self.then.as_ref().filter(|_| data.has(Changes::MOVED));
        moved.unwrap_or(&self.now)
    }
}

/// One world laid over one base.
struct Overlay<'a> {
    worlds: &'a Worlds<'a>,
    base: &'a Base,
    world: World,
    /// The server of the parent whose DS RRset all of them have.
    as_at: Option<SocketAddr>,
    parents: BTreeSet<SocketAddr>,
    children: BTreeSet<SocketAddr>,
    ds_question: Question,
    keys_question: Question,
}

impl<'a> Overlay<'a> {
    fn new(
        worlds: &'a Worlds<'a>,
        base: &'a Base,
        world: World,
        as_at: Option<SocketAddr>,
    ) -> Self {
        let zone = &worlds.hypothesis.zone;
        let parent = base.parent(zone);
        Self {
            parents: parent
                .map(|parent| base.servers(parent))
                .unwrap_or_default(),
            children: base.servers(zone),
            ds_question: question(zone, RecordType::DS),
            keys_question: question(zone, RecordType::DNSKEY),
            worlds,
            base,
            world,
            as_at,
        }
    }

    fn lay(&self, exchange: &Exchange, supposed: &mut Supposed) -> Exchange {
        if exchange.query.recursion_desired {
            return exchange.clone();
        }
        let asked = exchange.question();
        let server = exchange.server;
        if *asked == self.keys_question && self.children.contains(&server) {
            return self.with_keys(exchange, supposed);
        }
        if self.parents.contains(&server) && asked.name.is_at_or_below(&self.ds_question.name) {
            let changed = self.with_ds(exchange, supposed);
            return changed.unwrap_or_else(|| exchange.clone());
        }
        exchange.clone()
    }

    /// Whether the delegation is new, so that the parent's servers have yet to speak of its DS.
    fn is_new(&self) -> bool {
        !self.worlds.now.has(&self.worlds.hypothesis.zone)
    }

    fn with_ds(&self, exchange: &Exchange, supposed: &mut Supposed) -> Option<Exchange> {
        let is_changed =
            self.world.ds != Changes::default() || self.is_new() || self.as_at.is_some();
        let mut message = edit::message(exchange).filter(|_| is_changed)?;
        let zone = &self.worlds.hypothesis.zone;
        let is_asked = *exchange.question() == self.ds_question;
        let has_ns =
            |record: &crate::dns::Record| record.rtype == RecordType::NS && record.owner == *zone;
        let is_referral = !is_asked && message.authority.iter().any(has_ns);
        if !(is_asked || is_referral) || !matches!(message.rcode().0, 0 | 3) {
            return None;
        }
        self.put_ds(&mut message, exchange.server, is_asked, supposed);
        Some(edit::with_message(exchange, &message))
    }

    /// Puts the DS RRset supposed, or the proof that there is none, in the place of what is there.
    fn put_ds(
        &self,
        message: &mut Message,
        server: SocketAddr,
        is_asked: bool,
        supposed: &mut Supposed,
    ) {
        let zone = &self.worlds.hypothesis.zone;
        let Some(parent) = self.base.parent(zone) else {
            return;
        };
        let template: Vec<Template> = self
            .base
            .template(parent, server, zone)
            .into_iter()
            .collect();
        let is_replaced = |record: &crate::dns::Record| {
            edit::is_about(record, RecordType::DS)
                || edit::is_about(record, RecordType::NSEC)
                || edit::is_about(record, RecordType::NSEC3)
                || (is_asked && edit::is_about(record, RecordType::SOA))
        };
        message.authority.retain(|record| !is_replaced(record));
        if is_asked {
            message.answer.clear();
        }
        edit::mend(message);
        let ttl = self.base.ds_ttl(zone);
        let rdata = self.ds_rdata(server);
        if !rdata.is_empty() {
            let set = edit::signed(zone, RecordType::DS, ttl, &rdata, &template, supposed);
            match is_asked {
                true => message.answer.extend(set),
                false => message.authority.extend(set),
            }
            return;
        }
        if is_asked {
            message.authority.extend(self.base.soa(parent, server));
        }
        let proof = edit::no_ds(parent, zone, self.base.nsec3(parent).as_ref());
        if let Some((owner, rtype, rdata)) = proof.filter(|_| !template.is_empty()) {
            let set = edit::signed(&owner, rtype, ttl, &[rdata], &template, supposed);
            message.authority.extend(set);
        }
    }

    fn ds_rdata(&self, server: SocketAddr) -> Vec<Vec<u8>> {
        let hypothesis = self.worlds.hypothesis;
        let server = self.as_at.unwrap_or(server);
        let mut all = self.worlds.now.ds_at(&hypothesis.zone, server);
        if self.world.ds.has(Changes::DS_REMOVED) {
            all.retain(|ds| !hypothesis.ds_removed.contains(&ds.key_tag));
        }
        if self.world.ds.has(Changes::DS_ADDED) {
            for ds in &hypothesis.ds_added {
                if !all.contains(ds) {
                    all.push(ds.clone());
                }
            }
        }
        all.iter().map(crate::dns::Ds::rdata).collect()
    }

    /// The keys of the world. Where the data is new and the DNSKEY RRset is not, it is what the old servers gave,
    /// and the other way round.
    fn with_keys(&self, exchange: &Exchange, supposed: &mut Supposed) -> Exchange {
        let zone = &self.worlds.hypothesis.zone;
        let is_moved = [self.world.data, self.world.keys].map(|seen| seen.has(Changes::MOVED));
        let other = match is_moved {
            [true, false] => Some(&self.worlds.now),
            [false, true] => self.worlds.then.as_ref(),
            _ => None,
        };
        let other = other.and_then(|base| Some((base, base.keys_exchange(zone)?)));
        let (base, server, said) = match other {
            Some((base, (server, held))) => {
                let said = Exchange {
                    server: exchange.server,
                    transport: exchange.transport,
                    outcome: held.outcome.clone(),
                    ..exchange.clone()
                };
                (base, server, said)
            }
            None => (self.base, exchange.server, exchange.clone()),
        };
        if self.world.keys.of(Changes(12)) == Changes::default() {
            return said;
        }
        let changed = self.put_keys(base, server, &said, supposed);
        changed.unwrap_or(said)
    }

    /// Puts the DNSKEY RRset supposed in the place of the one that is there.
    fn put_keys(
        &self,
        base: &Base,
        server: SocketAddr,
        said: &Exchange,
        supposed: &mut Supposed,
    ) -> Option<Exchange> {
        let mut message = edit::message(said)?;
        if message.rcode().0 != 0 {
            return None;
        }
        let hypothesis = self.worlds.hypothesis;
        let zone = &hypothesis.zone;
        let judged = base.keys_at(zone, server);
        let mut keys: Vec<Dnskey> = judged
            .map(|judged| judged.dnskeys.clone())
            .unwrap_or_default();
        let valid = judged.into_iter().flat_map(|judged| judged.rrset.valid());
        let mut templates: Vec<Template> = valid
            .map(|(rrsig, key)| (rrsig.clone(), key.clone()))
            .collect();
        let like = templates.first().cloned();
        if self.world.keys.has(Changes::KEYS_REMOVED) {
            let is_kept = |key: &Dnskey| !hypothesis.keys_removed.contains(&key.key_tag());
            keys.retain(is_kept);
            templates.retain(|(_, key)| is_kept(key));
        }
        if self.world.keys.has(Changes::KEYS_ADDED) {
            let is_bare = templates.is_empty();
            for key in hypothesis
                .keys_added
                .iter()
                .filter(|key| !keys.contains(key))
            {
                let signs = key.is_sep() || is_bare;
                templates.extend(like.as_ref().filter(|_| signs).map(|like| by(like, key)));
            }
            for key in &hypothesis.keys_added {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
        }
        let ttl = base.keys_ttl(zone);
        let rdata: Vec<_> = keys.iter().map(Dnskey::rdata).collect();
        message
            .answer
            .retain(|record| !edit::is_about(record, RecordType::DNSKEY));
        let set = edit::signed(zone, RecordType::DNSKEY, ttl, &rdata, &templates, supposed);
        message.answer.extend(set);
        if judged.is_none() {
            message.authority.clear();
        }
        Some(edit::with_message(said, &message))
    }
}

/// A signature like this one by another key.
fn by((like, _): &Template, key: &Dnskey) -> Template {
    let mut rrsig = like.clone();
    rrsig.key_tag = key.key_tag();
    rrsig.algorithm = key.algorithm;
    (rrsig, key.clone())
}
