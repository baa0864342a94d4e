//! The watch over the embedded lab: no configuration, faults at will.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::{limit, log, store, tell_where, web};
use crate::agent::cli::failure::Failure;
use crate::agent::cli::plan::ServePlan;
use crate::agent::daemon::controls::Control;
use crate::agent::daemon::fleet::Target;
use crate::agent::daemon::look::Means;
use crate::agent::daemon::{self, Orders, Setup, now};
use crate::agent::probe::ProbeSettings;
use crate::agent::probe::limiter::Limiter;
use crate::agent::probe::shared::Answers;
use crate::agent::store::Retention;
use crate::agent::{faults, http};
use crate::dns::Name;
use crate::evidence::{Resolver, Transport};
use crate::lab::server::RunningLab;
use crate::lab::{self, Lab};
use crate::watch::schedule::Pace;

/// The pace over the lab, whose zones are there to be seen: a fault shows within seconds.
pub(in crate::agent::cli) const PACE: Pace = Pace {
    interval: Duration::from_secs(30),
    least: Duration::from_secs(10),
    retry: Duration::from_secs(2),
    glance: Duration::from_secs(5),
    start: Duration::from_secs(10),
    thorough: Duration::ZERO,
};
/// How long what audits have in common is kept.
const COMMON: Duration = Duration::from_secs(5);
/// Audits under way at a time.
const AT_ONCE: usize = 64;
/// How often the control names of resolvers are asked.
const CONTROL: Duration = Duration::from_secs(10);
/// The resolver of the lab that is asked about each zone.
const RESOLVER: &str = "validating";
/// The resolvers of the lab whose control names are asked: one validates, one does not.
const CONTROLLED: [&str; 2] = [RESOLVER, "plain"];
/// A zone of the lab that is secure, and one that is bogus.
const CONTROLS: [&str; 2] = ["valid.test.", "stale-ds.test."];

/// Watches the lab until the user ends it.
pub async fn watch(plan: &ServePlan, faults: Option<&Path>) -> Result<(), Failure> {
    log(plan.log_format, plan.log_level.into());
    let lab = Arc::new(Lab::new(now()));
    let served = lab::server::serve(Arc::clone(&lab), 0).await;
    let mut running = served.map_err(|error| Failure::trouble("the lab", error))?;
    let listen = plan.listen.clone().unwrap_or_else(http::default_listen);
    let listeners = http::bind(&listen).await;
    let listeners = listeners.map_err(|error| Failure::trouble("--listen", error))?;
    // The lab's zones are no list that changes; dropping the sender says so.
    let (_, changes) = mpsc::channel(1);
    let setup = Setup {
        orders: orders(&lab, &running)?,
        listeners,
        store: store(plan.state_dir.as_deref(), Retention::default())?,
        web: http::Settings {
            web: web(plan.web_config.as_deref())?,
            ..http::Settings::default()
        },
        renew: None,
        changes,
    };
    tell_where(&setup);
    let served = match faults {
        None => daemon::serve(setup).await,
        Some(path) => tokio::select! {
            served = daemon::serve(setup) => served,
            never = faults::follow(path, &lab, &mut running, tell) => match never {},
        },
    };
    running.stop().await;
    served.map_err(|error| Failure::trouble("the watch", error))
}

/// Logs what became of the faults.
fn tell(outcome: Result<usize, String>) {
    match outcome {
        Ok(count) => tracing::info!("the lab has {count} faults put in"),
        Err(problem) => tracing::error!(%problem, "--faults: the lab stays as it was"),
    }
}

fn orders(lab: &Lab, running: &RunningLab) -> Result<Orders, Failure> {
    let controlled = resolvers(lab, running);
    let asked = controlled.iter().filter(|one| one.label == RESOLVER);
    let asked: Vec<Resolver> = asked.cloned().collect();
    let name = |text: &str| -> Name { text.parse().expect("two fixed names") };
    let control = |resolver: &Resolver| Control {
        resolver: resolver.clone(),
        known_good: name(CONTROLS[0]),
        known_bad: name(CONTROLS[1]),
    };
    let means = Means::of_lab(lab, running.port);
    let means = Means {
        probe: ProbeSettings {
            limiter: Some(Arc::new(Limiter::new(limit(0), limit(0)))),
            ..ProbeSettings::default()
        },
        answers: Arc::new(Answers::new(COMMON)),
        verified: Arc::default(),
        controls: controlled.iter().map(control).collect(),
        standing: Arc::default(),
        resolvers: asked.clone(),
        ..means.map_err(Failure::Trouble)?
    };
    let targets = lab.cases().iter().map(|case| Target {
        zone: case.zone.clone(),
        group: case.group.to_string(),
        labels: BTreeMap::new(),
        pace: PACE,
        also: (case.name != case.zone)
            .then(|| (case.name.clone(), case.rtype))
            .into_iter()
            .collect(),
        resolvers: asked.clone(),
        policy: Arc::default(),
    });
    Ok(Orders {
        is_complete: true,
        targets: targets.collect(),
        means: Arc::new(means),
        at_once: AT_ONCE,
        control: CONTROL,
        notify: Arc::default(),
        level: None,
    })
}

fn resolvers(lab: &Lab, running: &RunningLab) -> Vec<Resolver> {
    let all = lab.resolvers().into_iter();
    all.filter(|resolver| CONTROLLED.contains(&resolver.label))
        .map(|resolver| Resolver {
            label: resolver.label.to_owned(),
            address: Some((resolver.address, running.port).into()),
            transport: Transport::Udp,
        })
        .collect()
}
