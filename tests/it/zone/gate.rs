//! The examples of gates, tried with the real servers and with real Git: a good zone goes out, a bad one is
//! held back, and the old one is still served.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use super::signed::{keys, sign_today};
use crate::real::support::process::{Process, run};
use crate::real::support::scratch::Scratch;
use crate::real::support::server::{self, Kind, Network, START_LIMIT};
use crate::real::support::wire;

const ZONE: &str = "example.";

/// A search path on which this program is found first.
fn path() -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_anchorwatch"));
    let folder = program.parent().expect("a program lies in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{}:{path}:/usr/sbin:/sbin", folder.display())
}

fn hook(name: &str) -> PathBuf {
    let hooks = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hooks");
    hooks.join(name)
}

/// Calls an example as its server would.
fn call(name: &str, words: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(hook(name));
    command.args(words).env("PATH", path());
    command.envs(variables.iter().copied());
    command.output().expect("the example can be run")
}

fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// Versions of a zone, all signed by the same keys as of now.
struct Signer(Scratch);

impl Signer {
    fn new() -> Self {
        let scratch = Scratch::new();
        keys(scratch.path());
        Self(scratch)
    }

    fn good(&self, serial: u32) -> String {
        let text = super::signed::UNSIGNED.replace("host 7", &format!("host {serial}"));
        assert!(text.contains(&format!("host {serial} ")));
        sign_today(self.0.path(), &text, &[])
    }

    /// An address that was changed when all had been signed.
    fn bad(&self, serial: u32) -> String {
        let good = self.good(serial);
        let bad = good.replace("192.0.2.1\n", "192.0.2.66\n");
        assert_ne!(good, bad);
        bad
    }
}

/// The serial that a server serves.
fn serial(server: SocketAddr) -> Option<u32> {
    let words = [
        format!("@{}", server.ip()),
        "-p".to_owned(),
        server.port().to_string(),
        "+short".to_owned(),
        "+norecurse".to_owned(),
        "+tries=2".to_owned(),
        "SOA".to_owned(),
        ZONE.to_owned(),
    ];
    let output = Command::new("dig").args(words).output().expect("dig runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split(' ').nth(2)?.parse().ok()
}

/// Has named read its zone files again.
fn reload(process: &Process) {
    let id = process.id().to_string();
    run(Path::new("/"), "sh", &["-c", "kill -HUP \"$0\"", &id]);
}

/// A primary that tells a secondary of each version.
fn primary(folder: &Path, address: SocketAddr, secondary: SocketAddr) -> Process {
    let text = format!(
        "options {{ directory \"{}\"; pid-file none; session-keyfile none; port {}; recursion no;\n\
         listen-on {{ {}; }}; listen-on-v6 {{ none; }}; dnssec-validation no; notify explicit;\n\
         notify-delay 0; allow-transfer {{ any; }}; also-notify {{ {} port {}; }}; }};\ncontrols {{ }};\n\
         zone \"{ZONE}\" {{ type primary; file \"zone\"; check-integrity no; }};\n",
        folder.display(),
        address.port(),
        address.ip(),
        secondary.ip(),
        secondary.port(),
    );
    let configuration = folder.join("server.conf");
    std::fs::write(&configuration, text).unwrap();
    let mut process = server::start_named(folder, &configuration);
    process.wait_until(ZONE, START_LIMIT, || wire::serves(address, ZONE));
    process
}

/// NSD as a secondary that asks the example before it serves a version.
fn verifying(folder: &Path, address: SocketAddr, primary: SocketAddr, own: SocketAddr) -> Process {
    let text = format!(
        "server:\n  ip-address: {ip}@{port}\n  port: {port}\n  username: \"\"\n  chroot: \"\"\n  \
         zonesdir: \"{folder}\"\n  database: \"\"\n  pidfile: \"{folder}/nsd.pid\"\n  \
         xfrdfile: \"{folder}/xfrd.state\"\n  xfrdir: \"{folder}\"\n  zonelistfile: \"{folder}/zone.list\"\n  \
         server-count: 1\n  xfrd-reload-timeout: 0\n  verbosity: 2\nremote-control:\n  control-enable: no\n\
         verify:\n  enable: yes\n  ip-address: {own_ip}@{own_port}\n  port: {own_port}\n  verify-zones: yes\n  \
         verifier: env \"PATH={path}\" {hook}\n  verifier-feed-zone: yes\n  verifier-timeout: 60\n\
         zone:\n  name: \"{ZONE}\"\n  zonefile: \"zone\"\n  allow-notify: 127.0.0.0/8 NOKEY\n  \
         request-xfr: AXFR {primary_ip}@{primary_port} NOKEY\n",
        ip = address.ip(),
        port = address.port(),
        own_ip = own.ip(),
        own_port = own.port(),
        folder = folder.display(),
        path = path(),
        hook = hook("nsd-verify").display(),
        primary_ip = primary.ip(),
        primary_port = primary.port(),
    );
    let configuration = folder.join("server.conf");
    std::fs::write(&configuration, text).unwrap();
    server::start_program(folder, "nsd", &["-d", "-c"], &configuration)
}

#[test]
fn nsd_serves_no_version_that_is_wrong() {
    let (scratch, network, signer) = (Scratch::new(), Network::new(1), Signer::new());
    let at = |kind: Kind| SocketAddr::from((network.addresses(kind)[0], network.port));
    let (first, second) = (at(Kind::Named), at(Kind::Nsd));
    let own: IpAddr = [127, 0, 0, 1].into();
    let own = SocketAddr::from((own, wire::free_port(311, &[own])));
    let (theirs, ours) = (scratch.folder("primary"), scratch.folder("nsd"));
    std::fs::write(theirs.join("zone"), signer.good(11)).unwrap();
    let primary = primary(&theirs, first, second);
    let mut nsd = verifying(&ours, second, first, own);
    nsd.wait_until("version 11", START_LIMIT, || serial(second) == Some(11));
    let mut publish = |text: String, what: &str, is_there: &dyn Fn(&str) -> bool| {
        std::fs::write(theirs.join("zone"), text).unwrap();
        reload(&primary);
        nsd.wait_until(what, START_LIMIT, || {
            is_there(&std::fs::read_to_string(ours.join("nsd.log")).unwrap_or_default())
        });
    };
    publish(signer.good(12), "version 12", &|_| {
        serial(second) == Some(12)
    });
    publish(signer.bad(13), "a verdict on version 13", &|log| {
        log.contains("ZONE CRITICAL") && log.contains("rrsig-invalid")
    });
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(serial(second), Some(12), "{}", nsd_log(&ours));
    publish(signer.good(14), "version 14", &|_| {
        serial(second) == Some(14)
    });
}

fn nsd_log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("nsd.log")).unwrap_or_default()
}

#[test]
fn knot_reads_no_zone_file_that_is_wrong() {
    let (scratch, network, signer) = (Scratch::new(), Network::new(1), Signer::new());
    let ours = scratch.folder("knot");
    let address = SocketAddr::from((network.addresses(Kind::Knot)[0], network.port));
    std::fs::write(ours.join("example.zone"), signer.good(21)).unwrap();
    let served = server::Served {
        zone: ZONE.to_owned(),
        file: ours.join("example.zone"),
    };
    let mut knot = server::start(Kind::Knot, &ours, &network, &[served]);
    assert_eq!(serial(address), Some(21));
    let (new, socket) = (scratch.path().join("new"), ours.join("knot.sock"));
    let (new, socket) = (new.display().to_string(), socket.display().to_string());
    let folder = ours.display().to_string();
    let publish = |text: String| {
        std::fs::write(&new, text).unwrap();
        let knotc = ["knotc", "-b", "-s", &socket, "zone-reload"];
        let words = [&[ZONE, &new, &folder][..], &knotc].concat();
        call("publish-zone", &words, &[])
    };
    let output = publish(signer.good(22));
    assert!(output.status.success(), "{}", said(&output));
    knot.wait_until("version 22", START_LIMIT, || serial(address) == Some(22));
    for (text, code, part) in [
        (signer.bad(23), 2, "rrsig-invalid"),
        (super::signed::UNSIGNED.to_owned(), 2, "zone-dnskey-missing"),
        (String::new(), 3, "no record"),
        ("$INCLUDE /etc/passwd\n".to_owned(), 3, "outside"),
    ] {
        let output = publish(text);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        assert!(said(&output).contains(part), "{part}: {}", said(&output));
    }
    assert_eq!(serial(address), Some(22));
    // Nor does it read one when it starts anew, and nothing is left behind.
    let kept = std::fs::read_to_string(ours.join("example.zone")).unwrap();
    assert!(kept.contains(" host.example. 22 "), "{kept}");
    let names = std::fs::read_dir(&ours).unwrap();
    let left = names.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with(".example")
    });
    assert_eq!(left.count(), 0);
    // The DS of the parent, if it is there: of other keys than these.
    let other = Signer::new();
    let _ = other.good(1);
    let set = std::fs::read(other.0.path().join("dsset-example.")).unwrap();
    std::fs::write(ours.join("dsset-example"), set).unwrap();
    let output = publish(signer.good(24));
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let set = std::fs::read(signer.0.path().join("dsset-example.")).unwrap();
    std::fs::write(ours.join("dsset-example"), set).unwrap();
    let output = publish(signer.good(24));
    assert!(output.status.success(), "{}", said(&output));
    knot.wait_until("version 24", START_LIMIT, || serial(address) == Some(24));
}

#[test]
fn a_review_by_transfer_says_what_its_zone_is_worth() {
    let (scratch, network, signer) = (Scratch::new(), Network::new(1), Signer::new());
    let address = SocketAddr::from((network.addresses(Kind::Named)[0], network.port));
    let folder = scratch.folder("primary");
    std::fs::write(folder.join("zone"), signer.good(31)).unwrap();
    let mut primary = primary(&folder, address, address);
    let text = address.to_string();
    let review = |words: &[&str]| {
        let variables = [("CASCADE_ZONE", "example"), ("CASCADE_SERVER", &*text)];
        call("cascade-review", words, &variables)
    };
    let output = review(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let mut then = |serial_now: u32, text: String| {
        std::fs::write(folder.join("zone"), text).unwrap();
        reload(&primary);
        primary.wait_until("the version", START_LIMIT, || {
            serial(address) == Some(serial_now)
        });
    };
    then(32, signer.bad(32));
    assert_eq!(review(&[]).status.code(), Some(2));
    then(33, super::signed::UNSIGNED.replace("host 7", "host 33"));
    assert_eq!(review(&[]).status.code(), Some(2));
    let output = review(&["--allow-unsigned"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn git_commits_no_zone_that_is_wrong() {
    let (scratch, signer) = (Scratch::new(), Signer::new());
    let folder = scratch.folder("zones");
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.args(words).current_dir(&folder);
        let nobody = [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
        ];
        command.env("PATH", path()).envs(nobody);
        let who = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"];
        command.envs(who.map(|name| (name, "Zones")));
        let mail = ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"];
        command.envs(mail.map(|name| (name, "zones@example.com")));
        command
            .output()
            .unwrap_or_else(|error| panic!("git: {error}; tests/run installs it"))
    };
    let done = |output: &Output| assert!(output.status.success(), "{}", said(output));
    done(&git(&["init", "--quiet"]));
    std::fs::create_dir_all(folder.join("of customers")).unwrap();
    std::fs::copy(
        hook("pre-commit-zones"),
        folder.join(".git/hooks/pre-commit"),
    )
    .unwrap();
    let file = folder.join("of customers/example.signed");
    std::fs::write(&file, signer.good(41)).unwrap();
    std::fs::write(folder.join("notes"), "no zone\n").unwrap();
    done(&git(&["add", "."]));
    done(&git(&["commit", "--quiet", "-m", "first"]));
    for (text, part) in [
        (signer.bad(42), "rrsig-invalid"),
        (super::signed::UNSIGNED.to_owned(), "zone-dnskey-missing"),
        ("no zone at all\n".to_owned(), "example.signed"),
    ] {
        std::fs::write(&file, text).unwrap();
        done(&git(&["add", "."]));
        // What lies in the work tree does not count.
        std::fs::write(&file, signer.good(43)).unwrap();
        let output = git(&["commit", "--quiet", "-m", "bad"]);
        assert!(!output.status.success());
        assert!(said(&output).contains(part), "{}", said(&output));
    }
    done(&git(&["add", "."]));
    done(&git(&["commit", "--quiet", "-m", "second"]));
    let log = git(&["log", "--format=%s"]);
    assert_eq!(said(&log), "second\nfirst\n");
}
