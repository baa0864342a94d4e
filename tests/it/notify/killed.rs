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

/// How often the daemon is killed.
const KILLS: usize = 50;
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
const MENDED: [&str; 12] = [
    "valid.test",
    "ed25519.test",
    "p384.test",
    "rsasha256.test",
    "stale-ds-at-one-parent.test",
    "two-ds.test",
    "nsec3.test",
    "optout.test",
    "wildcard.test",
    "ed448.test",
    "rsasha512.test",
    "ds-sha384.test",
];

/// The zones that the lab has, of those that are to be mended.
fn mended(station: &Station) -> Vec<&'static str> {
    let known = station.zones();
    let is_known = |zone: &&str| known.iter().any(|had| had == zone);
    MENDED.into_iter().filter(is_known).collect()
}

#[test]
fn a_daemon_that_is_killed_fifty_times_loses_nothing() {
    let receiver = Receiver::start();
    let mut station = Station::new();
    let mended = mended(&station);
    let watched = [&BOGUS[..], &mended].concat();
    station.configure(
        &watched,
        &format!("retries = [{}]", "\"1s\",".repeat(50)),
        &endpoint("ops", &receiver),
    );
    let mut number = 1_u64;
    for round in 0..KILLS {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let faults: String = (mended.iter().enumerate())
            .filter(|(index, _)| (round / 4 + index) % 2 == 0 && round + 4 < KILLS)
            .map(|(_, zone)| format!("{zone} stale-ds\n"))
            .collect();
        station.put_faults(&faults);
        if round % 5 == 0 {
            receiver.plan(&[Conduct::Status(503), Conduct::CutShort]);
        }
        station.start();
        std::thread::sleep(Duration::from_millis(100 + (number >> 33) % 1_900));
        station.kill();
    }
    receiver.forget_plan();
    station.put_faults("");
    station.start();
    let begun = Instant::now();
    let mut problems = problems(&receiver, &station, &mended);
    while !problems.is_empty() {
        assert!(
            begun.elapsed() < LIMIT,
            "{problems:#?}\n{:#?}",
            receiver.heard()
        );
        std::thread::sleep(Duration::from_millis(200));
        problems = self::problems(&receiver, &station, &mended);
    }
    let (heard, incidents) = (receiver.heard(), incidents(&receiver.heard()));
    println!(
        "{KILLS} kills: {} messages, {} incidents, all of them arrived",
        heard.len(),
        incidents.len()
    );
    assert!(
        incidents.len() >= BOGUS.len(),
        "each had its own: {incidents:#?}"
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
fn problems(receiver: &Receiver, station: &Station, mended: &[&str]) -> Vec<String> {
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
    for zone in mended {
        let is_whole = is_line(&format!("dnssec_zone_chain_bogus{{zone=\"{zone}\"}} 0"));
        if !is_whole || last.get(*zone) == Some(&true) {
            problems.push(format!("{zone} is not resolved"));
        }
    }
    problems
}
