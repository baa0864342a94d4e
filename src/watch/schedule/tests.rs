//! Tests of the schedule, up to a day of a great fleet.

use super::*;
use crate::report::{Deadline, Verdict};
use crate::watch::ZoneState;
use crate::watch::confirm::Called;

const BEGUN: Timestamp = Timestamp(1_790_000_000);

fn zone(number: u32) -> Name {
    format!("zone-{number}.example.").parse().unwrap()
}

/// A zone that was found whole at an instant.
fn whole(zone: &Name, probed: Timestamp) -> ZoneState {
    ZoneState {
        called: Called::default().look(Verdict::Secure, false, probed),
        probed: Some(probed),
        verdict: Some(Verdict::Secure),
        ..ZoneState::new(zone.clone())
    }
}

fn due(state: &ZoneState) -> Due {
    next(&state.zone, Some(state), &Pace::default(), BEGUN)
}

#[test]
fn first_audits_spread_over_the_start() {
    let pace = Pace::default();
    let mut seconds = [0_u32; 60];
    for number in 0..6_000 {
        let due = next(&zone(number), None, &pace, BEGUN);
        assert_eq!(due.why, Why::First);
        seconds[usize::try_from(due.at.since(BEGUN)).unwrap()] += 1;
    }
    assert!(
        seconds.iter().all(|count| (50..150).contains(count)),
        "{seconds:?}"
    );
}

#[test]
fn a_zone_keeps_its_beat() {
    let name = zone(7);
    let first = due(&whole(&name, BEGUN)).at;
    let mut at = first;
    for _ in 0..10 {
        // An audit that begins late does not move the beat.
        let next = due(&whole(&name, at.plus(3)));
        assert_eq!((next.at.since(at), next.why), (300, Why::Interval));
        at = next.at;
    }
}

#[test]
fn a_doubt_is_looked_at_again_at_once_and_not_for_ever() {
    let name = zone(1);
    let mut state = whole(&name, BEGUN);
    state.called = state.called.look(Verdict::Bogus, false, BEGUN);
    assert_eq!(
        due(&state),
        Due {
            at: BEGUN.plus(10),
            why: Why::Doubt
        }
    );
    state.failures = PATIENCE;
    assert_ne!(due(&state).why, Why::Doubt);
}

#[test]
fn a_deadline_that_nears_shortens_the_interval_down_to_the_least() {
    let name = zone(2);
    let mut state = whole(&name, BEGUN);
    let mut gap = |left: i64| {
        let ends = BEGUN.plus(left);
        state.deadline = Some(Deadline {
            at: ends,
            what: String::new(),
        });
        interval(&state, BEGUN, &Pace::default())
    };
    assert_eq!(gap(86_400), (300, Why::Interval));
    assert_eq!(gap(2_000).0, 150);
    assert_eq!(
        gap(900),
        (
            75,
            Why::Deadline {
                ends: BEGUN.plus(900)
            }
        )
    );
    assert_eq!(gap(60).0, 75, "half of it would be below the least");
    assert_eq!(
        gap(-60),
        (300, Why::Interval),
        "what has ended needs no hurry"
    );
}

#[test]
fn dead_servers_are_asked_less_often() {
    let mut state = whole(&zone(3), BEGUN);
    for (failures, seconds) in [(2, 300), (3, 600), (4, 1_200), (90, 1_200)] {
        state.failures = failures;
        assert_eq!(interval(&state, BEGUN, &Pace::default()).0, seconds);
    }
}

/// 24 hours of 100,000 zones, each audited when it is due.
#[test]
fn a_day_of_a_great_fleet_has_no_burst() {
    let pace = Pace::default();
    let interval = 300;
    let mut seconds = vec![0_u32; 86_400];
    for number in 0..100_000 {
        let name = zone(number);
        let mut at = next(&name, None, &pace, BEGUN).at;
        // After its second audit a zone is on its beat, where nothing moves it: the day repeats.
        for _ in 0..2 {
            seconds[usize::try_from(at.since(BEGUN)).unwrap()] += 1;
            at = due(&whole(&name, at)).at;
        }
        let mut second = usize::try_from(at.since(BEGUN)).unwrap();
        while second < seconds.len() {
            seconds[second] += 1;
            second += interval;
        }
    }
    let mean = 100_000 / interval as u32;
    // The start, in which everything is audited once, is spread over a minute by its own setting.
    let most = seconds[600..].iter().max().unwrap();
    assert!(
        *most < 2 * mean,
        "{most} audits in one second, {mean} on average"
    );
    let start = seconds[..60].iter().max().unwrap();
    assert!(*start < 2 * 100_000 / 60, "{start}");
}
