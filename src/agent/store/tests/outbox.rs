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
