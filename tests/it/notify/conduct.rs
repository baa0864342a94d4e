//! Receivers that misbehave: nothing is lost, nothing changes places, and what comes twice is known by its
//! identifier.

use std::time::Duration;

use super::receiver::{Conduct, Receiver};
use super::station::{LIMIT, Station, endpoint};

/// Identifiers that were taken, each once, in their order.
fn taken(receiver: &Receiver, incident: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for heard in receiver.heard() {
        if heard.is_taken && heard.data("incident") == incident && !ids.contains(&heard.id) {
            ids.push(heard.id);
        }
    }
    ids
}

const RETRIES: &str = "retries = [\"1s\", \"1s\", \"1s\", \"1s\", \"1s\", \"1s\"]";

#[test]
fn a_receiver_in_trouble_gets_everything_in_order_when_it_is_back() {
    let receiver = Receiver::start();
    let mut station = Station::new();
    station.configure(&["valid.test"], RETRIES, &endpoint("ops", &receiver));
    receiver.plan(&[
        Conduct::Status(500),
        Conduct::CutShort,
        Conduct::Throttle(1),
        Conduct::Hang,
        Conduct::Status(302),
    ]);
    station.start();
    station.wait_for("dnssec_zones{group=\"default\",verdict=\"secure\"} 1");
    station.put_faults("valid.test stale-ds\n");
    let firing = receiver.wait_for("the fault", LIMIT, |heard| heard.is_taken);
    station.put_faults("");
    let resolved = receiver.wait_for("the end", LIMIT, |heard| {
        heard.is_taken && heard.is("incident.resolved", "valid.test")
    });
    let heard = receiver.heard();
    let attempts = heard.iter().filter(|heard| heard.id == firing.id).count();
    assert_eq!(
        attempts, 6,
        "each attempt has the identifier of the first: {heard:#?}"
    );
    assert_eq!(
        taken(&receiver, firing.data("incident")),
        [firing.id, resolved.id]
    );
}

#[test]
fn one_that_is_gone_is_disabled_and_another_endpoint_is_told() {
    let (gone, other) = (Receiver::start(), Receiver::start());
    let mut station = Station::new();
    let rest = endpoint("gone", &gone) + &endpoint("other", &other);
    station.configure(&["valid.test"], "for = \"0s\"", &rest);
    gone.usually(Some(Conduct::Status(410)));
    station.start();
    station.wait_for("dnssec_zones{group=\"default\",verdict=\"secure\"} 1");
    station.put_faults("valid.test stale-ds\n");
    let word = other.wait_for("the endpoint that is gone", LIMIT, |heard| {
        heard.data("code") == "notify-endpoint-failing"
    });
    assert_eq!(
        word.data("summary"),
        "endpoint gone: it answers 410 and is disabled"
    );
    station.wait_for("anchorwatch_notification_endpoint_disabled{endpoint=\"gone\"} 1");
    let count = gone.heard().len();
    station.put_faults("");
    other.wait_for("the end", LIMIT, |heard| {
        heard.is("incident.resolved", "valid.test")
    });
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(gone.heard().len(), count, "nothing more is sent to it");

    // It stays so over a restart, until somebody says that it is there again.
    station.kill();
    station.start();
    station.wait_for("anchorwatch_notification_endpoint_disabled{endpoint=\"gone\"} 1");
    assert_eq!(gone.heard().len(), count);
    gone.usually(None);
    let dead = station.said(&["notify", "dead", "--format", "json"]);
    assert!(dead.contains("\"endpoint\": \"gone\""), "{dead}");
    station.said(&["notify", "replay", "gone"]);
    let is_end = |heard: &super::receiver::Heard| {
        heard.is_taken && heard.is("incident.resolved", "valid.test")
    };
    gone.wait_for("the end", LIMIT, is_end);
    let is_over = |heard: &super::receiver::Heard| {
        heard.data("code") == "notify-endpoint-failing" && heard.data("status") == "resolved"
    };
    other.wait_for("that it is back", LIMIT, is_over);
}

#[test]
fn a_message_that_is_never_taken_is_dead_and_can_be_sent_again() {
    let receiver = Receiver::start();
    let mut station = Station::new();
    station.configure(
        &["stale-ds.test"],
        "retries = [\"1s\"]",
        &endpoint("ops", &receiver),
    );
    receiver.usually(Some(Conduct::Status(400)));
    station.start();
    station.wait_for("anchorwatch_outbox_dead_messages{endpoint=\"ops\"} 1");
    assert_eq!(receiver.heard().len(), 2);
    let dead = station.said(&["notify", "dead"]);
    assert!(
        dead.contains("stale-ds.test is bogus") && dead.contains("status 400"),
        "{dead}"
    );
    receiver.usually(None);
    assert_eq!(
        station.said(&["notify", "replay"]),
        "1 message is sent again\n"
    );
    receiver.wait_for("the message", LIMIT, |heard| {
        heard.is_taken && heard.is("incident.firing", "stale-ds.test")
    });
    station.wait_for("anchorwatch_outbox_dead_messages{endpoint=\"ops\"} 0");
}

#[test]
fn an_address_that_is_not_global_is_not_sent_to() {
    let receiver = Receiver::start();
    let station = Station::new();
    let hook = endpoint("ops", &receiver).replace("allow-private = true\n", "");
    station.configure(&["valid.test"], "", &hook);
    let refused = station.run(&["notify", "test", "ops"]);
    let said = String::from_utf8(refused.stdout).unwrap();
    assert!(
        said.contains("127.0.0.1 is a loopback address, which is not sent to"),
        "{said}"
    );
    let named = hook.replace("127.0.0.1", "localhost");
    station.configure(&["valid.test"], "", &named);
    let refused = station.run(&["notify", "test", "ops"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(receiver.heard().is_empty());
}

#[test]
fn a_secret_that_is_missing_or_malformed_is_refused_at_the_start_by_its_name() {
    let receiver = Receiver::start();
    let station = Station::new();
    let hook = endpoint("ops", &receiver);
    for (secret, problem) in [
        ("{ file = \"nowhere\" }", "nowhere): no such file"),
        ("{ env = \"ANCHORWATCH_NO_SECRET\" }", "no such variable"),
        ("{ file = \"plain\" }", "begins with whsec_"),
    ] {
        std::fs::write(station.folder().join("plain"), "hunter2").unwrap();
        station.configure(
            &["valid.test"],
            "",
            &hook.replace("{ file = \"secret\" }", secret),
        );
        let refused = station.run(&["serve", "--config", "anchorwatch.toml"]);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(64), "{said}");
        assert!(
            said.contains("notify ops: secret") && said.contains(problem),
            "{said}"
        );
        assert!(!said.contains("hunter2"), "{said}");
    }
}

/// A receiver that finds a body too long gets one without the list of zones.
#[test]
fn a_body_that_is_too_long_for_a_receiver_comes_again_shorter() {
    let receiver = Receiver::start();
    let mut station = Station::new();
    station.configure(&["stale-ds.test"], RETRIES, &endpoint("ops", &receiver));
    receiver.plan(&[Conduct::Status(413)]);
    station.start();
    let taken = receiver.wait_for("the message", LIMIT, |heard| heard.is_taken);
    let first = &receiver.heard()[0];
    assert_eq!((&first.id, first.zones().len()), (&taken.id, 1));
    assert!(taken.zones().is_empty());
    assert_eq!(taken.data("title"), first.data("title"));
}

/// A program is told, one that hangs is ended, and a template that fails on what is real has the one that
/// is built in in its place.
#[test]
fn a_program_is_told_and_a_template_that_fails_is_replaced() {
    let receiver = Receiver::start();
    let mut station = Station::new();
    let template = "{\"summary\": {{ notice.summary | tojson }}, \"n\": {{ 1 if \"stale-ds\" not in notice.title else notice.nothing }}}";
    std::fs::write(station.folder().join("template.json"), template).unwrap();
    let hook = endpoint("ops", &receiver) + "template = \"template.json\"\n";
    let script = "[[notify]]\nname = \"script\"\nformat = \"exec\"\ncommand = [\"tee\", \"told.json\"]\n\
                  [[notify]]\nname = \"stuck\"\nformat = \"exec\"\ncommand = [\"sleep\", \"60\"]\ntimeout = \"500ms\"\n";
    station.configure(&["stale-ds.test"], RETRIES, &(hook + script));
    station.start();
    let taken = receiver.wait_for("the message", LIMIT, |heard| heard.is_taken);
    assert!(taken.is("incident.firing", "stale-ds.test"), "{taken:#?}");
    station.wait_for("anchorwatch_notification_template_failures_total{endpoint=\"ops\"} 1");
    station.wait_for("anchorwatch_outbox_messages{endpoint=\"script\"} 0");
    station.wait_until("the program that hangs has failed", |page| {
        page.contains("anchorwatch_notification_failures_total{endpoint=\"stuck\"}")
            && !page.contains("anchorwatch_notification_failures_total{endpoint=\"stuck\"} 0")
    });
    let told = std::fs::read_to_string(station.folder().join("told.json")).unwrap();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        (&told["id"], &told["type"]),
        (&taken.id.into(), &"incident.firing".into())
    );
    let pending = station.said(&["notify", "pending"]);
    assert!(
        pending.contains("stuck") && pending.contains("it was ended"),
        "{pending}"
    );
}
