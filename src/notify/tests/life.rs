//! From signals to messages: when an alarm fires, who belongs together, what is told when.

use std::collections::{BTreeMap, BTreeSet};

use crate::dns::Timestamp;
use crate::notify::alarm::CHAIN_BROKEN;
use crate::notify::{
    Alarm, Board, Cause, Changes, Happening, Incident, Notice, Route, Seen, Signal, Silence,
    Subject, Timing,
};
use crate::report::{Severity, Verdict};
use crate::watch::ZoneState;

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
        ..Seen::default()
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
        ..Seen::default()
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

/// The parent is mended, and the zone turns out to be broken itself.
#[test]
fn a_fault_that_is_elsewhere_now_is_another_incident() {
    let mut board = board();
    let zone = subject("a.corp.test");
    let parent = Cause::Parent("corp.test".parse().unwrap());
    let above = || seen(vec![signal(CHAIN_BROKEN, Severity::Bogus, parent.clone())]);
    board.look(&zone, above(), at(0));
    board.look(&subject("b.corp.test"), above(), at(0));
    assert_eq!(told(&mut board, at(10)).len(), 1);
    board.look(&zone, broken(), at(20));
    let second = told(&mut board, at(30));
    assert_eq!(events(&second), [(Happening::Firing, 1)]);
    assert_eq!(second[0].title, "a.corp.test is bogus (rrsig-expired)");
    let rest = told(&mut board, at(310));
    assert_eq!(events(&rest), [(Happening::Updated, 1)]);
    let title = "corp.test is broken, not b.corp.test: what is below it does not validate";
    assert!(rest[0].title.starts_with(title), "{}", rest[0].title);
    // Other name servers are no other fault.
    let moved = signal(CHAIN_BROKEN, Severity::Bogus, Cause::Servers(Vec::new()));
    board.look(&zone, seen(vec![moved]), at(320));
    assert!(told(&mut board, at(10_000)).is_empty());
}

/// One look may be right by chance; what is called, and why, stays until another agrees.
#[test]
fn a_look_that_did_not_see_the_fault_does_not_speak_for_it() {
    let mut state = ZoneState::new("a.test".parse().unwrap());
    state.called.verdict = Some(Verdict::Bogus);
    state.verdict = Some(Verdict::Secure);
    state.summary = "secure: a chain of signatures leads to it".to_owned();
    let mut board = board();
    board.look(&subject("a.test"), broken(), at(0));
    board.look(
        &subject("a.test"),
        Seen::of(&state, Severity::Warning),
        at(5),
    );
    let first = told(&mut board, at(10));
    assert_eq!(first[0].title, "a.test is bogus (rrsig-expired)");
    assert_eq!(first[0].summary, "the RRSIG of the SOA RRset has expired");
}

/// The first look at a zone that came back to a list, or one that differs from what is called.
#[test]
fn nothing_ends_by_a_look_that_no_other_has_agreed_with() {
    let zone = subject("a.test");
    for before in [None, Some(Verdict::Secure)] {
        let mut board = board();
        let both = [broken().signals, warned().signals].concat();
        board.look(&zone, seen(both), at(0));
        assert_eq!(told(&mut board, at(60)).len(), 1);
        let mut state = ZoneState::new(zone.zone.clone());
        state.called.verdict = before;
        state.verdict = Some(Verdict::Bogus);
        state.called = state.called.look(Verdict::Bogus, false, at(60));
        board.look(&zone, Seen::of(&state, Severity::Warning), at(60));
        let rest = told(&mut board, at(20_000));
        let ended = rest.iter().any(|one| one.event == Happening::Resolved);
        assert!(!ended, "{before:?}");
    }
}

fn failing(endpoint: &str) -> (Subject, Signal) {
    let subject = Subject {
        group: format!("notify {endpoint}"),
        ..subject(".")
    };
    let cause = Cause::Zone(subject.zone.clone());
    let signal = Signal {
        scope: endpoint.to_owned(),
        reason: None,
        ..signal("notify-endpoint-failing", Severity::Error, cause)
    };
    (subject, signal)
}

/// A word by another channel is of no zone and of no group, and no silence is about it.
#[test]
fn an_endpoint_that_fails_is_told_to_all_others_whatever_they_are_for() {
    let narrow = |endpoint: &str| Route {
        groups: vec!["shops".to_owned()],
        zones: vec!["*.example".parse().unwrap()],
        ..route(endpoint, Severity::Warning)
    };
    let mut board = Board::new(timing(), vec![narrow("one"), narrow("other")]);
    board.set_silences([Silence {
        zones: "*".parse().unwrap(),
        ..silence(at(100_000))
    }]);
    let (about, signal) = failing("one");
    board.signal(&about, signal, at(0));
    board.tick(at(60));
    board.tick(at(70));
    let messages = board.take_changes().messages;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].0, ["other"]);
}

/// The scope of a rehearsal is no endpoint.
#[test]
fn an_endpoint_called_drill_is_rehearsed_as_well() {
    let mut board = Board::new(timing(), vec![route("drill", Severity::Bogus)]);
    let rehearsed = Subject {
        is_drill: true,
        ..subject("a.test")
    };
    let fault = Signal {
        scope: "drill".to_owned(),
        ..signal(CHAIN_BROKEN, Severity::Bogus, servers())
    };
    board.look(&rehearsed, seen(vec![fault]), at(0));
    assert_eq!(told(&mut board, at(0)).len(), 1);
}

/// What is repeated says what was said, with the link; and it is not repeated when it is over.
#[test]
fn what_stands_is_repeated_as_it_was_told() {
    let timing = Timing {
        link: Some("https://watch.example/".to_owned()),
        ..timing()
    };
    let mut board = Board::new(timing, vec![route("ops", Severity::Warning)]);
    board.look(&subject("a.test"), broken(), at(0));
    let first = told(&mut board, at(10));
    let again = board.standing("ops", at(70));
    assert_eq!(again[0].link, first[0].link);
    assert!(again[0].link.is_some() && board.still_stands(&again[0]));
    board.look(&subject("a.test"), seen(vec![]), at(80));
    assert_eq!(told(&mut board, at(110)).len(), 1);
    assert!(!board.still_stands(&again[0]));
    let over = board.standing("ops", at(120));
    assert_eq!(events(&over), [(Happening::Resolved, 1)]);
    assert!(board.still_stands(&over[0]));
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
