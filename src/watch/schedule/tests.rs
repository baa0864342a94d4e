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

/// A thousand zones of a hundred thousand stand at each server.
const SERVERS: u32 = 100;
const ZONES: u32 = 100_000;
const A_DAY: usize = 86_400;

/// What is due in each second of a day: in all, and at each server.
struct Day {
    all: Vec<u32>,
    servers: Vec<Vec<u32>>,
}

impl Day {
    /// A day that begins with these states, each zone audited and glanced at when that is due.
    fn of(pace: &Pace, state: impl Fn(Name) -> ZoneState) -> Self {
        let mut day = Self {
            all: vec![0; A_DAY],
            servers: vec![vec![0; A_DAY]; SERVERS as usize],
        };
        let interval = usize::try_from(seconds(pace.interval)).unwrap();
        for number in 0..ZONES {
            let name = zone(number);
            let mut at = next(&name, Some(&state(name.clone())), pace, BEGUN).at;
            // After its second audit a zone is on its beat, where nothing moves it: the day repeats.
            for _ in 0..2 {
                day.count(number, usize::try_from(at.since(BEGUN)).unwrap());
                at = next(&name, Some(&whole(&name, at)), pace, BEGUN).at;
            }
            let on_its_beat = usize::try_from(at.since(BEGUN)).unwrap();
            for second in (on_its_beat..A_DAY).step_by(interval) {
                day.count(number, second);
            }
        }
        day
    }

    fn count(&mut self, number: u32, second: usize) {
        self.all[second] += 1;
        self.servers[(number % SERVERS) as usize][second] += 1;
    }

    /// Holds every second in all, and every ten seconds at each server, against twice the mean. What comes
    /// to one server in less than that, the bucket of that server spreads.
    fn assert_no_burst(&self) {
        let most = *self.all.iter().max().unwrap();
        let total: u32 = self.all.iter().sum();
        let mean = f64::from(total) / A_DAY as f64;
        assert!(
            f64::from(most) < 2.0 * mean,
            "{most} in a second, {mean:.0} on average"
        );
        for server in &self.servers {
            let windows = server.windows(10).map(|window| window.iter().sum::<u32>());
            let most = windows.max().unwrap();
            let total: u32 = server.iter().sum();
            let mean = f64::from(total) / A_DAY as f64 * 10.0;
            assert!(
                f64::from(most) < 2.0 * mean,
                "{most} in ten seconds at one server, {mean:.0} on average"
            );
        }
    }
}

/// The usual pace as a fleet of [`ZONES`] has it.
fn great() -> Pace {
    let usual = Pace::default();
    Pace {
        start: start(&usual, ZONES as usize),
        ..usual
    }
}

#[test]
fn a_day_of_a_great_fleet_has_no_burst_from_the_first_second_on() {
    Day::of(&great(), ZoneState::new).assert_no_burst();
}

#[test]
fn a_start_after_a_night_without_a_watch_has_no_burst_either() {
    let evening = |name: Name| {
        let phase = phase(&name, 300);
        whole(&name, BEGUN.plus(phase - 30_000))
    };
    Day::of(&great(), evening).assert_no_burst();
}

#[test]
fn a_small_fleet_starts_as_configured_and_a_great_one_within_its_interval() {
    let starts = [50, 6_000, 10_000, 100_000].map(|zones| start(&Pace::default(), zones).as_secs());
    assert_eq!(starts, [60, 60, 100, 300]);
}

#[test]
fn a_restart_in_between_moves_nothing() {
    let name = zone(9);
    let state = whole(&name, BEGUN.plus(-10));
    let before = next(&name, Some(&state), &Pace::default(), BEGUN.plus(-3_600));
    assert_eq!(due(&state), before);
}
