//! The lab, served by this process, behind its doorway.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{Real, walk_settings};
use crate::agent::cli::failure::Failure;
use crate::agent::cli::plan::Family;
use crate::agent::cli::works::{Case, Hierarchy, LabResolver, Outcome, Request, Works};
use crate::agent::faults;
use crate::agent::probe::{self, ProbeSettings};
use crate::dns::{Name, Record, Timestamp, master};
use crate::lab::server::RunningLab;
use crate::lab::{self, Lab};
use crate::policy::Policy;
use crate::report::Verdict;
use crate::walk::Walk;

/// Longest wait for an answer of the lab, whose servers are on this machine.
const LAB_TIMEOUT: Duration = Duration::from_secs(2);
/// Cases of the lab audited at a time: enough that waiting for silent servers overlaps.
const CASES_AT_ONCE: usize = 32;

/// A lab whose servers run.
pub(super) struct Started<'a> {
    pub(super) works: &'a Real,
    pub(super) lab: Arc<Lab>,
    pub(super) running: RunningLab,
}

impl Started<'_> {
    fn request(&self, case: &Case) -> Request {
        Request {
            name: case.name.clone(),
            rtype: case.rtype,
            hints: self.hints(),
            anchors: self.anchors(),
            port: self.port(),
            family: Family::default(),
            tcp: false,
            timeout: Some(LAB_TIMEOUT),
            allow_private: false,
            is_thorough: false,
            resolvers: Vec::new(),
            is_iterating: true,
            tls_roots: None,
        }
    }
}

/// Asks and judges.
async fn audit(request: Request, now: Timestamp, settings: ProbeSettings) -> Outcome {
    let begun = Instant::now();
    let walk = Walk::new(walk_settings(&request, now));
    let evidence = probe::run(walk, settings, |_| ()).await;
    let report = crate::audit(&evidence, &Policy::default(), evidence.started);
    Outcome {
        missing: report.denials.first().map(|denial| denial.verdict),
        report,
        took: begun.elapsed(),
    }
}

impl Hierarchy for Started<'_> {
    fn port(&self) -> u16 {
        self.running.port
    }

    fn hints(&self) -> Vec<Record> {
        master::read(&self.lab.root_hints(), &Name::root()).unwrap_or_default()
    }

    fn anchors(&self) -> Vec<Record> {
        master::read(&self.lab.trust_anchor(), &Name::root()).unwrap_or_default()
    }

    fn resolvers(&self) -> Vec<LabResolver> {
        let told = |resolver: lab::Resolver| LabResolver {
            label: resolver.label.to_owned(),
            address: SocketAddr::new(resolver.address, self.port()),
            does: resolver.does.to_owned(),
        };
        self.lab.resolvers().into_iter().map(told).collect()
    }

    fn files(&self) -> Vec<(&'static str, String)> {
        vec![
            ("root.hints", self.lab.root_hints()),
            ("trust-anchor", self.lab.trust_anchor()),
            ("cases.tsv", self.lab.cases_tsv()),
            ("resolvers.tsv", self.lab.resolvers_tsv()),
        ]
    }

    fn cases(&self) -> Vec<Case> {
        self.lab.cases().iter().map(case).collect()
    }

    fn drill(
        &self,
        cases: &[Case],
        done: &mut dyn FnMut(usize, Result<Outcome, Failure>),
    ) -> Result<(), Failure> {
        let settings = ProbeSettings {
            timeout: LAB_TIMEOUT,
            ..ProbeSettings::default()
        };
        let places = Arc::new(Semaphore::new(CASES_AT_ONCE));
        self.works.until_interrupt(async {
            let mut audits = JoinSet::new();
            for (index, case) in cases.iter().enumerate() {
                let (places, settings) = (Arc::clone(&places), settings.clone());
                let (request, now) = (self.request(case), self.works.now());
                audits.spawn(async move {
                    // A closed semaphore counts as one without a limit.
                    let _place = places.acquire().await.ok();
                    (index, audit(request, now, settings).await)
                });
            }
            while let Some(ended) = audits.join_next().await {
                let (index, outcome) = ended.map_err(|error| Failure::trouble("drill", error))?;
                done(index, Ok(outcome));
            }
            Ok(())
        })
    }

    fn wait(
        &mut self,
        faults: Option<&Path>,
        tell: &mut dyn FnMut(Result<usize, String>),
    ) -> Result<(), Failure> {
        let (works, lab, running) = (self.works, &self.lab, &mut self.running);
        let ended = works.until_interrupt(async {
            match faults {
                Some(path) => match faults::follow(path, lab, running, tell).await {},
                None => std::future::pending().await,
            }
        });
        match ended {
            Err(Failure::Interrupted) => Ok(()),
            ended => ended,
        }
    }
}

/// A case of the lab in the words of the command line.
fn case(case: &lab::Case) -> Case {
    let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
    Case {
        label: label(&case.zone),
        name: case.name.clone(),
        rtype: case.rtype,
        fault: case.fault.to_owned(),
        verdict: expected(case.expect),
        missing: Some(expected(case.expect_missing)),
        codes: codes(case.codes),
        absent: codes(case.not_codes),
    }
}

/// The first label of the zone that the case is about.
fn label(zone: &Name) -> String {
    let label = zone.labels().next().unwrap_or_default();
    String::from_utf8_lossy(label).into_owned()
}

fn expected(expect: lab::Expect) -> Verdict {
    match expect {
        lab::Expect::Secure => Verdict::Secure,
        lab::Expect::Insecure => Verdict::Insecure,
        lab::Expect::Bogus => Verdict::Bogus,
        lab::Expect::Indeterminate => Verdict::Indeterminate,
    }
}
