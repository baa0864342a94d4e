//! What a message needs besides its receiver: room on the disk, and a name that means who was meant. Each
//! test has a network and mounts of its own.

use std::process::Command;
use std::time::Duration;

use super::receiver::Receiver;
use super::station::{LIMIT, Station, endpoint};
use crate::real::support::isolation;

const SECURE: &str = "dnssec_zones{group=\"default\",verdict=\"secure\"} 1";

fn run(program: &str, words: &[&str]) {
    let output = Command::new(program).args(words).output().unwrap();
    assert!(output.status.success(), "{program} {words:?}: {output:?}");
}

#[test]
fn a_fault_that_falls_on_a_full_disk_is_told_when_there_is_room() {
    isolation::alone(
        "notify::room::a_fault_that_falls_on_a_full_disk_is_told_when_there_is_room",
        || {
            let receiver = Receiver::start();
            let mut station = Station::new();
            let state = station.folder().join("state");
            std::fs::create_dir_all(&state).unwrap();
            run(
                "mount",
                &[
                    "-t",
                    "tmpfs",
                    "-o",
                    "size=4m,mode=700",
                    "none",
                    state.to_str().unwrap(),
                ],
            );
            station.configure(&["valid.test"], "", &endpoint("ops", &receiver));
            station.start();
            station.wait_for(SECURE);
            let filler = state.join("filler");
            let full = Command::new("dd")
                .args(["if=/dev/zero", "bs=4k"])
                .arg(format!("of={}", filler.display()))
                .output();
            assert!(!full.unwrap().status.success(), "the disk is full");
            station.put_faults("valid.test stale-ds\n");
            station.wait_until("the store has refused something", |page| {
                let failures = page
                    .lines()
                    .find_map(|line| line.strip_prefix("anchorwatch_outbox_store_failures_total "));
                failures.is_some_and(|count| count != "0")
            });
            assert!(
                station.log().contains("no room left on the disk"),
                "{}",
                station.log()
            );
            assert!(
                receiver.heard().is_empty(),
                "nothing is sent that is not kept"
            );
            std::fs::remove_file(filler).unwrap();
            receiver.wait_for("the fault", LIMIT, |heard| {
                heard.is("incident.firing", "valid.test")
            });
            station.put_faults("");
            receiver.wait_for("the end", LIMIT, |heard| {
                heard.is("incident.resolved", "valid.test")
            });
            station.kill();
            run("umount", &[state.to_str().unwrap()]);
        },
    );
}

/// A global address, which nobody but this machine has in a network of its own.
const GLOBAL: &str = "11.22.33.44";

#[test]
fn a_name_that_becomes_private_after_the_first_message_is_not_sent_to() {
    isolation::alone(
        "notify::room::a_name_that_becomes_private_after_the_first_message_is_not_sent_to",
        || {
            run("ip", &["address", "add", GLOBAL, "dev", "lo"]);
            let meant = Receiver::start_at(GLOBAL.parse().unwrap(), 0);
            let within = Receiver::start_at([127, 0, 0, 1].into(), meant.at.port());
            let mut station = Station::new();
            let hosts = station.folder().join("hosts");
            let name = |address: &str| {
                std::fs::write(&hosts, format!("{address} hook.example\n")).unwrap()
            };
            name(GLOBAL);
            run("mount", &["--bind", hosts.to_str().unwrap(), "/etc/hosts"]);
            let hook = endpoint("ops", &meant)
                .replace(GLOBAL, "hook.example")
                .replace("allow-private = true\n", "");
            station.configure(
                &["valid.test"],
                "retries = [\"1s\", \"1s\", \"1s\", \"60s\"]",
                &hook,
            );
            station.start();
            station.wait_for(SECURE);
            station.put_faults("valid.test stale-ds\n");
            meant.wait_for("the fault", LIMIT, |heard| {
                heard.is("incident.firing", "valid.test")
            });
            name("127.0.0.1");
            // Until then the address that was checked is used, whatever the name says.
            std::thread::sleep(Duration::from_secs(11));
            station.put_faults("");
            station.wait_until("the message about the end has failed", |page| {
                let line = "anchorwatch_notification_failures_total{endpoint=\"ops\"} ";
                page.lines()
                    .any(|had| had.strip_prefix(line).is_some_and(|count| count != "0"))
            });
            let pending = station.said(&["notify", "pending"]);
            assert!(
                pending.contains("127.0.0.1 is a loopback address"),
                "{pending}"
            );
            name(GLOBAL);
            meant.wait_for("the end", LIMIT, |heard| {
                heard.is("incident.resolved", "valid.test")
            });
            assert!(within.heard().is_empty(), "{:?}", within.heard());
            station.kill();
            run("umount", &["/etc/hosts"]);
        },
    );
}
