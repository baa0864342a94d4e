//! What a thorough look finds beside ordinary ones: the evidence is that of the lab in memory.

use std::collections::BTreeMap;

use super::*;
use crate::agent::daemon::fleet::{Fleet, Target};
use crate::checks::tests::lab::{NOW, evidence, straight, thorough};
use crate::dns::probe::Probe;
use crate::evidence::Outcome;
use crate::walk::Ask;
use crate::watch::schedule::Pace;
use crate::watch::{FindingCount, Kind};

const ZONE: &str = "valid.test.";
const CODE: &str = "query-flag-intolerant";
const DAY: i64 = 86_400;

/// The servers refuse who sets CD, as only those see that try it.
fn fussy(ask: &Ask, mut octets: Vec<u8>) -> Outcome {
    if ask.query.probe == Some(Probe::CheckingDisabled) {
        octets[3] = octets[3] & 0xf0 | 5;
    }
    Outcome::Response(octets)
}

fn member(thorough: i64) -> Member {
    let target = Target {
        zone: ZONE.parse().unwrap(),
        group: String::new(),
        labels: BTreeMap::new(),
        pace: Pace {
            thorough: Duration::from_secs(thorough.unsigned_abs()),
            ..Pace::default()
        },
        also: Vec::new(),
        resolvers: Vec::new(),
        policy: Arc::default(),
    };
    let mut fleet = Fleet::new(NOW);
    fleet.set(vec![target], NOW);
    fleet.take_due(NOW.plus(60)).unwrap()
}

/// One more look at an instant, with a thorough one beside it; what was made of it is remembered.
fn again(member: &mut Member, at: Timestamp, thorough: Option<Evidence>) -> Looked {
    let moved = |mut evidence: Evidence| {
        evidence.started = at;
        evidence
    };
    let ordinary = moved(evidence(ZONE, &[], true, straight));
    let thorough = thorough.map(moved);
    let policy = Policy::default();
    let took = Duration::ZERO;
    let looked = boil(member, &policy, &[ordinary], thorough.as_ref(), took, &Arc::default()).unwrap();
    member.state = Arc::new(looked.state.clone());
    looked
}

fn told(looked: &Looked) -> Option<&FindingCount> {
    looked.state.findings.get(CODE)
}

fn kinds(looked: &Looked) -> Vec<Kind> {
    let about = |event: &&Event| event.text.contains(CODE);
    let events = looked.events.iter().filter(about);
    events.map(|event| event.kind).collect()
}

#[test]
fn what_only_a_thorough_look_finds_stays_until_the_next_one() {
    let mut member = member(DAY);
    assert!(told(&again(&mut member, NOW.plus(-300), None)).is_none());
    let first = again(&mut member, NOW, Some(thorough(ZONE, &[], fussy)));
    assert_eq!(told(&first).unwrap().since, NOW);
    assert_eq!(kinds(&first), [Kind::FindingAppeared]);
    for minute in 1..4 {
        let looked = again(&mut member, NOW.plus(60 * minute), None);
        let count = told(&looked).expect("it is still told");
        assert_eq!((count.since, count.count), (NOW, 1));
        assert_eq!(kinds(&looked), []);
        let report: serde_json::Value = serde_json::from_str(&looked.report).unwrap();
        let mut findings = report["findings"].as_array().unwrap().iter();
        let kept = findings.find(|finding| finding["code"] == CODE).unwrap();
        assert_eq!(kept["facts"]["seen"], NOW.to_string());
        assert_eq!(kept["evidence"].as_array().unwrap().len(), 0);
    }
    let later = NOW.plus(DAY);
    let mended = again(&mut member, later, Some(thorough(ZONE, &[], straight)));
    assert!(told(&mended).is_none());
    assert_eq!(kinds(&mended), [Kind::FindingEnded]);
}

#[test]
fn a_thorough_look_that_hears_nothing_changes_nothing() {
    fn silent(_: &Ask, _: Vec<u8>) -> Outcome {
        Outcome::Timeout
    }
    let mut member = member(DAY);
    again(&mut member, NOW, Some(thorough(ZONE, &[], fussy)));
    let deaf = again(&mut member, NOW.plus(60), Some(thorough(ZONE, &[], silent)));
    assert!(told(&deaf).is_some());
    assert_eq!(deaf.state.thorough.unwrap().at, NOW);
}

#[test]
fn without_thorough_looks_nothing_of_them_is_told() {
    let mut member = member(DAY);
    again(&mut member, NOW, Some(thorough(ZONE, &[], fussy)));
    let mut target = Target::clone(&member.target);
    target.pace.thorough = Duration::ZERO;
    member.target = Arc::new(target);
    let looked = again(&mut member, NOW.plus(60), None);
    assert!(told(&looked).is_none() && looked.state.thorough.is_none());
}

#[test]
fn thorough_looks_are_due_at_first_and_then_once_a_period() {
    let mut member = member(DAY);
    let due = |member: &Member, at| schedule::is_thorough(&member.state, &member.target.pace, at);
    assert!(due(&member, NOW));
    again(&mut member, NOW, Some(thorough(ZONE, &[], straight)));
    let times = (1..=4 * 24).filter(|hour| {
        let at = NOW.plus(hour * 3600);
        let is_due = due(&member, at);
        if is_due {
            again(&mut member, at, Some(thorough(ZONE, &[], straight)));
        }
        is_due
    });
    let times: Vec<i64> = times.collect();
    assert!((3..=4).contains(&times.len()), "{times:?}");
    assert!(
        times[0] >= 12 && times[1..].windows(2).all(|two| two[1] - two[0] == 24),
        "{times:?}"
    );
    // By a clock that was a day ahead.
    assert!(due(&member, NOW.plus(-DAY)));
    assert!(!due(&self::member(0), NOW));
}
