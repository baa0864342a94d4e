//! When a zone is audited next, and why then: a pure function, so that it can be printed and tested.
//!
//! Every zone has a *phase*, made from its name, and is due when the clock passes it: the zones of a fleet
//! spread evenly over the interval, keep their places over a restart, and no two restarts burst. Three
//! things move a zone away from its place: a doubt (looked at again within seconds), a change that the
//! cheap questions saw, and a deadline that nears (the interval halves, as often as is needed for ten looks
//! before the end). Servers that stay dead are asked less often, down to a quarter of the rate.

use std::time::Duration;

use serde::Serialize;

use crate::crypto;
use crate::dns::{Name, Timestamp};
use crate::watch::ZoneState;

/// Looks that are wished for between now and a deadline.
const LOOKS_BEFORE_DEADLINE: i64 = 10;
/// How often the interval is doubled at most for a zone that cannot be judged.
const MOST_DOUBLINGS: u32 = 2;
/// Looks in a row that tell nothing before the interval grows.
const PATIENCE: u32 = 3;
/// First audits a second that need no more room than is configured for the start.
const FIRST_A_SECOND: usize = 100;

/// How often zones are looked at, in whole seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// From one audit to the next.
    pub interval: Duration,
    /// The least that a deadline shortens that to.
    pub least: Duration,
    /// To the second look at something in doubt.
    pub retry: Duration,
    /// Between the cheap questions that tell a change; zero for none.
    pub glance: Duration,
    /// Over what time the first audits are spread, and those that came due while nobody watched.
    pub start: Duration,
    /// From one thorough look to the next; zero for none.
    pub thorough: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(300),
            least: Duration::from_secs(60),
            retry: Duration::from_secs(10),
            glance: Duration::from_secs(60),
            start: Duration::from_secs(60),
            thorough: Duration::ZERO,
        }
    }
}

/// An audit that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// When.
    pub at: Timestamp,
    /// Why then.
    #[serde(flatten)]
    pub why: Why,
}

/// Why a zone is audited when it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Why {
    /// It never was since the watch began.
    First,
    /// The last look differs from what is called.
    Doubt,
    /// The interval is over.
    Interval,
    /// Something ends soon.
    Deadline {
        /// When.
        ends: Timestamp,
    },
    /// Nothing could be told several times in a row.
    BackOff {
        /// How often.
        failures: u32,
    },
    /// A cheap question had another answer.
    Change,
}

impl Why {
    /// The reason as a word for programs, the same as in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Doubt => "doubt",
            Self::Interval => "interval",
            Self::Deadline { .. } => "deadline",
            Self::BackOff { .. } => "back-off",
            Self::Change => "change",
        }
    }
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::First => f.write_str("never audited yet"),
            Self::Doubt => f.write_str("the last look differs from what is called"),
            Self::Interval => f.write_str("the interval is over"),
            Self::Deadline { ends } => write!(f, "sooner, since something ends at {ends}"),
            Self::BackOff { failures } => {
                write!(f, "later, since {failures} looks in a row told nothing")
            }
            Self::Change => f.write_str("a cheap question had another answer"),
        }
    }
}

/// Over what time the first audits of so many zones are spread: what is configured, and more where there
/// are many, up to the interval, in which they are audited from then on.
pub fn start(pace: &Pace, zones: usize) -> Duration {
    let needed = u64::try_from(zones / FIRST_A_SECOND).unwrap_or(u64::MAX);
    pace.start
        .max(pace.interval.min(Duration::from_secs(needed)))
}

/// When a zone is audited next. `begun` is when the watch began: what came due before is spread over the
/// start. What comes due later and is overdue is not moved: it stays due, so that lag shows.
pub fn next(zone: &Name, state: Option<&ZoneState>, pace: &Pace, begun: Timestamp) -> Due {
    let due = on_its_beat(zone, state, pace, begun);
    match due.at < begun {
        true => Due {
            at: begun.plus(phase(zone, seconds(pace.start))),
            ..due
        },
        false => due,
    }
}

fn on_its_beat(zone: &Name, state: Option<&ZoneState>, pace: &Pace, begun: Timestamp) -> Due {
    let looked = state.and_then(|state| Some((state, state.probed?)));
    let Some((state, probed)) = looked else {
        return Due {
            at: begun.plus(phase(zone, seconds(pace.start))),
            why: Why::First,
        };
    };
    if state.called.is_in_doubt() && state.failures < PATIENCE {
        return Due {
            at: probed.plus(seconds(pace.retry)),
            why: Why::Doubt,
        };
    }
    let (interval, why) = interval(state, probed, pace);
    Due {
        at: slot(zone, probed, interval),
        why,
    }
}

/// When the cheap questions are asked next, where there are any.
pub fn glance(zone: &Name, last: Timestamp, pace: &Pace) -> Option<Timestamp> {
    let interval = seconds(pace.glance);
    (interval > 0).then(|| slot(zone, last, interval))
}

/// Whether an audit at `now` looks thoroughly: the first of all, and then one on the zone's own beat, so that
/// fleets spread theirs. Never one that is made in doubt, or of servers that could not be heard the last time.
pub fn is_thorough(state: &ZoneState, pace: &Pace, now: Timestamp) -> bool {
    let period = seconds(pace.thorough);
    if period == 0 || state.called.is_in_doubt() || state.failures > 0 {
        return false;
    }
    let last = state.thorough.as_ref().map(|thorough| thorough.at);
    last.is_none_or(|at| at > now || slot(&state.zone, at, period) <= now)
}

fn interval(state: &ZoneState, probed: Timestamp, pace: &Pace) -> (i64, Why) {
    let (whole, least) = (seconds(pace.interval).max(1), seconds(pace.least).max(1));
    if state.failures >= PATIENCE {
        let doublings = (state.failures - PATIENCE + 1).min(MOST_DOUBLINGS);
        let failures = state.failures;
        return (whole << doublings, Why::BackOff { failures });
    }
    let Some(ends) = state.deadline.as_ref().map(|deadline| deadline.at) else {
        return (whole, Why::Interval);
    };
    let wished = ends.since(probed) / LOOKS_BEFORE_DEADLINE;
    // Halves of the interval, so that the phases of the zones stay spread.
    let mut interval = whole;
    while interval / 2 >= least && interval > wished && wished >= 0 {
        interval /= 2;
    }
    match interval == whole {
        true => (whole, Why::Interval),
        false => (interval, Why::Deadline { ends }),
    }
}

/// The first instant of the zone's own beat that is at least half an interval after `last`.
fn slot(zone: &Name, last: Timestamp, interval: i64) -> Timestamp {
    let earliest = last.0 + ((interval + 1) / 2).max(1);
    let ahead = (phase(zone, interval) - earliest).rem_euclid(interval);
    Timestamp(earliest + ahead)
}

/// The zone's place within a number of seconds, by a hash of its name: the same on every machine.
fn phase(zone: &Name, within: i64) -> i64 {
    let digest = crypto::sha256(zone.to_lowercase().wire());
    let head: [u8; 8] = std::array::from_fn(|at| digest[at]);
    let number = i64::from_be_bytes(head) & i64::MAX;
    number.rem_euclid(within.max(1))
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
