//! The doorways from the command line to the rest of the program.
//!
//! Commands see the world through [`Works`] alone, so that they can be tested without a network, a clock
//! or a lab. [`Real`](super::real::Real) is the program's own.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::failure::Failure;
use super::many::since;
use super::plan::{Family, Whom};
use super::values::Server;
use crate::agent::config::policy::Rulebook;
use crate::crypto::DigestType;
use crate::delegation::{DsPlan, NoPlan};
use crate::dns::{Name, Record, RecordType, Timestamp};
use crate::drill::{Errand, Interview};
use crate::evidence::Evidence;
use crate::hypothesis::{Heard, Hypothesis, Stage};
use crate::report::tally::Gist;
use crate::report::{Report, Severity, ValidatorView, Verdict};
use crate::validate::{Product, Supposed};

/// What the commands need done.
pub trait Works {
    /// The time of day.
    fn now(&self) -> Timestamp;

    /// Asks servers from the root down, on a stage where there is one. `progress` is told how many questions
    /// were asked and which zone is at hand.
    fn ask(
        &self,
        request: &Request,
        stage: Option<Arc<Stage>>,
        progress: &mut dyn FnMut(usize, &str),
    ) -> Result<Evidence, Failure>;

    /// Asks each resolver every question, side by side. `progress` is told how many questions were asked.
    fn interview(
        &self,
        whom: &Whom,
        errands: &[Errand],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<Interview>, Failure>;

    /// Audits many names side by side. `judge` makes something of the evidence of each, on any thread;
    /// `done` hears of it here, and says whether to go on.
    fn ask_many(
        &self,
        crowd: &CrowdRequest,
        judge: Judge,
        done: &mut dyn FnMut(Piece) -> bool,
    ) -> Result<(), Failure>;

    /// Judges evidence at an instant by a policy.
    fn judge(&self, evidence: &Evidence, rules: &Rulebook, at: Timestamp) -> Report;

    /// Walks once more with what was heard alone, on a stage; what it did not hear stays unanswered.
    fn stage_replay(&self, evidence: &Evidence, stage: &Stage) -> Evidence;

    /// Judges a hypothesis: the report of the change made, and the evidence and signatures supposed.
    fn weigh(
        &self,
        heard: &Heard,
        hypothesis: &Hypothesis,
        rules: &Rulebook,
        at: Timestamp,
    ) -> (Report, Evidence, Supposed);

    /// What these validators make of evidence, as of an instant.
    fn views(
        &self,
        evidence: &Evidence,
        products: &[Product],
        supposed: &Supposed,
        at: Timestamp,
    ) -> Vec<ValidatorView>;

    /// Plans for the delegation of the zone that the evidence is about, as of an instant.
    fn plan_ds(
        &self,
        evidence: &Evidence,
        digests: &[DigestType],
        at: Timestamp,
    ) -> Result<DsPlan, NoPlan>;

    /// Evidence as a file holds it.
    fn archive(&self, evidence: &Evidence) -> Result<Vec<u8>, Failure>;

    /// Evidence out of a file; the error says what is wrong with it in one line.
    fn unarchive(&self, octets: &[u8]) -> Result<Evidence, String>;

    /// Trust anchors out of a file: DS and DNSKEY records; the error says what is wrong in one line.
    fn trust_anchors(&self, text: &str) -> Result<Vec<Record>, String>;

    /// Starts the embedded lab on a port, or on a free one.
    fn start_lab(&self, port: Option<u16>) -> Result<Box<dyn Hierarchy + '_>, Failure>;

    /// Every check.
    fn catalogue(&self) -> Vec<Page>;
}

/// A lab that is running, until it is dropped.
pub trait Hierarchy {
    /// The port its servers listen on.
    fn port(&self) -> u16;

    /// Its root servers.
    fn hints(&self) -> Vec<Record>;

    /// Its trust anchors.
    fn anchors(&self) -> Vec<Record>;

    /// Its resolvers, in a fixed order.
    fn resolvers(&self) -> Vec<LabResolver>;

    /// `root.hints`, `trust-anchor`, `cases.tsv` and `resolvers.tsv`: names and contents of its files.
    fn files(&self) -> Vec<(&'static str, String)>;

    /// Every case, in a fixed order.
    fn cases(&self) -> Vec<Case>;

    /// Audits the cases, several at a time; `done` is told the index of each as it ends.
    fn drill(
        &self,
        cases: &[Case],
        done: &mut dyn FnMut(usize, Result<Outcome, Failure>),
    ) -> Result<(), Failure>;

    /// Returns when the user wants it to end. Meanwhile the faults of the file are put in as it has them,
    /// and `tell` hears of each change.
    fn wait(
        &mut self,
        faults: Option<&Path>,
        tell: &mut dyn FnMut(Result<usize, String>),
    ) -> Result<(), Failure>;
}

/// What to ask, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Name.
    pub name: Name,
    /// Type.
    pub rtype: RecordType,
    /// Root servers; the built-in ones when empty.
    pub hints: Vec<Record>,
    /// Trust anchors; the built-in ones when empty.
    pub anchors: Vec<Record>,
    /// Port of authoritative servers.
    pub port: u16,
    /// Address families.
    pub family: Family,
    /// TCP alone.
    pub tcp: bool,
    /// Longest wait for one answer; the default of the probe without it.
    pub timeout: Option<Duration>,
    /// Whether addresses that cannot be global are asked.
    pub allow_private: bool,
    /// Whether the servers of the zone of the name are asked more than an audit needs.
    pub is_thorough: bool,
    /// Resolvers to ask.
    pub resolvers: Vec<Server>,
    /// Whether authoritative servers are asked.
    pub is_iterating: bool,
    /// Certificates in PEM that resolvers over TLS are checked by in place of those of the system.
    pub tls_roots: Option<Vec<u8>>,
}

/// What to ask about many names, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrowdRequest {
    /// What is asked for each; its own name stands for nothing.
    pub each: Request,
    /// The names, in the order in which they are begun.
    pub names: Vec<Name>,
    /// Audits at a time.
    pub at_once: usize,
    /// Questions a second to one address; 0 for no limit.
    pub a_server: u32,
    /// Questions a second to one network; 0 for no limit.
    pub a_network: u32,
}

/// What is made of the evidence of one name.
pub type Judge = Arc<dyn Fn(&Evidence) -> Piece + Send + Sync>;

/// One name of many: as it is written, and as it is counted.
#[derive(Debug, Clone)]
pub struct Piece {
    /// In the form asked for.
    pub text: String,
    /// What counts.
    pub gist: Gist,
    /// Silences of the policy that a finding met, by their place.
    pub met: Vec<usize>,
    /// What became of it since an earlier run, where there is one to compare with.
    pub since: Option<since::Gist>,
}

/// A resolver of the lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabResolver {
    /// The word it is known by: `@validating` on the command line.
    pub label: String,
    /// Where it is.
    pub address: SocketAddr,
    /// What it does, in one sentence.
    pub does: String,
}

/// A case of the lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Short name, such as `stale-ds`.
    pub label: String,
    /// Name to audit.
    pub name: Name,
    /// Type to audit.
    pub rtype: RecordType,
    /// What is wrong, in one sentence.
    pub fault: String,
    /// Verdict expected for the name.
    pub verdict: Verdict,
    /// Verdict expected for a name that does not exist, where one is.
    pub missing: Option<Verdict>,
    /// Codes that must be reported.
    pub codes: Vec<String>,
    /// Codes that must not be.
    pub absent: Vec<String>,
}

/// What came of a case.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// On the name.
    pub report: Report,
    /// Verdict on a name that does not exist.
    pub missing: Option<Verdict>,
    /// How long it took.
    pub took: Duration,
}

/// The page of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Code of the finding.
    pub code: String,
    /// Weight without policy.
    pub severity: Severity,
    /// What it says, in one sentence.
    pub summary: String,
    /// The page.
    pub page: String,
    /// RFC and section.
    pub rfc: String,
}
