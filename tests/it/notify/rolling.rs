//! named rolls its key signing key by itself (`dnssec-policy`, times of seconds) and waits for its parent,
//! which a real daemon watches; `examples/hooks/checkds` carries the events to `rndc dnssec -checkds`.
//!
//! The test is the registry: it publishes and withdraws DS records in a zone that NSD serves. What named
//! then does, it does because of a message. The message about the first DS finds a store that takes nothing;
//! that about the second finds the way to named shut, and the daemon killed before it is open again.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::real::support::process::{Process, run};
use crate::real::support::scratch::Scratch;
use crate::real::support::server::{self, Kind, Network, Served};
use crate::real::support::sign::bind_key;
use crate::real::support::zone::Algorithm;
use crate::watched::{free_port, get};

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
const PARENT: &str = "example.";
const CHILD: &str = "child.example.";
/// How long anything may take on a machine that does much else.
const LIMIT: Duration = Duration::from_secs(300);

fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LIMIT, "not so within {LIMIT:?}: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn signal(process: &Process, name: &str) {
    let id = process.id().to_string();
    run(
        Path::new("/"),
        "sh",
        &["-c", "kill -s \"$0\" \"$1\"", name, &id],
    );
}

/// The root and the parent, in NSD.
struct Registry {
    process: Process,
    folder: PathBuf,
    address: String,
    serial: u32,
}

impl Registry {
    fn start(scratch: &Scratch, network: &Network) -> Self {
        let folder = scratch.folder("registry");
        let address = network.addresses(Kind::Nsd)[0].to_string();
        let keys = [".", PARENT].map(|zone| {
            bind_key(&folder, zone, Algorithm::EcdsaP256, false);
            bind_key(&folder, zone, Algorithm::EcdsaP256, true)
        });
        let [anchor, parent] = keys.map(|key| ds(&folder, &key));
        let hints = format!(". 300 IN NS ns.\nns. 300 IN A {address}\n");
        std::fs::write(scratch.path().join("root.hints"), &hints).unwrap();
        std::fs::write(scratch.path().join("trust-anchor"), anchor).unwrap();
        let delegation =
            format!("{PARENT} 300 IN NS ns.{PARENT}\nns.{PARENT} 300 IN A {address}\n{parent}");
        sign(&folder, ".", 1, &format!("{hints}{delegation}"));
        write_parent(&folder, &address, 1, &[]);
        let served = [".", PARENT].map(|zone| Served {
            zone: zone.to_owned(),
            file: folder.join(signed(zone)),
        });
        Self {
            process: server::start(Kind::Nsd, &folder, network, &served),
            folder,
            address,
            serial: 1,
        }
    }

    /// These DS records from now on, and no others.
    fn publish(&mut self, ds: &[&String]) {
        self.serial += 1;
        write_parent(&self.folder, &self.address, self.serial, ds);
        signal(&self.process, "HUP");
    }
}

fn write_parent(folder: &Path, address: &str, serial: u32, ds: &[&String]) {
    let mut text = format!(
        "{PARENT} 300 IN NS ns.{PARENT}\nns.{PARENT} 300 IN A {address}\n\
         {CHILD} 300 IN NS ns.{CHILD}\nns.{CHILD} 300 IN A 127.0.0.1\n"
    );
    for record in ds {
        // Caches hold it for as long as the policy of the child says.
        let _ = writeln!(text, "{}", record.replacen(" IN ", " 4 IN ", 1));
    }
    sign(folder, PARENT, serial, &text);
}

fn signed(zone: &str) -> &'static str {
    if zone == "." {
        "root.signed"
    } else {
        "parent.signed"
    }
}

fn sign(folder: &Path, zone: &str, serial: u32, text: &str) {
    let soa = format!("{zone} 300 IN SOA ns.{PARENT} hostmaster.{PARENT} {serial} 60 30 3600 2\n");
    std::fs::write(folder.join("unsigned"), format!("$TTL 300\n{soa}{text}")).unwrap();
    let words = [
        "-S",
        "-q",
        "-K",
        ".",
        "-o",
        zone,
        "-f",
        signed(zone),
        "unsigned",
    ];
    run(folder, "dnssec-signzone", &words);
}

/// The DS record of a key that is in a file of BIND's.
fn ds(folder: &Path, key: &str) -> String {
    run(folder, "dnssec-dsfromkey", &["-2", &format!("{key}.key")])
}

/// named, which signs the child.
struct Signer {
    _process: Process,
    folder: PathBuf,
}

impl Signer {
    fn start(scratch: &Scratch, port: u16) -> Self {
        let folder = scratch.folder("signer");
        scratch.folder("signer/keys");
        let control = free_port();
        let key =
            "key \"k\" { algorithm hmac-sha256; secret \"YW5jaG9yd2F0Y2gtdGVzdC1rZXk=\"; };\n";
        let text = format!(
            "{key}controls {{ inet 127.0.0.1 port {control} allow {{ 127.0.0.1; }} keys {{ \"k\"; }}; }};\n\
             options {{ directory \"{}\"; key-directory \"keys\"; pid-file none; session-keyfile none;\n\
             port {port}; listen-on {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion no; notify no;\n\
             dnssec-validation no; }};\n\
             dnssec-policy \"fast\" {{\n\
             keys {{ ksk lifetime unlimited algorithm 13; zsk lifetime unlimited algorithm 13; }};\n\
             dnskey-ttl 2; max-zone-ttl 4; zone-propagation-delay 1; publish-safety 1; retire-safety 1;\n\
             parent-ds-ttl 4; parent-propagation-delay 1; }};\n\
             zone \"{CHILD}\" {{ type primary; file \"child\"; dnssec-policy fast; inline-signing yes; }};\n",
            folder.display()
        );
        std::fs::write(folder.join("named.conf"), text).unwrap();
        let client = format!(
            "{key}options {{ default-key \"k\"; default-server 127.0.0.1; default-port {control}; }};\n"
        );
        std::fs::write(folder.join("rndc.conf"), client).unwrap();
        let zone = "$TTL 4\n@ SOA ns hostmaster 1 60 30 3600 2\n@ NS ns\nns A 127.0.0.1\n";
        std::fs::write(folder.join("child"), zone).unwrap();
        Self {
            _process: server::start_named(&folder, &folder.join("named.conf")),
            folder,
        }
    }

    fn rndc(&self, words: &[&str]) -> String {
        let mut command = Command::new(server::find("rndc"));
        command.args(["-c", "rndc.conf"]).args(words);
        let output = command.current_dir(&self.folder).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Its key signing keys.
    fn keys(&self) -> Vec<u16> {
        let status = self.rndc(&["dnssec", "-status", CHILD]);
        let keys = status.lines().filter(|line| line.ends_with(" KSK"));
        let tags = keys.filter_map(|line| line.strip_prefix("key: ")?.split(' ').next());
        tags.map(|tag| tag.parse().unwrap()).collect()
    }

    /// How named thinks that something of a key stands.
    fn is(&self, tag: u16, what: &str, states: &[&str]) -> bool {
        let status = self.rndc(&["dnssec", "-status", CHILD]);
        let begin = format!("key: {tag} ");
        let mut of_key = status
            .lines()
            .skip_while(|line| !line.starts_with(&begin))
            .skip(1);
        let of_key = of_key
            .by_ref()
            .take_while(|line| !line.starts_with("key: "));
        let mut states_of = of_key.filter_map(|line| {
            let (name, state) = line.trim().strip_prefix("- ")?.split_once(':')?;
            (name == what).then(|| state.trim().to_owned())
        });
        states_of
            .next()
            .is_some_and(|state| states.contains(&state.as_str()))
    }

    fn ds(&self, tag: u16) -> String {
        let key = format!("Kchild.example.+013+{tag:05}");
        ds(&self.folder.join("keys"), &key)
    }
}

/// The daemon.
struct Watcher {
    process: Option<Process>,
    folder: PathBuf,
    at: SocketAddr,
}

impl Watcher {
    fn new(scratch: &Scratch, port: u16, signer: &Signer) -> Self {
        let folder = scratch.folder("watch");
        let at = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let hook = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hooks/checkds");
        let (rndc, conf) = (server::find("rndc"), signer.folder.join("rndc.conf"));
        let shut = folder.join("shut");
        let text = format!(
            "version = 1\n\
             [watch]\ninterval = \"2s\"\nleast = \"1s\"\nretry = \"1s\"\nglance = \"1s\"\nstart = \"1s\"\n\
             [trust]\nroot-hints = \"../root.hints\"\ntrust-anchor = \"../trust-anchor\"\nport = {port}\n\
             [store]\ndirectory = \"state\"\n[web]\nlisten = [\"{at}\"]\n\
             [alerts]\nretries = [{}]\n\
             [[zones]]\nname = \"child.example\"\n\
             [[notify]]\nname = \"checkds\"\nformat = \"exec\"\nmin-severity = \"bogus\"\n\
             events = [\"ds-published\", \"ds-withdrawn\"]\n\
             command = [\"sh\", \"-c\", 'test ! -e \"$0\" && exec \"$@\"', {shut:?}, {hook:?}, {rndc:?}, \"-c\", {conf:?}]\n",
            "\"1s\",".repeat(50)
        );
        std::fs::write(folder.join("anchorwatch.toml"), text).unwrap();
        let mut watcher = Self {
            process: None,
            folder,
            at,
        };
        watcher.start();
        watcher
    }

    fn start(&mut self) {
        let words = ["serve", "--config", "anchorwatch.toml"];
        self.process = Some(Process::start(&self.folder, PROGRAM, &words));
    }

    fn kill(&mut self) {
        let process = self.process.take().expect("it runs");
        signal(&process, "KILL");
    }

    /// Whether the hook can reach named.
    fn shut(&self, is_shut: bool) {
        let file = self.folder.join("shut");
        match is_shut {
            true => std::fs::write(file, "").unwrap(),
            false => std::fs::remove_file(file).unwrap(),
        }
    }

    fn said(&self, words: &[&str]) -> String {
        run(&self.folder, PROGRAM, words)
    }

    /// Kinds and texts of all events, in their order.
    fn events(&self) -> Vec<(String, String)> {
        let words = ["events", CHILD, "--state-dir", "state", "--format", "json"];
        let events: Value = serde_json::from_str(&self.said(&words)).unwrap();
        let events = events["events"].as_array().unwrap().iter();
        let text = |event: &Value, key: &str| event[key].as_str().unwrap().to_owned();
        events
            .map(|event| (text(event, "event"), text(event, "text")))
            .collect()
    }

    fn has(&self, kind: &str, tag: u16) -> bool {
        let tag = format!(" {tag} (");
        let is_it = |(had, text): &(String, String)| had == kind && text.contains(&tag);
        self.events().iter().any(is_it)
    }

    /// Keeps everybody else from writing into the store.
    fn lock(&self) -> rusqlite::Connection {
        let store = self.folder.join("state/store.sqlite");
        let connection = rusqlite::Connection::open(store).unwrap();
        connection.busy_timeout(LIMIT).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        connection
    }

    /// Whether the page of metrics has a line that begins so.
    fn shows(&self, line: &str) -> bool {
        let page = get(self.at, "/metrics");
        page.is_some_and(|page| page.lines().any(|had| had.starts_with(line)))
    }

    /// Records that the store did not take.
    fn refused(&self) -> u32 {
        let page = get(self.at, "/metrics").unwrap_or_default();
        let mut lines = page.lines();
        let count = lines.find_map(|line| line.strip_prefix("anchorwatch_store_failures_total "));
        count.map_or(0, |count| count.parse().unwrap())
    }

    fn is_watching(&self) -> bool {
        get(self.at, "/metrics").is_some_and(|page| {
            page.contains("dnssec_zone_chain_bogus{") && page.contains("zone=\"child.example\"")
        })
    }
}

#[test]
fn named_rolls_its_key_when_it_is_told_of_the_ds() {
    let scratch = Scratch::new();
    let network = Network::new(1);
    let begun = Instant::now();
    let step = |what: &str| println!("{:5.1} s: {what}", begun.elapsed().as_secs_f64());
    let signer = Signer::start(&scratch, network.port);
    let mut registry = Registry::start(&scratch, &network);
    wait_for("named has a key", || signer.keys().len() == 1);
    let old = signer.keys()[0];
    let mut watcher = Watcher::new(&scratch, network.port, &signer);
    wait_for("the zone is watched", || watcher.is_watching());
    wait_for("named waits for the first DS", || {
        signer.is(old, "ds", &["rumoured"])
    });
    step("named waits for the first DS");

    // The store takes nothing while the first DS is seen.
    let lock = watcher.lock();
    registry.publish(&[&signer.ds(old)]);
    let seen = "anchorwatch_events_total{kind=\"ds-published\"} 1";
    wait_for("the first DS is seen", || watcher.shows(seen));
    // The next record that is refused may be that of the look before; the one after it is not.
    let refused = watcher.refused() + 2;
    wait_for("the store refuses", || watcher.refused() >= refused);
    assert!(signer.is(old, "ds", &["rumoured"]));
    drop(lock);
    step("ds-published of the first key, and a store that took it late");
    wait_for("named believes it", || {
        signer.is(old, "ds", &["omnipresent"])
    });
    step("named: omnipresent");
    // It signs CDS and CDNSKEY besides the keys.
    let page = get(watcher.at, "/metrics").unwrap_or_default();
    assert!(page.contains("role=\"ksk\"") && !page.contains("role=\"csk\""));

    signer.rndc(&[
        "dnssec",
        "-rollover",
        "-key",
        &old.to_string(),
        "-alg",
        "13",
        CHILD,
    ]);
    wait_for("a second key", || signer.keys().len() == 2);
    let new = signer.keys().into_iter().find(|tag| *tag != old).unwrap();
    wait_for("it is seen", || watcher.has("key-added", new));
    step("key-added");
    wait_for("named waits for the new DS", || {
        signer.is(new, "ds", &["rumoured"])
    });
    step("named waits for the new DS");

    // The way to named is shut, and the daemon dies with the message in its outbox.
    watcher.shut(true);
    registry.publish(&[&signer.ds(old), &signer.ds(new)]);
    wait_for("the new DS is seen", || watcher.has("ds-published", new));
    step("ds-published of the new key");
    let pending = watcher.said(&["notify", "pending", "--state-dir", "state"]);
    assert!(pending.contains("checkds"), "{pending}");
    watcher.kill();
    assert!(signer.is(new, "ds", &["rumoured"]) && signer.is(old, "dnskey", &["omnipresent"]));
    watcher.shut(false);
    watcher.start();
    wait_for("named believes it", || {
        signer.is(new, "ds", &["omnipresent"])
    });
    step("named: omnipresent, after a kill");

    registry.publish(&[&signer.ds(new)]);
    wait_for("the old DS is gone", || watcher.has("ds-withdrawn", old));
    step("ds-withdrawn of the old key");
    wait_for("named believes it", || {
        signer.is(old, "ds", &["hidden"]) && signer.is(old, "dnskey", &["hidden"])
    });
    wait_for("the old key is seen to be gone", || {
        watcher.has("key-removed", old)
    });
    step("the old key is gone");

    for word in ["pending", "dead"] {
        let left = watcher.said(&["notify", word, "--state-dir", "state"]);
        assert!(!left.contains("event"), "{left}");
    }
    let events = watcher.events();
    for (kind, text) in &events {
        println!("{kind}: {text}");
        let is_finding = kind == "finding-appeared";
        let is_wrong = text.starts_with("bogus") || text.contains("-too-early");
        assert!(!is_finding || !is_wrong, "{text}");
        assert!(
            kind != "verdict-changed" || !text.starts_with("bogus"),
            "{text}"
        );
    }
    let of_ds = |(kind, _): &&(String, String)| kind == "ds-published" || kind == "ds-withdrawn";
    // The log lacks the one whose record was refused; the message was kept with the next.
    assert_eq!(events.iter().filter(of_ds).count(), 2, "{events:#?}");
}
