//! `audit --with-…`, `--without-…` and `--fix` as a user meets them: exit codes, documents, and what is said
//! of input that cannot be used.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::real::support::lab::Lab;
use crate::real::support::process::{self, Process};
use crate::real::support::scratch::Scratch;
use crate::real::support::{server, wire};
use crate::schema::faults;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

/// The folder of the README's files.
const CHANGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/change");

fn run(scratch: &Scratch, words: &[&str]) -> Output {
    let output = Command::new(PROGRAM)
        .args(words)
        .current_dir(scratch.path())
        .stdin(Stdio::null())
        .output();
    output.expect("our program can be run")
}

fn json(scratch: &Scratch, words: &[&str]) -> Value {
    let output = run(scratch, &[words, &["--lab", "--format", "json"]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{errors}"))
}

#[test]
fn a_change_has_the_exit_code_of_its_outcome_and_fits_the_schema() {
    let scratch = Scratch::new();
    let [ds, key, ns] = ["new.ds", "new.key", "new.ns"].map(|file| format!("{CHANGE}/{file}"));
    let schema = run(&scratch, &["schema", "report"]).stdout;
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let cases: [(&[&str], &str, i32); 5] = [
        (&["--with-ds", &ds], "secure", 1),
        (&["--with-key", &key], "secure", 0),
        (&["--with-ds", &ds, "--without-ds", "53591"], "bogus", 2),
        (&["--without-ds", "53591"], "insecure", 1),
        (&["--with-ns", &ns], "indeterminate", 3),
    ];
    for (words, then, code) in cases {
        let words = [&["audit", "valid.test"], words].concat();
        let report = json(&scratch, &words);
        assert_eq!(report["verdict"], then, "{words:?}");
        assert_eq!(report["outlook"]["then"], then);
        assert_eq!(report["outlook"]["now"], "secure");
        let faults = faults(&schema, &schema, &report, "");
        assert!(faults.is_empty(), "{words:?}: {faults:#?}");
        let said = run(&scratch, &[&words[..], &["--lab", "--short"]].concat());
        let line = String::from_utf8_lossy(&said.stdout).into_owned();
        assert!(line.starts_with("valid.test. A (supposed): "), "{line}");
        assert_eq!(said.status.code(), Some(code), "{words:?} {line}");
    }
}

#[test]
fn a_replay_says_of_a_change_what_the_audit_said() {
    let scratch = Scratch::new();
    let words = ["audit", "valid.test", "--without-ds", "53591"];
    let save = [&words[..], &["--save", "e.aw"]].concat();
    let mut heard = json(&scratch, &save);
    let replay = [&words[..], &["--replay", "e.aw", "--format", "json"]].concat();
    let replayed: Value = serde_json::from_slice(&run(&scratch, &replay).stdout).unwrap();
    assert_eq!(replayed, heard.take());
    // What is kept is what was heard, without what was supposed.
    let plain = run(&scratch, &["audit", "--replay", "e.aw", "--short"]);
    let plain = String::from_utf8_lossy(&plain.stdout).into_owned();
    assert!(plain.starts_with("valid.test. A: SECURE"), "{plain}");
}

#[test]
fn what_cannot_be_used_is_said_with_file_line_and_nearest_match() {
    let scratch = Scratch::new();
    let files = [
        (
            "other.ds",
            "valid.test. IN DS 1 13 2 00\nvalidd.test. IN DS 1 13 2 00\n",
        ),
        ("broken.ds", "\nvalid.test. IN DS 1 thirteen 2 00\n"),
        ("no.key", "valid.test. IN A 192.0.2.1\n"),
        (
            "lost.ns",
            "valid.test. IN NS ns1.valid.test.\nns2.valid.test. IN A 192.0.2.1\n",
        ),
        ("short.ds", "valid.test. IN DS \\# 2 0001\n"),
        (
            "both.ns",
            "valid.test. IN NS ns1.valid.test.\nvalid.test. IN DS 1 13 2 00\n",
        ),
    ];
    for (name, text) in files {
        fs::write(scratch.path().join(name), text).unwrap();
    }
    let cases: [(&[&str], &str); 11] = [
        (&["--with-ds", "none.ds"], "--with-ds none.ds: no such file"),
        (
            &["--with-ds", "other.ds"],
            "--with-ds other.ds, line 2: a DS of validd.test., and valid.test. is not in that zone; the nearest is valid.test.",
        ),
        (
            &["--with-ds", "broken.ds"],
            "--with-ds broken.ds, line 2: `thirteen`",
        ),
        (
            &["--with-ds", "short.ds"],
            "--with-ds short.ds, line 1: DS: ",
        ),
        (
            &["--with-key", "no.key"],
            "--with-key no.key: no DNSKEY record in it",
        ),
        (
            &["--with-ns", "lost.ns"],
            "--with-ns lost.ns, line 2: an address of ns2.valid.test., which no NS record names; the nearest is ns1.valid.test.",
        ),
        (
            &["--without-ds", "53592"],
            "--without-ds 53592: no DS of valid.test. has this tag; there is 53591; the nearest is 53591",
        ),
        (
            &["--without-key", "1"],
            "--without-key 1: no key of valid.test. has this tag; there is ",
        ),
        (
            &["--without-ds", "99999"],
            "--without-ds 99999: out of range; give a number from 0 to 65535",
        ),
        (
            &["--without-ds", "abc"],
            "--without-ds abc: not a whole number",
        ),
        (
            &["--with-ns", "both.ns"],
            "--with-ns both.ns, line 2: DS is of no use here",
        ),
    ];
    for (words, problem) in cases {
        let output = run(
            &scratch,
            &[&["audit", "valid.test", "--lab"], words].concat(),
        );
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(64), "{words:?}: {errors}");
        assert!(output.stdout.is_empty(), "nothing is applied in part");
        assert!(
            errors.starts_with(&format!("anchorwatch: {problem}")),
            "{errors}"
        );
        assert_eq!(errors.lines().count(), 1, "{errors}");
    }
}

/// The programs that a script may call; all are in Debian.
const PROGRAMS: [&str; 7] = [
    "rndc",
    "knotc",
    "keymgr",
    "pdnsutil",
    "pdns_control",
    "nsd-control",
    "ldns-signzone",
];

#[test]
fn a_script_is_one_for_a_shell() {
    let scratch = Scratch::new();
    for signer in ["bind", "knot", "powerdns", "nsd"] {
        let output = run(
            &scratch,
            &["audit", "rrsig-exp-all.test", "--lab", "--fix", signer],
        );
        assert_eq!(
            output.status.code(),
            Some(2),
            "the exit code is that of the report"
        );
        let script = String::from_utf8(output.stdout).unwrap();
        fs::write(scratch.path().join("fix.sh"), &script).unwrap();
        let read = Command::new("sh")
            .args(["-n", "fix.sh"])
            .current_dir(scratch.path())
            .status();
        assert!(read.unwrap().success(), "{script}");
        let commands = script
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        for command in commands {
            let program = command.split(' ').next().unwrap();
            assert!(PROGRAMS.contains(&program), "{signer}: {command}");
        }
    }
}

/// A zone that nobody delegates yet, signed by ldns and served by NSD beside the lab.
struct Fresh {
    lab: Lab,
    folder: PathBuf,
    ds: String,
    _server: Process,
}

const FRESH: [&str; 2] = ["127.61.9.1", "127.61.9.2"];

impl Fresh {
    fn start() -> Self {
        let lab = Lab::start(PROGRAM);
        let folder = lab.folder("fresh");
        let [one, two] = FRESH;
        let zone = format!(
            "$ORIGIN fresh.test.\n$TTL 600\n@ SOA ns1 host 1 3600 900 604800 300\n@ NS ns1\n@ NS ns2\n\
             ns1 A {one}\nns2 A {two}\n@ A {one}\n"
        );
        fs::write(folder.join("zone"), zone).unwrap();
        let key = |words: &[&str]| {
            let words = [&["-a", "ECDSAP256SHA256"], words, &["fresh.test"]].concat();
            process::run(&folder, "ldns-keygen", &words)
                .trim()
                .to_owned()
        };
        let (ksk, zsk) = (key(&["-k"]), key(&[]));
        process::run(&folder, "ldns-signzone", &["zone", &ksk, &zsk]);
        let at = folder.display();
        let configuration = format!(
            "server:\n  ip-address: {one}@{port}\n  ip-address: {two}@{port}\n  username: \"\"\n  zonesdir: \"{at}\"\n  \
             database: \"\"\n  pidfile: \"{at}/pid\"\n  xfrdfile: \"{at}/xfrd\"\n  xfrdir: \"{at}\"\n  \
             zonelistfile: \"{at}/list\"\nremote-control:\n  control-enable: no\nzone:\n  name: fresh.test\n  \
             zonefile: zone.signed\n",
            port = lab.port
        );
        let file = folder.join("nsd.conf");
        fs::write(&file, configuration).unwrap();
        let mut server = server::start_program(&folder, "nsd", &["-d", "-c"], &file);
        let address = SocketAddr::new(one.parse().unwrap(), lab.port);
        server.wait_until("it does not serve the zone", server::START_LIMIT, || {
            wire::serves(address, "fresh.test.")
        });
        let ns = format!(
            "fresh.test. NS ns1.fresh.test.\nfresh.test. NS ns2.fresh.test.\nns1.fresh.test. A {one}\nns2.fresh.test. A {two}\n"
        );
        fs::write(folder.join("new.ns"), ns).unwrap();
        Self {
            ds: fs::read_to_string(folder.join(format!("{ksk}.ds"))).unwrap(),
            _server: server,
            folder,
            lab,
        }
    }

    fn report(&self, words: &[&str]) -> Value {
        let (hints, anchor) = (self.lab.file("root.hints"), self.lab.file("trust-anchor"));
        let port = self.lab.port.to_string();
        let output = Command::new(PROGRAM)
            .args([
                "audit",
                "fresh.test",
                "--allow-private",
                "--format",
                "json",
                "--port",
                &port,
            ])
            .arg("--root-hints")
            .arg(hints)
            .arg("--trust-anchor")
            .arg(anchor)
            .args(words)
            .current_dir(&self.folder)
            .output();
        let output = output.expect("our program can be run");
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn said(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter_map(|finding| finding["code"].as_str())
        .collect()
}

#[test]
fn a_zone_is_judged_at_its_servers_before_anybody_delegates_it() {
    let fresh = Fresh::start();
    // Without the DS that is going to be published the report says which one lacks.
    let bare = fresh.report(&["--with-ns", "new.ns"]);
    assert_eq!(
        (&bare["verdict"], &bare["outlook"]["now"]),
        (&"insecure".into(), &"secure".into())
    );
    let missing = bare["findings"].as_array().unwrap().iter();
    let missing = missing.filter(|finding| finding["code"] == "ds-missing-for-signed-zone");
    let fix = missing
        .map(|finding| finding["fix"].as_str().unwrap().to_lowercase())
        .next()
        .unwrap();
    let digest = fresh.ds.split_whitespace().last().unwrap();
    assert!(fix.contains(&digest.to_lowercase()), "{fix}");
    // That there is no such name is in caches for as long as the parent's SOA says.
    let until = bare["outlook"]["settled"].as_str().unwrap();
    assert!(until > bare["at"].as_str().unwrap(), "{until}");
    assert_eq!(
        bare["outlook"]["meanwhile"].as_array().unwrap().len(),
        1,
        "{:#?}",
        bare["outlook"]
    );
    fs::write(fresh.folder.join("new.ds"), &fresh.ds).unwrap();
    let whole = fresh.report(&["--with-ns", "new.ns", "--with-ds", "new.ds"]);
    assert_eq!(whole["verdict"], "secure", "{:?}", said(&whole));
    assert_eq!(whole["outlook"]["is_safe_at_once"], true);
    let turned: String = fresh.ds.trim().chars().rev().collect();
    let last = if turned.starts_with('0') { '1' } else { '0' };
    let wrong = format!("{}{last}\n", &fresh.ds.trim()[..fresh.ds.trim().len() - 1]);
    fs::write(fresh.folder.join("wrong.ds"), wrong).unwrap();
    let wrong = fresh.report(&["--with-ns", "new.ns", "--with-ds", "wrong.ds"]);
    assert_eq!(wrong["verdict"], "bogus");
    assert!(
        said(&wrong).contains(&"ds-digest-mismatch"),
        "{:?}",
        said(&wrong)
    );
}
