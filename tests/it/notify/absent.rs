//! A receiver that is away for an hour, and a rehearsal that nobody asked for, in compressed time: a second
//! stands for a hundred.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::receiver::Receiver;
use super::station::{LIMIT, Station, endpoint};

/// The schedule of Standard Webhooks, a hundred times as fast, where a second is the least.
const RETRIES: &str = "retries = [\"1s\", \"3s\", \"18s\", \"72s\", \"180s\"]\ndrill = \"1m\"";
const HOUR: Duration = Duration::from_secs(36);
/// How long each fault stays, and stays away.
const FLIP: Duration = Duration::from_secs(5);

/// Identifiers of the messages that the daemon says it has made for an endpoint.
fn made(log: &str, endpoint: &str) -> BTreeSet<String> {
    let of_endpoint = log.lines().filter(|line| {
        let to = line
            .split("to=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        to.is_some_and(|to| to.split(' ').any(|name| name == endpoint))
    });
    let id = |line: &str| Some(line.split("id=\"").nth(1)?.split('"').next()?.to_owned());
    of_endpoint.filter_map(id).collect()
}

#[test]
fn a_receiver_that_is_away_for_an_hour_gets_everything_in_order_and_rehearsals_go_on() {
    let (receiver, drilled) = (Receiver::start(), Receiver::start());
    let mut station = Station::new();
    let hooks = endpoint("ops", &receiver) + "drills = false\n" + &endpoint("drilled", &drilled);
    let zones = ["valid.test", "ed25519.test"];
    station.configure(&zones, RETRIES, &hooks);
    station.start();
    station.wait_for("dnssec_zones{group=\"default\",verdict=\"secure\"} 2");
    receiver.set_down(true);
    let begun = Instant::now();
    let mut is_broken = false;
    while begun.elapsed() < HOUR {
        is_broken = !is_broken;
        station.put_faults(if is_broken {
            "valid.test stale-ds\ned25519.test stale-ds\n"
        } else {
            ""
        });
        std::thread::sleep(FLIP);
    }
    assert!(receiver.heard().is_empty(), "nobody listened");
    station.put_faults("");
    station.wait_for("dnssec_zones{group=\"default\",verdict=\"secure\"} 2");
    receiver.set_down(false);
    station.wait_for("anchorwatch_incidents 0");
    station.wait_for("anchorwatch_outbox_messages{endpoint=\"ops\"} 0");

    let heard = receiver.heard();
    let taken: BTreeSet<String> = heard.iter().map(|heard| heard.id.clone()).collect();
    let told = made(&station.log(), "ops");
    assert!(told.len() >= 6, "{told:?}");
    assert_eq!(taken, told, "all that was made has arrived");
    let mut incidents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for message in &heard {
        incidents
            .entry(message.data("incident"))
            .or_default()
            .push(&message.id);
    }
    for (incident, ids) in incidents {
        let expected: Vec<String> = (0..ids.len())
            .map(|number| format!("msg_{incident}_{number}"))
            .collect();
        assert_eq!(ids, expected);
    }

    let is_rehearsed = |kind: &str| {
        let is_drill = |heard: &super::receiver::Heard| heard.body["data"]["drill"] == true;
        drilled.wait_for(kind, LIMIT, |heard| {
            heard.body["type"] == kind && is_drill(heard)
        });
        assert!(!receiver.heard().iter().any(is_drill));
    };
    is_rehearsed("incident.firing");
    is_rehearsed("incident.resolved");
    station.wait_until("the rehearsal of the schedule has come through", |page| {
        let line = "anchorwatch_drill_last_success_timestamp_seconds ";
        let value = page.lines().find_map(|had| had.strip_prefix(line));
        value.is_some_and(|value| value != "0")
    });
}
