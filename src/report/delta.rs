//! What is new, gone and changed from one report to another about the same name.
//!
//! A [`Delta`] is a difference of maps: each entry has what stood there before and what stands there now,
//! and an entry with both alike is none. So the order in a report has no influence, and the deltas of two
//! steps make that of both together ([`Delta::then`]).

mod render;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::snapshot::Snapshot;
use super::status::Status;
use super::{Deadline, Finding, Inventory, Severity, Subject, Verdict};
use crate::dns::{Name, Timestamp};

/// Name and version of the JSON form.
pub const SCHEMA: &str = "anchorwatch.delta/1";

/// From one report to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// What both are about.
    pub query: Subject,
    /// The earlier; none where there was no report.
    pub from: Option<Side>,
    /// The later; none where there is no report any more.
    pub to: Option<Side>,
    findings: Changes<Key, Told>,
    /// What the zone has: a kind and what tells one from another, with what is said of it.
    inventory: Changes<(&'static str, String), String>,
}

/// One of the two reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The instant judged at.
    pub at: Timestamp,
    /// Its verdict.
    pub verdict: Verdict,
    /// Code of the finding that explains it.
    pub reason: Option<String>,
    /// What ends next.
    pub deadline: Option<Deadline>,
}

/// What was there and what is; not both alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<T> {
    /// What was there, if anything.
    pub before: Option<T>,
    /// What is there, if anything.
    pub after: Option<T>,
}

type Changes<K, V> = BTreeMap<K, Change<V>>;

/// What makes two findings the same: not what they say, which holds instants. Where several have one code
/// and subject they are numbered in the order of what they say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    code: String,
    zone: Name,
    subject: BTreeMap<String, String>,
    number: usize,
}

/// What a finding says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Told {
    /// Code.
    pub code: String,
    /// Weight.
    pub severity: Severity,
    /// Zone it is about.
    pub zone: Name,
    /// What in the zone.
    pub subject: BTreeMap<String, String>,
    /// One sentence.
    pub message: String,
}

/// Two reports, or two deltas, that do not go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    before: Subject,
    after: Subject,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, other) = (&self.before, &self.after);
        write!(
            f,
            "it is about {} {}, and this audit about {} {}",
            one.name, one.rtype, other.name, other.rtype
        )
    }
}

impl std::error::Error for Mismatch {}

impl Delta {
    /// From `before` to `after`.
    ///
    /// # Errors
    /// They are about different names or types.
    pub fn between(before: &Snapshot, after: &Snapshot) -> Result<Self, Mismatch> {
        same(&before.query, &after.query)?;
        Ok(Self {
            query: after.query.clone(),
            from: Some(side(before)),
            to: Some(side(after)),
            findings: changes(&findings(before), &findings(after)),
            inventory: changes(&inventory(before), &inventory(after)),
        })
    }

    /// From nothing to a report: a name that was not there.
    pub fn appeared(after: &Snapshot) -> Self {
        Self {
            query: after.query.clone(),
            from: None,
            to: Some(side(after)),
            findings: changes(&BTreeMap::new(), &findings(after)),
            inventory: changes(&BTreeMap::new(), &inventory(after)),
        }
    }

    /// From a report to nothing: a name that is no longer there.
    pub fn vanished(before: &Snapshot) -> Self {
        Self {
            query: before.query.clone(),
            from: Some(side(before)),
            to: None,
            findings: changes(&findings(before), &BTreeMap::new()),
            inventory: changes(&inventory(before), &BTreeMap::new()),
        }
    }

    /// This one and the next in one: from where this begins to where `next` ends.
    ///
    /// # Errors
    /// They are about different names or types.
    pub fn then(&self, next: &Self) -> Result<Self, Mismatch> {
        same(&self.query, &next.query)?;
        Ok(Self {
            query: next.query.clone(),
            from: self.from.clone(),
            to: next.to.clone(),
            findings: composed(&self.findings, &next.findings),
            inventory: composed(&self.inventory, &next.inventory),
        })
    }

    /// Findings that were not there.
    pub fn added(&self) -> impl Iterator<Item = &Told> {
        let changes = self.findings.values();
        changes.filter_map(|change| change.after.as_ref().filter(|_| change.before.is_none()))
    }

    /// Findings that are no longer there.
    pub fn gone(&self) -> impl Iterator<Item = &Told> {
        let changes = self.findings.values();
        changes.filter_map(|change| change.before.as_ref().filter(|_| change.after.is_none()))
    }

    /// Findings that say something else, or weigh something else.
    pub fn changed(&self) -> impl Iterator<Item = (&Told, &Told)> {
        let changes = self.findings.values();
        changes.filter_map(|change| Some((change.before.as_ref()?, change.after.as_ref()?)))
    }

    /// Whether nothing differs but the time.
    pub fn is_empty(&self) -> bool {
        let said = |side: &Option<Side>| {
            side.as_ref()
                .map(|side| (side.verdict, side.reason.clone()))
        };
        let is_same = said(&self.from) == said(&self.to);
        is_same && self.findings.is_empty() && self.inventory.is_empty()
    }

    /// What became worse: a verdict, findings that are new or weigh more, from a warning up. A name that was not
    /// there is no worse for being insecure.
    pub fn status(&self) -> Status {
        let heavier = self
            .changed()
            .filter(|(before, after)| after.severity > before.severity);
        let worse = self.added().chain(heavier.map(|(_, after)| after));
        let worst = worse.map(|told| told.severity).max();
        let verdict = |side: &Option<Side>| side.as_ref().map(|side| side.verdict);
        let before = verdict(&self.from).unwrap_or(Verdict::Insecure);
        let verdict = verdict(&self.to).filter(|verdict| *verdict > before);
        match (verdict, worst) {
            (Some(Verdict::Bogus | Verdict::Insecure), _) => Status::Critical,
            (_, Some(Severity::Bogus)) => Status::Critical,
            (Some(Verdict::Indeterminate), _) => Status::Unknown,
            (_, Some(Severity::Error)) => Status::Critical,
            (_, Some(Severity::Warning)) => Status::Warning,
            (_, Some(Severity::Notice) | None) => Status::Ok,
        }
    }
}

fn same(before: &Subject, after: &Subject) -> Result<(), Mismatch> {
    match before == after {
        true => Ok(()),
        false => Err(Mismatch {
            before: before.clone(),
            after: after.clone(),
        }),
    }
}

fn side(report: &Snapshot) -> Side {
    Side {
        at: report.at,
        verdict: report.verdict,
        reason: report.reason.clone(),
        deadline: report.deadline.clone(),
    }
}

fn changes<K: Ord + Clone, V: PartialEq + Clone>(
    before: &BTreeMap<K, V>,
    after: &BTreeMap<K, V>,
) -> Changes<K, V> {
    let keys = before.keys().chain(after.keys());
    let change = |key: &K| Change {
        before: before.get(key).cloned(),
        after: after.get(key).cloned(),
    };
    let all = keys.map(|key| (key.clone(), change(key)));
    all.filter(|(_, change)| change.before != change.after)
        .collect()
}

/// What was there at the beginning of the first, and what is there at the end of the second.
fn composed<K: Ord + Clone, V: PartialEq + Clone>(
    first: &Changes<K, V>,
    second: &Changes<K, V>,
) -> Changes<K, V> {
    let change = |key: &K| {
        let (one, other) = (first.get(key), second.get(key));
        Change {
            before: one.or(other).and_then(|change| change.before.clone()),
            after: other.or(one).and_then(|change| change.after.clone()),
        }
    };
    let all = first
        .keys()
        .chain(second.keys())
        .map(|key| (key.clone(), change(key)));
    all.filter(|(_, change)| change.before != change.after)
        .collect()
}

/// Folded or not: what another finding explains is still there.
fn findings(report: &Snapshot) -> BTreeMap<Key, Told> {
    let all = report.findings.iter().chain(&report.folded);
    let mut all: Vec<&Finding> = all.collect();
    all.sort_by(|one, other| (&one.message, one.severity).cmp(&(&other.message, other.severity)));
    let mut found = BTreeMap::new();
    for finding in all {
        let mut key = Key {
            code: finding.code.clone(),
            zone: finding.zone.to_lowercase(),
            subject: finding.subject.clone(),
            number: 0,
        };
        while found.contains_key(&key) {
            key.number += 1;
        }
        found.insert(key, told(finding));
    }
    found
}

fn told(finding: &Finding) -> Told {
    Told {
        code: finding.code.clone(),
        severity: finding.severity,
        zone: finding.zone.clone(),
        subject: finding.subject.clone(),
        message: finding.message.clone(),
    }
}

/// What the zone has, as one map. A report without an inventory has seen nothing of it.
fn inventory(report: &Snapshot) -> BTreeMap<(&'static str, String), String> {
    let Some(inventory) = &report.inventory else {
        return BTreeMap::new();
    };
    let mut all = BTreeMap::new();
    for key in &inventory.keys {
        let id = format!("{} {} {}", key.key_tag, key.algorithm, key.identity);
        let has_ds = if key.has_ds { ", has a DS" } else { "" };
        let text = format!(
            "flags {}{}{has_ds}",
            key.flags,
            work(key.signs_keys, key.signs_data)
        );
        all.insert(("dnskey", id), text);
    }
    for ds in &inventory.ds {
        let (tag, algorithm, digest_type) = (ds.key_tag, ds.algorithm, ds.digest_type);
        let id = format!("{tag} {algorithm} {digest_type} {}", ds.digest);
        let text = match (ds.holds, report.verdict) {
            (true, _) => "leads to a key",
            (false, Verdict::Indeterminate) => "leads to no key that was seen",
            (false, _) => "leads to no key",
        };
        all.insert(("ds", id), text.to_owned());
    }
    for name in &inventory.name_servers {
        all.insert(("ns", name.to_lowercase().to_string()), String::new());
    }
    all.extend(numbers(inventory));
    all
}

fn work(signs_keys: bool, signs_data: bool) -> &'static str {
    match (signs_keys, signs_data) {
        (true, true) => ", signs keys and data",
        (true, false) => ", signs keys",
        (false, true) => ", signs data",
        (false, false) => ", signs nothing",
    }
}

fn numbers(inventory: &Inventory) -> impl Iterator<Item = ((&'static str, String), String)> {
    let ttls = &inventory.ttls;
    let iterations = inventory.nsec3_iterations.map(u32::from);
    let all = [
        ("ttl", "ds", ttls.ds),
        ("ttl", "dnskey", ttls.dnskey),
        ("ttl", "soa", ttls.soa),
        ("ttl", "negative", ttls.negative),
        ("nsec3", "iterations", iterations),
    ];
    let all = all.into_iter();
    all.filter_map(|(kind, what, number)| Some(((kind, what.to_owned()), number?.to_string())))
}
