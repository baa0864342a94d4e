//! A daemon that is killed at any instant loses nothing.
//!
//! It watches zones that are bogus, and zones that become so and are mended, while it is killed again and
//! again at instants that a fixed sequence of numbers gives. Then it is left alone. Each zone that is bogus
//! must have been told, each that is whole again must have been resolved, and of no incident may a message
//! have come before the one that it follows.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::receiver::{Conduct, Heard, Receiver};
use super::station::{LIMIT, Station, endpoint};

const BOGUS: [&str; 8] = [
    "stale-ds.test",
    "ds-unsigned.test",
    "rrsig-exp-all.test",
    "rrsig-no-all.test",
    "no-zsk.test",
    "bad-zsk.test",
    "no-ksk.test",
    "bad-ksk.test",
];
const MENDED: [&str; 4] = ["valid.test", "ed25519.test", "p384.test", "rsasha256.test"];

/// Kills the daemon so often, the last time after the faults were taken out.
fn kill(times: usize) {
    let receiver = Receiver::start();
    let mut station = Station::new();
    let watched = [&BOGUS[..], &MENDED[..]].concat();
    station.configure(
        &watched,
        &format!("retries = [{}]", "\"1s\",".repeat(50)),
        &endpoint("ops", &receiver),
    );
    let mut number = 1_u64;
    for round in 0..times {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let faults: String = (MENDED.iter().enumerate())
            .filter(|(index, _)| (round / 8 + index) % 2 == 0 && round + 8 < times)
            .map(|(_, zone)| format!("{zone} stale-ds\n"))
            .collect();
        station.put_faults(&faults);
        if round % 5 == 0 {
            receiver.plan(&[Conduct::Status(503), Conduct::CutShort]);
        }
        station.start();
        std::thread::sleep(Duration::from_millis(100 + (number >> 33) % 1_100));
        station.kill();
    }
    receiver.forget_plan();
    station.put_faults("");
    station.start();
    let begun = Instant::now();
    let mut problems = problems(&receiver, &station);
    while !problems.is_empty() {
        assert!(
            begun.elapsed() < LIMIT,
            "{problems:#?}\n{:#?}",
            receiver.heard()
        );
        std::thread::sleep(Duration::from_millis(200));
        problems = self::problems(&receiver, &station);
    }
    let (heard, incidents) = (receiver.heard(), incidents(&receiver.heard()));
    println!(
        "{times} kills: {} messages, {} incidents, all of them arrived",
        heard.len(),
        incidents.len()
    );
    for (incident, ids) in incidents {
        let numbers: Vec<usize> = ids
            .iter()
            .map(|id| id.rsplit('_').next().unwrap().parse().unwrap())
            .collect();
        let whole: Vec<usize> = (0..numbers.len()).collect();
        assert_eq!(numbers, whole, "{incident}");
    }
}

/// The identifiers that were taken of each incident, each once, in their order.
fn incidents(heard: &[Heard]) -> BTreeMap<String, Vec<String>> {
    let mut incidents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for heard in heard.iter().filter(|heard| heard.is_taken) {
        let ids = incidents
            .entry(heard.data("incident").to_owned())
            .or_default();
        if !ids.contains(&heard.id) {
            ids.push(heard.id.clone());
        }
    }
    incidents
}

/// What is not yet as it has to be in the end.
fn problems(receiver: &Receiver, station: &Station) -> Vec<String> {
    let page = station.metrics().unwrap_or_default();
    let is_line = |line: &str| page.lines().any(|had| had == line);
    let mut problems = Vec::new();
    if !is_line("anchorwatch_outbox_messages{endpoint=\"ops\"} 0") {
        problems.push("messages wait".to_owned());
    }
    let mut last: BTreeMap<String, bool> = BTreeMap::new();
    for heard in receiver
        .heard()
        .iter()
        .filter(|heard| heard.is_taken && heard.data("code") == "chain-broken")
    {
        for zone in heard.zones() {
            last.insert(zone.to_owned(), heard.data("status") == "firing");
        }
    }
    for zone in BOGUS {
        let is_bogus = is_line(&format!("dnssec_zone_chain_bogus{{zone=\"{zone}\"}} 1"));
        if !is_bogus || last.get(zone) != Some(&true) {
            problems.push(format!("nobody was told of {zone}"));
        }
    }
    for zone in MENDED {
        let is_whole = is_line(&format!("dnssec_zone_chain_bogus{{zone=\"{zone}\"}} 0"));
        if !is_whole || last.get(zone) == Some(&true) {
            problems.push(format!("{zone} is not resolved"));
        }
    }
    problems
}

#[test]
fn a_daemon_that_is_killed_twelve_times_loses_nothing() {
    kill(12);
}

/// The count that is asked for: cargo test --test it killed -- --ignored
#[test]
#[ignore = "takes a minute and a half"]
fn a_daemon_that_is_killed_sixty_times_loses_nothing() {
    kill(60);
}
