//! RRsets of one zone with the same to say, put into one statement.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::list_types;
use crate::checks::{Context, Statement};
use crate::crypto::Algorithm;
use crate::dns::{Name, RecordType, Rrsig, Timestamp};
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;
use crate::validate::JudgedZone;

/// One RRset with the signature to talk about.
#[derive(Debug, Clone)]
pub struct Item<'a> {
    /// Owner name.
    pub owner: &'a Name,
    /// Its type.
    pub rtype: RecordType,
    /// The signature.
    pub rrsig: &'a Rrsig,
    /// Where it was seen.
    pub servers: BTreeSet<SocketAddr>,
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
    /// How far it reaches.
    pub reach: Reach,
}

/// RRsets of one zone that have the same reach, and where that is some servers, at the same servers.
#[derive(Debug)]
pub struct Group<'a> {
    /// The zone.
    pub zone: &'a Name,
    /// One entry for each RRset and signature; there is at least one.
    pub items: Vec<Item<'a>>,
    /// Where they were seen.
    pub servers: BTreeSet<SocketAddr>,
    /// How far they reach.
    pub reach: Reach,
    /// The instant judged at.
    pub now: Timestamp,
}

impl Group<'_> {
    /// "A, AAAA and SOA", each type once.
    pub fn types(&self) -> String {
        list_types(self.items.iter().map(|item| item.rtype))
    }

    /// "key 12345 (ECDSAP256SHA256)", or "keys 1 (…), 2 (…)".
    pub fn signers(&self) -> String {
        let signers: BTreeSet<_> = self
            .items
            .iter()
            .map(|item| {
                format!(
                    "{} ({})",
                    item.rrsig.key_tag,
                    Algorithm(item.rrsig.algorithm)
                )
            })
            .collect();
        let word = if signers.len() == 1 { "key" } else { "keys" };
        let shown: Vec<_> = signers.iter().take(4).map(String::as_str).collect();
        let more = if signers.len() > 4 { ", …" } else { "" };
        format!("{word} {}{more}", shown.join(", "))
    }

    /// "of www.example.", or "in example." when there are several owners.
    pub fn place(&self) -> String {
        let owners: BTreeSet<_> = self.items.iter().map(|item| item.owner).collect();
        match owners.first().filter(|_| owners.len() == 1) {
            Some(owner) => format!("of {owner}"),
            None => format!("in {}", self.zone),
        }
    }

    /// "the RRSIG over A of www.example." or "5 RRSIGs over A, NS and SOA in example."
    pub fn subject(&self) -> String {
        let of = self.place();
        match self.items.as_slice() {
            [one] => format!("the RRSIG over {} {of}", one.rtype),
            many => format!("{} RRSIGs over {} {of}", many.len(), self.types()),
        }
    }

    /// "the A RRset of www.example." or "5 RRsets (A, NS and SOA) in example."
    pub fn rrsets(&self) -> String {
        let sets: BTreeSet<_> = self
            .items
            .iter()
            .map(|item| (item.owner, item.rtype))
            .collect();
        let of = self.place();
        match sets.len() {
            1 => format!("the {} RRset {of}", self.types()),
            many => format!("{many} RRsets ({}) {of}", self.types()),
        }
    }

    /// `one` when the group has a single signature, else `many`.
    pub fn verb(&self, one: &'static str, many: &'static str) -> &'static str {
        if self.items.len() == 1 { one } else { many }
    }

    /// The item whose signature ends first.
    pub fn first_to_end(&self) -> &Item<'_> {
        let at = |item: &&Item<'_>| item.rrsig.expiration.near(self.now);
        self.items
            .iter()
            .min_by_key(at)
            .expect("a group holds an item")
    }
}

/// Puts items into groups and those into words.
pub fn state(
    context: &Context<'_>,
    zone: &JudgedZone,
    items: Vec<Item<'_>>,
    message: &impl Fn(&Group<'_>) -> (String, String),
) -> Vec<Statement> {
    let mut groups: BTreeMap<_, Group<'_>> = BTreeMap::new();
    for item in items {
        let apart = (item.reach == Reach::SomeServers).then(|| item.servers.clone());
        let group = groups.entry((item.reach, apart)).or_insert_with(|| Group {
            zone: &zone.apex,
            items: Vec::new(),
            servers: BTreeSet::new(),
            reach: item.reach,
            now: context.now,
        });
        group.servers.extend(&item.servers);
        group.items.push(item);
    }
    let groups = groups.into_values();
    groups
        .map(|group| {
            let (message, fix) = message(&group);
            statement(context, &group, message).fix(fix)
        })
        .collect()
}

fn statement(context: &Context<'_>, group: &Group<'_>, message: String) -> Statement {
    let beside = match group.reach {
        Reach::Harmless => "; another signature beside it is valid",
        _ => "",
    };
    let at = context.at(group.zone, &group.servers, group.reach);
    let first = &group.items[0];
    let evidence = group.items.iter().flat_map(|item| item.evidence.clone());
    Statement::new(group.zone, format!("{message}{at}{beside}"))
        .reach(group.reach)
        .about("rrtype", group.types())
        .about("owner", first.owner)
        .about("key_tag", first.rrsig.key_tag)
        .about("algorithm", Algorithm(first.rrsig.algorithm))
        .fact("inception", first.rrsig.inception.near(context.now))
        .fact("expiration", first.rrsig.expiration.near(context.now))
        .fact("signer", &first.rrsig.signer)
        .shown_by(evidence)
        .at_servers(context, &group.servers)
}
