//! The outbox: order, repetition, death, and how an older store gets it.

use rusqlite::Connection;

use super::{Scratch, all, audited, name, run};
use crate::agent::store::outbox::{Change, Kept, Outgoing, Sent};
use crate::agent::store::{Hand, Reader, Retention, Store, schema};
use crate::dns::Timestamp;

fn message(endpoint: &str, incident: &str, number: u32) -> Outgoing {
    Outgoing {
        endpoint: endpoint.to_owned(),
        incident: incident.to_owned(),
        name: format!("{incident}_{number}"),
        made: Timestamp(i64::from(number)),
        body: "{}".to_owned(),
    }
}

fn kept(messages: Vec<Outgoing>) -> Kept {
    Kept {
        messages,
        ..Kept::default()
    }
}

const NOW: Timestamp = Timestamp(1_000);

/// Names of what is due, and their numbers.
async fn due(store: &Store) -> Vec<(String, i64)> {
    let due = store.due("a", NOW, 10).await.unwrap();
    due.into_iter()
        .map(|waiting| (waiting.message.name, waiting.number))
        .collect()
}

async fn names(store: &Store) -> Vec<String> {
    due(store).await.into_iter().map(|(name, _)| name).collect()
}

/// Were the state kept without the message, nobody would ever be told.
#[test]
fn a_message_about_an_event_is_kept_with_the_state_or_not_at_all() {
    let at = Scratch::new("event");
    run(async {
        let store = at.open().unwrap();
        let told = |number| vec![message("a", "event example", number)];
        let audit = |at| store.pack(audited("example", at, false));
        for _ in 0..2 {
            store.keep(audit(1).with_messages(told(1))).await.unwrap();
        }
        assert_eq!(names(&store).await, ["event example_1"]);
        let other = Connection::open(at.file()).unwrap();
        other.execute_batch("DROP TABLE inventory").unwrap();
        let refused = store.keep(audit(2).with_messages(told(2))).await;
        assert!(refused.is_err());
        assert_eq!(names(&store).await, ["event example_1"]);
        let other = other.query_row("SELECT count(*) FROM message", [], |row| row.get(0));
        assert_eq!(other, Ok(1));
    });
}

/// The end of an incident that comes after the beginning of the next one reads as the end of that one.
#[test]
fn the_next_incident_about_the_same_thing_waits_for_the_end_of_the_last() {
    run(async {
        let store = Store::in_memory(Retention::default()).unwrap();
        let all = [
            ("ab-9", 0),
            ("ab-9", 1),
            ("ab-10", 0),
            ("abc-10", 0),
            ("b-10", 0),
        ];
        let messages = all.map(|(incident, number)| message("a", incident, number));
        store.keep_alarms(kept(messages.to_vec())).await.unwrap();
        for expected in ["ab-9_0", "ab-9_1", "ab-10_0"] {
            let mut due = due(&store).await;
            due.sort();
            let names: Vec<&str> = due.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, [expected, "abc-10_0", "b-10_0"]);
            let (_, number) = due[0];
            store.post(Change::Sent(number, Sent::Done)).await.unwrap();
        }
    });
}

#[test]
fn messages_of_one_incident_wait_for_each_other_and_for_no_other() {
    run(async {
        let store = Store::in_memory(Retention::default()).unwrap();
        let all = [("x", 0), ("x", 1), ("x", 2), ("y", 0)];
        let messages = all.map(|(incident, number)| message("a", incident, number));
        store.keep_alarms(kept(messages.to_vec())).await.unwrap();
        // A second time, as after a crash, they are the same.
        store.keep_alarms(kept(messages.to_vec())).await.unwrap();
        let mut first = due(&store).await;
        first.sort();
        let [(x, x0), (y, _)] = &first[..] else {
            panic!("{first:?}");
        };
        assert_eq!((x.as_str(), y.as_str()), ("x_0", "y_0"));
        let again = Sent::Again(NOW.plus(1), "status 500".to_owned());
        store.post(Change::Sent(*x0, again)).await.unwrap();
        assert_eq!(names(&store).await, ["y_0"]);
        store.post(Change::Wake("a".to_owned(), NOW)).await.unwrap();
        assert_eq!(names(&store).await.len(), 2);
        store.post(Change::Sent(*x0, Sent::Done)).await.unwrap();
        assert!(names(&store).await.contains(&"x_1".to_owned()));
        let (_, x1) = due(&store)
            .await
            .into_iter()
            .find(|(name, _)| name == "x_1")
            .unwrap();
        let dead = Sent::Dead("status 500".to_owned());
        store.post(Change::Sent(x1, dead)).await.unwrap();
        assert!(
            names(&store).await.contains(&"x_2".to_owned()),
            "nothing waits behind the dead"
        );
        let backlog = store.backlog("a").await.unwrap();
        assert_eq!((backlog.waiting, backlog.dead), (2, 1));
        assert_eq!(backlog.oldest, Some(Timestamp(0)));
        store.post(Change::Replay(None, NOW)).await.unwrap();
        assert_eq!(store.backlog("a").await.unwrap().dead, 0);
    });
}

/// Somebody replays what is dead while what comes after it is under way: it would arrive as the last word.
#[test]
fn what_is_sent_again_does_not_come_after_what_was_taken_meanwhile() {
    run(async {
        let store = Store::in_memory(Retention::default()).unwrap();
        let messages = vec![message("a", "x", 0), message("a", "x", 1)];
        store.keep_alarms(kept(messages)).await.unwrap();
        let (_, first) = due(&store).await.remove(0);
        let dead = Sent::Dead("status 500".to_owned());
        store.post(Change::Sent(first, dead)).await.unwrap();
        let (_, second) = due(&store).await.remove(0);
        store.post(Change::Replay(None, NOW)).await.unwrap();
        store.post(Change::Sent(second, Sent::Done)).await.unwrap();
        assert!(names(&store).await.is_empty());
    });
}

#[test]
fn a_disabled_endpoint_has_nothing_that_waits_until_somebody_replays() {
    let at = Scratch::new("disabled");
    run(async {
        let store = at.open().unwrap();
        let messages = vec![message("a", "x", 0), message("b", "x", 0)];
        store.keep_alarms(kept(messages)).await.unwrap();
        let disable = Change::Disable("a".to_owned(), "target".to_owned(), NOW);
        store.post(disable).await.unwrap();
        assert!(names(&store).await.is_empty());
        assert_eq!(store.backlog("b").await.unwrap().waiting, 1);
        let disabled = [("a".to_owned(), "target".to_owned())];
        assert_eq!(store.disabled().await.unwrap(), disabled);
        // By hand, beside the one that has the store open.
        assert_eq!(
            Reader::open(&at.0)
                .unwrap()
                .messages(true, 10)
                .unwrap()
                .len(),
            1
        );
        let mut hand = Hand::open(&at.0).unwrap();
        hand.post(&Change::Replay(Some("a".to_owned()), NOW))
            .unwrap();
        assert_eq!(names(&store).await, ["x_0"]);
        assert!(store.disabled().await.unwrap().is_empty());
    });
}

#[test]
fn a_store_of_the_first_format_is_brought_up_to_date_and_keeps_what_it_has() {
    let at = Scratch::new("first-format");
    std::fs::create_dir_all(&at.0).unwrap();
    let connection = Connection::open(at.file()).unwrap();
    connection.execute_batch(schema::MIGRATIONS[0]).unwrap();
    connection
        .pragma_update(None, "application_id", schema::APPLICATION)
        .unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    connection
        .execute(
            "INSERT INTO zone (name, at, state) VALUES ('a.test.', 1, 'x')",
            [],
        )
        .unwrap();
    drop(connection);
    run(async {
        let store = at.open().unwrap();
        let state = store.state(&name("a.test")).await.unwrap();
        assert_eq!(state.as_deref(), Some("x"));
        store
            .keep_alarms(kept(vec![message("a", "x", 0)]))
            .await
            .unwrap();
        store.record(audited("b.test", 2, false)).await.unwrap();
        assert_eq!(store.events(all(10)).await.unwrap().len(), 1);
        store.close().await;
        let store = at.open().unwrap();
        assert_eq!(names(&store).await, ["x_0"], "it is there after a restart");
    });
}

/// Identifiers of all that is kept for the endpoint, in their order.
async fn everything(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    loop {
        let due = store.due("a", NOW, 100).await.unwrap();
        let Some(first) = due.iter().min_by_key(|waiting| waiting.number) else {
            return all;
        };
        all.push(first.message.name.clone());
        store
            .post(Change::Sent(first.number, Sent::Done))
            .await
            .unwrap();
    }
}

#[test]
fn what_comes_and_goes_while_nobody_listens_is_bounded_and_what_was_begun_is_whole() {
    run(async {
        let store = Store::in_memory(Retention::default()).unwrap();
        let tell = async |incident: &str, number| {
            store
                .keep_alarms(kept(vec![message("a", incident, number)]))
                .await
                .unwrap();
        };
        tell("abc-1", 0).await;
        let first = due(&store).await[0].1;
        store
            .post(Change::Sent(
                first,
                Sent::Again(NOW, "status 500".to_owned()),
            ))
            .await
            .unwrap();
        tell("abc-1", 1).await;
        for began in 2..200 {
            tell(&format!("abc-{began}"), 0).await;
            tell(&format!("abc-{began}"), 1).await;
        }
        // Others are not touched, and neither are events.
        tell("def-1", 0).await;
        tell("event example-1", 0).await;
        let names = everything(&store).await;
        assert!((30..=36).contains(&names.len()), "{names:?}");
        for name in [
            "abc-1_0",
            "abc-1_1",
            "abc-199_0",
            "abc-199_1",
            "def-1_0",
            "event example-1_0",
        ] {
            assert!(names.iter().any(|had| had == name), "{name}: {names:?}");
        }
        let of_incidents = names.iter().filter(|name| name.starts_with("abc"));
        assert_eq!(of_incidents.count() % 2, 0, "whole times stay: {names:?}");

        for number in 0..100 {
            tell("abc-300", number).await;
        }
        let names = everything(&store).await;
        assert_eq!(
            (names.len(), names[0].as_str()),
            (
                crate::agent::store::outbox::overtaken::MOST_WAITING,
                "abc-300_0"
            )
        );
        assert_eq!(names.last().unwrap(), "abc-300_99");
    });
}

#[test]
fn what_waits_for_an_endpoint_that_is_gone_is_dead_and_a_clock_set_back_holds_nothing_up() {
    run(async {
        let store = Store::in_memory(Retention::default()).unwrap();
        let messages = vec![
            message("a", "x", 0),
            message("b", "x", 0),
            message("a", "y", 0),
        ];
        store.keep_alarms(kept(messages)).await.unwrap();
        store
            .post(Change::Endpoints(vec!["a".to_owned()]))
            .await
            .unwrap();
        let gone = store.backlog("b").await.unwrap();
        assert_eq!((gone.waiting, gone.dead), (0, 1));
        let all = due(&store).await;
        let year = 31_536_000;
        for (wait, (_, number)) in [year, 3_600].into_iter().zip(&all) {
            let again = Sent::Again(NOW.plus(wait), "status 500".to_owned());
            store.post(Change::Sent(*number, again)).await.unwrap();
        }
        assert!(names(&store).await.is_empty());
        store.post(Change::SetBack(NOW)).await.unwrap();
        assert_eq!(
            names(&store).await,
            [all[0].0.as_str()],
            "an hour is no error of the clock"
        );
    });
}
