//! `zone --live`, `--live-ds`: a file beside the servers of a real hierarchy.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::signed::{Scratch, UNSIGNED};
use crate::real::support::fault::Fault;
use crate::real::support::hierarchy::Hierarchy;
use crate::real::support::server::Kind;
use crate::real::support::zone::{Denial, Plan, Signer};

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

fn zone(hierarchy: &Hierarchy, file: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.arg("zone").arg(file).args(words);
    command.args(["--allow-private", "--format", "json", "--port"]);
    command.arg(hierarchy.network.port.to_string());
    command.arg("--root-hints").arg(hierarchy.hints());
    command.arg("--trust-anchor").arg(hierarchy.trust_anchor());
    command.output().unwrap()
}

/// The codes above a notice, and the exit code.
fn told(output: &Output) -> (Vec<String>, Option<i32>, serde_json::Value) {
    let json = super::against::report(output);
    let faults = json["faults"].as_array().unwrap().iter();
    let heavy = faults.filter(|fault| fault["severity"] != "notice");
    let codes = heavy.map(|fault| fault["code"].as_str().unwrap().to_owned());
    (codes.collect(), output.status.code(), json["live"].clone())
}

#[test]
fn what_is_served_and_delegated_is_what_is_in_the_file() {
    let plans = [
        Plan::good(
            "good.example.",
            Signer::Bind,
            Denial::Nsec,
            &[Kind::Named, Kind::Knot],
        ),
        Plan::good("stale.example.", Signer::Bind, Denial::Nsec, &[Kind::Named])
            .with_fault(Fault::DsOfOtherKey),
        Plan::unsigned("plain.example.", &[Kind::Knot]),
    ];
    let hierarchy = Hierarchy::new(&plans);
    let file = |name: &str| -> PathBuf { hierarchy.folder("zones").join(name) };
    let good = file("good.example.good");
    let output = zone(&hierarchy, &good, &["--live"]);
    let (codes, exit, live) = told(&output);
    assert_eq!((codes.len(), exit), (0, Some(0)), "{output:?}");
    assert_eq!(live["ds"].as_array().unwrap().len(), 1);
    assert_eq!(live["servers"].as_array().unwrap().len(), 2);
    // Another serial than is served: its signature is wrong too, and what is live differs at both.
    let text = std::fs::read_to_string(&good).unwrap();
    let ahead = file("ahead");
    std::fs::write(&ahead, text.replace(" 1 3600 600", " 2 3600 600")).unwrap();
    let output = zone(&hierarchy, &ahead, &["--live"]);
    let (codes, exit, _) = told(&output);
    assert!(
        codes.contains(&"zone-live-differs-from-file".to_owned()),
        "{output:?}"
    );
    assert_eq!(exit, Some(2));
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.matches("has serial 1, not 2").count(), 2, "{said}");
    // Before it is published, the DS alone is asked for.
    let (codes, _, live) = told(&zone(&hierarchy, &ahead, &["--live-ds"]));
    assert!(!codes.contains(&"zone-live-differs-from-file".to_owned()));
    assert_eq!(live["servers"], serde_json::json!([]));
    let stale = zone(&hierarchy, &file("stale.example.good"), &["--live-ds"]);
    let (codes, exit, _) = told(&stale);
    assert!(
        codes.contains(&"ds-no-secure-entry-point".to_owned()),
        "{stale:?}"
    );
    assert_eq!(exit, Some(2));
    let (_, _, live) = told(&zone(
        &hierarchy,
        &file("plain.example.unsigned"),
        &["--live-ds"],
    ));
    assert_eq!(live["ds"], serde_json::json!([]));
    replaced(&hierarchy, &good);
}

/// A version signed by keys that no DS leads to.
fn replaced(hierarchy: &Hierarchy, good: &Path) {
    let scratch = Scratch::new();
    let text = std::fs::read_to_string(good).unwrap();
    let own = |line: &&str| {
        !["RRSIG", "NSEC", "DNSKEY"]
            .iter()
            .any(|rtype| line.contains(rtype))
            && !line.starts_with(';')
    };
    let plain: String = text
        .lines()
        .filter(own)
        .map(|line| format!("{line}\n"))
        .collect();
    let plain = plain.replace(" 1 3600 600", " 2 3600 600");
    std::fs::write(scratch.0.join("plain"), plain).unwrap();
    let run = |program: &str, words: &[&str]| {
        let mut command = Command::new(program);
        let output = command
            .args(words)
            .current_dir(&scratch.0)
            .output()
            .unwrap();
        assert!(output.status.success(), "{program} {words:?}: {output:?}");
    };
    for more in [&[][..], &["-f", "KSK"]] {
        let words = [&["-q", "-a", "ECDSAP256SHA256"], more, &["good.example."]].concat();
        run("dnssec-keygen", &words);
    }
    let words = [
        "-S",
        "-P",
        "-o",
        "good.example.",
        "-O",
        "full",
        "-f",
        "new",
        "plain",
    ];
    run("dnssec-signzone", &words);
    let new = scratch.0.join("new");
    let against = ["--against", new.to_str().unwrap(), "--live-ds"];
    let output = zone(hierarchy, good, &against);
    let (codes, exit, _) = told(&output);
    for code in ["dnskey-set-replaced", "rollover-key-removed-too-early"] {
        assert!(codes.contains(&code.to_owned()), "{code}: {output:?}");
    }
    assert_eq!(exit, Some(2));
}

#[test]
fn without_an_answer_there_is_no_verdict() {
    let scratch = Scratch::new();
    let file = scratch.0.join("zone");
    std::fs::write(&file, UNSIGNED).unwrap();
    let hints = scratch.0.join("hints");
    std::fs::write(&hints, ". 60 NS a.\na. 60 A 127.0.0.1\n").unwrap();
    let port = crate::watched::support::free_port().to_string();
    let mut command = Command::new(PROGRAM);
    command
        .arg("zone")
        .arg(&file)
        .args(["--live", "--allow-private", "--port", &port]);
    let output = command.arg("--root-hints").arg(&hints).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
}
