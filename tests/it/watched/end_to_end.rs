//! From a fault to the pager: the lab, the daemon, Prometheus with our rules, Alertmanager with our
//! example, and a receiver.
//!
//! [`Station`] is all of them. Faults are put into the lab and taken out again while everything runs.

use std::time::{Duration, Instant};

use super::support::{Alertmanager, Daemon, FAULTS, Prometheus, Receiver};
use crate::real::support::scratch::Scratch;

/// How long a message may take on a machine that does much else.
const LIMIT: Duration = Duration::from_secs(120);

/// All that stands between a zone and the pager. Fields end in this order.
pub struct Station {
    daemon: Option<Daemon>,
    _prometheus: Prometheus,
    _alertmanager: Alertmanager,
    receiver: Receiver,
    scratch: Scratch,
}

impl Station {
    /// Starts everything, with the times that rules wait shortened to a second.
    pub fn start() -> Self {
        let scratch = Scratch::new();
        let receiver = Receiver::start();
        let alertmanager = Alertmanager::start(scratch.path(), &receiver);
        let daemon = Daemon::start(scratch.path());
        let prometheus = Prometheus::start(scratch.path(), &daemon, Some(&alertmanager), hasty);
        Self {
            daemon: Some(daemon),
            _prometheus: prometheus,
            _alertmanager: alertmanager,
            receiver,
            scratch,
        }
    }

    /// Has these faults in the lab and no others; a line each.
    fn put_faults(&self, lines: &str) {
        std::fs::write(self.scratch.path().join(FAULTS), lines).unwrap();
    }

    /// Waits until an alert of a zone has this status, and says how long that took.
    fn wait_for(&mut self, alert: &str, zone: &str, status: &str) -> Duration {
        let begun = Instant::now();
        let what = format!("{alert} of {zone}: {status}");
        self.receiver.wait_for(&what, LIMIT, |told| {
            told.is(alert, Some(zone)) && told.status == status
        });
        begun.elapsed()
    }
}

fn hasty(rules: String) -> String {
    let lines = rules.lines().map(|line| match line.trim() {
        text if text.starts_with("for: ") => "        for: 1s",
        _ => line,
    });
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_bogus_zone_pages_and_so_does_an_agent_that_is_gone() {
    let mut station = Station::start();
    let begun = Instant::now();
    let receiver = &mut station.receiver;
    let page = receiver.wait_for("stale-ds.test", LIMIT, |told| {
        told.is("DnssecChainBroken", Some("stale-ds.test"))
    });
    let took = begun.elapsed();
    assert_eq!((&*page.path, &*page.status), ("/pager", "firing"));
    assert_eq!(page.labels["group"], "operations");
    let description = page.annotations["description"].as_str().unwrap();
    assert!(
        description.contains("ds-no-matching-dnskey"),
        "{description}"
    );

    let ticket = receiver.wait_for("one-ns-expired.test", LIMIT, |told| {
        told.is("DnssecNameserverBogus", Some("one-ns-expired.test"))
    });
    assert_eq!(ticket.path, "/tickets");
    let heartbeat = receiver.wait_for("the heartbeat", LIMIT, |told| {
        told.is("AnchorwatchHeartbeat", None)
    });
    assert_eq!(heartbeat.path, "/heartbeat");
    let healthy = |told: &super::support::Told| told.labels["zone"] == "valid.test";
    assert!(!receiver.told.iter().any(healthy), "{:#?}", receiver.told);
    let is_info = |told: &super::support::Told| {
        told.labels["severity"] == "info" && !told.is("AnchorwatchHeartbeat", None)
    };
    assert!(!receiver.told.iter().any(is_info));

    // Zones that nobody watches are not mended, but their alerts end: the page is about the agent.
    let begun = Instant::now();
    let instance = station.daemon.take().map(|daemon| daemon.at.to_string());
    let absent = receiver.wait_for("the agent that is gone", LIMIT, |told| {
        told.is("AnchorwatchAbsent", None)
            && told.labels["instance"].as_str() == instance.as_deref()
    });
    assert_eq!((&*absent.path, &*absent.status), ("/pager", "firing"));
    println!(
        "bogus: paged {took:?} after Prometheus was ready; agent gone: paged after {:?}",
        begun.elapsed()
    );
}

/// A zone that is whole, the case that is put into it, and the alert that this is.
const LIVE: [(&str, &str, &str); 3] = [
    ("valid.test", "stale-ds", "DnssecChainBroken"),
    ("ed25519.test", "rrsig-exp-all", "DnssecChainBroken"),
    ("p384.test", "one-ns-expired", "DnssecNameserverBogus"),
];

#[test]
fn a_fault_put_in_while_everything_runs_fires_and_its_repair_resolves() {
    let mut station = Station::start();
    let is_told = |told: &super::support::Told, zone: &str| told.labels["zone"] == zone;
    for (zone, ..) in LIVE {
        let told = &station.receiver.told;
        assert!(!told.iter().any(|told| is_told(told, zone)), "{zone}");
    }
    let lines = LIVE.map(|(zone, case, _)| format!("{zone} {case}\n"));
    station.put_faults(&lines.concat());
    for (zone, case, alert) in LIVE {
        let took = station.wait_for(alert, zone, "firing");
        println!("{case} in {zone}: {alert} fired {took:?} after the one before");
    }
    station.put_faults("");
    for (zone, case, alert) in LIVE {
        let took = station.wait_for(alert, zone, "resolved");
        println!("{case} in {zone}: resolved {took:?} after the one before");
    }
}
