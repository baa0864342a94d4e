//! Every check has a case that fires it and a near miss in which it stays silent. One row a check; the
//! cases are audited here, and what was found is looked at.
//!
//! A case is a name of the [lab](super::lab), perhaps at resolvers of the lab (`valid.test @plain`), with
//! at most one thing changed: what servers send ([`bends`]), the trust anchors, the instant, or the wish
//! that it be secure; or it is a story of several states. The near miss is as close to the fault as a right message or zone, or another fault,
//! can be. A finding that is folded beneath its cause has fired too; its row names the cause.

mod bends;
mod child_signals;
mod delegation;
mod denial;
mod keys;
mod resolvers;
mod rollover;
mod servers;
mod signatures;
mod transport;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::lab::{Bend, NOW, evidence, report as lab_report, straight, thorough};
use crate::audit;
use crate::checks::{Area, CHECKS};
use crate::dns::Record;
use crate::evidence::Evidence;
use crate::lab::Lab;
use crate::policy::Policy;
use crate::report::{Finding, Report, Verdict};

/// What can be audited.
#[derive(Clone, Copy)]
struct Case {
    /// A name, then `@` and a resolver, any number of them.
    asked: &'static str,
    bend: Option<Bend>,
    anchors: Option<fn(Vec<Record>) -> Vec<Record>>,
    /// What is set otherwise.
    policy: Option<fn(&mut Policy)>,
    /// Seconds after the full hour before [`NOW`], from which the lab counts; else [`NOW`].
    at: Option<i64>,
    is_secure_wished: bool,
    /// Whether the servers of the zone are asked more than an audit needs.
    is_thorough: bool,
    /// Seconds by which the clock is wrong, at the time of asking and of judging.
    clock: i64,
    /// What a [story](rollover) ends with, where the past counts: nothing else is looked at then.
    story: Option<fn() -> Report>,
}

/// A check, what it speaks of, and what it is silent about.
struct Row {
    code: &'static str,
    /// The finding that it is folded beneath.
    beneath: Option<&'static str>,
    fires: Case,
    silent: Case,
}

/// What servers and resolvers of the lab send.
fn lab(asked: &'static str) -> Case {
    Case {
        asked,
        bend: None,
        anchors: None,
        policy: None,
        at: None,
        is_secure_wished: false,
        is_thorough: false,
        clock: 0,
        story: None,
    }
}

/// A zone that went from one state to another.
fn story(tell: fn() -> Report) -> Case {
    Case {
        story: Some(tell),
        ..lab("a story")
    }
}

impl Case {
    /// With what is sent bent on the way.
    fn bent(self, bend: Bend) -> Self {
        Self {
            bend: Some(bend),
            ..self
        }
    }

    /// By other trust anchors.
    fn anchored(self, anchors: fn(Vec<Record>) -> Vec<Record>) -> Self {
        Self {
            anchors: Some(anchors),
            ..self
        }
    }

    /// At an instant, in seconds after the full hour.
    fn at(self, seconds: i64) -> Self {
        Self {
            at: Some(seconds),
            ..self
        }
    }

    /// In a thorough look.
    fn thorough(self) -> Self {
        Self {
            is_thorough: true,
            ..self
        }
    }

    /// By a clock that is so many seconds ahead.
    fn by_clock(self, ahead: i64) -> Self {
        Self {
            clock: ahead,
            ..self
        }
    }

    /// Judged by another policy.
    fn judged_by(self, policy: fn(&mut Policy)) -> Self {
        Self {
            policy: Some(policy),
            ..self
        }
    }

    /// Where the configuration says that it has to be secure.
    fn wished(self) -> Self {
        Self {
            is_secure_wished: true,
            ..self
        }
    }

    /// Where nothing is changed, the codes of each name are found once and kept.
    fn codes(&self) -> Codes {
        let is_changed = self.bend.is_some()
            || self.story.is_some()
            || self.anchors.is_some()
            || self.at.is_some()
            || self.policy.is_some()
            || self.is_secure_wished
            || self.is_thorough
            || self.clock != 0;
        if is_changed {
            return Codes::of(&self.audit());
        }
        if let Some(known) = KNOWN.lock().unwrap().get(self.asked) {
            return known.clone();
        }
        let found = Codes::of(&self.audit());
        KNOWN.lock().unwrap().insert(self.asked, found.clone());
        found
    }

    fn audit(&self) -> Report {
        if let Some(tell) = self.story {
            return tell();
        }
        let mut words = self.asked.split(" @");
        let name = words.next().expect("a split has a first part");
        let resolvers: Vec<&str> = words.collect();
        let (name, bend) = (format!("{name}."), self.bend.unwrap_or(straight));
        let mut heard = match self.is_thorough {
            true => thorough(&name, &resolvers, bend),
            false => evidence(&name, &resolvers, true, bend),
        };
        for exchange in &mut heard.exchanges {
            exchange.sent = exchange.sent.plus(self.clock);
        }
        let heard = Evidence {
            anchors: match self.anchors {
                Some(change) => change(heard.anchors),
                None => heard.anchors,
            },
            ..heard
        };
        let mut policy = Policy {
            expected: self.is_secure_wished.then_some(Verdict::Secure),
            ..Policy::default()
        };
        if let Some(change) = self.policy {
            change(&mut policy);
        }
        let hour = NOW.plus(-NOW.0.rem_euclid(3_600));
        let now = NOW.plus(self.clock);
        audit(&heard, &policy, self.at.map_or(now, |at| hour.plus(at)))
    }
}

fn row(code: &'static str, fires: Case, silent: Case) -> Row {
    Row {
        code,
        beneath: None,
        fires,
        silent,
    }
}

impl Row {
    /// The finding is folded beneath this one.
    fn beneath(self, cause: &'static str) -> Self {
        Self {
            beneath: Some(cause),
            ..self
        }
    }

    /// What the row promises and does not keep.
    fn complaints(&self) -> Vec<String> {
        let Self {
            code,
            beneath,
            fires,
            silent,
        } = self;
        let mut complaints = Vec::new();
        let Codes { stated, folded } = fires.codes();
        let holds = match beneath {
            None => stated.contains(*code),
            Some(cause) => {
                !stated.contains(*code) && folded.contains(*code) && stated.contains(*cause)
            }
        };
        if !holds {
            let wish = beneath.map_or(String::new(), |cause| format!(" beneath {cause}"));
            complaints.push(format!(
                "{code} does not fire{wish} on {}: {stated:?}, folded {folded:?}",
                fires.asked
            ));
        }
        let found = silent.codes().all();
        if found.contains(*code) {
            complaints.push(format!(
                "{code} fires on its near miss {}: {found:?}",
                silent.asked
            ));
        }
        complaints
    }
}

/// The codes of what was found: of causes, and of what is folded beneath them.
#[derive(Clone)]
struct Codes {
    stated: BTreeSet<String>,
    folded: BTreeSet<String>,
}

static KNOWN: Mutex<BTreeMap<&str, Codes>> = Mutex::new(BTreeMap::new());

impl Codes {
    fn of(report: &Report) -> Self {
        let codes = |findings: &[Finding]| {
            let all = findings.iter().map(|finding| finding.code.clone());
            all.collect()
        };
        Self {
            stated: codes(&report.findings),
            folded: codes(&report.folded),
        }
    }

    fn all(self) -> BTreeSet<String> {
        &self.stated | &self.folded
    }
}

fn rows() -> Vec<Row> {
    let areas = [
        delegation::rows(),
        keys::rows(),
        signatures::rows(),
        denial::rows(),
        child_signals::rows(),
        servers::rows(),
        resolvers::rows(),
        rollover::rows(),
        transport::rows(),
    ];
    areas.into_iter().flatten().collect()
}

#[test]
fn every_check_has_one_row() {
    // Those of whole zones have theirs in tests/it/zone/mutations.rs.
    let audited = CHECKS.iter().filter(|check| check.area != Area::ZoneFile);
    let mut rows_of: BTreeMap<_, usize> = audited.map(|check| (check.code, 0)).collect();
    for row in rows() {
        let count = rows_of.get_mut(row.code);
        *count.unwrap_or_else(|| panic!("{} is no check", row.code)) += 1;
    }
    rows_of.retain(|_, count| *count != 1);
    assert!(
        rows_of.is_empty(),
        "give each check one case that fires it and one near miss: {rows_of:?}"
    );
}

#[test]
fn each_check_fires_on_its_case_and_is_silent_on_its_near_miss() {
    let (rows, next) = (rows(), AtomicUsize::new(0));
    let work = || {
        let mut complaints = Vec::new();
        while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
            complaints.extend(row.complaints());
        }
        complaints
    };
    let complaints = std::thread::scope(|scope| {
        let threads = [scope.spawn(work), scope.spawn(work)];
        let done = threads.into_iter().map(|thread| thread.join().unwrap());
        done.collect::<Vec<_>>().concat()
    });
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn zones_that_nobody_rehearses_are_worth_what_they_promise() {
    let (public, all) = (Lab::new(NOW), Lab::with_rarities(NOW));
    for case in &all.cases()[public.cases().len()..] {
        let report = lab_report(&case.name.to_string(), &[], straight);
        let found = Codes::of(&report).all();
        assert_eq!(
            report.verdict.to_string(),
            case.expect.to_string(),
            "{}: {found:?}",
            case.name
        );
        for code in case.codes {
            assert!(
                found.contains(*code),
                "{} on {}: {found:?}",
                code,
                case.name
            );
        }
    }
}
