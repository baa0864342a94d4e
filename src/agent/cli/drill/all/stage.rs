//! What the scenes are played on: the lab with a zone for each, a daemon that watches these, and a receiver.
//!
//! The daemon is the one that `serve` runs, with its store, its board, its senders and its secrets. Times
//! that it waits so that nobody is woken for nothing are shortened, and so are the TTLs of the lab;
//! the clock is the real one.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::receiver::{FLAKY, GONE, GOOD, Receiver};
use super::scenario::{End, Scenario};
use crate::agent::config::file::Endpoint as Configured;
use crate::agent::config::sources;
use crate::agent::daemon::fleet::Target;
use crate::agent::daemon::look::Means;
use crate::agent::daemon::{self, Orders, Setup, now};
use crate::agent::http;
use crate::agent::notify::Settings;
use crate::agent::notify::endpoint::Endpoint;
use crate::agent::store::{Retention, Store};
use crate::crypto::sha256;
use crate::dns::{Name, RecordType};
use crate::lab::server::RunningLab;
use crate::lab::{self, Fault, Lab};
use crate::notify::Timing;
use crate::notify::signature::SigningKey;
use crate::watch::schedule::Pace;

const PACE: Pace = Pace {
    interval: Duration::from_secs(2),
    least: Duration::from_secs(1),
    retry: Duration::from_secs(1),
    glance: Duration::ZERO,
    start: Duration::from_secs(1),
    thorough: Duration::ZERO,
};
const TIMING: Timing = Timing {
    pending: 0,
    broken_pending: 0,
    recovering: 0,
    group_wait: 0,
    group_interval: 1,
    link: None,
};
/// Waits after attempts that failed, in seconds.
const RETRIES: &[i64] = &[1, 1, 1, 1, 2, 2, 5, 5, 10];
/// How often the receiver gets a sign of life.
pub const HEARTBEAT: Duration = Duration::from_secs(2);
const AT_ONCE: usize = 8;
const CONTROL: Duration = Duration::from_secs(3_600);
/// How long the daemon may take to say what it knows of a zone.
const PATIENCE: Duration = Duration::from_secs(10);

/// Everything that runs.
pub struct Stage {
    lab: Lab,
    running: RunningLab,
    daemon: Option<Runtime>,
    at: SocketAddr,
    listening: JoinHandle<()>,
    secret: PathBuf,
    /// What is played.
    pub scenes: Vec<Scenario>,
    /// The longest TTL, in seconds: so long caches may hold what was.
    pub ttl: u32,
    /// What receives.
    pub receiver: Receiver,
}

impl Stage {
    /// Starts everything for these scenes, in a lab whose TTLs are `ttl` seconds at most.
    ///
    /// # Errors
    /// What could not be started, and why.
    pub async fn build(scenes: &[Scenario], ttl: u32) -> Result<Self, String> {
        let labels: Vec<&'static str> = scenes.iter().map(|scene| scene.name).collect();
        let lab = Lab::for_drill(now(), &labels, ttl);
        let whole = lab.with_faults(&[]).map_err(|error| error.to_string())?;
        let running = lab::server::serve(Arc::new(whole), 0).await;
        let running = running.map_err(|error| format!("the lab: {error}"))?;
        let (text, secret) = secret()?;
        let key = SigningKey::read(&text)?;
        let receiver = Receiver::new(key);
        let listened = receiver.listen().await;
        let (address, listening) = listened.map_err(|error| format!("the receiver: {error}"))?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.map_err(|error| format!("the daemon: {error}"))?;
        let at = listener.local_addr().map_err(|error| error.to_string())?;
        let orders = orders(scenes, &lab, &running, settings(address, &secret)?)?;
        let daemon = start(orders, listener)?;
        Ok(Self {
            lab,
            running,
            daemon: Some(daemon),
            at,
            listening,
            secret,
            scenes: scenes.to_vec(),
            ttl,
            receiver,
        })
    }

    /// Puts every zone into its state, or takes those back that can be repaired.
    ///
    /// # Errors
    /// What the lab says.
    pub async fn show(&mut self, is_repaired: bool) -> Result<(), String> {
        let broken = self
            .scenes
            .iter()
            .filter(|scene| !is_repaired || scene.end == End::Wait);
        let faults = broken.map(|scene| {
            Ok(Fault::Zone {
                zone: scene.zone().parse().map_err(|_| "a zone without a name")?,
                case: scene.state.to_owned(),
            })
        });
        let faults = faults.collect::<Result<Vec<_>, &str>>()?;
        let lab = self
            .lab
            .with_faults(&faults)
            .map_err(|error| error.to_string())?;
        let shown = self.running.show(Arc::new(lab)).await;
        shown.map_err(|error| format!("the lab: {error}"))
    }

    /// What the daemon tells of a zone: its last report; `None` before there is one.
    pub async fn report(&self, zone: &str) -> Option<Value> {
        let url = format!("http://{}/api/v1/zones/{zone}", self.at);
        let text = sources::http::document(&url, PATIENCE).await.ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Ends the daemon without a word, as a machine that loses its power.
    pub fn cut(&mut self) {
        if let Some(daemon) = self.daemon.take() {
            daemon.shutdown_background();
        }
    }

    /// Ends everything.
    pub async fn strike(mut self) {
        self.cut();
        self.listening.abort();
        self.running.stop().await;
        // It holds a secret of this run alone.
        let _ = std::fs::remove_file(&self.secret);
    }
}

/// The daemon in threads of its own, so that it can be ended as a whole.
fn start(orders: Orders, listener: TcpListener) -> Result<Runtime, String> {
    let built = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = built.map_err(|error| error.to_string())?;
    let listener = listener.into_std().map_err(|error| error.to_string())?;
    let store = Store::in_memory(Retention::default()).map_err(|error| error.to_string())?;
    runtime.spawn(async move {
        let Ok(listener) = TcpListener::from_std(listener) else {
            return;
        };
        let (_, changes) = mpsc::channel(1);
        let setup = Setup {
            orders,
            listeners: vec![listener],
            store,
            web: http::Settings::default(),
            renew: None,
            changes,
        };
        // Scenes that are not told show that it ended.
        let _ = daemon::serve(setup).await;
    });
    Ok(runtime)
}

fn orders(
    scenes: &[Scenario],
    lab: &Lab,
    running: &RunningLab,
    notify: Settings,
) -> Result<Orders, String> {
    let means = Means::of_lab(lab, running.port)?;
    let mut targets = Vec::new();
    for scene in scenes {
        let zone: Name = scene.zone().parse().map_err(|_| "a zone without a name")?;
        let also = scene
            .also
            .map(|label| format!("{label}.{zone}").parse::<Name>());
        let also = also.transpose().map_err(|error| error.to_string())?;
        targets.push(Target {
            zone,
            group: "drill".to_owned(),
            labels: BTreeMap::new(),
            pace: PACE,
            also: also.map(|name| (name, RecordType::A)).into_iter().collect(),
            resolvers: Vec::new(),
            policy: Arc::default(),
        });
    }
    Ok(Orders {
        is_complete: true,
        targets,
        means: Arc::new(means),
        at_once: AT_ONCE,
        control: CONTROL,
        notify: Arc::new(notify),
        level: None,
    })
}

fn settings(receiver: SocketAddr, secret: &Path) -> Result<Settings, String> {
    let endpoint = |name: &str, path: &str, more: &str| -> Result<Arc<Endpoint>, String> {
        let secret = toml::Value::String(secret.display().to_string());
        let text = format!(
            "name = \"{name}\"\nformat = \"standard\"\nurl = \"http://{receiver}{path}\"\n\
             secrets = [{{ file = {secret} }}]\nmin-severity = \"notice\"\nallow-private = true\n{more}"
        );
        let configured: Configured = toml::from_str(&text).map_err(|error| error.to_string())?;
        Endpoint::open(&configured).map(Arc::new)
    };
    let heartbeat = format!("heartbeat = \"{}s\"\n", HEARTBEAT.as_secs());
    Ok(Settings {
        timing: TIMING,
        retries: RETRIES.to_vec(),
        endpoints: vec![
            endpoint("good", GOOD, &heartbeat)?,
            endpoint("flaky", FLAKY, "")?,
            endpoint("gone", GONE, "")?,
        ],
        silences: Vec::new(),
        drill: None,
    })
}

/// A secret for this run, and the file that holds it.
fn secret() -> Result<(String, PathBuf), String> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    // It guards messages on loopback for a minute: that nobody else knows the process and the moment will do.
    let moment = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seed = format!("{} {moment:?}", std::process::id());
    let text = format!("whsec_{}", BASE64.encode(&sha256(seed.as_bytes())));
    let path = std::env::temp_dir().join(format!("anchorwatch-drill-{}", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(&path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| format!("{}: {error}", path.display()))?;
    Ok((text, path))
}
