//! `ds`: against the tools people use today, and over the lab.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::golden;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

/// A directory below the one for temporary files of this test, emptied first.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn run(program: &str, arguments: &[&str], at: &Path) -> Output {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(at)
        .output();
    output.unwrap_or_else(|error| panic!("{program}: {error}; tests/run installs it"))
}

fn stdout(program: &str, arguments: &[&str], at: &Path) -> String {
    let output = run(program, arguments, at);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// A key of BIND's, the name of its file without the end; `None` where this BIND no longer makes such keys.
fn key(at: &Path, algorithm: &str, more: &[&str]) -> Option<String> {
    let arguments = [&["-q", "-a", algorithm], more].concat();
    let output = run("dnssec-keygen", &arguments, at);
    let name = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    output.status.success().then_some(name)
}

#[test]
fn ds_from_key_files_are_those_of_bind_and_ldns_for_every_algorithm() {
    let at = folder("ds-keys");
    let mut made = 0;
    for algorithm in ["5", "7", "8", "10", "13", "14", "15", "16"] {
        let is_rsa = algorithm.parse::<u8>().unwrap() < 13;
        let size: &[&str] = if is_rsa { &["-b", "2048"] } else { &[] };
        for more in [
            &["-f", "KSK", "example.com"][..],
            &["-L", "300", "Sub.Example.NET"],
        ] {
            let Some(name) = key(&at, algorithm, &[size, more].concat()) else {
                continue;
            };
            made += 1;
            let file = format!("{name}.key");
            for (number, digest) in [("-2", "SHA-256"), ("-a4", "SHA-384")] {
                let ours = stdout(PROGRAM, &["ds", "--from", &file, "--digest", digest], &at);
                let flags = match number {
                    "-2" => vec!["-2", &*file],
                    _ => vec!["-a", "SHA-384", &*file],
                };
                assert_eq!(ours, stdout("dnssec-dsfromkey", &flags, &at), "{file}");
                let flag = if number == "-2" { "-2" } else { "-4" };
                let theirs = stdout("ldns-key2ds", &["-f", "-n", flag, &file], &at);
                assert_eq!(of_ldns(&theirs), ours.to_lowercase(), "{file}");
            }
        }
    }
    assert!(made >= 12, "{made} keys");
}

/// A line of ldns in the form of BIND, in lower case: without the TTL, blanks for tabs.
fn of_ldns(line: &str) -> String {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let kept = fields.iter().enumerate().filter(|(index, _)| *index != 1);
    let kept: Vec<&str> = kept.map(|(_, field)| *field).collect();
    kept.join(" ").to_lowercase() + "\n"
}

#[test]
fn ds_from_a_zone_file_are_those_of_bind() {
    let at = folder("ds-zone");
    let mut zone = "$TTL 3600\n@ SOA ns hostmaster 1 7200 900 604800 900\n NS ns\nns A 192.0.2.1\n\
                    srv SRV 0 0 53 ns\n"
        .to_owned();
    for (algorithm, flag) in [
        ("13", Some("KSK")),
        ("13", None),
        ("15", Some("KSK")),
        ("14", None),
    ] {
        let more: Vec<&str> = flag.into_iter().flat_map(|flag| ["-f", flag]).collect();
        let name = key(&at, algorithm, &[&more[..], &["example.com"]].concat()).unwrap();
        zone += &fs::read_to_string(at.join(format!("{name}.key"))).unwrap();
    }
    fs::write(at.join("zone"), zone).unwrap();
    let theirs = stdout(
        "dnssec-dsfromkey",
        &["-2", "-f", "zone", "example.com"],
        &at,
    );
    assert_eq!(
        stdout(PROGRAM, &["ds", "--from", "zone", "example.com"], &at),
        theirs
    );
    assert_eq!(theirs.lines().count(), 2);
    stdout(
        "dnssec-signzone",
        &["-S", "-P", "-o", "example.com", "-f", "signed", "zone"],
        &at,
    );
    assert_eq!(
        stdout(PROGRAM, &["ds", "--from", "signed", "example.com"], &at),
        theirs
    );
}

#[test]
fn what_the_lab_shows_is_what_it_was() {
    for (case, code) in [
        ("stale-ds", 2),
        ("standby-ds", 1),
        ("double-ds", 1),
        ("cds-mismatch", 1),
        ("cds-delete", 1),
        ("ds-unsigned", 2),
        ("no-ds", 1),
        ("valid", 0),
    ] {
        let name = format!("{case}.test");
        let output = run(PROGRAM, &["ds", &name, "--lab"], Path::new("."));
        let text = String::from_utf8(output.stdout).unwrap();
        golden::is_as_before(&format!("ds/{case}.txt"), &relative(&text));
        assert_eq!(output.status.code(), Some(code), "{case}: {text}");
    }
}

/// Each instant as its distance from the first, which is that of the look.
fn relative(text: &str) -> String {
    let mut first = None;
    let mut out = String::new();
    for line in text.lines() {
        let words = line.split(' ').map(|word| match seconds(word) {
            Some(at) => format!("T+{}s", at - *first.get_or_insert(at)),
            None => word.to_owned(),
        });
        out += &words.collect::<Vec<_>>().join(" ");
        out.push('\n');
    }
    out
}

fn seconds(word: &str) -> Option<i64> {
    let instant: anchorwatch::dns::Timestamp = word.parse().ok()?;
    Some(instant.0)
}

#[test]
fn other_forms_and_a_replay_say_the_same() {
    let at = folder("ds-replay");
    let text = run(
        PROGRAM,
        &["ds", "cds-mismatch.test", "--lab", "--save", "e.aw"],
        &at,
    );
    let again = run(PROGRAM, &["ds", "--replay", "e.aw"], &at);
    assert_eq!(text.stdout, again.stdout);
    let json = run(
        PROGRAM,
        &["ds", "--replay", "e.aw", "--format", "json"],
        &at,
    );
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["schema"], "anchorwatch.ds/1");
    assert_eq!(json["state"], "to-do");
    let lines = run(PROGRAM, &["ds", "--replay", "e.aw", "--format", "ds"], &at);
    let wanted = json["wanted"][0].as_str().unwrap();
    assert_eq!(
        String::from_utf8(lines.stdout).unwrap(),
        format!("{wanted}\n")
    );
}

#[test]
fn what_cannot_be_used_is_said_in_one_line() {
    let at = folder("ds-usage");
    fs::write(at.join("empty"), "a. A 192.0.2.1\n").unwrap();
    for (arguments, part) in [
        (&["ds"][..], "NAME"),
        (&["ds", "--from", "missing"], "no such file"),
        (&["ds", "--from", "empty"], "no DNSKEY record"),
        (&["ds", "--from", "empty", "--lab"], "cannot go together"),
        (&["ds", "a.test", "--digest", "SHA-1", "--lab"], "SHA-256"),
        (&["ds", "www.valid.test", "--lab"], "valid.test."),
    ] {
        let output = run(PROGRAM, arguments, &at);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(64), "{arguments:?}: {error}");
        assert!(
            error.contains(part) && error.lines().count() == 1,
            "{arguments:?}: {error}"
        );
    }
}
