//! One look at one zone: ask, judge, and boil down.

use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::controls::{Control, Standing};
use super::fleet::Member;
use crate::agent::probe::shared::{Answers, Sharing};
use crate::agent::probe::{self, ProbeSettings};
use crate::dns::{Name, Record, RecordType, Timestamp};
use crate::evidence::{Evidence, Resolver, archive, hints};
use crate::lab::Lab;
use crate::policy::Policy;
use crate::report::{Finding, Report, Verdict};
use crate::validate::{Verified, anchor};
use crate::walk::{self, Walk};
use crate::watch::schedule::{self, Why};
use crate::watch::{Event, Thorough, ZoneState, event};

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
    /// Every resolver that is known.
    pub resolvers: Vec<Resolver>,
    /// How questions are carried.
    pub probe: ProbeSettings,
    /// What audits have in common.
    pub answers: Arc<Answers>,
    /// Signatures that audits found right.
    pub verified: Arc<Verified>,
    /// Names that tell whether a resolver validates.
    pub controls: Vec<Control>,
    /// What these told.
    pub standing: Arc<Standing>,
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
    /// What audits of the lab need, at the port that its servers have. No resolver is asked, and audits
    /// have nothing in common, so that each sees the lab as it is at that moment.
    ///
    /// # Errors
    /// What is wrong with the files of the lab.
    pub fn of_lab(lab: &Lab, port: u16) -> Result<Self, String> {
        let hints = hints::read_hints(&lab.root_hints());
        let anchors = anchor::read(&lab.trust_anchor());
        Ok(Self {
            hints: hints.map_err(|error| format!("the hints of the lab: {error}"))?,
            anchors: anchor::to_records(
                &anchors.map_err(|error| format!("the anchor of the lab: {error}"))?,
            ),
            port,
            allow_private: false,
            resolvers: Vec::new(),
            probe: ProbeSettings::default(),
            answers: Arc::new(Answers::new(Duration::ZERO)),
            verified: Arc::default(),
            controls: Vec::new(),
            standing: Arc::default(),
        })
    }

    fn walk(
        &self,
        member: &Member,
        name: Name,
        rtype: RecordType,
        now: Timestamp,
        is_thorough: bool,
    ) -> Walk {
        Walk::new(walk::Settings {
            is_thorough,
            resolvers: member.target.resolvers.clone(),
            ..self.settings(name, rtype, now)
        })
    }

    fn settings(&self, name: Name, rtype: RecordType, now: Timestamp) -> walk::Settings {
        walk::Settings {
            hints: self.hints.clone(),
            anchors: self.anchors.clone(),
            port: self.port,
            allow_private: self.allow_private,
            resolvers: self.resolvers.clone(),
            is_iterating: true,
            ..walk::Settings::new(name, rtype, now)
        }
    }

    fn wished(&self, wish: &Wish, now: Timestamp) -> Walk {
        let mut settings = self.settings(wish.zone.clone(), RecordType::SOA, now);
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

/// Looks at a zone: at its apex, and at the names beside it. `None` when the thread that judges was lost,
/// which the caller counts.
pub async fn look(means: Arc<Means>, member: Member, now: Timestamp) -> Option<Looked> {
    let begun = Instant::now();
    let apex = (member.target.zone.clone(), RecordType::SOA);
    let mut evidences = Vec::new();
    for (name, rtype) in std::iter::once(apex.clone()).chain(member.target.also.clone()) {
        let walk = means.walk(&member, name, rtype, now, false);
        evidences.push(probe::run(walk, means.probe(&member), |_| ()).await);
    }
    let mut thorough = None;
    if schedule::is_thorough(&member.state, &member.target.pace, now) {
        let walk = means.walk(&member, apex.0, apex.1, now, true);
        thorough = Some(probe::run(walk, means.probe(&member), |_| ()).await);
    }
    let took = begun.elapsed();
    let policy = means.standing.weigh(&member.target.policy);
    let verified = Arc::clone(&means.verified);
    aside(move || {
        boil(
            &member,
            &policy,
            &evidences,
            thorough.as_ref(),
            took,
            &verified,
        )
    })
    .await?
}

/// Does what keeps a processor busy, apart from the threads that wait for sockets. So many at a time as
/// leave a processor to those who ask and answer, where there is more than one: a page of metrics shall not
/// wait behind a queue of audits. `None` when it panicked.
pub async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    static PLACES: LazyLock<Semaphore> = LazyLock::new(|| {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        Semaphore::new((processors - 1).max(1))
    });
    let _place = PLACES.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
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
    let judge = move || {
        let report = crate::audit(&evidence, &Policy::default(), evidence.started);
        let mut state = ZoneState::new(wish.zone).after(&report, took);
        // There is no second look here: what this one saw is what is called.
        state.called = state.called.look(report.verdict, true, report.at);
        (state, report)
    };
    aside(judge).await
}

fn boil(
    member: &Member,
    policy: &Policy,
    evidences: &[Evidence],
    thorough: Option<&Evidence>,
    took: Duration,
    verified: &Arc<Verified>,
) -> Option<Looked> {
    // Memory is of the apex, which comes first.
    let pasts = std::iter::once(Some(&member.state.history)).chain(std::iter::repeat(None));
    let mut judged: Vec<(Report, &Evidence)> = Vec::new();
    for (evidence, past) in evidences.iter().zip(pasts) {
        let report = crate::audit_among(evidence, policy, evidence.started, past, verified);
        judged.push((report, evidence));
    }
    let kept = take_thorough(member, policy, &mut judged, thorough);
    let apex = judged
        .first()
        .map(|(report, _)| member.state.history.after(report));
    // The worst is the verdict on the zone, the apex before names as bad.
    let (worst, _) = (judged.iter().enumerate())
        .max_by_key(|(at, (report, _))| (report.verdict, std::cmp::Reverse(*at)))?;
    let (mut report, evidence) = judged.swap_remove(worst);
    for (other, _) in judged {
        take_findings(&mut report, other);
    }
    if let Some(kept) = &kept {
        kept.complete(&mut report);
    }
    let mut state = member.state.after(&report, took);
    state.history = apex.unwrap_or_default();
    state.thorough = kept;
    Some(Looked {
        events: event::between(&member.state, &state),
        state,
        // A report is made of texts and numbers, which are always JSON.
        report: serde_json::to_string(&report).ok()?,
        evidence: archive::write(evidence),
        exchanges: (evidences.iter().chain(thorough))
            .map(|evidence| evidence.exchanges.len())
            .sum(),
    })
}

/// Puts a thorough look at the apex in the place of the ordinary one; what is kept of it from now on. One that
/// could not tell anything changes nothing.
fn take_thorough<'e>(
    member: &Member,
    policy: &Policy,
    judged: &mut [(Report, &'e Evidence)],
    evidence: Option<&'e Evidence>,
) -> Option<Thorough> {
    let before = member.state.thorough.clone();
    let before = before.filter(|_| !member.target.pace.thorough.is_zero());
    let (Some(evidence), Some(apex)) = (evidence, judged.first_mut()) else {
        return before;
    };
    let history = Some(&member.state.history);
    let report = crate::audit_after(evidence, policy, evidence.started, history);
    if report.verdict == Verdict::Indeterminate {
        return before;
    }
    let kept = Thorough::new(&report, &apex.0);
    *apex = (report, evidence);
    Some(kept)
}

/// Adds what is only found at another name of the zone.
fn take_findings(report: &mut Report, other: Report) {
    for finding in other.findings {
        let is_known =
            |known: &Finding| known.code == finding.code && known.subject == finding.subject;
        if !report.findings.iter().any(is_known) {
            report.findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests;
