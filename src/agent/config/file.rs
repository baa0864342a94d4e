//! The shape of the file: its sections, their keys and what each is when it is left out.
//!
//! The comment of a key is its description in the JSON Schema. What a shape cannot say is in
//! [`super::check`]. Written out again, a completed file is one that reads as the same.

mod notify;
mod zones;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use notify::{Alerts, Endpoint, Format, Silence};
pub use zones::{Changes, Expect, Group, Resolver, Source, Weight, Zone};

use super::values::{Size, Written, length};
use crate::dns::Name;

/// The version of the format that this program reads.
pub const VERSION: u32 = 1;
/// The group of zones that name none.
pub const DEFAULT_GROUP: &str = "default";
/// The port that the web interface has unless told otherwise: beyond those that Prometheus allots to
/// exporters, and below those that systems choose of their own accord.
const PORT: u16 = 10_853;

/// The configuration of anchorwatch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "anchorwatch configuration")]
pub struct File {
    /// Version of this format: 1.
    #[schemars(extend("const" = VERSION))]
    pub version: u32,
    /// How often zones are looked at, and how gently.
    #[serde(default)]
    pub watch: Watch,
    /// Where chains of trust begin.
    #[serde(default)]
    pub trust: Trust,
    /// Resolvers that zones are seen through, beside their own servers.
    #[serde(default)]
    pub resolvers: Vec<Resolver>,
    /// Groups of zones: what they have in common. Zones that name no group are in `default`.
    #[serde(default)]
    pub groups: BTreeMap<String, Group>,
    /// Zones to watch.
    #[serde(default)]
    pub zones: Vec<Zone>,
    /// Lists of zones to watch that are kept elsewhere.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// When something that is wrong is told.
    #[serde(default)]
    pub alerts: Alerts,
    /// Endpoints that are told.
    #[serde(default)]
    pub notify: Vec<Endpoint>,
    /// What is expected, and not told while it lasts.
    #[serde(default)]
    pub silences: Vec<Silence>,
    /// The web interface: metrics, states, API.
    #[serde(default)]
    pub web: Web,
    /// What is remembered.
    #[serde(default)]
    pub store: Store,
    /// How much the metrics tell.
    #[serde(default)]
    pub metrics: Metrics,
    /// What is logged.
    #[serde(default)]
    pub log: Log,
}

impl Default for File {
    fn default() -> Self {
        Self {
            version: VERSION,
            watch: Watch::default(),
            trust: Trust::default(),
            resolvers: Vec::new(),
            groups: BTreeMap::new(),
            zones: Vec::new(),
            sources: Vec::new(),
            alerts: Alerts::default(),
            notify: Vec::new(),
            silences: Vec::new(),
            web: Web::default(),
            store: Store::default(),
            metrics: Metrics::default(),
            log: Log::default(),
        }
    }
}

impl File {
    /// A file that says nothing.
    pub fn defaults() -> Self {
        let mut file = Self::default();
        file.complete(Path::new(""), None);
        file
    }

    /// Fills in what the place of the file and the service manager say: relative paths begin at `folder`,
    /// and `state` is where to remember things unless the file says so.
    pub(super) fn complete(&mut self, folder: &Path, state: Option<PathBuf>) {
        let Trust {
            root_hints,
            trust_anchor,
            ..
        } = &mut self.trust;
        let paths = [
            root_hints,
            trust_anchor,
            &mut self.web.config_file,
            &mut self.store.directory,
        ];
        for path in paths.into_iter().flatten() {
            *path = folder.join(&*path);
        }
        for source in &mut self.sources {
            source.complete(folder);
        }
        for endpoint in &mut self.notify {
            endpoint.complete(folder);
        }
        if self.store.directory.is_none() {
            self.store.directory = state;
        }
        self.groups.entry(DEFAULT_GROUP.to_owned()).or_default();
    }
}

/// How often zones are looked at, and how gently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Watch {
    /// From one audit of a zone to the next, from 1s to 7d.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub interval: Duration,
    /// The least that a deadline shortens the interval to, from 1s to the interval.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub least: Duration,
    /// To the second look at something in doubt, from 1s to 1h.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub retry: Duration,
    /// Between the cheap questions that tell a change before the interval is over; 0s for none.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub glance: Duration,
    /// Over what time the first audits are spread after the start, and those that came due before it; with
    /// more zones than a hundred for each second of it, over more, up to the interval.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub start: Duration,
    /// From one thorough audit of a zone to the next, up to 30d; 0s for none. It asks each address of the zone's
    /// own servers some twenty questions more, at the same rates as any; what only it finds is told until the
    /// next one.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub thorough: Duration,
    /// Audits at a time, from 1 to 10000.
    pub audits: u32,
    /// Questions a second to one address of a server; 0 for no limit.
    pub server_queries_per_second: u32,
    /// Questions a second to one network, a /24 or a /48; 0 for no limit.
    pub network_queries_per_second: u32,
    /// Longest wait for an answer of an authoritative server, from 100ms to 1m.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub timeout: Duration,
    /// Longest wait for an answer of a resolver, from 100ms to 1m.
    #[serde(with = "length")]
    #[schemars(with = "Written<Duration>")]
    pub resolver_timeout: Duration,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(300),
            least: Duration::from_secs(60),
            retry: Duration::from_secs(10),
            glance: Duration::from_secs(60),
            start: Duration::from_secs(60),
            thorough: Duration::ZERO,
            audits: 64,
            server_queries_per_second: 50,
            network_queries_per_second: 200,
            timeout: Duration::from_secs(2),
            resolver_timeout: Duration::from_secs(5),
        }
    }
}

/// Where chains of trust begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Trust {
    /// Root servers to begin with, in the syntax of named.root; without it, those of the Internet.
    pub root_hints: Option<PathBuf>,
    /// Trust anchors: DS or DNSKEY records in zone-file syntax, or IANA's root-anchors.xml; without it,
    /// those of the Internet's root.
    pub trust_anchor: Option<PathBuf>,
    /// Port of the authoritative servers.
    #[schemars(range(min = 1))]
    pub port: u16,
    /// Whether addresses in delegations are asked that cannot be global: loopback, private and the like.
    pub allow_private: bool,
}

impl Default for Trust {
    fn default() -> Self {
        Self {
            root_hints: None,
            trust_anchor: None,
            port: 53,
            allow_private: false,
        }
    }
}

/// The web interface: metrics, states, API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Web {
    /// Addresses to listen on, each with its port.
    pub listen: Vec<SocketAddr>,
    /// TLS, client certificates, users and headers: a web configuration file as Prometheus exporters have it.
    pub config_file: Option<PathBuf>,
    /// Whether POST /-/reload reads the configuration again.
    pub reload: bool,
    /// Audits on demand, at /probe.
    pub probe: Probe,
}

impl Default for Web {
    fn default() -> Self {
        Self {
            listen: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, PORT))],
            config_file: None,
            reload: true,
            probe: Probe::default(),
        }
    }
}

/// Audits on demand, at /probe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Probe {
    /// Names at and below which may be asked for; `.` for any. Without one, the zones that are watched and
    /// what is below them.
    pub allow: Vec<Written<Name>>,
    /// Audits a minute for one client, from 1 to 60000.
    pub per_minute: u32,
    /// Whether addresses that cannot be global are asked for it.
    pub allow_private: bool,
}

impl Default for Probe {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            per_minute: 60,
            allow_private: false,
        }
    }
}

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Store {
    /// Where it is kept; without it, the state directory that systemd gives, or memory alone.
    pub directory: Option<PathBuf>,
    /// Last audits of a zone whose evidence is kept, up to 1000.
    pub evidences: u32,
    /// Last audits of a zone that found a fault whose evidence is kept beside those, up to 1000.
    pub failures: u32,
    /// Last events of a zone that are kept, from 1 to 100000.
    pub events: u32,
    /// Greatest size of it all; the oldest evidence gives way. At least 16MiB.
    pub size: Written<Size>,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            directory: None,
            evidences: 3,
            failures: 10,
            events: 1000,
            size: Written(Size(1 << 30)),
        }
    }
}

/// How much the metrics tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Metrics {
    /// How much.
    pub level: Level,
}

/// How much the metrics tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As much as the number of zones allows.
    #[default]
    Auto,
    /// Every server and key of every zone.
    Detail,
    /// A few series for each zone.
    Summary,
    /// Sums over groups.
    Aggregate,
}

/// What is logged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Log {
    /// Form of a line.
    pub format: LogFormat,
    /// The least that is logged.
    pub level: LogLevel,
}

/// Form of a line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document a line.
    Json,
}

/// The least that is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What keeps the watch from its work.
    Error,
    /// What may become that.
    Warn,
    /// Starts, stops, changes of what is called.
    #[default]
    Info,
    /// Each audit.
    Debug,
    /// Each question.
    Trace,
}
