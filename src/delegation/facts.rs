//! What the servers of parent and zone say about the delegation, taken together.
//!
//! A server that gives no answer that can be used is silent here, whatever the reason: that is the
//! audit's to tell.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use super::NoPlan;
use super::digest::{is_of, usable};
use crate::dns::{Dnskey, Ds, Name, Record, RecordType, Rrset};
use crate::evidence::probes::question;
use crate::evidence::topology::Topology;
use crate::evidence::view::{View, records};
use crate::validate::{
    AnswerKind, Chain, JudgedRrset, JudgedServer, JudgedZone, KeysReply, Status,
};

/// All that a plan rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Apex of the zone.
    pub zone: Name,
    /// The zone it is delegated from.
    pub parent: Option<Name>,
    /// Every server of the parent.
    pub parents: Vec<Parent>,
    /// Every server of the zone.
    pub children: Vec<Child>,
    /// How long caches may hold other data of the zone, or that there is none, in seconds: the greatest TTL seen.
    pub data_ttl: u32,
}

/// A server of the parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// Address and port.
    pub server: SocketAddr,
    /// Its DS RRset, empty when it has none; `None` when it did not say.
    pub ds: Option<Vec<Ds>>,
    /// TTL of the DS RRset, in seconds.
    pub ttl: Option<u32>,
}

/// A server of the zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Address and port.
    pub server: SocketAddr,
    /// What it answers to the question for DNSKEY.
    pub said: Said,
    /// The keys whose signatures over the DNSKEY RRset are valid and that may be entry points.
    pub signers: Vec<Dnskey>,
    /// TTL of the DNSKEY RRset, in seconds.
    pub ttl: Option<u32>,
    /// Its CDS records, where they are not bogus.
    pub cds: Vec<Ds>,
    /// Its CDNSKEY records, where they are not bogus.
    pub cdnskey: Vec<Dnskey>,
    /// Numbers of the algorithms that every RRset seen but for the keys is validly signed with; none where no
    /// signature could be verified.
    pub algorithms: Option<BTreeSet<u8>>,
    /// Keys whose signatures over other RRsets than the DNSKEY RRset are valid.
    pub data_signers: Vec<Dnskey>,
}

/// What a server answers to the question for DNSKEY.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Nothing that can be used.
    Silent,
    /// That there is none.
    Unsigned,
    /// The keys.
    Keys(Vec<Dnskey>),
}

impl Child {
    /// Whether the server has this key.
    pub fn has(&self, key: &Dnskey) -> bool {
        matches!(&self.said, Said::Keys(keys) if keys.contains(key))
    }

    /// Whether the key validly signs the DNSKEY RRset there.
    pub fn is_signed_by(&self, key: &Dnskey) -> bool {
        self.signers.contains(key)
    }

    /// Whether the server said something about keys.
    pub fn is_answering(&self) -> bool {
        self.said != Said::Silent
    }
}

impl Facts {
    /// Every DS that some parent server has, each once.
    pub fn published_anywhere(&self) -> Vec<Ds> {
        unique(self.parents.iter().filter_map(|p| p.ds.as_ref()).flatten())
    }

    /// How many parent servers have this DS.
    pub fn parents_with(&self, ds: &Ds) -> usize {
        let has = |parent: &&Parent| parent.ds.as_ref().is_some_and(|set| set.contains(ds));
        self.parents.iter().filter(has).count()
    }

    /// The parent servers that said something about DS.
    pub fn answering_parents(&self) -> impl Iterator<Item = (&Parent, &[Ds])> {
        let said = |parent: &'_ Parent| parent.ds.is_some();
        let answering = self.parents.iter().filter(move |parent| said(parent));
        answering.map(|parent| (parent, parent.ds.as_deref().unwrap_or_default()))
    }

    /// The servers of the zone that said something about keys.
    pub fn answering_children(&self) -> impl Iterator<Item = &Child> {
        self.children.iter().filter(|child| child.is_answering())
    }

    /// Whether every parent server that answers has this DS.
    pub fn is_everywhere(&self, ds: &Ds) -> bool {
        self.answering_parents().all(|(_, set)| set.contains(ds))
    }

    /// The keys with the SEP flag and those that sign the DNSKEY RRset somewhere, each once.
    pub fn entry_keys(&self) -> Vec<&Dnskey> {
        let mut found: Vec<&Dnskey> = Vec::new();
        for child in &self.children {
            let Said::Keys(keys) = &child.said else {
                continue;
            };
            let wanted = keys
                .iter()
                .filter(|key| key.is_sep() || child.is_signed_by(key));
            for key in wanted {
                if !found.contains(&key) {
                    found.push(key);
                }
            }
        }
        found.sort_by_key(|key| (key.algorithm, key.key_tag(), key.flags));
        found
    }

    /// The keys that a DS could lead to: those that sign the DNSKEY RRset somewhere; those with the SEP
    /// flag alone where there is one.
    pub fn live_keys(&self) -> Vec<&Dnskey> {
        let is_signing = |key: &&Dnskey| self.children.iter().any(|c| c.is_signed_by(key));
        let mut live: Vec<&Dnskey> = self.entry_keys().into_iter().filter(is_signing).collect();
        if live.iter().any(|key| key.is_sep()) {
            live.retain(|key| key.is_sep());
        }
        live
    }

    /// Whether a DS leads to a key that signs the DNSKEY RRset at a server.
    pub fn leads(&self, ds: &Ds, child: &Child) -> bool {
        let mut signers = child.signers.iter();
        !usable(std::slice::from_ref(ds)).is_empty()
            && signers.any(|key| is_of(&self.zone, ds, key))
    }

    /// Whether a DS RRset leads to a key that signs the DNSKEY RRset at a server.
    pub fn set_leads(&self, set: &[Ds], child: &Child) -> bool {
        usable(set).into_iter().any(|ds| self.leads(ds, child))
    }

    /// The key that a DS was made of, at any server.
    pub fn key_of(&self, ds: &Ds) -> Option<&Dnskey> {
        let keys = self.children.iter().flat_map(|child| match &child.said {
            Said::Keys(keys) => keys.as_slice(),
            _ => &[],
        });
        keys.into_iter().find(|key| is_of(&self.zone, ds, key))
    }

    /// What a DS refers to, in words.
    pub fn refers_to(&self, ds: &Ds) -> String {
        let Some(key) = self.key_of(ds) else {
            let is_alike =
                |key: &&Dnskey| key.key_tag() == ds.key_tag && key.algorithm == ds.algorithm;
            let is_known = crate::crypto::DigestType(ds.digest_type).is_supported();
            return match self.entry_keys().into_iter().find(is_alike) {
                Some(_) if is_known => "no key: the digest of that key is another one".to_owned(),
                Some(_) => "a key, by a digest not computed here".to_owned(),
                None => "no key of the zone".to_owned(),
            };
        };
        let signing = self.children.iter().filter(|c| c.is_signed_by(key)).count();
        match signing {
            _ if key.is_revoked() => "a revoked key".to_owned(),
            0 if !key.is_zone_key() => "a key whose Zone Key flag is 0".to_owned(),
            0 => "a key that does not validly sign the DNSKEY RRset".to_owned(),
            _ => format!("key {}, which signs the DNSKEY RRset", key.key_tag()),
        }
    }

    /// The servers of parent and zone that said nothing that can be used.
    pub fn silent(&self) -> BTreeSet<SocketAddr> {
        let parents = self.parents.iter().filter(|parent| parent.ds.is_none());
        let children = self.children.iter().filter(|child| !child.is_answering());
        let parents = parents.map(|parent| parent.server);
        parents.chain(children.map(|child| child.server)).collect()
    }

    /// Greatest TTL of the DS RRset, in seconds.
    pub fn ds_ttl(&self) -> Option<u32> {
        self.parents.iter().filter_map(|parent| parent.ttl).max()
    }

    /// Greatest TTL of the DNSKEY RRset, in seconds.
    pub fn dnskey_ttl(&self) -> Option<u32> {
        self.children.iter().filter_map(|child| child.ttl).max()
    }
}

/// Each DS once, in order of tag, algorithm and digest type.
fn unique<'a>(all: impl Iterator<Item = &'a Ds>) -> Vec<Ds> {
    let mut found: Vec<Ds> = Vec::new();
    for ds in all {
        if !found.contains(ds) {
            found.push(ds.clone());
        }
    }
    found.sort_by_key(|ds| (ds.key_tag, ds.algorithm, ds.digest_type));
    found
}

/// Gathers the facts about the zone `name`.
pub(super) fn gather(
    view: &View,
    topology: &Topology,
    chain: &Chain,
    name: &Name,
) -> Result<Facts, NoPlan> {
    let Some(judged) = chain.zone(name) else {
        let trail = topology.trails.first();
        let deepest = trail.and_then(|trail| trail.zones.last());
        let deepest = deepest.cloned().unwrap_or_else(Name::root);
        return Err(if trail.is_some_and(|trail| trail.is_complete) {
            NoPlan::NotApex(deepest)
        } else {
            NoPlan::NotFound(deepest)
        });
    };
    let parent = judged.parent.as_ref();
    let parent_servers = parent
        .and_then(|apex| topology.zones.get(apex))
        .into_iter()
        .flat_map(|zone| zone.servers.keys());
    Ok(Facts {
        zone: name.clone(),
        parent: judged.parent.clone(),
        parents: parent_servers
            .map(|&server| parent_says(judged, server))
            .collect(),
        children: judged
            .servers
            .iter()
            .map(|(&server, said)| child_says(view, name, server, said))
            .collect(),
        data_ttl: data_ttl(view, &judged.servers.keys().copied().collect(), name),
    })
}

fn parent_says(zone: &JudgedZone, server: SocketAddr) -> Parent {
    let said = zone.delegation.get(&server).map(|(_, ds)| ds);
    let rrset = said.and_then(|ds| ds.rrset.as_ref()).map(|set| &set.rrset);
    let read = |set: &Rrset| {
        let all = set.rdata.iter().filter_map(|rdata| Ds::parse(rdata).ok());
        all.collect::<Vec<_>>()
    };
    Parent {
        server,
        ds: said.map(|_| unique(rrset.map(read).unwrap_or_default().iter())),
        ttl: rrset.and_then(longest),
    }
}

fn longest(rrset: &Rrset) -> Option<u32> {
    rrset.ttls.iter().copied().max()
}

fn child_says(view: &View, zone: &Name, server: SocketAddr, judged: &JudgedServer) -> Child {
    let mut child = Child {
        server,
        said: Said::Silent,
        signers: Vec::new(),
        ttl: None,
        cds: Vec::new(),
        cdnskey: Vec::new(),
        algorithms: algorithms(judged),
        data_signers: data_signers(judged),
    };
    match &judged.keys {
        KeysReply::Given(_, keys) => {
            child.signers = entry_points(keys.rrset.valid().map(|(_, key)| key));
            child.ttl = longest(&keys.rrset.rrset);
            child.said = Said::Keys(keys.dnskeys.clone());
        }
        KeysReply::Without(_, AnswerKind::NoType) => child.said = Said::Unsigned,
        _ => {}
    }
    let of = |rtype| believable(view, zone, server, judged, rtype);
    child.cds = of(RecordType::CDS)
        .iter()
        .filter_map(|rdata| Ds::parse(rdata).ok())
        .collect();
    child.cdnskey = of(RecordType::CDNSKEY)
        .iter()
        .filter_map(|rdata| Dnskey::parse(rdata).ok())
        .collect();
    child
}

/// The algorithms that all data of a server that was seen is signed with.
fn algorithms(judged: &JudgedServer) -> Option<BTreeSet<u8>> {
    let of_set = |set: &JudgedRrset| -> BTreeSet<u8> {
        set.valid().map(|(rrsig, _)| rrsig.algorithm).collect()
    };
    let sets = judged.data().map(of_set).filter(|set| !set.is_empty());
    sets.reduce(|all, set| &all & &set)
}

fn data_signers(judged: &JudgedServer) -> Vec<Dnskey> {
    let mut found: Vec<Dnskey> = Vec::new();
    for (_, key) in judged.data().flat_map(JudgedRrset::valid) {
        if !found.contains(key) {
            found.push(key.clone());
        }
    }
    found
}

/// How long caches may hold data that these servers of a zone gave beside its keys, or that there is none, in
/// seconds: the greatest TTL that was seen.
pub fn data_ttl(view: &View, servers: &BTreeSet<SocketAddr>, zone: &Name) -> u32 {
    let heard = view.heard().iter();
    let heard = heard.filter(|heard| servers.contains(&heard.exchange.server));
    let messages = heard.filter_map(|heard| heard.message.as_ref());
    let ttls = messages.flat_map(|message| {
        let is_data = |record: &&Record| {
            let is_key = matches!(record.rtype, RecordType::DNSKEY | RecordType::RRSIG);
            record.owner.is_at_or_below(zone) && !is_key
        };
        let answer = message.answer.iter().filter(is_data);
        let soa = records(&message.authority, zone, RecordType::SOA).map(negative_ttl);
        answer.map(|record| record.ttl).chain(soa)
    });
    ttls.max().unwrap_or(0)
}

/// How long a denial is held (RFC 2308, section 5): the lesser of the SOA's TTL and its MINIMUM field.
pub fn negative_ttl(soa: &Record) -> u32 {
    let minimum = soa.rdata.last_chunk().copied().map(u32::from_be_bytes);
    soa.ttl.min(minimum.unwrap_or(soa.ttl))
}

/// Each key once that may be an entry point: a zone key, not revoked, of a protocol and algorithm known.
fn entry_points<'a>(keys: impl Iterator<Item = &'a Dnskey>) -> Vec<Dnskey> {
    let mut found: Vec<Dnskey> = Vec::new();
    for key in keys.filter(|key| key.is_zone_key() && !key.is_revoked() && key.protocol == 3) {
        if !found.contains(key) {
            found.push(key.clone());
        }
    }
    found
}

/// The RDATA of a signal at the apex; none when its signatures are bogus.
fn believable(
    view: &View,
    zone: &Name,
    server: SocketAddr,
    judged: &JudgedServer,
    rtype: RecordType,
) -> Vec<Box<[u8]>> {
    let question = question(zone, rtype);
    let answer = judged.answers.get(&question);
    if answer.is_some_and(|(_, answer)| answer.status == Status::Bogus) {
        return Vec::new();
    }
    let Some(reply) = view.reply(server, &question) else {
        return Vec::new();
    };
    let found = records(&reply.message.answer, zone, rtype);
    found.map(|record| record.rdata.clone()).collect()
}
