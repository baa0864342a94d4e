//! Who is told what is wrong, when, and what is not told.

use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::zones::Weight;
use crate::agent::config::secret::Secret;
use crate::agent::config::values::{Written, length};
use crate::dns::Timestamp;
use crate::notify::retry::SCHEDULE;
use crate::notify::{Pattern, format};

/// When something that is wrong is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Alerts {
    /// How long a finding has to be there before it fires, up to 7d.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub r#for: Duration,
    /// The same for a zone that is called bogus, which two looks have agreed on already.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub bogus_for: Duration,
    /// How long it has to be away before it is resolved, up to 7d.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub keep_firing_for: Duration,
    /// How long an incident waits for other zones with the same cause before it is told, up to 1h.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub group_wait: Duration,
    /// From one message about an incident to the next while zones come and go, from 1s to 7d.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub group_interval: Duration,
    /// Where people reach the web interface, for links in messages.
    pub external_url: Option<String>,
    /// How long after each attempt that failed a message is sent again; when all are used up it is dead.
    pub retries: Vec<Written<Duration>>,
    /// How often a rehearsal goes through all endpoints, from 1m to 365d; never without it.
    pub drill: Option<Written<Duration>>,
}

impl Default for Alerts {
    fn default() -> Self {
        let retries = SCHEDULE.iter().map(|seconds| seconds.unsigned_abs());
        Self {
            r#for: Duration::from_secs(600),
            bogus_for: Duration::ZERO,
            keep_firing_for: Duration::from_secs(300),
            group_wait: Duration::from_secs(10),
            group_interval: Duration::from_secs(300),
            external_url: None,
            retries: retries.map(Duration::from_secs).map(Written).collect(),
            drill: None,
        }
    }
}

/// An endpoint that is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Endpoint {
    /// What it is called.
    pub name: String,
    /// What it understands.
    pub format: Format,
    /// Where messages are sent: http:// or https://.
    pub url: Option<String>,
    /// The same where the address is itself a secret, as with Slack, Teams and Discord.
    pub url_secret: Option<Secret>,
    /// Signs each message (Standard Webhooks: whsec_ and 24 to 64 octets in Base64); a second one beside
    /// the first while they are exchanged.
    #[serde(default)]
    pub secrets: Vec<Secret>,
    /// Sent as a bearer token.
    pub token: Option<Secret>,
    /// The key of the service at PagerDuty.
    pub routing_key: Option<Secret>,
    /// With the format `exec`: a program and its arguments; no shell reads them.
    #[serde(default)]
    pub command: Vec<String>,
    /// A template in place of the one that is built in.
    pub template: Option<PathBuf>,
    /// The least weight that is told.
    #[serde(default = "warning")]
    pub min_severity: Weight,
    /// Groups whose zones are told of; without one, all.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Zones that are told of: example.com, *.example.com for those below it; without one, all.
    #[serde(default)]
    pub zones: Vec<String>,
    /// Whether rehearsals are told.
    #[serde(default = "yes")]
    pub drills: bool,
    /// How often a sign of life is sent, from 1s to 1d; never without it.
    pub heartbeat: Option<Written<Duration>>,
    /// Longest wait for an answer or for the program, from 100ms to 5m.
    #[serde(default = "timeout")]
    pub timeout: Written<Duration>,
    /// Whether addresses that are not global are sent to: loopback, private, link-local.
    #[serde(default)]
    pub allow_private: bool,
    /// Certificates in PEM that the endpoint is checked by, in place of those of the system.
    pub tls_ca: Option<PathBuf>,
}

fn warning() -> Weight {
    Weight::Warning
}

fn yes() -> bool {
    true
}

fn timeout() -> Written<Duration> {
    Written(Duration::from_secs(20))
}

impl Endpoint {
    /// Relative paths begin at `folder`.
    pub(super) fn complete(&mut self, folder: &Path) {
        for path in [&mut self.template, &mut self.tls_ca].into_iter().flatten() {
            *path = folder.join(&*path);
        }
        let single = [&mut self.url_secret, &mut self.token, &mut self.routing_key];
        for secret in single.into_iter().flatten().chain(&mut self.secrets) {
            secret.complete(folder);
        }
    }

    /// Every secret of it.
    pub fn all_secrets(&self) -> impl Iterator<Item = &Secret> {
        let single = [&self.url_secret, &self.token, &self.routing_key];
        single.into_iter().flatten().chain(&self.secrets)
    }

    /// The zones, read.
    ///
    /// # Errors
    /// The first that is none, with its place.
    pub fn patterns(&self) -> Result<Vec<Pattern>, (usize, String)> {
        let zones = self.zones.iter().enumerate();
        zones
            .map(|(index, zone)| zone.parse().map_err(|problem| (index, problem)))
            .collect()
    }
}

/// What an endpoint understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Standard Webhooks 1.0.0.
    Standard,
    /// What Alertmanager sends to webhooks.
    Alertmanager,
    /// Alertmanager itself, at /api/v2/alerts.
    AlertmanagerApi,
    /// Slack.
    Slack,
    /// Mattermost.
    Mattermost,
    /// Microsoft Teams, through Workflows.
    Teams,
    /// PagerDuty, Events API v2.
    Pagerduty,
    /// Discord.
    Discord,
    /// A program that reads JSON.
    Exec,
}

impl From<Format> for format::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Standard => Self::Standard,
            Format::Alertmanager => Self::Alertmanager,
            Format::AlertmanagerApi => Self::AlertmanagerApi,
            Format::Slack => Self::Slack,
            Format::Mattermost => Self::Mattermost,
            Format::Teams => Self::Teams,
            Format::Pagerduty => Self::Pagerduty,
            Format::Discord => Self::Discord,
            Format::Exec => Self::Exec,
        }
    }
}

/// Something that is expected, and not told while it lasts: maintenance, a planned rollover. A zone that is
/// bogus is told all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Silence {
    /// Whose findings: example.com, *.example.com for those below it, or * for every zone.
    pub zone: String,
    /// Codes of the findings; without one, all.
    #[serde(default)]
    pub codes: Vec<String>,
    /// From when on, as 2026-12-01T06:00:00Z; from the start without it.
    pub from: Option<Written<Timestamp>>,
    /// Until when.
    pub until: Written<Timestamp>,
    /// Why.
    pub why: String,
}
