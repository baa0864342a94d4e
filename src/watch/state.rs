//! What is remembered of one zone: the latest look boiled down, and what is called of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Thorough;
use super::confirm::Called;
use crate::dns::{Name, Timestamp};
use crate::history::History;
use crate::report::{
    Deadline, DelegationSigner, Inventory, Report, ServerVerdict, Severity, Vantage, Verdict,
};

/// What is remembered of one zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ZoneState {
    /// Apex.
    pub zone: Name,
    /// What is called, and what it rests on.
    pub called: Called,
    /// When the last audit began; `None` before the first.
    pub probed: Option<Timestamp>,
    /// How long it took.
    pub took: Duration,
    /// Looks in a row that could not tell anything.
    pub failures: u32,
    /// Verdict of the last look.
    pub verdict: Option<Verdict>,
    /// Code of the finding that explains it when it is not secure.
    pub reason: Option<String>,
    /// What it rests on, in one sentence.
    pub summary: String,
    /// The uppermost zone on the way whose link is bogus: this zone, or one above it.
    #[serde(default)]
    pub broken_at: Option<Name>,
    /// Findings of the last look by code, consequences left out.
    pub findings: BTreeMap<String, FindingCount>,
    /// The zone's servers, by address.
    pub servers: Vec<ServerState>,
    /// Addresses of the parent's servers that answered.
    pub parents: Vec<String>,
    /// Resolvers that were asked, as they are configured.
    pub resolvers: Vec<ResolverState>,
    /// What the zone has.
    pub inventory: Option<Inventory>,
    /// What ends next.
    pub deadline: Option<Deadline>,
    /// Keys by tag and algorithm whose DS every server of the parent had when all of them were last heard and
    /// the zone was not bogus, and that some server has had since.
    #[serde(default)]
    pub published: BTreeSet<(u16, u8)>,
    /// What earlier looks saw, for the next audit.
    #[serde(default)]
    pub history: History,
    /// What the last thorough look left; `None` before the first.
    #[serde(default)]
    pub thorough: Option<Thorough>,
}

/// Findings with one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingCount {
    /// Weight of the worst.
    pub severity: Severity,
    /// How many.
    pub count: u32,
    /// What the worst says.
    pub message: String,
    /// Since when one has been there without a break.
    pub since: Timestamp,
    /// When the first of them ends by itself, or becomes worse.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

/// A server of the zone at the last look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerState {
    /// Its names.
    pub name: String,
    /// Address and port.
    pub address: String,
    /// What its own data is worth.
    pub verdict: Verdict,
    /// Its SOA serial; `None` when it did not say.
    pub serial: Option<u32>,
    /// When the first of its RRsets is left without a signature in force.
    pub expires: Option<Timestamp>,
    /// The latest inception among its signatures.
    pub signed: Option<Timestamp>,
    /// Whether it answered.
    pub is_answering: bool,
}

/// A resolver at the last look, and what it said since the watch began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolverState {
    /// As it is configured.
    pub resolver: String,
    /// What it tells its clients.
    pub verdict: Verdict,
    /// A word for how it deals with the question.
    pub conduct: String,
    /// Whether its answer had AD.
    pub is_authentic: bool,
    /// How often it was asked about this zone.
    pub asked: u64,
    /// How often it answered with AD.
    pub authentic: u64,
    /// How often it answered SERVFAIL.
    pub failed: u64,
    /// How often it answered SERVFAIL, and with CD something else: the sign of a failed validation.
    pub failed_checking: u64,
}

impl ZoneState {
    /// A zone that is known and was not yet audited.
    pub fn new(zone: Name) -> Self {
        Self {
            zone,
            called: Called::default(),
            probed: None,
            took: Duration::ZERO,
            failures: 0,
            verdict: None,
            reason: None,
            summary: String::new(),
            broken_at: None,
            findings: BTreeMap::new(),
            servers: Vec::new(),
            parents: Vec::new(),
            resolvers: Vec::new(),
            inventory: None,
            deadline: None,
            published: BTreeSet::new(),
            history: History::default(),
            thorough: None,
        }
    }

    /// The state after one more look.
    pub fn after(&self, report: &Report, took: Duration) -> Self {
        let is_told = report.verdict != Verdict::Indeterminate;
        // A name that is gone, or one in a zone below, leads to another zone.
        let own = report.inventory.as_ref();
        let is_own = own.is_some_and(|inventory| inventory.zone == self.zone);
        let inventory = report.inventory.clone().filter(|_| is_own);
        Self {
            zone: self.zone.clone(),
            called: self
                .called
                .look(report.verdict, is_backed(report), report.at),
            probed: Some(report.at),
            took,
            failures: if is_told {
                0
            } else {
                self.failures.saturating_add(1)
            },
            verdict: Some(report.verdict),
            reason: report.reason.clone(),
            summary: report.summary.clone(),
            broken_at: broken_at(report),
            findings: self.findings_after(report),
            servers: servers(report),
            parents: parents(report),
            resolvers: self.resolvers_after(report),
            // What was there is remembered over a look that saw nothing.
            inventory: if is_told {
                inventory.or_else(|| self.inventory.clone())
            } else {
                self.inventory.clone()
            },
            deadline: report.deadline.clone(),
            // What does not validate may be forged, and a signer acts on it.
            published: match is_own && matches!(report.verdict, Verdict::Secure | Verdict::Insecure)
            {
                true => self.published_after(report),
                false => self.published.clone(),
            },
            history: match is_own {
                true => self.history.after(report),
                false => self.history.clone(),
            },
            thorough: self.thorough.clone(),
        }
    }

    /// The weight of the worst finding.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.values().map(|finding| finding.severity).max()
    }

    fn findings_after(&self, report: &Report) -> BTreeMap<String, FindingCount> {
        let mut counted: BTreeMap<String, FindingCount> = BTreeMap::new();
        for finding in &report.findings {
            let known = self.findings.get(&finding.code);
            let entry = counted
                .entry(finding.code.clone())
                .or_insert_with(|| FindingCount {
                    severity: finding.severity,
                    count: 0,
                    message: finding.message.clone(),
                    since: known.map_or(report.at, |known| known.since),
                    until: None,
                });
            entry.count += 1;
            let ends = entry.until.into_iter().chain(finding.until);
            entry.until = ends.min();
            if finding.severity > entry.severity {
                entry.severity = finding.severity;
                entry.message = finding.message.clone();
            }
        }
        counted
    }

    fn published_after(&self, report: &Report) -> BTreeSet<(u16, u8)> {
        let inventory = report.inventory.as_ref();
        let Some(inventory) = inventory.filter(|inventory| inventory.is_ds_whole) else {
            return self.published.clone();
        };
        let rows = rows(report, inventory.parent.as_ref());
        let here = inventory.ds.iter();
        let is_told = |ds: &&DelegationSigner| {
            let is_known = self.published.contains(&(ds.key_tag, ds.algorithm));
            is_known || ds.servers.len() >= rows.len()
        };
        here.filter(is_told)
            .map(|ds| (ds.key_tag, ds.algorithm))
            .collect()
    }

    fn resolvers_after(&self, report: &Report) -> Vec<ResolverState> {
        let vantages = report.vantages.iter();
        vantages
            .filter_map(|vantage| {
                let through = vantage.resolver.as_ref()?;
                let before = self
                    .resolvers
                    .iter()
                    .find(|known| known.resolver == vantage.server);
                let count =
                    |of: fn(&ResolverState) -> u64, is: bool| before.map_or(0, of) + u64::from(is);
                let is_failed = vantage.rcode.as_deref() == Some(SERVFAIL);
                let is_checking = is_failed
                    && through
                        .rcode_cd
                        .as_deref()
                        .is_some_and(|rcode| rcode != SERVFAIL);
                Some(ResolverState {
                    resolver: vantage.server.clone(),
                    verdict: vantage.verdict,
                    conduct: through.conduct.to_owned(),
                    is_authentic: vantage.ad,
                    asked: count(|known| known.asked, true),
                    authentic: count(|known| known.authentic, vantage.ad),
                    failed: count(|known| known.failed, is_failed),
                    failed_checking: count(|known| known.failed_checking, is_checking),
                })
            })
            .collect()
    }
}

const SERVFAIL: &str = "SERVFAIL";

/// Whether a resolver whose word counts saw what the audit of the authorities saw: it calls the data
/// bogus as well.
fn is_backed(report: &Report) -> bool {
    let is_authoritative = report.vantages.iter().any(|one| one.kind == "authority");
    let counts = |one: &&Vantage| {
        let resolver = one.resolver.as_ref();
        resolver.is_some_and(|resolver| !resolver.is_discredited)
    };
    let mut resolvers = report.vantages.iter().filter(counts);
    report.verdict == Verdict::Bogus
        && is_authoritative
        && resolvers.any(|one| one.verdict == Verdict::Bogus)
}

fn broken_at(report: &Report) -> Option<Name> {
    let mut links = report.chain.iter();
    let broken = links.find(|link| link.status == Verdict::Bogus);
    broken.map(|link| link.zone.clone())
}

/// The rows of servers of a zone on the way.
fn rows<'r>(report: &'r Report, apex: Option<&Name>) -> &'r [ServerVerdict] {
    let link = report.chain.iter().rfind(|link| Some(&link.zone) == apex);
    link.map_or(&[], |link| &link.servers)
}

fn parents(report: &Report) -> Vec<String> {
    let inventory = report.inventory.as_ref();
    let rows = rows(
        report,
        inventory.and_then(|inventory| inventory.parent.as_ref()),
    );
    let answering = rows.iter().filter(|row| row.rtt_ms.is_some());
    answering.map(|row| row.address.clone()).collect()
}

fn servers(report: &Report) -> Vec<ServerState> {
    let apex = report.inventory.as_ref().map(|inventory| &inventory.zone);
    rows(report, apex)
        .iter()
        .map(|row| ServerState {
            name: row.name.clone(),
            address: row.address.clone(),
            verdict: row.verdict,
            serial: row.serial,
            expires: row.expires,
            signed: row.signed,
            is_answering: row.rtt_ms.is_some(),
        })
        .collect()
}
