//! The DS records of a zone as its parent publishes them, whatever became of them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::{ds_name, list};
use crate::checks::{Context, Statement};
use crate::dns::{Ds, Name, present};
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;
use crate::validate::{EntryPoint, JudgedZone};

/// One DS of a zone.
pub struct Published<'a> {
    /// The zone.
    pub zone: &'a JudgedZone,
    /// The DS.
    pub ds: Ds,
    /// The other DS records of the zone.
    pub others: Vec<Ds>,
    /// The servers of the parent that have it.
    pub servers: BTreeSet<SocketAddr>,
    /// The exchanges that show it.
    pub evidence: BTreeSet<ExchangeId>,
}

impl Published<'_> {
    /// The other DS records of the same key, by tag and algorithm.
    pub fn siblings(&self) -> impl Iterator<Item = &Ds> {
        self.others.iter().filter(|other| {
            other.key_tag == self.ds.key_tag && other.algorithm == self.ds.algorithm
        })
    }
}

/// Every DS of every zone.
pub fn published<'a>(context: &Context<'a>) -> Vec<Published<'a>> {
    context.chain.zones.iter().flat_map(of_zone).collect()
}

fn of_zone(zone: &JudgedZone) -> Vec<Published<'_>> {
    let all = zone.published_ds();
    let mut found = Vec::new();
    for ds in &all {
        let rdata = ds.rdata();
        let given = zone.delegation.iter().filter(|(_, (_, judged))| {
            let mut sets = judged.rrset.iter().flat_map(|set| &set.rrset.rdata);
            sets.any(|octets| **octets == rdata[..])
        });
        let (servers, evidence) = given.map(|(server, (id, _))| (*server, *id)).unzip();
        found.push(Published {
            zone,
            ds: ds.clone(),
            others: all.iter().filter(|other| *other != ds).cloned().collect(),
            servers,
            evidence,
        });
    }
    found
}

/// One statement for all DS records of a zone about which `words` says the same; `None` leaves one out.
/// The words follow "DS 12345 (…) of example. at the parent: ".
pub fn state_published(
    context: &Context<'_>,
    words: impl Fn(&Published<'_>) -> Option<(Reach, String)>,
    fix: impl Fn(&Published<'_>) -> String,
) -> Vec<Statement> {
    let all = published(context);
    let mut groups: BTreeMap<(&Name, Reach, String), Vec<&Published<'_>>> = BTreeMap::new();
    for one in &all {
        if let Some((reach, text)) = words(one) {
            let group = groups.entry((&one.zone.apex, reach, text)).or_default();
            group.push(one);
        }
    }
    groups
        .into_iter()
        .map(|((apex, reach, text), group)| state(apex, reach, &text, &group, &fix))
        .collect()
}

fn state(
    apex: &Name,
    reach: Reach,
    text: &str,
    group: &[&Published<'_>],
    fix: impl Fn(&Published<'_>) -> String,
) -> Statement {
    let names: Vec<_> = group
        .iter()
        .map(|one| ds_name(&EntryPoint::Ds(one.ds.clone())))
        .collect();
    let lines: Vec<_> = group.iter().map(|one| present::ds_text(&one.ds)).collect();
    let tags: Vec<_> = group.iter().map(|one| one.ds.key_tag.to_string()).collect();
    let mut fixes: Vec<_> = group.iter().map(|one| fix(one)).collect();
    fixes.dedup();
    Statement::new(apex, format!("{} of {apex}: {text}", list(&names)))
        .reach(reach)
        .about("rrtype", "DS")
        .about("key_tag", tags.join(", "))
        .fact("ds", lines.join("; "))
        .fix(fixes.join("\n"))
        .shown_by(group.iter().flat_map(|one| one.evidence.iter().copied()))
}
