//! `zone --axfr`: what a transfer is worth, and that none without an end is.

use std::process::{Command, Output};

use super::bent::{Bend, between};
use super::site::{CLOSED, KEYS, Site};
use crate::real::support::server::Kind;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

fn zone(site: &Site, words: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.arg("zone").args(words).current_dir(&site.folder);
    command.output().expect("our program can be run")
}

#[test]
fn a_transfer_is_judged_as_its_file_and_only_when_it_ended() {
    let site = Site::start(Kind::Named, 3_000);
    let [algorithm, name, secret] = KEYS[0];
    let write = |file: &str, text: String| std::fs::write(site.folder.join(file), text).unwrap();
    write("key", format!("{algorithm}:{name}:{secret}\n"));
    write("wrong", format!("{algorithm}:{name}:d3Jvbmc=\n"));
    let counts = |output: &Output| {
        let json: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {output:?}"));
        json["counts"].clone()
    };
    // The zone is not signed, which is a verdict.
    let file = zone(&site, &["zone", "--origin", CLOSED, "--format", "json"]);
    assert_eq!(file.status.code(), Some(2), "{file:?}");
    let plain = site.address.to_string();
    let over_tls = format!("tls://{}", site.secured);
    let key = ["--tsig-file", "key", "--format", "json"];
    let from =
        |server: &str, more: &[&str]| zone(&site, &[&["--axfr", server, CLOSED], more].concat());
    let ca = [&key[..], &["--tls-ca", "ca.pem"]].concat();
    for whole in [from(&plain, &key), from(&over_tls, &ca)] {
        assert_eq!(whole.status.code(), Some(2), "{whole:?}");
        assert_eq!(counts(&whole), counts(&file));
    }
    let no_verdict = |output: Output, expected: &str| {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{expected}: {said}");
        assert!(
            output.stdout.is_empty() && said.contains(expected),
            "{said}"
        );
    };
    no_verdict(from(&plain, &["--tsig-file", "wrong"]), "BADSIG");
    no_verdict(from(&plain, &[]), "REFUSED");
    no_verdict(from(&over_tls, &key), "certificate");
    for (bend, expected) in [
        (Bend::LastMac, "BADSIG"),
        (Bend::CutWithin, "the connection ended before the zone"),
    ] {
        let server = between(site.address, bend).to_string();
        no_verdict(from(&server, &key), expected);
    }
    let server = between(site.address, Bend::Stall).to_string();
    let stalled = [&key[..], &["--timeout", "5s"]].concat();
    no_verdict(from(&server, &stalled), "not finished within 5 s");
}
