//! What is watched and through whom: resolvers, groups, zones, and lists of zones.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::DEFAULT_GROUP;
use crate::agent::cli::values::Server;
use crate::agent::config::secret::Secret;
use crate::agent::config::values::{Also, Written, length};
use crate::dns::Name;
use crate::policy::Policy;
use crate::report::Severity;

/// A resolver that zones are seen through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Resolver {
    /// What it is called in metrics and reports.
    pub name: String,
    /// 192.0.2.1, 192.0.2.1:5300, `[2001:db8::1]:5300`, a host name, tls://HOST or https://HOST/PATH.
    pub address: Written<Server>,
    /// Whether it is meant to validate. One that is not makes no findings by not doing so.
    #[serde(default = "yes")]
    pub validating: bool,
    /// Whether it passes questions on to other resolvers; what is told of its faults then says so.
    #[serde(default)]
    pub forwarder: bool,
    /// Names at and below which it is told not to validate (RFC 7646); that it answers these is no finding.
    #[serde(default)]
    pub negative_anchors: Vec<Written<Name>>,
    /// A name that is secure: a resolver that cannot find its address records is itself at fault.
    #[serde(default = "known_good")]
    pub known_good: Written<Name>,
    /// A name that is bogus: a resolver that finds its address records does not validate.
    #[serde(default = "known_bad")]
    pub known_bad: Written<Name>,
}

fn yes() -> bool {
    true
}

fn control(labels: [&[u8]; 2]) -> Written<Name> {
    Written(Name::from_labels(labels).expect("two short labels"))
}

fn known_good() -> Written<Name> {
    control([b"iana", b"org"])
}

fn known_bad() -> Written<Name> {
    control([b"dnssec-failed", b"org"])
}

/// What the zones of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Group {
    /// Labels that each zone of it has in metrics and events.
    pub labels: BTreeMap<String, String>,
    /// Weights of findings that replace the usual ones, by code.
    pub severities: BTreeMap<String, Weight>,
    /// What its zones are meant to be.
    pub expect: Expect,
    /// When its keys and DS may change.
    pub changes: Changes,
    /// From one audit to the next; without it, that of `watch`.
    pub interval: Option<Written<Duration>>,
    /// Warn of a signature that has less than this left, from 1h to 30d.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub expiring_soon: Duration,
}

impl Default for Group {
    fn default() -> Self {
        let soon = Policy::default().expiring_soon;
        Self {
            labels: BTreeMap::new(),
            severities: BTreeMap::new(),
            expect: Expect::default(),
            changes: Changes::default(),
            interval: None,
            expiring_soon: Duration::from_secs(u64::try_from(soon).unwrap_or(0)),
        }
    }
}

/// What the zones of a group are meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// Whatever they are.
    #[default]
    Any,
    /// Signed, with a chain of trust: one that is insecure is an error.
    Secure,
}

/// When keys and DS of the zones of a group may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Changes {
    /// At any time.
    #[default]
    Any,
    /// While a silence covers the finding rollover-unannounced for the zone; any other change is that finding.
    Announced,
}

impl From<Weight> for Severity {
    fn from(weight: Weight) -> Self {
        match weight {
            Weight::Notice => Self::Notice,
            Weight::Warning => Self::Warning,
            Weight::Error => Self::Error,
            Weight::Bogus => Self::Bogus,
        }
    }
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Worth knowing.
    Notice,
    /// Will or may become a fault.
    Warning,
    /// A fault that does not yet stop validators.
    Error,
    /// Validators fail.
    Bogus,
}

/// A zone to watch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Zone {
    /// Its apex.
    pub name: Written<Name>,
    /// Its group.
    #[serde(default = "default_group")]
    pub group: String,
    /// Labels that it has in metrics and events, beside those of its group.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Names to audit beside the apex, each with a type (A without one): `www AAAA`. A name without a dot
    /// at its end is relative to the zone.
    #[serde(default)]
    pub also: Vec<Written<Also>>,
    /// Names of the resolvers it is seen through; without this key all of them.
    pub resolvers: Option<Vec<String>>,
}

fn default_group() -> String {
    DEFAULT_GROUP.to_owned()
}

/// A list of zones that is kept elsewhere: exactly one of `file`, `directory`, `http` and `catalog`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// A file with a zone a line (# begins a comment), or JSON as file_sd has it:
    /// [{"targets": ["example.com"], "labels": {"group": "customers"}}].
    pub file: Option<PathBuf>,
    /// A directory of such files.
    pub directory: Option<PathBuf>,
    /// An address that answers GET with such JSON, as http_sd has it.
    pub http: Option<String>,
    /// A catalog zone (RFC 9432), transferred from `server`.
    pub catalog: Option<Written<Name>>,
    /// Where the catalog zone is transferred from: an address or a host name, and a port if need be, or
    /// tls://HOST (RFC 9103).
    pub server: Option<Written<Server>>,
    /// The TSIG key of the transfer (RFC 8945): as BIND writes it, or ALGORITHM:NAME:BASE64.
    pub tsig_key: Option<Secret>,
    /// Sent to the `http` address as a bearer token.
    pub token: Option<Secret>,
    /// How often it is read again, from 1s to 7d.
    #[serde(default = "refresh")]
    pub refresh: Written<Duration>,
    /// Longest wait for all of it, from 100ms to 5m.
    #[serde(default = "timeout")]
    pub timeout: Written<Duration>,
    /// Group of its zones, unless it says so itself.
    #[serde(default = "default_group")]
    pub group: String,
    /// Labels of its zones.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

fn refresh() -> Written<Duration> {
    Written(Duration::from_secs(300))
}

fn timeout() -> Written<Duration> {
    Written(Duration::from_secs(30))
}

impl Source {
    /// Relative paths begin at `folder`.
    pub(super) fn complete(&mut self, folder: &Path) {
        for path in [&mut self.file, &mut self.directory].into_iter().flatten() {
            *path = folder.join(&*path);
        }
        for secret in [&mut self.token, &mut self.tsig_key].into_iter().flatten() {
            secret.complete(folder);
        }
    }
}
