//! The state machine of one thing that is wrong with one zone.
//!
//! Pending, firing and recovering mean what `for` and `keep_firing_for` mean in an alerting rule of
//! Prometheus: a signal has to be there for a time before it fires, and away for a time before it is
//! resolved; while it is kept firing, its return is no news. What one look could not see is no change.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::incident::Cause;
use crate::dns::{Name, Timestamp};
use crate::report::{Severity, Verdict};
use crate::watch::ZoneState;

/// The code of a zone that is called bogus, whatever finding explains it.
pub const CHAIN_BROKEN: &str = "chain-broken";

/// The code of an endpoint that does not take messages.
pub const ENDPOINT_FAILING: &str = "notify-endpoint-failing";

/// Which alarm.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// Apex.
    pub zone: Name,
    /// What is wrong: [`CHAIN_BROKEN`], or the code of a finding.
    pub code: String,
    /// Which part of the zone; empty for all of it.
    pub scope: String,
}

/// Whose signals are looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Apex.
    pub zone: Name,
    /// The group that it is configured in.
    pub group: String,
    /// Labels that it is configured with.
    pub labels: BTreeMap<String, String>,
    /// Whether all of it is a rehearsal.
    pub is_drill: bool,
}

/// One thing that is wrong at present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// What is wrong.
    pub code: String,
    /// Which part of the zone; empty for all of it.
    pub scope: String,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// Code of the finding that explains a broken chain.
    pub reason: Option<String>,
    /// What other zones may share.
    pub cause: Cause,
}

impl Signal {
    /// Whether the chain breaks elsewhere than it did `before`: in the zone itself and no longer above it, the
    /// other way round, or in another zone above.
    pub(super) fn has_moved(&self, before: &Self) -> bool {
        let mut causes = [&self.cause, &before.cause].into_iter();
        self.code == CHAIN_BROKEN
            && self.cause != before.cause
            && causes.any(|cause| matches!(cause, Cause::Parent(_)))
    }
}

/// What a look says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// What is wrong.
    pub signals: Vec<Signal>,
    /// Whether the look could not tell: what was wrong before is then taken to be so still.
    pub is_blind: bool,
    /// Whether the look did not see the broken chain that is called: what was said of it before stays.
    pub is_doubted: bool,
}

/// Longest sentence that is kept of a signal, in characters.
const MESSAGE: usize = 300;

impl Seen {
    /// What is known of a zone as signals of at least this weight. Only a verdict that is called makes a
    /// chain broken; while one is in doubt, what was so before stays so.
    pub fn of(state: &ZoneState, least: Severity) -> Self {
        let is_broken = state.called.verdict == Some(Verdict::Bogus);
        let mut signals = Vec::new();
        if is_broken {
            signals.push(broken(state));
        }
        let cause = Cause::of(state, false);
        for (code, finding) in &state.findings {
            // A fault that breaks validation is told by the verdict once that is called, and not before.
            let is_of_chain = finding.severity == Severity::Bogus
                && (is_broken || state.verdict == Some(Verdict::Bogus));
            let is_reason = is_broken && state.reason.as_deref() == Some(code);
            if finding.severity < least || is_of_chain || is_reason {
                continue;
            }
            signals.push(Signal {
                code: code.clone(),
                scope: String::new(),
                severity: finding.severity,
                message: clipped(&finding.message, MESSAGE),
                reason: None,
                cause: cause.clone(),
            });
        }
        Self {
            signals,
            is_blind: state.called.is_in_doubt()
                || state.verdict.is_none_or(|it| it == Verdict::Indeterminate),
            is_doubted: is_broken && state.verdict != Some(Verdict::Bogus),
        }
    }
}

fn broken(state: &ZoneState) -> Signal {
    Signal {
        code: CHAIN_BROKEN.to_owned(),
        scope: String::new(),
        severity: Severity::Bogus,
        message: clipped(&state.summary, MESSAGE),
        reason: state.reason.clone(),
        cause: Cause::of(state, true),
    }
}

/// The beginning of a text, at most so many characters with the mark that something is left out.
pub(super) fn clipped(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept = text.chars().take(most.saturating_sub(1));
    kept.chain(['…']).collect()
}

/// Where an alarm is in its life. Before and after, there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// There, and not yet for long enough.
    Pending,
    /// There for long enough.
    Firing,
    /// Away, and not yet for long enough.
    Recovering,
}

/// How long a signal has to be there, and away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Seconds that it is there before it fires.
    pub pending: i64,
    /// Seconds that it is away before it is resolved.
    pub recovering: i64,
}

/// One alarm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Whose.
    pub subject: Subject,
    /// What was signalled last.
    pub signal: Signal,
    /// Where it is.
    pub phase: Phase,
    /// Since when.
    pub since: Timestamp,
    /// When the signal was first there.
    pub begun: Timestamp,
    /// Until when a silence keeps it out of every incident.
    pub silenced: Option<Timestamp>,
}

impl Alarm {
    /// A signal that was not there before.
    pub fn new(subject: Subject, signal: Signal, now: Timestamp) -> Self {
        Self {
            subject,
            signal,
            phase: Phase::Pending,
            since: now,
            begun: now,
            silenced: None,
        }
    }

    /// Its key.
    pub fn key(&self) -> Key {
        Key {
            zone: self.subject.zone.clone(),
            code: self.signal.code.clone(),
            scope: self.signal.scope.clone(),
        }
    }

    /// The endpoint that it is about, if it is about none of the zones: that is its scope then.
    pub fn endpoint(&self) -> Option<&str> {
        let scope = Some(self.signal.scope.as_str());
        scope.filter(|scope| !self.subject.is_drill && !scope.is_empty())
    }

    /// Whether it counts as wrong: firing, or kept so.
    pub fn is_on(&self) -> bool {
        self.phase != Phase::Pending
    }

    /// Takes in that the signal is there or away at `now`, and moves on; `false` when it ends with that.
    pub fn step(&mut self, is_there: bool, patience: Patience, now: Timestamp) -> bool {
        match (self.phase, is_there) {
            (Phase::Pending, false) => return false,
            (Phase::Firing, false) => self.enter(Phase::Recovering, now),
            (Phase::Recovering, true) => self.enter(Phase::Firing, now),
            _ => {}
        }
        if self.phase == Phase::Pending && now.since(self.since) >= patience.pending {
            self.enter(Phase::Firing, now);
        }
        self.phase != Phase::Recovering || now.since(self.since) < patience.recovering
    }

    /// When it moves on by itself; `None` while it waits for nothing.
    pub fn due(&self, patience: Patience) -> Option<Timestamp> {
        match self.phase {
            Phase::Pending => Some(self.since.plus(patience.pending)),
            Phase::Recovering => Some(self.since.plus(patience.recovering)),
            Phase::Firing => self.silenced,
        }
    }

    fn enter(&mut self, phase: Phase, now: Timestamp) {
        self.phase = phase;
        self.since = now;
    }
}
