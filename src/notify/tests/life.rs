//! From signals to messages: when an alarm fires, who belongs together, what is told when.

use std::collections::{BTreeMap, BTreeSet};

use crate::dns::Timestamp;
use crate::notify::alarm::CHAIN_BROKEN;
use crate::notify::{
    Alarm, Board, Cause, Changes, Happening, Incident, Notice, Route, Seen, Signal, Silence,
    Subject, Timing,
};
use crate::report::Severity;

const BEGUN: Timestamp = Timestamp(1_790_000_000);

fn at(seconds: i64) -> Timestamp {
    BEGUN.plus(seconds)
}

fn subject(zone: &str) -> Subject {
    Subject {
        zone: zone.parse().unwrap(),
        group: "default".to_owned(),
        labels: BTreeMap::new(),
        is_drill: false,
    }
}

fn signal(code: &str, severity: Severity, cause: Cause) -> Signal {
    Signal {
        code: code.to_owned(),
        scope: String::new(),
        severity,
        message: "the RRSIG of the SOA RRset has expired".to_owned(),
        reason: Some("rrsig-expired".to_owned()),
        cause,
    }
}

fn servers() -> Cause {
    Cause::Servers(vec![
        "ns1.example.net".to_owned(),
        "ns2.example.net".to_owned(),
    ])
}

fn seen(signals: Vec<Signal>) -> Seen {
    Seen {
        signals,
        is_blind: false,
    }
}

fn broken() -> Seen {
    seen(vec![signal(CHAIN_BROKEN, Severity::Bogus, servers())])
}

fn warned() -> Seen {
    seen(vec![signal(
        "soa-serial-inconsistent",
        Severity::Warning,
        servers(),
    )])
}

fn route(endpoint: &str, least: Severity) -> Route {
    Route {
        endpoint: endpoint.to_owned(),
        least,
        groups: Vec::new(),
        zones: Vec::new(),
        events: BTreeSet::new(),
        has_drills: true,
    }
}

fn timing() -> Timing {
    Timing {
        pending: 60,
        recovering: 30,
        ..Timing::default()
    }
}

fn board() -> Board {
    Board::new(timing(), vec![route("ops", Severity::Warning)])
}

/// What is told when the clock has come to `now`.
fn told(board: &mut Board, now: Timestamp) -> Vec<Notice> {
    board.tick(now);
    let messages = board.take_changes().messages;
    messages.into_iter().map(|(_, notice)| notice).collect()
}

fn events(notices: &[Notice]) -> Vec<(Happening, usize)> {
    notices
        .iter()
        .map(|notice| (notice.event, notice.count))
        .collect()
}

#[test]
fn a_broken_chain_is_told_after_the_wait_for_its_like_and_resolved_after_its_time() {
    let mut board = board();
    let zone = subject("a.test");
    board.look(&zone, broken(), at(0));
    assert!(told(&mut board, at(9)).is_empty());
    let first = told(&mut board, at(10));
    assert_eq!(events(&first), [(Happening::Firing, 1)]);
    assert_eq!(first[0].title, "a.test is bogus (rrsig-expired)");
    board.look(&zone, seen(vec![]), at(20));
    assert!(told(&mut board, at(49)).is_empty());
    let last = told(&mut board, at(50));
    assert_eq!(events(&last), [(Happening::Resolved, 1)]);
    assert_eq!(last[0].title, "resolved: a.test is bogus (rrsig-expired)");
    assert_eq!(
        (&last[0].incident, &last[0].labels),
        (&first[0].incident, &first[0].labels)
    );
    assert_ne!(last[0].id, first[0].id);
    assert!(board.alarms().next().is_none() && board.incidents().next().is_none());
}

#[test]
fn a_finding_has_to_stay_and_its_return_while_it_is_kept_firing_is_no_news() {
    let mut board = board();
    let zone = subject("a.test");
    board.look(&zone, warned(), at(0));
    board.look(&zone, seen(vec![]), at(30));
    assert!(
        told(&mut board, at(1_000)).is_empty(),
        "it went while it was pending"
    );
    board.look(&zone, warned(), at(1_000));
    assert!(told(&mut board, at(1_059)).is_empty());
    assert!(
        told(&mut board, at(1_060)).is_empty(),
        "it fires now, and waits for others"
    );
    assert_eq!(
        events(&told(&mut board, at(1_070))),
        [(Happening::Firing, 1)]
    );
    board.look(&zone, seen(vec![]), at(1_100));
    board.look(&zone, warned(), at(1_120));
    assert!(told(&mut board, at(2_000)).is_empty());
}

#[test]
fn what_a_look_could_not_see_is_no_change() {
    let mut board = board();
    let zone = subject("a.test");
    board.look(&zone, broken(), at(0));
    assert_eq!(told(&mut board, at(10)).len(), 1);
    let blind = Seen {
        signals: Vec::new(),
        is_blind: true,
    };
    board.look(&zone, blind, at(20));
    assert!(told(&mut board, at(10_000)).is_empty());
}

#[test]
fn ten_thousand_zones_on_one_set_of_servers_are_one_message() {
    let mut board = board();
    for number in 0..10_000 {
        board.look(&subject(&format!("z{number}.test")), broken(), at(0));
    }
    let first = told(&mut board, at(10));
    assert_eq!(events(&first), [(Happening::Firing, 10_000)]);
    assert_eq!(first[0].zones.len(), 20);
    assert_eq!(
        first[0].title,
        "10000 zones on ns1.example.net ns2.example.net are bogus (rrsig-expired)"
    );
    // One more is told with the next message, not at once.
    board.look(&subject("another.test"), broken(), at(20));
    assert!(told(&mut board, at(309)).is_empty());
    assert_eq!(
        events(&told(&mut board, at(310))),
        [(Happening::Updated, 10_001)]
    );
    for number in 0..10_000 {
        board.look(&subject(&format!("z{number}.test")), seen(vec![]), at(320));
    }
    assert_eq!(
        events(&told(&mut board, at(610))),
        [(Happening::Updated, 1)]
    );
    board.look(&subject("another.test"), seen(vec![]), at(620));
    assert_eq!(
        events(&told(&mut board, at(650))),
        [(Happening::Resolved, 1)]
    );
}

#[test]
fn a_broken_parent_is_named_first() {
    let mut board = board();
    for zone in ["a.corp.test", "b.corp.test"] {
        let cause = Cause::Parent("corp.test".parse().unwrap());
        let signal = signal(CHAIN_BROKEN, Severity::Bogus, cause);
        board.look(&subject(zone), seen(vec![signal]), at(0));
    }
    let first = told(&mut board, at(10));
    assert_eq!(
        first[0].title,
        "corp.test is broken, not 2 zones: what is below it does not validate (rrsig-expired)"
    );
    assert_eq!(first[0].labels["parent"], "corp.test");
}

#[test]
fn what_weighs_more_is_told_at_once_and_endpoints_hear_the_end_of_what_they_heard() {
    let routes = vec![
        route("all", Severity::Warning),
        route("pager", Severity::Bogus),
    ];
    let mut board = Board::new(timing(), routes);
    let zone = subject("a.test");
    let signal = |severity| seen(vec![signal("x", severity, servers())]);
    board.look(&zone, signal(Severity::Warning), at(0));
    board.tick(at(60));
    board.tick(at(70));
    let first = board.take_changes().messages;
    assert_eq!(first[0].0, ["all"]);
    board.look(&zone, signal(Severity::Bogus), at(80));
    board.tick(at(80));
    let second = board.take_changes().messages;
    assert_eq!((second.len(), second[0].0.len()), (1, 2));
    board.look(&zone, seen(vec![]), at(90));
    board.tick(at(120));
    let last = board.take_changes().messages;
    assert_eq!(last[0].0, ["all", "pager"]);
}

fn silence(until: Timestamp) -> Silence {
    Silence {
        id: "1".to_owned(),
        zones: "*.test".parse().unwrap(),
        codes: Vec::new(),
        from: BEGUN,
        until,
        why: "planned".to_owned(),
        matched: 0,
    }
}

#[test]
fn what_is_expected_is_not_told_until_the_silence_ends_and_a_broken_chain_is_always() {
    let mut board = board();
    board.set_silences([silence(at(1_000))]);
    board.look(&subject("a.test"), warned(), at(0));
    board.look(&subject("b.test"), broken(), at(0));
    board.tick(at(60));
    let during = told(&mut board, at(500));
    assert_eq!(during.len(), 1);
    assert_eq!(during[0].code, CHAIN_BROKEN);
    board.tick(at(1_000));
    let after = told(&mut board, at(1_010));
    assert_eq!(events(&after), [(Happening::Firing, 1)]);
    assert_eq!(after[0].code, "soa-serial-inconsistent");
}

#[test]
fn a_silence_that_matched_nothing_is_named_when_it_ends() {
    let mut board = board();
    board.set_silences([silence(at(100))]);
    board.tick(at(99));
    assert!(board.take_changes().unused.is_empty());
    board.tick(at(100));
    assert_eq!(board.take_changes().unused.len(), 1);
    board.set_silences([silence(at(300))]);
    board.look(&subject("a.test"), warned(), at(110));
    board.tick(at(170));
    let changes = board.take_changes();
    assert_eq!(changes.silences[0].1.as_ref().unwrap().matched, 1);
    board.tick(at(300));
    assert!(board.take_changes().unused.is_empty());
}

#[test]
fn a_zone_that_is_no_longer_watched_has_no_alarms() {
    let mut board = board();
    board.look(&subject("a.test"), broken(), at(0));
    assert_eq!(told(&mut board, at(10)).len(), 1);
    board.keep_zones(|_| false, at(20));
    assert_eq!(
        events(&told(&mut board, at(20))),
        [(Happening::Resolved, 1)]
    );
}

/// What a store would hold after these changes.
#[derive(Default)]
struct Kept {
    alarms: BTreeMap<String, Alarm>,
    incidents: BTreeMap<String, Incident>,
}

impl Kept {
    fn take(&mut self, changes: &Changes) {
        for (key, text) in &changes.alarms {
            let key = format!("{key:?}");
            match text {
                Some(text) => drop(self.alarms.insert(key, serde_json::from_str(text).unwrap())),
                None => drop(self.alarms.remove(&key)),
            }
        }
        for (key, text) in &changes.incidents {
            match text {
                Some(text) => {
                    drop(
                        self.incidents
                            .insert(key.clone(), serde_json::from_str(text).unwrap()),
                    );
                }
                None => drop(self.incidents.remove(key)),
            }
        }
    }

    fn restored(&self, now: Timestamp) -> Board {
        let mut board = board();
        let (alarms, incidents) = (self.alarms.values(), self.incidents.values());
        board.restore(alarms.cloned().collect(), incidents.cloned().collect(), now);
        board
    }
}

/// The messages are the same whether or not the process dies and comes back between any two steps.
#[test]
fn a_restart_between_any_two_steps_changes_nothing() {
    type Step = (i64, &'static str, fn() -> Seen);
    let steps: [Step; 7] = [
        (0, "a.test", broken),
        (5, "b.test", warned),
        (11, "c.test", broken),
        (80, "b.test", || seen(vec![])),
        (90, "a.test", || seen(vec![])),
        (400, "a.test", || seen(vec![])),
        (900, "c.test", || seen(vec![])),
    ];
    let run = |has_restarts: bool| {
        let (mut board, mut kept) = (board(), Kept::default());
        let mut messages = Vec::new();
        let mut steps = steps.iter().peekable();
        for second in 0..1_000 {
            if let Some((_, zone, seen)) = steps.next_if(|step| step.0 == second) {
                board.look(&subject(zone), seen(), at(second));
            }
            board.tick(at(second));
            let changes = board.take_changes();
            kept.take(&changes);
            messages.extend(changes.messages.into_iter().map(|(_, notice)| notice));
            if has_restarts {
                board = kept.restored(at(second));
            }
        }
        assert!(kept.alarms.is_empty() && kept.incidents.is_empty());
        messages
    };
    let whole = run(false);
    assert_eq!(whole.len(), 5, "{:#?}", events(&whole));
    assert_eq!(run(true), whole);
}

#[test]
fn a_clock_that_is_set_back_puts_nothing_off_for_long() {
    let mut board = board();
    let zone = subject("a.test");
    board.look(&zone, warned(), at(100_000));
    board.tick(at(100_000));
    board.tick(at(0));
    board.look(&zone, warned(), at(0));
    board.tick(at(60));
    assert_eq!(events(&told(&mut board, at(100))), [(Happening::Firing, 1)]);
}

#[test]
fn an_endpoint_that_is_new_is_told_of_what_stands_and_nobody_else_is() {
    let mut board = board();
    board.look(&subject("a.test"), broken(), at(0));
    assert_eq!(told(&mut board, at(10)).len(), 1);
    let routes = vec![
        route("new", Severity::Warning),
        route("deaf", Severity::Bogus),
    ];
    board.configure(
        timing(),
        [route("ops", Severity::Warning)]
            .into_iter()
            .chain(routes)
            .collect(),
        at(20),
    );
    board.tick(at(20));
    let messages = board.take_changes().messages;
    let [(endpoints, notice)] = &messages[..] else {
        panic!("{messages:?}");
    };
    assert_eq!(endpoints, &["deaf", "new"]);
    assert_eq!(notice.event, Happening::Firing);
    assert!(notice.id.ends_with("_1"), "{}", notice.id);
    // One that is taken out hears nothing more, the others of the end.
    board.configure(timing(), vec![route("new", Severity::Warning)], at(30));
    board.look(&subject("a.test"), seen(vec![]), at(40));
    board.tick(at(70));
    let messages = board.take_changes().messages;
    let [(endpoints, notice)] = &messages[..] else {
        panic!("{messages:?}");
    };
    assert_eq!(
        (endpoints, notice.event),
        (&vec!["new".to_owned()], Happening::Resolved)
    );
}
