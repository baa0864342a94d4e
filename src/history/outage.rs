//! The last time a zone was bogus, and how long resolvers took to recover.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dns::Timestamp;
use crate::report::{Report, Verdict};

/// A time during which the zone was bogus at its own servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// The first look that saw it.
    pub since: Timestamp,
    /// The first look that saw it right again; `None` while it lasts.
    pub until: Option<Timestamp>,
    /// When each resolver that failed was right again, by its name.
    pub recovered: BTreeMap<String, Timestamp>,
}

pub(super) fn after(before: Option<&Outage>, report: &Report) -> Option<Outage> {
    let is_bogus = report.verdict == Verdict::Bogus;
    let outage = match before {
        Some(open) if open.until.is_none() => open.clone(),
        other if !is_bogus => return other.map(|ended| recover(ended.clone(), report)),
        _ => Outage {
            since: report.at,
            until: None,
            recovered: BTreeMap::new(),
        },
    };
    let until = (!is_bogus).then_some(report.at);
    Some(recover(Outage { until, ..outage }, report))
}

/// Notes the resolvers that are right again after the end.
fn recover(mut outage: Outage, report: &Report) -> Outage {
    if outage.until.is_none() {
        return outage;
    }
    let resolvers = report.vantages.iter().filter(|one| one.resolver.is_some());
    for one in resolvers.filter(|one| one.verdict == report.verdict) {
        outage
            .recovered
            .entry(one.server.clone())
            .or_insert(report.at);
    }
    outage
}
