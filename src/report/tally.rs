//! Many reports counted: by verdict, by cause, and by the set of name servers that they share.
//!
//! One fault of a signer, a registry or a server shows in thousands of zones. What tells one cause from
//! ten thousand is what the zones have in common.

use std::collections::{BTreeMap, BTreeSet};

use super::snapshot::Snapshot;
use super::status::{Status, Threshold};
use super::{Finding, Inventory, Link, Report, Severity, Verdict};
use crate::dns::Name;

/// Names that are kept of those that have something in common.
const EXAMPLES: usize = 3;
/// Sets of name servers that are kept of a cause: beyond these it is no matter of one set.
const SETS: usize = 2;

/// What counts of one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gist {
    /// What was audited.
    pub name: Name,
    /// Verdict.
    pub verdict: Verdict,
    /// State under the threshold of the run.
    pub status: Status,
    /// Root causes that count under the threshold.
    pub causes: BTreeSet<Cause>,
    /// The name servers, in one text: by name, and by address where they are named in the zone itself, so
    /// that zones on one set of servers have the same.
    pub servers: String,
}

/// What is wrong with a zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// Weight.
    pub severity: Severity,
    /// Code of the finding.
    pub code: String,
    /// The zone at fault, where it is another than the one that was audited.
    pub elsewhere: Option<Name>,
}

/// Reports, counted.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// All of them.
    pub reports: usize,
    /// By verdict.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// By cause; a report can have several.
    pub causes: BTreeMap<Cause, Group>,
    /// By the name servers.
    pub servers: BTreeMap<String, Verdicts>,
    /// The worst state: critical, then unknown, then a warning.
    pub worst: Option<Status>,
}

/// Zones with one cause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// How many.
    pub zones: usize,
    /// The first of them.
    pub examples: Vec<Name>,
    /// Their sets of name servers, no more than two.
    pub servers: BTreeSet<String>,
}

/// Zones on one set of name servers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// How many.
    pub zones: usize,
    /// Of them bogus.
    pub bogus: usize,
    /// Of which nothing could be told.
    pub unknown: usize,
    /// With something else that counts.
    pub faulty: usize,
}

impl Gist {
    /// Of a report under a threshold.
    pub fn of(report: &Report, threshold: &Threshold) -> Self {
        let parts = Parts {
            name: &report.query.name,
            verdict: report.verdict,
            findings: &report.findings,
            folded: &report.folded,
            chain: &report.chain,
            inventory: report.inventory.as_ref(),
        };
        parts.gist(threshold)
    }

    /// Of a report that was read back.
    pub fn of_snapshot(report: &Snapshot, threshold: &Threshold) -> Self {
        let parts = Parts {
            name: &report.query.name,
            verdict: report.verdict,
            findings: &report.findings,
            folded: &report.folded,
            chain: &report.chain,
            inventory: report.inventory.as_ref(),
        };
        parts.gist(threshold)
    }
}

struct Parts<'r> {
    name: &'r Name,
    verdict: Verdict,
    findings: &'r [Finding],
    folded: &'r [Finding],
    chain: &'r [Link],
    inventory: Option<&'r Inventory>,
}

impl Parts<'_> {
    fn gist(&self, threshold: &Threshold) -> Gist {
        let all = self.findings.iter().chain(self.folded);
        let worst = all.map(|finding| finding.severity).max();
        let status = threshold.weigh(self.verdict, worst);
        let counts = |finding: &&Finding| finding.severity >= threshold.fail_on;
        let causes = self.findings.iter().filter(counts);
        Gist {
            name: self.name.clone(),
            verdict: self.verdict,
            status,
            causes: causes.map(|finding| self.cause(finding)).collect(),
            servers: self.servers(),
        }
    }

    fn cause(&self, finding: &Finding) -> Cause {
        let own = self
            .inventory
            .map_or(self.name, |inventory| &inventory.zone);
        let is_own = finding.zone == *own || finding.zone.is_at_or_below(self.name);
        Cause {
            severity: finding.severity,
            code: finding.code.clone(),
            elsewhere: (!is_own).then(|| finding.zone.to_lowercase()),
        }
    }

    fn servers(&self) -> String {
        let Some(inventory) = self.inventory else {
            return String::new();
        };
        let names = &inventory.name_servers;
        let is_named_inside = names
            .iter()
            .any(|name| name.is_at_or_below(&inventory.zone));
        let link = self.chain.iter().find(|link| link.zone == inventory.zone);
        let set: BTreeSet<String> = match link {
            Some(link) if is_named_inside => link
                .servers
                .iter()
                .map(|server| server.address.clone())
                .collect(),
            _ => names
                .iter()
                .map(|name| name.to_lowercase().to_string())
                .collect(),
        };
        let set: Vec<String> = set.into_iter().collect();
        set.join(" ")
    }
}

impl Tally {
    /// Counts a report.
    pub fn add(&mut self, gist: &Gist) {
        self.reports += 1;
        *self.verdicts.entry(gist.verdict).or_default() += 1;
        self.worst = Some(match self.worst {
            Some(worst) => sterner(worst, gist.status),
            None => gist.status,
        });
        for cause in &gist.causes {
            let group = self.causes.entry(cause.clone()).or_default();
            group.zones += 1;
            if group.examples.len() < EXAMPLES {
                group.examples.push(gist.name.clone());
            }
            if group.servers.len() < SETS {
                group.servers.insert(gist.servers.clone());
            }
        }
        let set = self.servers.entry(gist.servers.clone()).or_default();
        set.zones += 1;
        match (gist.verdict, gist.status) {
            (Verdict::Bogus, _) => set.bogus += 1,
            (Verdict::Indeterminate, _) => set.unknown += 1,
            (_, Status::Ok) => {}
            _ => set.faulty += 1,
        }
    }

    /// The state of all together.
    pub fn status(&self) -> Status {
        self.worst.unwrap_or(Status::Ok)
    }

    /// How many have a verdict.
    pub fn of(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }
}

/// Of two states the one that a script has to hear of first. That one zone could not be told does not
/// hide that another is broken.
fn sterner(one: Status, other: Status) -> Status {
    let rank = |status| match status {
        Status::Ok => 0,
        Status::Warning => 1,
        Status::Unknown => 2,
        Status::Critical => 3,
    };
    match rank(one) >= rank(other) {
        true => one,
        false => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::render::{ndjson, samples};

    fn gists() -> Vec<Gist> {
        let reports = [
            samples::bogus(),
            samples::secure(),
            samples::indeterminate(),
        ];
        let threshold = Threshold::default();
        reports
            .iter()
            .map(|report| Gist::of(report, &threshold))
            .collect()
    }

    #[test]
    fn a_report_read_back_counts_as_the_report() {
        for report in [
            samples::bogus(),
            samples::flapping(),
            samples::indeterminate(),
        ] {
            let read = Snapshot::read(&ndjson(&report)).unwrap();
            let threshold = Threshold::default();
            let again = Gist::of_snapshot(&read, &threshold);
            assert_eq!(again, Gist::of(&report, &threshold));
        }
    }

    #[test]
    fn the_order_of_reports_changes_no_count() {
        let mut tally = Tally::default();
        gists().iter().for_each(|gist| tally.add(gist));
        let mut back = Tally::default();
        gists().iter().rev().for_each(|gist| back.add(gist));
        assert_eq!(tally.causes.len(), back.causes.len());
        assert_eq!(tally.servers, back.servers);
        assert_eq!((tally.reports, tally.of(Verdict::Bogus)), (3, 1));
        // Something is broken, whatever could not be told.
        assert_eq!(
            (tally.status(), back.status()),
            (Status::Critical, Status::Critical)
        );
    }

    #[test]
    fn a_fault_elsewhere_is_one_cause_for_all_zones_below() {
        let mut report = samples::bogus();
        let mut tally = Tally::default();
        report.findings.truncate(1);
        report.findings[0].zone = "test.".parse().unwrap();
        for name in ["a.test.", "b.test.", "c.test.", "d.test."] {
            report.query.name = name.parse().unwrap();
            tally.add(&Gist::of(&report, &Threshold::default()));
        }
        let (cause, group) = tally.causes.first_key_value().unwrap();
        assert_eq!(cause.elsewhere, Some("test.".parse().unwrap()));
        assert_eq!((group.zones, group.examples.len()), (4, EXAMPLES));
    }
}
