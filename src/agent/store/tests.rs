//! The store: what it keeps and for how long, what it refuses, and what a disk can do to it.

mod outbox;

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use rusqlite::Connection;

use super::*;

/// A directory that lives as long as the value.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("aw-store-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join(schema::FILE)
    }

    fn open(&self) -> Result<Store, StoreError> {
        Store::open(&self.0, Retention::default())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(work)
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn audited(zone: &str, at: i64, is_failure: bool) -> Audited {
    Audited {
        zone: name(zone),
        at: Timestamp(at),
        state: format!("{{\"at\":{at}}}"),
        report: Some(format!("{{\"zone\":\"{zone}\",\"at\":{at}}}")),
        evidence: Some(format!("evidence of {zone} at {at}").into_bytes()),
        is_failure,
        events: vec![StoredEvent {
            at: Timestamp(at),
            zone: name(zone),
            kind: "verdict".to_owned(),
            text: format!("event at {at}"),
        }],
        seen: vec![Seen {
            kind: Kind::Key,
            item: "13/12345".to_owned(),
            server: "192.0.2.1".to_owned(),
        }],
    }
}

fn all(limit: u32) -> Filter {
    Filter {
        zone: None,
        since: None,
        limit,
    }
}

#[test]
fn what_is_recorded_is_found_after_reopening() {
    let at = Scratch::new("reopen");
    let zone = name("Example.COM");
    run(async {
        let store = at.open().unwrap();
        store
            .record(audited("example.com", 100, false))
            .await
            .unwrap();
        store
            .record(audited("EXAMPLE.com", 200, true))
            .await
            .unwrap();
        store.close().await;
        let store = at.open().unwrap();
        assert_eq!(store.state(&zone).await.unwrap().unwrap(), "{\"at\":200}");
        let report = store.report(&zone).await.unwrap().unwrap();
        assert_eq!(report, "{\"zone\":\"EXAMPLE.com\",\"at\":200}");
        let times = store.evidences(&zone).await.unwrap();
        assert_eq!(times, [(Timestamp(100), false), (Timestamp(200), true)]);
        let evidence = store.evidence(&zone, Timestamp(100)).await.unwrap();
        assert_eq!(evidence.unwrap(), b"evidence of example.com at 100");
        assert_eq!(store.evidence(&zone, Timestamp(1)).await.unwrap(), None);
        let rows = store.inventory(&zone).await.unwrap();
        let [row] = &rows[..] else { panic!("{rows:?}") };
        assert_eq!((row.kind, row.item.as_str()), (Kind::Key, "13/12345"));
        assert_eq!(
            (row.first_seen, row.last_seen),
            (Timestamp(100), Timestamp(200))
        );
        assert_eq!(store.events(all(9)).await.unwrap().len(), 2);
        assert_eq!(store.states().await.unwrap()[0].0, zone);
    });
}

#[test]
fn a_state_alone_leaves_report_and_evidence() {
    run(async {
        let store = Store::in_memory(Retention::default()).unwrap();
        store.record(audited("a.test", 1, false)).await.unwrap();
        let light = Audited {
            state: "later".to_owned(),
            report: None,
            evidence: None,
            events: Vec::new(),
            seen: Vec::new(),
            ..audited("a.test", 2, false)
        };
        store.record(light).await.unwrap();
        let zone = name("a.test");
        assert_eq!(store.state(&zone).await.unwrap().unwrap(), "later");
        assert!(
            store
                .report(&zone)
                .await
                .unwrap()
                .unwrap()
                .ends_with("\"at\":1}")
        );
        assert_eq!(store.evidences(&zone).await.unwrap().len(), 1);
    });
}

#[test]
fn a_zone_that_is_forgotten_leaves_nothing() {
    run(async {
        let store = Store::in_memory(Retention::default()).unwrap();
        store.record(audited("a.test", 1, true)).await.unwrap();
        store.record(audited("b.test", 1, true)).await.unwrap();
        let (gone, kept) = (name("A.test"), name("b.test"));
        store.forget(&gone).await.unwrap();
        assert_eq!(store.state(&gone).await.unwrap(), None);
        assert_eq!(store.report(&gone).await.unwrap(), None);
        assert!(store.evidences(&gone).await.unwrap().is_empty());
        assert!(store.inventory(&gone).await.unwrap().is_empty());
        let left = store.events(all(9)).await.unwrap();
        assert!(left.iter().all(|event| event.zone == kept) && left.len() == 1);
        assert_eq!(store.evidences(&kept).await.unwrap().len(), 1);
    });
}

#[test]
fn events_are_filtered_and_the_latest_stay_in_order() {
    run(async {
        let store = Store::in_memory(Retention::default()).unwrap();
        for at in 1..=5 {
            store.record(audited("a.test", at, false)).await.unwrap();
            store
                .log(audited("b.test", at, false).events)
                .await
                .unwrap();
        }
        let filter = Filter {
            zone: Some(name("A.TEST")),
            since: Some(Timestamp(2)),
            limit: 3,
        };
        let events = store.events(filter).await.unwrap();
        let times: Vec<_> = events.iter().map(|event| event.at.0).collect();
        assert_eq!(times, [3, 4, 5]);
        assert_eq!(store.events(all(100)).await.unwrap().len(), 10);
    });
}

#[test]
fn a_clock_set_back_makes_new_evidence_no_older() {
    run(async {
        let retention = Retention {
            evidences: 2,
            ..Retention::default()
        };
        let store = Store::in_memory(retention).unwrap();
        for at in [90_000, 90_060, 3_600, 3_660] {
            store.record(audited("a.test", at, false)).await.unwrap();
        }
        let zone = name("a.test");
        let times = store.evidences(&zone).await.unwrap();
        assert_eq!(
            times,
            [(Timestamp(3_600), false), (Timestamp(3_660), false)]
        );
        let row = store.inventory(&zone).await.unwrap().remove(0);
        assert_eq!(
            (row.first_seen, row.last_seen),
            (Timestamp(3_600), Timestamp(3_660))
        );
    });
}

#[test]
fn states_come_in_pages() {
    run(async {
        let store = Store::in_memory(Retention::default()).unwrap();
        let count = usize::try_from(PAGE).unwrap() * 2 + 1;
        let records = (0..count).map(|number| {
            let store = store.clone();
            async move {
                store
                    .record(audited(&format!("z{number}.test"), 1, false))
                    .await
            }
        });
        for record in records {
            record.await.unwrap();
        }
        assert_eq!(store.states().await.unwrap().len(), count);
    });
}

#[test]
fn one_opener_and_its_readers() {
    let at = Scratch::new("two");
    run(async {
        let store = at.open().unwrap();
        store.record(audited("a.test", 7, false)).await.unwrap();
        let refused = at.open().unwrap_err();
        let holder = format!("process {}", std::process::id());
        assert_eq!(refused.problem, Problem::InUse(Some(holder)));
        assert_eq!(
            Reader::open(&at.0).unwrap().events(&all(5)).unwrap().len(),
            1
        );
        let other = store.clone();
        store.close().await;
        let late = other.record(audited("a.test", 8, false)).await.unwrap_err();
        assert_eq!(late.problem, Problem::Closed);
        let again = at.open().unwrap();
        assert!(again.state(&name("a.test")).await.unwrap().is_some());
    });
}

/// Opens, is refused, and has changed nothing of the file.
fn refusal(at: &Scratch) -> Problem {
    let before = fs::read(at.file()).unwrap();
    let refused = at.open().unwrap_err();
    assert_eq!(Reader::open(&at.0).unwrap_err(), refused);
    assert_eq!(fs::read(at.file()).unwrap(), before);
    let line = refused.to_string();
    assert!(
        !line.contains('\n') && line.contains("store.sqlite"),
        "{line}"
    );
    refused.problem
}

fn made(name: &str) -> Scratch {
    let at = Scratch::new(name);
    run(async {
        let store = at.open().unwrap();
        for number in 0..40 {
            let zone = format!("z{number}.test");
            store.record(audited(&zone, 1, false)).await.unwrap();
        }
        store.close().await;
    });
    at
}

#[test]
fn a_newer_store_is_refused() {
    let at = made("newer");
    let connection = Connection::open(at.file()).unwrap();
    connection.pragma_update(None, "user_version", 7).unwrap();
    drop(connection);
    let (found, known) = (7, schema::VERSION);
    assert_eq!(refusal(&at), Problem::Newer { found, known });
}

#[test]
fn a_newer_store_is_refused_while_that_stands_in_its_log_alone() {
    let at = made("newer-log");
    let connection = Connection::open(at.file()).unwrap();
    connection.pragma_update(None, "user_version", 7).unwrap();
    let refused = at.open().unwrap_err();
    let (found, known) = (7, schema::VERSION);
    assert_eq!(refused.problem, Problem::Newer { found, known });
}

#[test]
fn what_is_no_store_is_refused() {
    let at = Scratch::new("foreign");
    fs::write(
        at.file(),
        "nothing that a database would write\n".repeat(300),
    )
    .unwrap();
    assert_eq!(refusal(&at), Problem::Foreign);
    fs::write(at.file(), "short").unwrap();
    assert_eq!(refusal(&at), Problem::Foreign);
    fs::remove_file(at.file()).unwrap();
    let other = Connection::open(at.file()).unwrap();
    other
        .execute_batch("CREATE TABLE mail (text TEXT)")
        .unwrap();
    drop(other);
    assert_eq!(refusal(&at), Problem::Foreign);
}

#[test]
fn a_store_that_was_cut_is_refused() {
    let at = made("cut");
    let whole = fs::read(at.file()).unwrap();
    for length in [0, 50, 4_096, whole.len() / 2, whole.len() - 4_096] {
        fs::write(at.file(), &whole[..length]).unwrap();
        let problem = refusal(&at);
        assert!(
            matches!(problem, Problem::Corrupt(_)),
            "{length}: {problem:?}"
        );
    }
}

#[test]
fn a_store_without_one_of_its_tables_is_refused() {
    let at = made("tables");
    let connection = Connection::open(at.file()).unwrap();
    connection.execute_batch("DROP TABLE event").unwrap();
    drop(connection);
    assert!(matches!(refusal(&at), Problem::Corrupt(said) if said.contains("event")));
}

#[test]
fn garbage_inside_is_an_error_and_no_panic() {
    let at = made("garbage");
    let mut octets = fs::read(at.file()).unwrap();
    octets[4_096..].fill(0xa5);
    fs::write(at.file(), &octets).unwrap();
    run(async {
        // Found at once, or when it is read: never believed, and never a panic.
        let Ok(store) = at.open() else { return };
        let read = store.states().await.unwrap_err();
        assert!(read.is_damage(), "{read}");
        let written = store.record(audited("a.test", 2, false)).await.unwrap_err();
        assert!(written.is_damage(), "{written}");
    });
}

#[test]
fn octets_that_have_changed_are_not_given_out() {
    let at = made("rot");
    let connection = Connection::open(at.file()).unwrap();
    let rot = "UPDATE report SET body = zeroblob(length(body))";
    connection.execute_batch(rot).unwrap();
    drop(connection);
    run(async {
        let store = at.open().unwrap();
        let read = store.report(&name("z1.test")).await.unwrap_err();
        assert!(matches!(read.problem, Problem::Corrupt(_)), "{read}");
    });
}

#[test]
fn a_directory_that_is_none_is_refused() {
    let at = Scratch::new("directory");
    let file = at.0.join("file");
    fs::write(&file, "").unwrap();
    let refused = Store::open(&file, Retention::default()).unwrap_err();
    assert!(
        matches!(refused.problem, Problem::Directory(_)),
        "{refused}"
    );
    let missing = Reader::open(&at.0).unwrap_err();
    assert_eq!(missing.problem, Problem::Missing);
    assert!(!at.file().exists(), "a reader makes nothing");
}

#[test]
fn what_a_dead_process_left_half_made_is_made_anew() {
    let at = Scratch::new("half");
    fs::write(at.0.join("store.sqlite.new"), "half").unwrap();
    fs::write(at.0.join("store.sqlite.new-journal"), "half").unwrap();
    run(async {
        let store = at.open().unwrap();
        store.record(audited("a.test", 1, false)).await.unwrap();
    });
}

#[test]
fn a_full_disk_is_an_error_until_there_is_room() {
    let at = Scratch::new("full");
    run(async {
        let store = at.open().unwrap();
        store.record(audited("a.test", 1, false)).await.unwrap();
        let limit =
            |pages: i64| store.read(move |from| from.pragma_update(None, "max_page_count", pages));
        limit(1).await.unwrap();
        let mut big = audited("b.test", 1, true);
        // Does not compress, so that it needs new pages.
        let mut number = 1_u64;
        let noise = std::iter::repeat_with(|| {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (number >> 56) as u8
        });
        big.evidence = Some(noise.take(100_000).collect());
        let small = audited("a.test", 2, false);
        let (full, fits) = tokio::join!(store.record(big.clone()), store.record(small));
        assert_eq!(full.unwrap_err().problem, Problem::Full);
        fits.unwrap();
        assert_eq!(
            store.state(&name("b.test")).await.unwrap(),
            None,
            "nothing of it"
        );
        limit(1 << 20).await.unwrap();
        store.record(big).await.unwrap();
    });
}

#[test]
fn old_evidence_goes_before_failures_and_failures_before_events() {
    run(async {
        let at = Scratch::new("size");
        let retention = Retention {
            evidences: 1_000,
            failures: 1_000,
            events: 100_000,
            max_size: 600_000,
            ..Retention::default()
        };
        let store = Store::open(&at.0, retention).unwrap();
        let zone = name("a.test");
        let failures = async |kept: &Store| {
            let times = kept.evidences(&zone).await.unwrap();
            times.iter().filter(|(_, is_failure)| *is_failure).count()
        };
        let long = |at: i64, is_failure| Audited {
            evidence: Some(
                (0..4_000_i64)
                    .flat_map(|n| (n * at * 7_919).to_le_bytes())
                    .collect(),
            ),
            ..audited("a.test", at, is_failure)
        };
        for at in 1..=20 {
            store.record(long(at, true)).await.unwrap();
        }
        assert_eq!(failures(&store).await, 20);
        for at in 21..=200 {
            store.record(long(at, false)).await.unwrap();
            assert!(store.size() <= 600_000);
        }
        assert_eq!(failures(&store).await, 20, "failures outlive successes");
        assert!(store.pruned().evidences > 0);
        assert_eq!(store.events(all(1_000)).await.unwrap().len(), 200);
        assert!(fs::metadata(at.file()).unwrap().len() <= 800_000);
    });
}

#[derive(Debug, Clone)]
struct Step {
    zone: u8,
    is_failure: bool,
    serial: u8,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..3_u8, any::<bool>(), 0..6_u8).prop_map(|(zone, is_failure, serial)| Step {
        zone,
        is_failure,
        serial,
    });
    prop::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Of each zone and outcome exactly the newest so many stay, whatever the order of events.
    #[test]
    fn the_newest_stay_of_each_kind(steps in steps(), evidences in 0..5_u32, failures in 0..9_u32, events in 0..7_u32) {
        let retention = Retention { evidences, failures, events, inventory: 3, ..Retention::default() };
        let store = Store::in_memory(retention).unwrap();
        let mut model: BTreeMap<u8, Vec<(Timestamp, bool)>> = BTreeMap::new();
        run(async {
            for (at, step) in (1..).zip(&steps) {
                let mut record = audited(&format!("z{}.test", step.zone), at, step.is_failure);
                record.seen[0].item = step.serial.to_string();
                store.record(record).await.unwrap();
                model.entry(step.zone).or_default().push((Timestamp(at), step.is_failure));
            }
            for (zone, written) in &model {
                let zone = name(&format!("z{zone}.test"));
                let newest = |is_failure: bool, count: u32| {
                    let of_kind = written.iter().rev().filter(move |(_, failed)| *failed == is_failure);
                    of_kind.take(count as usize).copied().collect::<Vec<_>>()
                };
                let mut expected = [newest(false, evidences), newest(true, failures)].concat();
                expected.sort();
                assert_eq!(store.evidences(&zone).await.unwrap(), expected);
                let filter = Filter { zone: Some(zone.clone()), ..all(1_000) };
                let times: Vec<_> = store.events(filter).await.unwrap().iter().map(|event| event.at).collect();
                let all: Vec<_> = written.iter().map(|(at, _)| *at).collect();
                assert_eq!(times, all[all.len().saturating_sub(events as usize)..]);
                let rows = store.inventory(&zone).await.unwrap();
                assert!(rows.len() <= 3 && rows.iter().all(|row| row.first_seen <= row.last_seen));
                let last = written.last().unwrap().0;
                assert!(rows.iter().any(|row| row.last_seen == last), "the latest is there");
            }
        });
    }
}
