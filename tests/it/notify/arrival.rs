//! A fault arrives, signed, and so does its end.

use super::receiver::Receiver;
use super::station::{LIMIT, Station, endpoint};
use crate::web::Authority;

#[test]
fn a_fault_arrives_signed_over_tls_and_is_resolved() {
    let mut station = Station::new();
    let authority = Authority::new(station.folder().clone());
    authority.issue("server", "DNS:localhost");
    let receiver = Receiver::secured(&authority.identity("server"));
    let hook = endpoint("ops-hook", &receiver)
        .replace("http://127.0.0.1", "https://localhost")
        .replace(
            "allow-private",
            "tls-ca = \"ca.pem\"\nheartbeat = \"1s\"\nallow-private",
        );
    station.configure(&["valid.test", "ed25519.test"], "", &hook);

    let said = station.said(&["notify", "test", "ops-hook"]);
    assert!(
        said.starts_with("ops-hook: taken after ") && said.ends_with(": status 204\n"),
        "{said}"
    );
    assert_eq!(receiver.heard()[0].body["type"], "test");

    station.start();
    receiver.wait_for("a heartbeat", LIMIT, |heard| {
        heard.body["type"] == "heartbeat"
    });
    station.wait_for("dnssec_zones{group=\"default\",verdict=\"secure\"} 2");
    station.put_faults("valid.test stale-ds\n");
    let firing = receiver.wait_for("the fault", LIMIT, |heard| {
        heard.is("incident.firing", "valid.test")
    });
    assert_eq!(firing.data("code"), "chain-broken");
    assert_eq!(firing.data("reason"), "ds-no-matching-dnskey");
    assert_eq!(
        firing.data("title"),
        "valid.test is bogus (ds-no-matching-dnskey)"
    );
    station.put_faults("");
    let resolved = receiver.wait_for("the end", LIMIT, |heard| {
        heard.is("incident.resolved", "valid.test")
    });
    assert_eq!(resolved.data("incident"), firing.data("incident"));
    assert_ne!(resolved.id, firing.id);
    station.wait_for("anchorwatch_outbox_messages{endpoint=\"ops-hook\"} 0");
    station.wait_for("anchorwatch_incidents 0");
    assert_eq!(station.said(&["notify", "pending"]), "no messages\n");
}

#[test]
fn a_rehearsal_goes_the_way_of_a_real_fault_and_back() {
    let (receiver, other) = (Receiver::start(), Receiver::start());
    let mut station = Station::new();
    let deaf = endpoint("deaf", &other) + "drills = false\n";
    // Times that are long for real faults do not hold up a rehearsal.
    let alerts = "bogus-for = \"1h\"";
    station.configure(
        &["valid.test"],
        alerts,
        &(endpoint("ops", &receiver) + &deaf),
    );
    station.start();
    station.wait_for("anchorwatch_drill_last_success_timestamp_seconds 0");
    let said = station.said(&["drill", "--alerts"]);
    assert!(
        said.starts_with("passed: told after ") && said.ends_with(": ops\n"),
        "{said}"
    );
    println!("{said}");
    let heard = receiver.heard();
    let kinds: Vec<_> = heard
        .iter()
        .map(|heard| heard.body["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["incident.firing", "incident.resolved"]);
    assert!(
        heard
            .iter()
            .all(|heard| heard.body["data"]["drill"] == true),
        "{heard:#?}"
    );
    assert_eq!(
        heard[0].data("title"),
        "[drill] valid.test is bogus (ds-no-matching-dnskey)"
    );
    assert!(other.heard().is_empty());
    let page = station.metrics().unwrap();
    assert!(!page.contains("anchorwatch_drill_last_success_timestamp_seconds 0\n"));

    // A receiver that takes nothing fails it. The wait is long; that it is begun is enough here.
    receiver.usually(Some(super::receiver::Conduct::Status(500)));
    let events = station.said(&["events", "--state-dir", "state"]);
    assert!(events.contains("drill-passed"), "{events}");
}

#[test]
fn a_silence_by_hand_holds_back_a_finding_and_not_a_bogus_zone() {
    let receiver = Receiver::start();
    let mut station = Station::new();
    let zones = ["expiring-soon.test", "valid.test"];
    let known = station.zones();
    assert!(
        zones.iter().all(|zone| known.iter().any(|one| one == zone)),
        "{known:?}"
    );
    station.configure(&zones, "for = \"0s\"", &endpoint("ops", &receiver));
    station.start();
    let warning = receiver.wait_for("the warning", LIMIT, |heard| {
        heard.body["type"] == "incident.firing" && heard.zones() == ["expiring-soon.test"]
    });
    let code = warning.data("code").to_owned();
    let unknown = station.run(&[
        "silence",
        "valid.test",
        "--code",
        "no-code",
        "--until",
        "2100-01-01T00:00:00Z",
        "--why",
        "x",
    ]);
    assert_eq!(unknown.status.code(), Some(64));
    let words = [
        "silence",
        "*.test",
        "--until",
        "2100-01-01T00:00:00Z",
        "--why",
        "planned",
    ];
    let said = station.said(&words);
    assert!(
        said.contains("*.test. is silenced until 2100-01-01T00:00:00Z"),
        "{said}"
    );
    station.wait_for("anchorwatch_silences 1");
    station.put_faults("valid.test expiring-soon\n");
    station.wait_until("a finding is silenced", |page| {
        let mut lines = page.lines();
        lines.any(|line| {
            line.starts_with("anchorwatch_alarms{phase=\"silenced\"}") && !line.ends_with(" 0")
        })
    });
    let list = station.said(&["silence", "--list"]);
    assert!(list.contains("planned"), "{list}");
    let is_told = |heard: &super::receiver::Heard| {
        heard.data("code") == code && heard.zones().contains(&"valid.test")
    };
    assert!(!receiver.heard().iter().any(is_told));
    // A chain that breaks is told all the same.
    station.put_faults("valid.test stale-ds\n");
    receiver.wait_for("the fault", LIMIT, |heard| {
        heard.is("incident.firing", "valid.test")
    });
}
