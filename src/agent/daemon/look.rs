//! One look at one zone: ask, judge, and boil down.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::fleet::Member;
use crate::agent::probe::shared::{Answers, Sharing};
use crate::agent::probe::{self, ProbeSettings};
use crate::dns::{Name, Record, RecordType, Timestamp};
use crate::evidence::{Resolver, archive};
use crate::policy::Policy;
use crate::report::{Report, Verdict};
use crate::walk::{self, Walk};
use crate::watch::schedule::Why;
use crate::watch::{Event, ZoneState, event};

/// With what zones are audited.
#[derive(Debug, Clone)]
pub struct Means {
    /// Root servers.
    pub hints: Vec<Record>,
    /// Trust anchors.
    pub anchors: Vec<Record>,
    /// Port of authoritative servers.
    pub port: u16,
    /// Whether addresses that cannot be global are asked.
    pub allow_private: bool,
    /// Resolvers that are asked about every zone.
    pub resolvers: Vec<Resolver>,
    /// How questions are carried.
    pub probe: ProbeSettings,
    /// What audits have in common.
    pub answers: Arc<Answers>,
    /// What weighs how much.
    pub policy: Policy,
}

/// What came of a look.
#[derive(Debug)]
pub struct Looked {
    /// What is remembered now.
    pub state: ZoneState,
    /// What happened.
    pub events: Vec<Event>,
    /// The report as JSON.
    pub report: String,
    /// The evidence as it is kept.
    pub evidence: Vec<u8>,
    /// Exchanges of the audit.
    pub exchanges: usize,
}

impl Looked {
    /// Whether the verdict is one under which names may not resolve.
    pub fn is_failure(&self) -> bool {
        !matches!(
            self.state.verdict,
            Some(Verdict::Secure | Verdict::Insecure)
        )
    }
}

/// An audit that somebody asks for outside the schedule.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Apex.
    pub zone: Name,
    /// Whether the resolvers are asked as well.
    pub with_resolvers: bool,
    /// Whether addresses that cannot be global are asked.
    pub allow_private: bool,
    /// How long the questions may take.
    pub budget: Duration,
}

impl Means {
    fn walk(&self, zone: &Name, now: Timestamp) -> Walk {
        Walk::new(self.settings(zone, now))
    }

    fn settings(&self, zone: &Name, now: Timestamp) -> walk::Settings {
        walk::Settings {
            hints: self.hints.clone(),
            anchors: self.anchors.clone(),
            port: self.port,
            allow_private: self.allow_private,
            resolvers: self.resolvers.clone(),
            is_iterating: true,
            ..walk::Settings::new(zone.clone(), RecordType::SOA, now)
        }
    }

    fn wished(&self, wish: &Wish, now: Timestamp) -> Walk {
        let mut settings = self.settings(&wish.zone, now);
        settings.allow_private = wish.allow_private;
        if !wish.with_resolvers {
            settings.resolvers.clear();
        }
        Walk::new(settings)
    }

    /// A second look at something in doubt shares nothing with the first.
    fn probe(&self, member: &Member) -> ProbeSettings {
        let sharing = self.sharing(&member.target.zone);
        ProbeSettings {
            sharing: (member.due.why != Why::Doubt).then_some(sharing),
            ..self.probe.clone()
        }
    }

    fn sharing(&self, zone: &Name) -> Sharing {
        Sharing {
            zone: zone.clone(),
            answers: Arc::clone(&self.answers),
        }
    }
}

/// Looks at a zone. `None` when the thread that judges was lost, which the caller counts.
pub async fn look(means: Arc<Means>, member: Member, now: Timestamp) -> Option<Looked> {
    let begun = Instant::now();
    let evidence = probe::run(
        means.walk(&member.target.zone, now),
        means.probe(&member),
        |_| (),
    )
    .await;
    let took = begun.elapsed();
    // Signatures are arithmetic: they do not belong on the threads that wait for sockets.
    let judged = tokio::task::spawn_blocking(move || {
        let report = crate::audit(&evidence, &means.policy, evidence.started);
        boil(&member, &report, took, archive::write(&evidence))
    });
    judged.await.ok()
}

/// Audits a zone outside the schedule and remembers nothing. `None` when the thread that judges was lost.
pub async fn once(means: Arc<Means>, wish: Wish, now: Timestamp) -> Option<(ZoneState, Report)> {
    let begun = Instant::now();
    let settings = ProbeSettings {
        sharing: Some(means.sharing(&wish.zone)),
        budget: wish.budget,
        ..means.probe.clone()
    };
    let evidence = probe::run(means.wished(&wish, now), settings, |_| ()).await;
    let took = begun.elapsed();
    let judged = tokio::task::spawn_blocking(move || {
        let report = crate::audit(&evidence, &means.policy, evidence.started);
        let mut state = ZoneState::new(wish.zone).after(&report, took);
        // There is no second look here: what this one saw is what is called.
        state.called = state.called.look(report.verdict, true, report.at);
        (state, report)
    });
    judged.await.ok()
}

fn boil(member: &Member, report: &Report, took: Duration, evidence: Vec<u8>) -> Looked {
    let state = member.state.after(report, took);
    Looked {
        events: event::between(&member.state, &state),
        state,
        // A report is made of texts and numbers, which are always JSON.
        report: serde_json::to_string(report).unwrap_or_default(),
        evidence,
        exchanges: report.coverage.exchanges,
    }
}
