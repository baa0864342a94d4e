//! The program's own works: sockets, the clock and the lab behind the doorways of the command line.

mod hierarchy;

use std::cell::OnceCell;
use std::future::Future;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use self::hierarchy::Started;
use super::failure::Failure;
use super::plan::Whom;
use super::suppose;
use super::works::{CrowdRequest, Hierarchy, Judge, Page, Piece, Request, Works};
use crate::agent::config::policy::Rulebook;
use crate::agent::many::{self, Crowd};
use crate::agent::probe::interview::interview;
use crate::agent::probe::limiter::Limiter;
use crate::agent::probe::{self, ProbeSettings};
use crate::checks;
use crate::crypto::DigestType;
use crate::delegation::{self, DsPlan, NoPlan};
use crate::dns::{Record, Timestamp};
use crate::drill::{Errand, Interview};
use crate::evidence::{Evidence, archive, hints};
use crate::hypothesis::{Heard, Hypothesis, Stage};
use crate::lab::{self, Lab};
use crate::report::{Report, ValidatorView};
use crate::validate::{Product, Supposed, anchor};
use crate::walk::{self, Walk};

/// Reports of many that may wait to be written.
const PIECES: usize = 64;

/// The program's own works.
#[derive(Debug, Default)]
pub struct Real {
    runtime: OnceCell<Runtime>,
}

impl Real {
    fn runtime(&self) -> Result<&Runtime, Failure> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let built = Builder::new_current_thread().enable_all().build();
        let built = built.map_err(|error| Failure::trouble("sockets and timers", error))?;
        Ok(self.runtime.get_or_init(|| built))
    }

    /// Runs `work` to its end, or until the user interrupts it. From the first call on, an interrupt ends
    /// work and nothing else, so that a file being written is written to its end.
    fn until_interrupt<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        self.runtime()?.block_on(async {
            tokio::select! {
                done = work => done,
                _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
            }
        })
    }
}

impl Works for Real {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let seconds = since.map_or(0, |since| since.as_secs());
        Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
    }

    fn ask(
        &self,
        request: &Request,
        stage: Option<Arc<Stage>>,
        progress: &mut dyn FnMut(usize, &str),
    ) -> Result<Evidence, Failure> {
        let mut settings = ProbeSettings {
            stage,
            ..ProbeSettings::default()
        };
        settings.timeout = request.timeout.unwrap_or(settings.timeout);
        settings.resolver_timeout = request.timeout.unwrap_or(settings.resolver_timeout);
        let tell = |walk: &Walk| progress(walk.sent(), &deepest_zone(walk));
        self.until_interrupt(async {
            let (resolvers, secured) = super::resolvers::locate(&whom(request)).await?;
            settings.secured = secured;
            let walk = Walk::new(walk::Settings {
                resolvers,
                is_iterating: request.is_iterating,
                ..walk_settings(request, self.now())
            });
            Ok(probe::run(walk, settings, tell).await)
        })
    }

    fn interview(
        &self,
        whom: &Whom,
        errands: &[Errand],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<Interview>, Failure> {
        let mut settings = ProbeSettings::default();
        settings.resolver_timeout = whom.timeout.unwrap_or(settings.resolver_timeout);
        self.until_interrupt(async {
            let (resolvers, secured) = super::resolvers::locate(whom).await?;
            settings.secured = secured;
            let (asked, mut told) = tokio::sync::mpsc::unbounded_channel();
            let mut interviews = JoinSet::new();
            for (index, resolver) in resolvers.iter().enumerate() {
                let (settings, asked) = (settings.clone(), asked.clone());
                let queries = errands.iter().map(Errand::query).collect();
                let Some(address) = resolver.address else {
                    continue;
                };
                let talk = interview(address, resolver.transport, queries, settings, move || {
                    // Nobody listens any more only when everything is dropped.
                    let _ = asked.send(());
                });
                interviews.spawn(async move { (index, talk.await) });
            }
            drop(asked);
            let mut count = 0;
            while told.recv().await.is_some() {
                count += 1;
                progress(count);
            }
            let mut heard = vec![vec![Vec::new(); errands.len()]; resolvers.len()];
            while let Some(ended) = interviews.join_next().await {
                let (index, exchanges) = ended.map_err(|error| Failure::trouble("drill", error))?;
                heard[index] = exchanges;
            }
            let pairs = resolvers.into_iter().zip(heard);
            Ok(pairs
                .map(|(resolver, heard)| Interview { resolver, heard })
                .collect())
        })
    }

    fn ask_many(
        &self,
        crowd: &CrowdRequest,
        judge: Judge,
        done: &mut dyn FnMut(Piece) -> bool,
    ) -> Result<(), Failure> {
        super::serve::make_room();
        let mut probe = ProbeSettings::default();
        probe.timeout = crowd.each.timeout.unwrap_or(probe.timeout);
        probe.limiter = Some(Arc::new(Limiter::new(
            super::serve::limit(crowd.a_server),
            super::serve::limit(crowd.a_network),
        )));
        let crowd = Crowd {
            names: crowd.names.clone(),
            walk: walk_settings(&crowd.each, self.now()),
            probe,
            at_once: crowd.at_once,
        };
        let (sender, mut pieces) = tokio::sync::mpsc::channel(PIECES);
        let threads = many::threads();
        let threads = threads.map_err(|error| Failure::trouble("threads and sockets", error))?;
        threads.spawn(many::run(crowd, judge, sender));
        let ended = self.until_interrupt(async {
            while let Some(piece) = pieces.recv().await {
                if !done(piece) {
                    break;
                }
            }
            Ok(())
        });
        // What is still under way is of no use to anybody.
        threads.shutdown_background();
        ended
    }

    fn judge(&self, evidence: &Evidence, rules: &Rulebook, at: Timestamp) -> Report {
        rules.judge(evidence, at)
    }

    fn stage_replay(&self, evidence: &Evidence, stage: &Stage) -> Evidence {
        suppose::replay(evidence, stage)
    }

    fn weigh(
        &self,
        heard: &Heard,
        hypothesis: &Hypothesis,
        rules: &Rulebook,
        at: Timestamp,
    ) -> (Report, Evidence, Supposed) {
        suppose::weigh(heard, hypothesis, rules, at)
    }

    fn views(
        &self,
        evidence: &Evidence,
        products: &[Product],
        supposed: &Supposed,
        at: Timestamp,
    ) -> Vec<ValidatorView> {
        crate::audit::views(evidence, products, supposed, at)
    }

    fn plan_ds(
        &self,
        evidence: &Evidence,
        digests: &[DigestType],
        at: Timestamp,
    ) -> Result<DsPlan, NoPlan> {
        delegation::plan_evidence(evidence, digests, at)
    }

    fn archive(&self, evidence: &Evidence) -> Result<Vec<u8>, Failure> {
        Ok(archive::write(evidence))
    }

    fn unarchive(&self, octets: &[u8]) -> Result<Evidence, String> {
        let evidence = archive::read(octets).map_err(|error| error.to_string())?;
        anchor::from_records(&evidence.anchors).map_err(|error| error.to_string())?;
        Ok(evidence)
    }

    fn trust_anchors(&self, text: &str) -> Result<Vec<Record>, String> {
        let anchors = anchor::read(text).map_err(|error| error.to_string())?;
        Ok(anchor::to_records(&anchors))
    }

    fn start_lab(&self, port: Option<u16>) -> Result<Box<dyn Hierarchy + '_>, Failure> {
        let lab = Arc::new(Lab::new(self.now()));
        let served = lab::server::serve(Arc::clone(&lab), port.unwrap_or(0));
        let running = self.runtime()?.block_on(served);
        let running = running.map_err(|error| Failure::trouble("the lab", error))?;
        Ok(Box::new(Started {
            works: self,
            lab,
            running,
        }))
    }

    fn catalogue(&self) -> Vec<Page> {
        let page = |check: &&checks::Check| Page {
            code: check.code.to_owned(),
            severity: check.severity,
            summary: check.summary.to_owned(),
            page: check.page.to_owned(),
            rfc: check.rfc.join("; "),
        };
        checks::CHECKS.iter().map(page).collect()
    }
}

/// The resolvers of a request.
fn whom(request: &Request) -> Whom {
    Whom {
        servers: request.resolvers.clone(),
        family: request.family,
        tcp: request.tcp,
        timeout: request.timeout,
        tls_roots: request.tls_roots.clone(),
    }
}

fn walk_settings(request: &Request, now: Timestamp) -> walk::Settings {
    let or_built_in = |given: &[Record], built_in: fn() -> Vec<Record>| {
        if given.is_empty() {
            built_in()
        } else {
            given.to_vec()
        }
    };
    walk::Settings {
        hints: or_built_in(&request.hints, hints::built_in),
        anchors: or_built_in(&request.anchors, || anchor::to_records(&anchor::built_in())),
        port: request.port,
        allow_private: request.allow_private,
        is_thorough: request.is_thorough,
        ..walk::Settings::new(request.name.clone(), request.rtype, now)
    }
}

/// The deepest zone on the way to the name that is audited.
fn deepest_zone(walk: &Walk) -> String {
    let trail = walk.topology().trails.first();
    let zone = trail.and_then(|trail| trail.zones.last());
    zone.map_or_else(|| ".".to_owned(), ToString::to_string)
}
