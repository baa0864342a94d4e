//! The watch over the zones of a configuration file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::lists::{List, Lists, follow};
use super::resolvers::{controls, resolvers, traits};
use super::{limit, log, store, tell_where, web};
use crate::agent::cli::failure::Failure;
use crate::agent::cli::plan::ServePlan;
use crate::agent::cli::values;
use crate::agent::config::file::{Changes, Expect, Level as ToldLevel, LogFormat, LogLevel};
use crate::agent::config::policy::Rulebook;
use crate::agent::config::sources;
use crate::agent::config::{self, Settings, settings};
use crate::agent::daemon::fleet::Target;
use crate::agent::daemon::look::Means;
use crate::agent::daemon::{self, Change, Orders, Setup};
use crate::agent::probe::ProbeSettings;
use crate::agent::probe::limiter::Limiter;
use crate::agent::probe::shared::Answers;
use crate::agent::store::Retention;
use crate::agent::{http, notify};
use crate::dns::Timestamp;
use crate::evidence::hints;
use crate::notify::Pattern;
use crate::policy::Policy;
use crate::report::Verdict;
use crate::validate::anchor;
use crate::watch::exposition::Level;

/// The finding that a change outside every window is.
const UNANNOUNCED: &str = "rollover-unannounced";
/// How often the control names of resolvers are asked.
const CONTROL: Duration = Duration::from_secs(60);
const SECONDS_A_MINUTE: u32 = 60;
/// Changes of lists that may wait.
const CHANGES: usize = 16;

/// Watches until the user ends it.
pub async fn watch(plan: &ServePlan, path: &Path) -> Result<(), Failure> {
    let settings = load(path).map_err(Failure::Usage)?;
    log(format(&settings), level(&settings));
    let listen = plan
        .listen
        .clone()
        .unwrap_or_else(|| settings.web.listen.clone());
    let listeners = http::bind(&listen).await;
    let listeners = listeners.map_err(|error| Failure::trouble("web.listen", error))?;
    let directory = plan
        .state_dir
        .as_ref()
        .or(settings.store.directory.as_ref());
    let store = store(directory.map(PathBuf::as_path), retention(&settings))?;
    let web = http::Settings {
        probe: probe(&settings.web.probe),
        web: web(plan
            .web_config
            .as_deref()
            .or(settings.web.config_file.as_deref()))?,
        has_lifecycle: settings.web.reload,
        ..http::Settings::default()
    };
    let (sender, changes) = mpsc::channel(CHANGES);
    let roster = Arc::new(Roster {
        path: path.to_owned(),
        policy: plan.policy.clone(),
        sender,
        following: Mutex::default(),
    });
    let orders = roster.take(settings).await.map_err(Failure::Usage)?;
    let renewing = Arc::clone(&roster);
    let setup = Setup {
        orders,
        listeners,
        store,
        web,
        renew: Some(Box::new(move || {
            let roster = Arc::clone(&renewing);
            Box::pin(async move { roster.renew().await })
        })),
        changes,
    };
    tell_where(&setup);
    let served = daemon::serve(setup).await;
    served.map_err(|error| Failure::trouble("the watch", error))
}

fn probe(configured: &config::file::Probe) -> http::probe::Settings {
    http::probe::Settings {
        suffixes: (!configured.allow.is_empty())
            .then(|| configured.allow.iter().map(|name| name.0.clone()).collect()),
        rate: limit((configured.per_minute / SECONDS_A_MINUTE).max(1)),
        burst: limit(configured.per_minute),
        allow_private: configured.allow_private,
        ..http::probe::Settings::default()
    }
}

fn load(path: &Path) -> Result<Settings, String> {
    config::load(path).map_err(|error| error.to_string())
}

fn format(settings: &Settings) -> values::LogFormat {
    match settings.log.format {
        LogFormat::Text => values::LogFormat::Text,
        LogFormat::Json => values::LogFormat::Json,
    }
}

fn level(settings: &Settings) -> tracing::Level {
    match settings.log.level {
        LogLevel::Error => tracing::Level::ERROR,
        LogLevel::Warn => tracing::Level::WARN,
        LogLevel::Info => tracing::Level::INFO,
        LogLevel::Debug => tracing::Level::DEBUG,
        LogLevel::Trace => tracing::Level::TRACE,
    }
}

fn told(settings: &Settings) -> Option<Level> {
    match settings.metrics.level {
        ToldLevel::Auto => None,
        ToldLevel::Detail => Some(Level::Detail),
        ToldLevel::Summary => Some(Level::Summary),
        ToldLevel::Aggregate => Some(Level::Aggregate),
    }
}

fn retention(settings: &Settings) -> Retention {
    let store = &settings.store;
    Retention {
        evidences: store.evidences,
        failures: store.failures,
        events: store.events,
        max_size: store.size.0.0,
        ..Retention::default()
    }
}

/// The configuration in force: read anew on demand, its lists of zones when each is due.
struct Roster {
    path: PathBuf,
    policy: Option<PathBuf>,
    sender: mpsc::Sender<Change>,
    /// The lists, and the task that follows them.
    following: Mutex<(Lists, Option<JoinHandle<()>>)>,
}

impl Roster {
    fn following(&self) -> MutexGuard<'_, (Lists, Option<JoinHandle<()>>)> {
        let following = self.following.lock();
        following.unwrap_or_else(PoisonError::into_inner)
    }

    async fn renew(&self) -> Result<Orders, String> {
        self.take(load(&self.path)?).await
    }

    /// Reads every list once and follows them from then on, in place of those before.
    async fn take(&self, settings: Settings) -> Result<Orders, String> {
        let rules = self.policy.as_deref().map(Rulebook::load).transpose();
        let rules = rules
            .map_err(|error| error.to_string())?
            .unwrap_or_default();
        let means = Arc::new(Common::new(&settings, rules).await?);
        let before = self.following().0.clone();
        let lists = before.renewed(&settings).await;
        let orders = means.orders(&settings, &lists.all());
        let follower = follow(settings, means, lists.clone(), self.sender.clone());
        let mut following = self.following();
        if let Some(before) = following.1.replace(tokio::spawn(follower)) {
            before.abort();
        }
        following.0 = lists;
        Ok(orders)
    }
}

/// What all zones of a configuration have in common.
pub(super) struct Common {
    means: Arc<Means>,
    notify: Arc<notify::Settings>,
    rules: Rulebook,
}

impl Common {
    async fn new(settings: &Settings, rules: Rulebook) -> Result<Self, String> {
        let (trust, pace) = (&settings.trust, &settings.watch);
        let (resolvers, secured) = resolvers(settings).await?;
        let hints = match &trust.root_hints {
            Some(path) => hints::read_hints(&text(path)?).map_err(|error| at(path, error))?,
            None => hints::built_in(),
        };
        let anchors = match &trust.trust_anchor {
            Some(path) => anchor::read(&text(path)?).map_err(|error| at(path, error))?,
            None => anchor::built_in(),
        };
        let limiter = Limiter::new(
            limit(pace.server_queries_per_second),
            limit(pace.network_queries_per_second),
        );
        let means = Means {
            hints,
            anchors: anchor::to_records(&anchors),
            port: trust.port,
            allow_private: trust.allow_private,
            probe: ProbeSettings {
                timeout: pace.timeout,
                resolver_timeout: pace.resolver_timeout,
                secured,
                limiter: Some(Arc::new(limiter)),
                ..ProbeSettings::default()
            },
            answers: Arc::new(Answers::new(pace.least.min(pace.interval))),
            verified: Arc::default(),
            controls: controls(settings, &resolvers),
            standing: Arc::default(),
            resolvers,
        };
        Ok(Self {
            means: Arc::new(means),
            notify: Arc::new(notify::Settings::of(settings)?),
            rules,
        })
    }

    /// What is to be watched while the lists hold what they hold.
    pub fn orders(&self, settings: &Settings, lists: &[List]) -> Orders {
        let read = lists.iter();
        let read = read.map(|(source, kept)| (&source.origin, kept.targets.as_slice()));
        let (targets, duplicates) = sources::merge(&settings.zones, read);
        for duplicate in duplicates {
            tracing::warn!("{duplicate}");
        }
        let policies: BTreeMap<&String, Arc<Policy>> = (settings.groups.iter())
            .map(|(name, group)| (name, Arc::new(policy(group, &settings.resolvers))))
            .collect();
        let target = |wanted: &&settings::Target| {
            let policy = policies.get(&wanted.group).cloned().unwrap_or_default();
            let policy = announced(settings, wanted, policy);
            let policy = match self.rules == Rulebook::default() {
                true => policy,
                false => Arc::new(self.rules.over(Policy::clone(&policy), &wanted.zone)),
            };
            self.target(settings, wanted, policy)
        };
        Orders {
            is_complete: lists.iter().all(|(_, kept)| kept.is_known),
            targets: targets.iter().map(target).collect(),
            means: Arc::clone(&self.means),
            at_once: usize::try_from(settings.watch.audits).unwrap_or(usize::MAX),
            control: CONTROL,
            notify: Arc::clone(&self.notify),
            level: told(settings),
        }
    }

    fn target(
        &self,
        settings: &Settings,
        wanted: &settings::Target,
        policy: Arc<Policy>,
    ) -> Target {
        let named: Vec<&str> = settings
            .resolvers(wanted)
            .map(|one| one.name.as_str())
            .collect();
        let resolvers = self.means.resolvers.iter();
        Target {
            zone: wanted.zone.clone(),
            group: wanted.group.clone(),
            labels: settings.labels(wanted),
            pace: settings.pace(wanted),
            also: wanted.also.clone(),
            resolvers: resolvers
                .filter(|resolver| named.contains(&resolver.label.as_str()))
                .cloned()
                .collect(),
            policy,
        }
    }
}

/// The policy with the windows in which the zone may change, where its group asks for that.
fn announced(settings: &Settings, wanted: &settings::Target, policy: Arc<Policy>) -> Arc<Policy> {
    let group = settings.group(wanted);
    if group.is_none_or(|group| group.changes != Changes::Announced) {
        return policy;
    }
    let is_about = |silence: &&config::file::Silence| {
        let zones: Result<Pattern, _> = silence.zone.parse();
        let is_of_code =
            silence.codes.is_empty() || silence.codes.iter().any(|code| code == UNANNOUNCED);
        is_of_code && zones.is_ok_and(|zones| zones.matches(&wanted.zone))
    };
    let windows = settings.silences.iter().filter(is_about);
    let window = |silence: &config::file::Silence| {
        (
            silence.from.map_or(Timestamp(0), |from| from.0),
            silence.until.0,
        )
    };
    Arc::new(Policy {
        windows: Some(windows.map(window).collect()),
        ..Policy::clone(&policy)
    })
}

fn policy(group: &config::file::Group, resolvers: &[config::file::Resolver]) -> Policy {
    let known = resolvers.iter().map(|one| (one.name.clone(), traits(one)));
    Policy {
        resolvers: known.collect(),
        expected: match group.expect {
            Expect::Any => None,
            Expect::Secure => Some(Verdict::Secure),
        },
        ..group.policy()
    }
}

fn text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| at(path, error))
}

fn at(path: &Path, problem: impl std::fmt::Display) -> String {
    format!("{}: {problem}", path.display())
}
