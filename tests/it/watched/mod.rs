//! `serve --lab` as Prometheus, Alertmanager and Grafana see it: real ones, on loopback, with directories
//! of their own.

mod commands;
mod configured;
mod dashboards;
mod end_to_end;
pub mod support;

use crate::real::support::scratch::Scratch;
use support::Daemon;
pub use support::{Alertmanager, Receiver, free_port, get};

/// The text of a file of the package.
fn file(path: &str) -> String {
    std::fs::read_to_string(crate::alerts::root().join(path)).unwrap()
}

#[test]
fn promtool_finds_nothing_wrong_with_the_metrics() {
    let scratch = Scratch::new();
    let daemon = Daemon::start(scratch.path());
    let page = daemon.metrics();
    std::fs::write(scratch.path().join("metrics"), &page).unwrap();
    let script = ["-c", "promtool check metrics <metrics 2>&1"];
    let said = crate::real::support::process::run(scratch.path(), "sh", &script);
    assert_eq!(said.trim(), "");
    assert!(page.contains("dnssec_zone_chain_bogus{zone=\"stale-ds.test\"} 1"));
}
