//! From a fault to the pager: the lab, the daemon, Prometheus with our rules, Alertmanager with our
//! example, and a receiver.
//!
//! [`Station`] is all of them. Faults are put into the lab and taken out again while everything runs.

use std::time::{Duration, Instant};

use super::support::{Alertmanager, Daemon, FAULTS, Prometheus, Receiver};
use crate::real::support::scratch::Scratch;

/// How long a message may take on a machine that does much else.
const LIMIT: Duration = Duration::from_secs(300);

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

    /// Has these faults in the lab and no others, a line each, and waits until each alert has `status`.
    /// Prints how long after the change that was.
    fn change(&mut self, lines: &str, alerts: &[Expected], status: &str) {
        let begun = Instant::now();
        let known = self.receiver.told.len();
        std::fs::write(self.scratch.path().join(FAULTS), lines).unwrap();
        for (fault, subject, alert) in alerts {
            let what = format!("{alert} of {subject}: {status}");
            self.receiver.wait_for_new(known, &what, LIMIT, |told| {
                told.labels["alertname"] == *alert
                    && told.is_about(subject)
                    && told.status == status
            });
            println!("{fault}: {alert} {status} after {:.1?}", begun.elapsed());
        }
    }
}

/// A fault, the zone or resolver that has it, and the alert that this is.
type Expected = (&'static str, &'static str, &'static str);

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

/// Faults of zones that are whole before and after. None is in the name that shows what the resolvers' word is
/// worth: while that one is broken they count as not validating, which is an alert of its own.
const IN_ZONES: [Expected; 3] = [
    ("stale-ds", "ds-sha384.test", "DnssecChainBroken"),
    ("rrsig-exp-all", "ed25519.test", "DnssecChainBroken"),
    ("one-ns-expired", "p384.test", "DnssecNameserverBogus"),
];

/// A resolver that stops validating, and a forwarder that begins to strip signatures.
const IN_RESOLVERS: [Expected; 2] = [
    ("plain", "validating", "DnssecResolverNotValidating"),
    ("stripping", "validating", "DnssecResolverStripsDnssec"),
];

#[test]
fn a_fault_put_in_while_everything_runs_fires_and_its_repair_resolves() {
    let mut station = Station::start();
    for (_, subject, _) in IN_ZONES.iter().chain(&IN_RESOLVERS) {
        let told = &station.receiver.told;
        assert!(!told.iter().any(|told| told.is_about(subject)), "{subject}");
    }
    let lines = IN_ZONES.map(|(case, zone, _)| format!("{zone} {case}\n"));
    station.change(&lines.concat(), &IN_ZONES, "firing");
    station.change("", &IN_ZONES, "resolved");
    for fault @ (manners, resolver, _) in IN_RESOLVERS {
        station.change(&format!("@{resolver} {manners}\n"), &[fault], "firing");
        station.change("", &[fault], "resolved");
    }
    let strips = |told: &&super::support::Told| {
        told.is("DnssecResolverStripsDnssec", None) && told.status == "firing"
    };
    assert_eq!(station.receiver.told.iter().filter(strips).count(), 1);
}
