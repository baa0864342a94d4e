//! `serve`: the watch, day and night.

use std::io::{self, IsTerminal};
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tracing_subscriber::filter::LevelFilter;

use super::failure::Failure;
use super::plan::{ServePlan, WatchSource};
use super::values::LogFormat;
use crate::agent::daemon::fleet::Target;
use crate::agent::daemon::look::Means;
use crate::agent::daemon::{self, Orders, Setup, now};
use crate::agent::http;
use crate::agent::http::web::Web;
use crate::agent::probe::ProbeSettings;
use crate::agent::probe::limiter::Limiter;
use crate::agent::probe::shared::Answers;
use crate::agent::store::{Retention, Store};
use crate::evidence::hints;
use crate::lab::server::RunningLab;
use crate::lab::{self, Lab};
use crate::policy::Policy;
use crate::validate::anchor;
use crate::watch::schedule::Pace;

/// The pace over the lab, whose zones are there to be seen: a fault shows within seconds.
const LAB_PACE: Pace = Pace {
    interval: Duration::from_secs(30),
    least: Duration::from_secs(10),
    retry: Duration::from_secs(2),
    glance: Duration::from_secs(5),
    start: Duration::from_secs(10),
};
/// How long what audits have in common is kept over the lab.
const LAB_COMMON: Duration = Duration::from_secs(5);
/// Audits under way at a time.
const AT_ONCE: usize = 64;
/// Descriptors that are asked for.
const DESCRIPTORS: u64 = 16_384;

/// Watches until the user ends it.
pub fn run(plan: &ServePlan) -> Result<(), Failure> {
    log(plan);
    make_room();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::trouble("threads, sockets and timers", error))?;
    runtime.block_on(async {
        match &plan.source {
            WatchSource::Lab => over_lab(plan).await,
        }
    })
}

/// Every listener, connection and question takes a descriptor, of which a process commonly may have 1,024
/// unless it asks for more.
fn make_room() {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return;
    };
    let wanted = hard.min(DESCRIPTORS);
    if soft < wanted && setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).is_err() {
        tracing::warn!("no more than {soft} descriptors may be open");
    }
}

async fn over_lab(plan: &ServePlan) -> Result<(), Failure> {
    let lab = Arc::new(Lab::new(now()));
    let served = lab::server::serve(Arc::clone(&lab), 0).await;
    let running = served.map_err(|error| Failure::trouble("the lab", error))?;
    let listeners = http::bind(&plan.listen).await;
    let listeners = listeners.map_err(|error| Failure::trouble("--listen", error))?;
    let setup = Setup {
        orders: lab_orders(&lab, &running)?,
        listeners,
        store: store(plan.state_dir.as_deref())?,
        level: None,
        web: http::Settings {
            web: web(plan.web_config.as_deref())?,
            ..http::Settings::default()
        },
        renew: None,
    };
    told(&setup);
    let served = daemon::serve(setup).await;
    running.stop().await;
    served.map_err(|error| Failure::trouble("the watch", error))
}

/// Says where the endpoints are, also when the system chose the port.
fn told(setup: &Setup) {
    let scheme = match &setup.web.web {
        Some(web) if web.is_secured() => "https",
        _ => "http",
    };
    let zones = setup.orders.targets.len();
    let bound = setup.listeners.iter().flat_map(|one| one.local_addr());
    for address in bound {
        tracing::info!("{scheme}://{address}/ shows {zones} zones of the lab");
    }
}

fn web(path: Option<&Path>) -> Result<Option<Arc<Web>>, Failure> {
    let web = path.map(Web::open).transpose();
    let web = web.map_err(|problem| Failure::usage("--web-config", problem))?;
    Ok(web.map(Arc::new))
}

fn lab_orders(lab: &Lab, running: &RunningLab) -> Result<Orders, Failure> {
    let hints = hints::read_hints(&lab.root_hints());
    let hints = hints.map_err(|error| Failure::trouble("the hints of the lab", error))?;
    let anchors = anchor::read(&lab.trust_anchor());
    let anchors = anchors.map_err(|error| Failure::trouble("the anchor of the lab", error))?;
    let targets = lab.cases().iter().map(|case| Target {
        zone: case.zone.clone(),
        group: case.group.to_string(),
        labels: std::collections::BTreeMap::new(),
        pace: LAB_PACE,
    });
    let means = Means {
        hints,
        anchors: anchor::to_records(&anchors),
        port: running.port,
        allow_private: false,
        resolvers: Vec::new(),
        probe: ProbeSettings {
            limiter: Some(Arc::new(Limiter::new(NonZeroU32::MAX, NonZeroU32::MAX))),
            ..ProbeSettings::default()
        },
        answers: Arc::new(Answers::new(LAB_COMMON)),
        policy: Policy::default(),
    };
    Ok(Orders {
        targets: targets.collect(),
        means: Arc::new(means),
        at_once: AT_ONCE,
    })
}

fn store(directory: Option<&Path>) -> Result<Store, Failure> {
    let retention = Retention::default();
    let store = match directory {
        Some(directory) => Store::open(directory, retention),
        None => Store::in_memory(retention),
    };
    store.map_err(|error| Failure::trouble("--state-dir", error))
}

/// Logs go to standard error.
fn log(plan: &ServePlan) {
    let level = LevelFilter::from_level(plan.log_level.into());
    let builder = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_target(false)
        .with_writer(io::stderr);
    // A second subscriber in one process, as tests have, is not needed.
    let _ = match plan.log_format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Text => builder.with_ansi(io::stderr().is_terminal()).try_init(),
    };
}
