//! The store across the death of its process and on a disk without room, and `events` beside its writer.
//!
//! The process that dies is this test binary, run once more for [`writer`] alone.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anchorwatch::agent::store::{
    Audited, Filter, Kind, Problem, Reader, Retention, Seen, Store, StoredEvent,
};
use anchorwatch::dns::{Name, Timestamp};

use crate::real::support::scratch::Scratch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
/// Names the directory to the process that writes.
const DIRECTORY: &str = "ANCHORWATCH_TEST_STORE";
/// The number its first record has.
const FIRST: &str = "ANCHORWATCH_TEST_STORE_FIRST";
/// Zones the process goes round.
const ZONES: i64 = 50;
/// How often the process is killed.
const KILLS: u32 = 25;

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(work)
}

fn zone(number: i64) -> Name {
    format!("z{}.test", number % ZONES).parse().unwrap()
}

/// Octets that do not compress.
fn noise(seed: i64, length: usize) -> Vec<u8> {
    let mut state = seed.unsigned_abs().wrapping_add(0x9e37_79b9_7f4a_7c15);
    let octets = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    });
    octets.take(length).collect()
}

fn record(number: i64) -> Audited {
    Audited {
        zone: zone(number),
        at: Timestamp(number),
        state: number.to_string(),
        report: Some(format!("{{\"number\":{number}}}")),
        evidence: Some(noise(number, 3_000)),
        is_failure: number % 3 == 0,
        events: vec![StoredEvent {
            at: Timestamp(number),
            zone: zone(number),
            kind: "verdict".to_owned(),
            text: format!("event {number}"),
        }],
        seen: vec![Seen {
            kind: Kind::Serial,
            item: number.to_string(),
            server: "192.0.2.1".to_owned(),
        }],
    }
}

/// Nothing dropped, so that each record can be looked for.
fn everything() -> Retention {
    Retention {
        evidences: u32::MAX,
        failures: u32::MAX,
        events: u32::MAX,
        inventory: u32::MAX,
        max_size: u64::MAX,
    }
}

/// Writes until it is killed, several at a time, and says the number of each record that was taken.
#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn writer() {
    let Ok(directory) = std::env::var(DIRECTORY) else {
        return;
    };
    let first: i64 = std::env::var(FIRST).unwrap().parse().unwrap();
    block_on(async {
        let store = Store::open(Path::new(&directory), everything()).unwrap();
        for number in (first..).step_by(3) {
            let done = tokio::join!(
                store.record(record(number)),
                store.record(record(number + 1)),
                store.record(record(number + 2))
            );
            done.0.and(done.1).and(done.2).unwrap();
            let mut out = std::io::stdout().lock();
            writeln!(out, "\ntaken {}", number + 2).unwrap();
            out.flush().unwrap();
        }
    });
}

/// On a small disk: fills it, makes room, goes on.
#[test]
#[ignore = "run by the other tests, in a process of its own"]
fn filler() {
    let Ok(directory) = std::env::var(DIRECTORY) else {
        return;
    };
    let directory = Path::new(&directory);
    std::fs::write(directory.join("ballast"), vec![1; 512 << 10]).unwrap();
    block_on(async {
        let store = Store::open(directory, everything()).unwrap();
        let mut refused = None;
        let mut number = 1;
        while refused.is_none() && number < 5_000 {
            refused = store.record(record(number)).await.err();
            number += 1;
        }
        let refused = refused.unwrap();
        assert!(
            matches!(refused.problem, Problem::Full | Problem::Io(_)),
            "{refused}"
        );
        assert_eq!(
            store.state(&zone(number - 2)).await.unwrap().unwrap(),
            (number - 2).to_string()
        );
        std::fs::remove_file(directory.join("ballast")).unwrap();
        store.record(record(number)).await.unwrap();
        println!("\nrefused with {refused}, then went on");
    });
}

fn again(test: &str, directory: &Path, first: i64) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            &format!("store::{test}"),
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(DIRECTORY, directory)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// Kills the process once it has had `patience` from its first word on; gives the last number it said.
fn kill_after(mut child: Child, patience: Duration) -> Option<i64> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut last = None;
    let mut begun: Option<Instant> = None;
    let mut is_killed = false;
    for line in lines.map_while(Result::ok) {
        if let Some(number) = line
            .strip_prefix("taken ")
            .and_then(|text| text.parse().ok())
        {
            last = Some(number);
            let begun = begun.get_or_insert_with(Instant::now);
            if !is_killed && begun.elapsed() >= patience {
                child.kill().unwrap();
                is_killed = true;
            }
        }
    }
    let _ = child.kill();
    child.wait().unwrap();
    last
}

fn quick_check(directory: &Path) {
    let connection = rusqlite::Connection::open(directory.join("store.sqlite")).unwrap();
    let said: String = connection
        .pragma_query_value(None, "quick_check", |row| row.get(0))
        .unwrap();
    assert_eq!(said, "ok");
}

#[test]
fn what_was_taken_is_there_after_the_process_was_killed() {
    let scratch = Scratch::new();
    let at = scratch.path();
    let mut first = 0;
    for round in 0..KILLS {
        let child = again("writer", at, first).spawn().unwrap();
        // From at once to a few transactions and checkpoints later.
        let patience = Duration::from_micros(u64::from(round * round) * 700);
        let last = kill_after(child, patience).expect("it wrote something");
        block_on(async {
            let store = Store::open(at, everything()).unwrap();
            for number in first..=last {
                let evidence = store.evidence(&zone(number), Timestamp(number)).await;
                assert_eq!(
                    evidence.unwrap(),
                    Some(noise(number, 3_000)),
                    "{number} of {last}"
                );
            }
            let filter = Filter {
                zone: None,
                since: Some(Timestamp(first)),
                limit: u32::MAX,
            };
            let events = store.events(filter).await.unwrap();
            let times: Vec<_> = events.iter().map(|event| event.at.0).collect();
            assert!(times.len() as i64 > last - first, "{} events", times.len());
            // What was written and not acknowledged may be there; nothing in between is missing.
            first = *times.iter().max().unwrap() + 1;
            let state = store.state(&zone(last)).await.unwrap().unwrap();
            assert!(state.parse::<i64>().unwrap() >= last);
            store.close().await;
        });
        quick_check(at);
    }
}

#[test]
fn a_full_disk_stops_nothing_but_the_write() {
    let scratch = Scratch::new();
    let at = scratch.path();
    let inner = again("filler", at, 0);
    let script = "mount -t tmpfs -o size=2m none \"$0\" && exec \"$@\"";
    let mut outer = Command::new("unshare");
    outer.args(["--mount", "sh", "-c", script]).arg(at);
    outer.arg(inner.get_program()).args(inner.get_args());
    let output = outer.env(DIRECTORY, at).env(FIRST, "0").output().unwrap();
    let (out, errors) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    if errors.contains("unshare failed") || errors.contains("permission denied") {
        eprintln!("no file system of its own can be mounted here: {errors}");
        return;
    }
    assert!(out.contains("then went on"), "{out}\n{errors}");
}

fn events(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(PROGRAM)
        .arg("events")
        .args(arguments)
        .output()
        .unwrap();
    let text = |octets| String::from_utf8(octets).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn events_are_shown_beside_the_daemon_that_writes_them() {
    let scratch = Scratch::new();
    let at = scratch.path().to_str().unwrap();
    let store = Store::open(scratch.path(), everything()).unwrap();
    let mut second = record(1_800_000_001);
    second.zone = zone(1_800_000_000);
    second.events[0].zone = second.zone.clone();
    second.events[0].text = "a | b\nc".to_owned();
    block_on(async {
        store.record(record(1_800_000_000)).await.unwrap();
        store.record(second).await.unwrap();
        store.record(record(1_800_000_002)).await.unwrap();
    });
    let (code, text, _) = events(&["z0.test", "--state-dir", at]);
    assert_eq!((code, text.lines().count()), (Some(0), 3), "{text}");
    let words: Vec<&str> = text.lines().nth(1).unwrap().split_whitespace().collect();
    let first = [
        "2027-01-15T08:00:00Z",
        "z0.test.",
        "verdict",
        "event",
        "1800000000",
    ];
    assert_eq!(words, first, "{text}");
    let (_, text, _) = events(&[
        "--state-dir",
        at,
        "--format",
        "markdown",
        "--since",
        "2027-01-15T08:00:01Z",
    ]);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[..2],
        ["| UTC | zone | event | what |", "|---|---|---|---|"]
    );
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[2].starts_with("| 2027-01-15T08:00:01Z | "), "{text}");
    let (_, text, _) = events(&["--state-dir", at, "--format", "json", "--limit", "1"]);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["events"].as_array().unwrap().len(), 1);
    assert_eq!(document["events"][0]["at"], "2027-01-15T08:00:02Z");
    let (code, text, error) = events(&["nowhere.test", "--state-dir", at]);
    assert_eq!((code, text.as_str()), (Some(64), ""));
    assert!(
        error.contains("no zone that the daemon has audited"),
        "{error}"
    );
    block_on(store.close());
    let (code, text, _) = events(&["--state-dir", at]);
    assert_eq!(
        (code, text.lines().count()),
        (Some(0), 4),
        "after the daemon: {text}"
    );
    let (code, _, error) = events(&["--state-dir", PROGRAM.rsplit_once('/').unwrap().0]);
    assert_eq!(code, Some(64), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
}

/// Figures for people: records a second and octets a zone with a report and evidence of the lab.
#[test]
#[ignore = "measures; run with --nocapture"]
fn figures() {
    let scratch = Scratch::new();
    let saved = scratch.path().join("e.aw");
    let audit = Command::new(PROGRAM)
        .args([
            "audit",
            "stale-ds.test",
            "--lab",
            "--format",
            "json",
            "--save",
        ])
        .arg(&saved)
        .output()
        .unwrap();
    let report = String::from_utf8(audit.stdout).unwrap();
    let evidence = std::fs::read(&saved).unwrap();
    println!(
        "report {} octets, evidence {} octets",
        report.len(),
        evidence.len()
    );
    let zones = 10_000_i64;
    let store = Store::open(
        scratch.path(),
        Retention {
            max_size: 8 << 30,
            ..Retention::default()
        },
    )
    .unwrap();
    for round in 0..2 {
        let begun = Instant::now();
        block_on(async {
            for start in (0..zones).step_by(100) {
                let tasks = (start..start + 100).map(|number| {
                    let audited = Audited {
                        zone: format!("z{number}.test").parse().unwrap(),
                        report: Some(report.clone()),
                        evidence: Some(evidence.clone()),
                        ..record(number + round * zones)
                    };
                    let store = store.clone();
                    async move { store.record(audited).await.unwrap() }
                });
                let mut set = tokio::task::JoinSet::new();
                tasks.for_each(|task| {
                    set.spawn(task);
                });
                while let Some(done) = set.join_next().await {
                    done.unwrap();
                }
            }
        });
        let took = begun.elapsed().as_secs_f64();
        let size = store.size();
        println!(
            "round {round}: {:.0} records/s, {} octets a zone",
            zones as f64 / took,
            size / zones as u64
        );
    }
    let begun = Instant::now();
    let states = block_on(store.states()).unwrap().len();
    println!("{states} states in {:?}", begun.elapsed());
    let reader = Reader::open(scratch.path()).unwrap();
    let filter = Filter {
        zone: None,
        since: None,
        limit: 100,
    };
    let begun = Instant::now();
    println!(
        "{} events in {:?}",
        reader.events(&filter).unwrap().len(),
        begun.elapsed()
    );
}
