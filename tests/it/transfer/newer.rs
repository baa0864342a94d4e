//! `zone --axfr --ixfr-from`: differences from real servers, put on the version at hand.

use std::process::{Command, Output};

use super::site::{OPEN, Site, write_zone};
use crate::real::support::server::Kind;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
const NAMES: usize = 300;

/// What is said of the zone that `site` has, with what an older version is in `file`.
fn newer(site: &Site, file: &str) -> Output {
    let server = site.address.to_string();
    let mut command = Command::new(PROGRAM);
    let words = ["--ixfr-from", file, "--format", "json"];
    command.args(["zone", "--axfr", &server, OPEN]).args(words);
    command.current_dir(&site.folder).output().unwrap()
}

fn told(output: &Output) -> (serde_json::Value, u64, Vec<String>) {
    // The zone is not signed, which is a verdict.
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let files = json["files"].as_array().unwrap();
    let files = files.iter().map(|file| file.as_str().unwrap().to_owned());
    let records = json["counts"]["records"].as_u64().unwrap();
    (json["serial"].clone(), records, files.collect())
}

fn puts_differences_on_a_file(kind: Kind, has_differences: bool) {
    let site = Site::start(kind, NAMES);
    let path = |file: &str| site.folder.join(file);
    std::fs::copy(path("zone"), path("older")).unwrap();
    // Nothing newer.
    let (serial, records, files) = told(&newer(&site, "older"));
    assert_eq!((serial, records), (1.into(), NAMES as u64 + 3));
    assert_eq!(files, ["older"]);
    // Another serial, and ten names less.
    write_zone(&site.folder, 2, NAMES - 10);
    std::fs::copy(path("zone"), path("zone.open")).unwrap();
    site.reload(OPEN, 2);
    let from = format!("{OPEN} from {}", site.address);
    let (serial, records, files) = told(&newer(&site, "older"));
    assert_eq!((serial, records), (2.into(), NAMES as u64 - 7), "{kind:?}");
    let expected = match has_differences {
        true => vec!["older".to_owned(), from.clone()],
        false => vec![from.clone()],
    };
    assert_eq!(files, expected, "{kind:?}");
    if !has_differences {
        return;
    }
    let text = std::fs::read_to_string(path("older")).unwrap();
    // Of a version that it never had, the server sends the zone as a whole.
    std::fs::write(path("strange"), text.replace(" 1 3600", " 4294967000 3600")).unwrap();
    let (serial, records, files) = told(&newer(&site, "strange"));
    assert_eq!((serial, records), (2.into(), NAMES as u64 - 7), "{kind:?}");
    assert_eq!(files, [from]);
    // The same serial, and not the same version.
    let last = format!("n{} TXT", NAMES - 1);
    let lines = text.lines().filter(|line| !line.starts_with(&last));
    let lacking: String = lines.map(|line| format!("{line}\n")).collect();
    std::fs::write(path("lacking"), lacking).unwrap();
    let output = newer(&site, "lacking");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(said.contains("is to be removed and is not there"), "{said}");
    // What the server has is older than the file.
    std::fs::write(path("ahead"), text.replace(" 1 3600", " 9 3600")).unwrap();
    let output = newer(&site, "ahead");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(said.contains("has serial 2, older than 9"), "{said}");
}

#[test]
fn differences_of_named() {
    puts_differences_on_a_file(Kind::Named, true);
}

#[test]
fn differences_of_knot() {
    puts_differences_on_a_file(Kind::Knot, true);
}

/// NSD has none of a zone that it reads out of a file.
#[test]
fn the_zone_as_a_whole_from_nsd() {
    puts_differences_on_a_file(Kind::Nsd, false);
}
