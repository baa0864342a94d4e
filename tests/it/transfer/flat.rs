//! The memory of a transfer does not grow with the zone.

use std::net::SocketAddr;
use std::process::Command;

use super::site::{CLOSED, KEYS, Site};
use super::{carry, carry_at, errand, key, now};
use crate::real::support::server::Kind;

const SERVER: &str = "ANCHORWATCH_TEST_TRANSFER_FROM";
const NAMES: usize = 100_000;
/// What more of memory, in KiB, the rest of a transfer of 12 MB may take after its first record.
const GROWTH: u64 = 1 << 10;

/// The greatest memory this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let words = line.unwrap().split_whitespace().nth(1);
    words.unwrap().parse().unwrap()
}

#[test]
fn a_hundred_thousand_records_take_no_more_memory_than_a_few() {
    let site = Site::start(Kind::Nsd, NAMES);
    // In a process of its own: others share this one.
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program)
        .args([
            "--exact",
            "transfer::flat::child",
            "--ignored",
            "--nocapture",
        ])
        .env(SERVER, site.address.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("whole"),
        "{output:?}"
    );
}

#[test]
#[ignore = "the other test runs it in a process of its own"]
fn child() {
    let Ok(server) = std::env::var(SERVER) else {
        return;
    };
    let server: SocketAddr = server.parse().unwrap();
    let [algorithm, name, secret] = KEYS[0];
    let mut errand = errand(CLOSED, server);
    errand.key = Some(key(&format!("{algorithm}:{name}:{secret}")));
    let first = carry_at(&errand, now, |_, _| Err("enough".to_owned()));
    assert!(first.is_err());
    let before = peak();
    let (_, counts) = carry(&errand).unwrap();
    let growth = peak() - before;
    println!("whole: {counts:?}, {growth} KiB more");
    assert_eq!(counts.records, NAMES as u64 + 4);
    assert!(counts.octets > 10 << 20, "{counts:?}");
    assert!(growth < GROWTH, "{growth} KiB more");
}
