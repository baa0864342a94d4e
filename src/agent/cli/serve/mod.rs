//! `serve`: the watch, day and night, over the zones of a file or over the lab.

mod file;
pub(super) mod lab;
mod lists;
mod resolvers;

use std::io::{self, IsTerminal};
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tracing::Level;
use tracing_subscriber::filter::LevelFilter;

use super::failure::Failure;
use super::plan::{ServePlan, WatchSource};
use super::values::LogFormat;
use crate::agent::daemon::Setup;
use crate::agent::http::web::Web;
use crate::agent::store::{Retention, Store};
use crate::report::render::counted;

/// How long what cannot be ended is waited for.
const LEFT: Duration = Duration::from_secs(1);
/// Descriptors that are asked for.
const DESCRIPTORS: u64 = 16_384;

/// Watches until the user ends it.
pub fn run(plan: &ServePlan) -> Result<(), Failure> {
    make_room();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::trouble("threads, sockets and timers", error))?;
    let watched = runtime.block_on(async {
        match &plan.source {
            WatchSource::Lab(faults) => lab::watch(plan, faults.as_deref()).await,
            WatchSource::File(path) => file::watch(plan, path).await,
        }
    });
    // The system may look up a name for longer than a stop may take.
    runtime.shutdown_timeout(LEFT);
    watched
}

/// Every listener, connection and question takes a descriptor, of which a process commonly may have 1,024
/// unless it asks for more. Where it may not have more, the count of open sockets is bounded all the same.
pub(super) fn make_room() {
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let wanted = hard.min(DESCRIPTORS).max(soft);
        // Fewer descriptors are enough for fewer zones.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, wanted, hard);
    }
}

fn store(directory: Option<&Path>, retention: Retention) -> Result<Store, Failure> {
    let store = match directory {
        Some(directory) => Store::open(directory, retention),
        None => Store::in_memory(retention),
    };
    store.map_err(|error| Failure::trouble("the store", error))
}

/// Says where the endpoints are, also when the system chose the port.
fn tell_where(setup: &Setup) {
    let scheme = match &setup.web.web {
        Some(web) if web.is_secured() => "https",
        _ => "http",
    };
    let zones = counted(setup.orders.targets.len(), "zone");
    let bound = setup.listeners.iter().flat_map(|one| one.local_addr());
    for address in bound {
        tracing::info!("{scheme}://{address}/ shows {zones}");
    }
}

fn web(path: Option<&Path>) -> Result<Option<Arc<Web>>, Failure> {
    let web = path.map(Web::open).transpose();
    let web = web.map_err(|problem| Failure::usage("--web-config", problem))?;
    Ok(web.map(Arc::new))
}

/// A limit, where 0 stands for none.
pub(super) fn limit(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MAX)
}

/// Logs go to standard error.
fn log(format: LogFormat, level: Level) {
    let builder = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::from_level(level))
        .with_target(false)
        .with_writer(io::stderr);
    // A second subscriber in one process, as tests have, is not needed.
    let _ = match format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Text => builder.with_ansi(io::stderr().is_terminal()).try_init(),
    };
}
