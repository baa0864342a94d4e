//! Servers that hand over zones to those who know a key, and a zone to anyone.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anchorwatch::dns::Serial;
use anchorwatch::transfer::Outcome;

use crate::real::support::process::{Process, run};
use crate::real::support::scratch::Scratch;
use crate::real::support::server::{self, Kind, Network, START_LIMIT};
use crate::real::support::wire;
use crate::web::Authority;

/// The zone that wants a key.
pub const CLOSED: &str = "closed.test.";
/// The zone that anyone may have.
pub const OPEN: &str = "open.test.";

/// The keys that servers know, one for each algorithm: algorithm, name, secret.
pub const KEYS: [[&str; 3]; 3] = [
    [
        "hmac-sha256",
        "one.test",
        "b25lIHNlY3JldCBmb3IgdGhlIHRlc3RzIG9mIGE=",
    ],
    [
        "hmac-sha384",
        "two.test",
        "dHdvIHNlY3JldHMgZm9yIHRoZSB0ZXN0cyBvZiBhIHRyYW5zZmVy",
    ],
    [
        "hmac-sha512",
        "three.test",
        "dGhyZWUgc2VjcmV0cyBmb3IgdGhlIHRlc3RzIG9mIHRyYW5zZmVycw==",
    ],
];

/// A server with both zones. A child of the thread that made it.
pub struct Site {
    pub process: Process,
    pub address: SocketAddr,
    /// The same over TLS; of Knot in this version there is none.
    pub secured: SocketAddr,
    pub folder: PathBuf,
    pub authority: Authority,
    _scratch: Scratch,
}

impl Site {
    /// A server of a kind, whose zones have so many names beside their apex.
    pub fn start(kind: Kind, names: usize) -> Self {
        let scratch = Scratch::new();
        let folder = scratch.folder("site");
        let network = Network::new(1);
        let ip = network.addresses(kind)[0];
        let address = SocketAddr::from((ip, network.port));
        let secured = SocketAddr::from((ip, wire::free_port(301, &[ip])));
        let authority = Authority::new(folder.clone());
        authority.issue("server", &format!("IP:{ip}"));
        write_zone(&folder, 1, names);
        let text = match kind {
            Kind::Named => named(&folder, address, secured),
            Kind::Nsd => nsd(&folder, address, secured),
            Kind::Knot => knot(&folder, address),
            Kind::PowerDns | Kind::Unbound => panic!("no test of transfers asks it"),
        };
        let configuration = folder.join("server.conf");
        std::fs::write(&configuration, text).unwrap();
        let mut process = match kind {
            Kind::Named => server::start_named(&folder, &configuration),
            Kind::Nsd => server::start_program(&folder, "nsd", &["-d", "-c"], &configuration),
            Kind::Knot | Kind::PowerDns | Kind::Unbound => {
                server::start_program(&folder, "knotd", &["-c"], &configuration)
            }
        };
        for zone in [CLOSED, OPEN] {
            process.wait_until(zone, START_LIMIT, || wire::serves(address, zone));
        }
        Self {
            process,
            address,
            secured,
            folder,
            authority,
            _scratch: scratch,
        }
    }
}

impl Site {
    /// Makes the server read its files anew, and waits until it has a serial.
    pub fn reload(&self, zone: &str, serial: u32) {
        let id = self.process.id().to_string();
        run(&self.folder, "sh", &["-c", "kill -HUP \"$0\"", &id]);
        let mut errand = super::errand(zone, self.address);
        let start = Instant::now();
        loop {
            errand.ask.since = Some(Serial(serial.wrapping_sub(1)));
            let carried = super::carry(&errand);
            let now = carried.as_ref().ok().map(|(outcome, _)| match outcome {
                Outcome::Whole(now) | Outcome::Differences(now) | Outcome::Current(now) => now.0,
            });
            if now == Some(serial) {
                return;
            }
            assert!(start.elapsed() < START_LIMIT, "{carried:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Writes the file of both zones: three records at the apex, and a TXT record at each name.
pub fn write_zone(folder: &Path, serial: u32, names: usize) {
    let mut text = format!("$TTL 60\n@ SOA ns.invalid. a.invalid. {serial} 3600 600 86400 60\n");
    text.push_str("@ NS ns.invalid.\n@ TXT \"apex\"\n");
    for name in 0..names {
        let _ = writeln!(text, "n{name} TXT \"{name:0100}\"");
    }
    std::fs::write(folder.join("zone"), text).unwrap();
}

fn named(folder: &Path, address: SocketAddr, secured: SocketAddr) -> String {
    let mut text = String::new();
    let mut allowed = String::new();
    for [algorithm, name, secret] in KEYS {
        let _ = writeln!(
            text,
            "key \"{name}\" {{ algorithm {algorithm}; secret \"{secret}\"; }};"
        );
        let _ = write!(allowed, "key \"{name}\"; ");
    }
    let _ = writeln!(
        text,
        "tls site {{ cert-file \"server.pem\"; key-file \"server.key\"; }};\n\
         options {{ directory \"{}\"; pid-file none; session-keyfile none; recursion no; notify no;\n\
         listen-on port {} {{ {ip}; }}; listen-on port {} tls site {{ {ip}; }}; listen-on-v6 {{ none; }};\n\
         dnssec-validation no; ixfr-from-differences yes; }};\ncontrols {{ }};",
        folder.display(),
        address.port(),
        secured.port(),
        ip = address.ip(),
    );
    // One file cannot have two journals.
    std::fs::copy(folder.join("zone"), folder.join("zone.open")).unwrap();
    for (zone, file, allowed) in [
        (CLOSED, "zone", allowed.as_str()),
        (OPEN, "zone.open", "any;"),
    ] {
        let _ = writeln!(
            text,
            "zone \"{zone}\" {{ type primary; file \"{file}\"; check-integrity no; \
             allow-transfer {{ {allowed} }}; }};"
        );
    }
    text
}

fn nsd(folder: &Path, address: SocketAddr, secured: SocketAddr) -> String {
    let ip = address.ip();
    let mut text = format!(
        "server:\n  ip-address: {ip}@{}\n  ip-address: {ip}@{tls}\n  port: {}\n  username: \"\"\n  \
         chroot: \"\"\n  zonesdir: \"{folder}\"\n  database: \"\"\n  pidfile: \"{folder}/nsd.pid\"\n  \
         xfrdfile: \"{folder}/xfrd.state\"\n  xfrdir: \"{folder}\"\n  zonelistfile: \"{folder}/zone.list\"\n  \
         server-count: 1\n  tls-port: {tls}\n  tls-service-key: \"{folder}/server.key\"\n  \
         tls-service-pem: \"{folder}/server.pem\"\nremote-control:\n  control-enable: no\n",
        address.port(),
        address.port(),
        tls = secured.port(),
        folder = folder.display(),
    );
    let mut allowed = String::new();
    for [algorithm, name, secret] in KEYS {
        let _ = writeln!(
            text,
            "key:\n  name: \"{name}\"\n  algorithm: {algorithm}\n  secret: \"{secret}\""
        );
        let _ = write!(allowed, "\n  provide-xfr: 127.0.0.0/8 {name}");
    }
    let open = "\n  provide-xfr: 127.0.0.0/8 NOKEY";
    for (zone, allowed) in [(CLOSED, allowed.as_str()), (OPEN, open)] {
        let _ = writeln!(
            text,
            "zone:\n  name: \"{zone}\"\n  zonefile: \"zone\"{allowed}"
        );
    }
    text
}

fn knot(folder: &Path, address: SocketAddr) -> String {
    let mut text = server::knot_head(folder);
    let _ = writeln!(text, "  listen: {}@{}\nkey:", address.ip(), address.port());
    for [algorithm, name, secret] in KEYS {
        let _ = writeln!(
            text,
            "  - id: {name}\n    algorithm: {algorithm}\n    secret: {secret}"
        );
    }
    let names = KEYS.map(|[_, name, _]| name).join(", ");
    let _ = writeln!(
        text,
        "acl:\n  - id: closed\n    key: [ {names} ]\n    action: transfer\n  \
         - id: open\n    address: 127.0.0.0/8\n    action: transfer"
    );
    let template = server::knot_template(folder, "-1");
    // A journal, out of which differences are sent.
    let template = template.replace("zonefile-load: whole", "zonefile-load: difference");
    text.push_str(&template.replace("journal-content: none", "journal-content: changes"));
    let _ = writeln!(
        text,
        "zone:\n  - domain: {CLOSED}\n    file: zone\n    acl: closed\n  \
         - domain: {OPEN}\n    file: zone\n    acl: open"
    );
    text
}
