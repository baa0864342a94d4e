//! What an audit says: verdict, chain, findings with the root cause first, coverage, the next deadline.
//!
//! Plain data without judgement, in the shape of the JSON contract `anchorwatch.report/1`: fields are
//! added, never renamed. Instants are RFC 3339 in UTC. `render` turns a report into what people and
//! programs read.

pub mod codes;
pub mod delta;
mod inventory;
mod outlook;
pub mod render;
mod serial;
pub mod snapshot;
pub mod status;
pub mod tally;
mod views;

pub use inventory::{DelegationSigner, Horizon, Inventory, Key, Ttls};

pub use outlook::{Meanwhile, Outlook, OutlookStep};
pub use views::{DenialOutcomes, Outcomes, Rule, ValidatorView, ZoneOutcomes};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dns::{Name, RecordType, Timestamp};

/// The JSON Schema of a report in its JSON form.
pub const JSON_SCHEMA: &str = include_str!("schema/report-1.json");

/// The JSON Schema of a [`delta::Delta`] in its JSON form.
pub const DELTA_JSON_SCHEMA: &str = include_str!("schema/delta-1.json");

/// Name and version of the JSON form.
pub const SCHEMA: &str = "anchorwatch.report/1";

/// The four statuses of RFC 4035, section 4.3, for a whole report or a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// A chain of signatures leads from a trust anchor to the data.
    Secure,
    /// It is proven that no chain leads there.
    Insecure,
    /// No anchor covers the name, or the data could not be had.
    Indeterminate,
    /// There should be a chain and there is none.
    Bogus,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Notice,
    /// Will or may become a fault.
    Warning,
    /// A fault that does not yet stop validators.
    Error,
    /// Validators fail.
    Bogus,
}

/// The result of an audit.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// What was audited.
    pub query: Subject,
    /// The overall verdict on the name and type.
    pub verdict: Verdict,
    /// Code of the finding that explains a verdict other than secure.
    pub reason: Option<String>,
    /// One sentence that says what the verdict rests on.
    pub summary: String,
    /// Response code of the answer judged.
    pub rcode: Option<String>,
    /// The instant judged at.
    pub at: Timestamp,
    /// From the trust anchor down.
    pub chain: Vec<Link>,
    /// What the zone that answers is worth for a name and for a type that do not exist.
    pub denials: Vec<Denial>,
    /// Root causes first, then by severity.
    pub findings: Vec<Finding>,
    /// Consequences folded beneath the findings that explain them.
    pub folded: Vec<Finding>,
    /// Findings that somebody expects: they count for nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub silenced: Vec<Finding>,
    /// Silences for this zone that no finding met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unused_silences: Vec<UnusedSilence>,
    /// Who was asked and what each said.
    pub vantages: Vec<Vantage>,
    /// How far the audit could see.
    pub coverage: Coverage,
    /// The next instant at which something ends if nobody acts.
    pub deadline: Option<Deadline>,
    /// What the zone that answers has; `None` where none was found.
    pub inventory: Option<Inventory>,
    /// What the report supposes, where it is not of things as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlook: Option<Outlook>,
    /// What other validators make of the same evidence; empty unless they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<ValidatorView>,
}

impl Report {
    /// The finding that explains the verdict: the first with the code [`Report::reason`] names.
    pub fn cause(&self) -> Option<&Finding> {
        let reason = self.reason.as_deref()?;
        self.findings.iter().find(|finding| finding.code == reason)
    }

    /// The zone that answers; the name itself where none was found.
    pub fn zone(&self) -> &Name {
        let inventory = self.inventory.as_ref();
        inventory.map_or(&self.query.name, |inventory| &inventory.zone)
    }

    /// The weight of the worst finding, consequences included; `None` when there are none.
    pub fn worst(&self) -> Option<Severity> {
        let all = self.findings.iter().chain(&self.folded);
        all.map(|finding| finding.severity).max()
    }
}

/// A name with a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Owner name.
    pub name: Name,
    /// RR type.
    #[serde(rename = "type")]
    pub rtype: RecordType,
}

/// One zone, or the final answer, on the way from the anchor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Link {
    /// Apex of the zone.
    pub zone: Name,
    /// Status of this link.
    pub status: Verdict,
    /// Why, in words.
    pub reason: String,
    /// Steps in order: which key signed which RRset, until when.
    pub steps: Vec<Step>,
    /// Verdict of each server for this zone, by address.
    pub servers: Vec<ServerVerdict>,
}

/// The verdict on something that does not exist.
#[derive(Debug, Clone, Serialize)]
pub struct Denial {
    /// What was asked for.
    #[serde(flatten)]
    pub query: Subject,
    /// What the best server's proof is worth.
    pub verdict: Verdict,
}

/// One step of the story within a link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    /// Status of this step.
    pub status: Verdict,
    /// What was found, one line.
    pub text: String,
}

/// What one server's own data is worth.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServerVerdict {
    /// Host name, as the delegation or the zone names it; empty when unknown.
    pub name: String,
    /// Address and port.
    pub address: String,
    /// Verdict with this server's data alone.
    pub verdict: Verdict,
    /// Why, when it is not secure.
    pub reason: Option<String>,
    /// SOA serial this server has.
    pub serial: Option<u32>,
    /// When the first of the RRsets that it gave is left without a signature in force.
    pub expires: Option<Timestamp>,
    /// The latest inception among its signatures.
    pub signed: Option<Timestamp>,
    /// Round trip of the first answer, in milliseconds.
    pub rtt_ms: Option<f64>,
}

/// A check's statement of fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable code in kebab case.
    pub code: String,
    /// Weight, as policy judges it.
    pub severity: Severity,
    /// Zone it is about.
    pub zone: Name,
    /// What in the zone: `rrtype`, `owner`, `server`, `key_tag`, `algorithm` and the like.
    pub subject: BTreeMap<String, String>,
    /// One sentence of fact.
    pub message: String,
    /// What the statement rests on: tags, both times, both digests.
    pub facts: BTreeMap<String, String>,
    /// When it ends by itself, or becomes worse: what `message` says ends then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// RFC and section.
    pub rfc: Vec<String>,
    /// What to do, to paste where possible.
    pub fix: String,
    /// Identifiers of the exchanges that show it.
    pub evidence: Vec<usize>,
}

/// A silence that no finding met: what it is for may be over, or never was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnusedSilence {
    /// The zones, as somebody wrote them.
    pub zones: String,
    /// Codes of the findings; without one, all.
    pub codes: Vec<String>,
    /// Until when it lasts.
    pub until: Timestamp,
    /// Why it was made.
    pub why: String,
}

/// Where the audit looked from and what it saw there.
#[derive(Debug, Clone, Serialize)]
pub struct Vantage {
    /// `authority` or `resolver`.
    pub kind: &'static str,
    /// Address and port; a resolver as it was typed.
    pub server: String,
    /// Verdict on what it gave; of a resolver, what it tells its clients.
    pub verdict: Verdict,
    /// Response code it gave to the question audited.
    pub rcode: Option<String>,
    /// AD.
    pub ad: bool,
    /// Extended errors, as hints.
    pub ede: Vec<String>,
    /// Why, when it is not secure.
    pub reason: Option<String>,
    /// What only a resolver has.
    #[serde(flatten)]
    pub resolver: Option<ResolverVantage>,
}

/// What a resolver's vantage has beside that of an authoritative server.
#[derive(Debug, Clone, Serialize)]
pub struct ResolverVantage {
    /// Address and port; `None` when its name has none.
    pub address: Option<String>,
    /// UDP, TLS or HTTPS.
    pub transport: String,
    /// A word for how it deals with the question.
    pub conduct: &'static str,
    /// Whether its control names say that its word is worth nothing.
    #[serde(rename = "discredited", skip_serializing_if = "std::ops::Not::not")]
    pub is_discredited: bool,
    /// Response code with checking disabled.
    pub rcode_cd: Option<String>,
    /// What the data that it hands out is worth here.
    pub data: Verdict,
    /// Identifiers of the exchanges for the question audited.
    pub evidence: Vec<usize>,
}

/// How far the audit could see.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Coverage {
    /// Questions asked, each attempt counted.
    pub exchanges: usize,
    /// Server addresses known for the zones on the way.
    pub servers: usize,
    /// Of these, how many answered at least once.
    pub servers_answering: usize,
    /// Limits that ended a search early, in words.
    pub limits_reached: Vec<String>,
}

/// An instant at which something ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// When.
    pub at: Timestamp,
    /// What ends then, in words.
    pub what: String,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Secure => "secure",
            Self::Insecure => "insecure",
            Self::Indeterminate => "indeterminate",
            Self::Bogus => "bogus",
        })
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Bogus => "bogus",
        })
    }
}
