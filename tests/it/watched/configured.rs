//! `serve --config` over a lab in a process of its own: groups, a list of zones that grows, a resolver with
//! its control names, and a reload that is refused and one that is taken.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::support::{PATIENCE, free_port, get};
use crate::real::support::lab::Lab;
use crate::real::support::process::{Process, run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

fn settings(lab: &Lab, at: SocketAddr, interval: &str) -> String {
    let (hints, anchor) = (lab.file("root.hints"), lab.file("trust-anchor"));
    format!(
        "version = 1\n\
         [watch]\n{interval} = \"10s\"\nleast = \"2s\"\nretry = \"1s\"\nglance = \"2s\"\nstart = \"1s\"\n\
         [trust]\nroot-hints = {hints:?}\ntrust-anchor = {anchor:?}\nport = {port}\n\
         [[resolvers]]\nname = \"good\"\naddress = \"127.53.255.1:{port}\"\n\
         known-good = \"valid.test\"\nknown-bad = \"stale-ds.test\"\n\
         [groups.shops]\nexpect = \"secure\"\n\
         [[zones]]\nname = \"valid.test\"\ngroup = \"shops\"\n\
         [[zones]]\nname = \"no-ds.test\"\ngroup = \"shops\"\n\
         [[sources]]\nfile = \"zones.txt\"\nrefresh = \"1s\"\n\
         [web]\nlisten = [\"{at}\"]\n",
        port = lab.port,
    )
}

/// Waits until the page of metrics has a line.
fn wait_for(process: &mut Process, at: SocketAddr, line: &str) {
    process.wait_until(line, PATIENCE, || {
        get(at, "/metrics").is_some_and(|page| page.lines().any(|had| had == line))
    });
}

/// What the daemon says to a wish to read its file again.
fn reload(at: SocketAddr) -> String {
    let mut stream = TcpStream::connect(at).unwrap();
    let head =
        "POST /-/reload HTTP/1.1\r\nHost: watch\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[test]
fn a_configured_watch_follows_its_lists_and_its_file() {
    let lab = Lab::start(PROGRAM);
    let folder = lab.folder("watch");
    let at = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("anchorwatch.toml", &settings(&lab, at, "interval"));
    write("zones.txt", "stale-ds.test\n");
    let words = [
        "serve",
        "--config",
        "anchorwatch.toml",
        "--state-dir",
        "state",
    ];
    let mut watch = Process::start(&folder, PROGRAM, &words);
    for line in [
        "dnssec_zones{group=\"shops\",verdict=\"secure\"} 1",
        "dnssec_zones{group=\"shops\",verdict=\"insecure\"} 1",
        "dnssec_zones{group=\"default\",verdict=\"bogus\"} 1",
        "dnssec_zone_finding{zone=\"no-ds.test\",code=\"chain-insecure-unexpected\",severity=\"error\"} 1",
        "dnssec_resolver_validates{resolver=\"good\"} 1",
        "dnssec_resolver_ad{zone=\"valid.test\",resolver=\"good\"} 1",
    ] {
        wait_for(&mut watch, at, line);
    }
    write("zones.txt", "stale-ds.test\ned25519.test\n");
    wait_for(&mut watch, at, "anchorwatch_zones 4");
    write("anchorwatch.toml", &settings(&lab, at, "intervall"));
    let refused = reload(at);
    assert!(refused.contains("unknown key intervall"), "{refused}");
    wait_for(
        &mut watch,
        at,
        "anchorwatch_config_last_reload_successful 0",
    );
    wait_for(&mut watch, at, "anchorwatch_zones 4");
    write("anchorwatch.toml", &settings(&lab, at, "interval"));
    assert_eq!(reload(at), "the configuration is in force\n");
    let events = ["events", "no-ds.test", "--state-dir", "state"];
    let events = run(&folder, PROGRAM, &events);
    assert!(
        events.contains("has to be secure by configuration"),
        "{events}"
    );
}

/// What only a thorough look at `valid.test` finds: its names can be listed.
const FOUND: &str =
    "dnssec_zone_finding{zone=\"valid.test\",code=\"nsec-zone-enumerable\",severity=\"notice\"} 1";

fn has(page: &str, line: &str) -> bool {
    page.lines().any(|had| had == line)
}

fn audits(page: &str) -> u64 {
    let mut lines = page.lines();
    let count = lines.find_map(|line| line.strip_prefix("anchorwatch_audits_total "));
    count.expect("it is counted").parse().expect("a number")
}

#[test]
fn what_a_thorough_look_finds_is_told_until_the_next_one() {
    let lab = Lab::start(PROGRAM);
    let folder = lab.folder("thorough");
    let at = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let (hints, anchor) = (lab.file("root.hints"), lab.file("trust-anchor"));
    let write = |thorough: &str| {
        let text = format!(
            "version = 1\n\
             [watch]\ninterval = \"2s\"\nleast = \"1s\"\nretry = \"1s\"\nglance = \"0s\"\nstart = \"0s\"\n\
             thorough = \"{thorough}\"\n\
             [trust]\nroot-hints = {hints:?}\ntrust-anchor = {anchor:?}\nport = {port}\n\
             [[zones]]\nname = \"valid.test\"\n\
             [web]\nlisten = [\"{at}\"]\n",
            port = lab.port,
        );
        std::fs::write(folder.join("anchorwatch.toml"), text).unwrap();
    };
    write("1h");
    let words = [
        "serve",
        "--config",
        "anchorwatch.toml",
        "--state-dir",
        "state",
    ];
    let mut watch = Process::start(&folder, PROGRAM, &words);
    wait_for(&mut watch, at, FOUND);
    let first = audits(&get(at, "/metrics").unwrap());
    watch.wait_until("three ordinary looks", PATIENCE, || {
        let page = get(at, "/metrics").unwrap();
        assert!(has(&page, FOUND), "{page}");
        assert!(has(
            &page,
            "dnssec_zone_findings{zone=\"valid.test\",severity=\"notice\"} 1"
        ));
        audits(&page) >= first + 3
    });
    let events = ["events", "valid.test", "--state-dir", "state"];
    let told = || {
        run(&folder, PROGRAM, &events)
            .matches("nsec-zone-enumerable")
            .count()
    };
    assert_eq!(told(), 0, "it was there at the first look and stays");
    write("0s");
    assert_eq!(reload(at), "the configuration is in force\n");
    watch.wait_until("it is forgotten", PATIENCE, || {
        !has(&get(at, "/metrics").unwrap(), FOUND)
    });
    assert_eq!(told(), 1, "it ended");
}

const POLICY: &str = "version = 1\n[[rules]]\nzones = [\"no-ds.test\"]\nmust-be-secure = true\n";

#[test]
fn a_policy_file_is_in_force_and_one_that_cannot_be_read_changes_nothing() {
    const UNEXPECTED: &str =
        "dnssec_zone_finding{zone=\"no-ds.test\",code=\"chain-insecure-unexpected\",severity=";
    let lab = Lab::start(PROGRAM);
    let folder = lab.folder("watch");
    let at = SocketAddr::from(([127, 0, 0, 1], free_port()));
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    let plain = settings(&lab, at, "interval").replace("group = \"shops\"\n", "");
    write("anchorwatch.toml", &plain);
    write("zones.txt", "stale-ds.test\n");
    write("policy.toml", POLICY);
    let words = [
        "serve",
        "--config",
        "anchorwatch.toml",
        "--policy",
        "policy.toml",
        "--state-dir",
        "state",
    ];
    let mut watch = Process::start(&folder, PROGRAM, &words);
    let error = format!("{UNEXPECTED}\"error\"}} 1");
    wait_for(&mut watch, at, &error);
    // A configuration with one zone more, beside a policy with a mistake: neither is taken.
    write(
        "anchorwatch.toml",
        &format!("{plain}[[zones]]\nname = \"ed25519.test\"\n"),
    );
    write(
        "policy.toml",
        &POLICY.replace("must-be-secure", "must-be-secured"),
    );
    let refused = reload(at);
    for told in [
        "policy.toml",
        ":4:",
        "unknown key must-be-secured",
        "must-be-secure",
    ] {
        assert!(refused.contains(told), "{told}: {refused}");
    }
    wait_for(
        &mut watch,
        at,
        "anchorwatch_config_last_reload_successful 0",
    );
    wait_for(&mut watch, at, "anchorwatch_zones 3");
    wait_for(&mut watch, at, &error);
    // Then both are.
    let weights = "severities = { chain-insecure-unexpected = \"warning\" }\n";
    write("policy.toml", &format!("{POLICY}{weights}"));
    assert_eq!(reload(at), "the configuration is in force\n");
    wait_for(&mut watch, at, "anchorwatch_zones 4");
    wait_for(&mut watch, at, &format!("{UNEXPECTED}\"warning\"}} 1"));
}

#[test]
fn a_daemon_does_not_start_with_a_policy_that_has_a_mistake() {
    let lab = Lab::start(PROGRAM);
    let folder = lab.folder("watch");
    let at = SocketAddr::from(([127, 0, 0, 1], free_port()));
    std::fs::write(
        folder.join("anchorwatch.toml"),
        settings(&lab, at, "interval"),
    )
    .unwrap();
    std::fs::write(folder.join("zones.txt"), "").unwrap();
    let mistake = POLICY.replace(
        "no-ds.test\"]",
        "no-ds.test\"]\nseverities = { zone-unsignd = \"error\" }",
    );
    std::fs::write(folder.join("policy.toml"), mistake).unwrap();
    let output = std::process::Command::new(PROGRAM)
        .args([
            "serve",
            "--config",
            "anchorwatch.toml",
            "--policy",
            "policy.toml",
            "--state-dir",
            "state",
        ])
        .current_dir(&folder)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(64), "{errors}");
    assert!(
        errors.contains("policy.toml:4:") && errors.contains("zone-unsigned"),
        "{errors}"
    );
}
