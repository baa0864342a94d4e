//! PowerDNS Authoritative Server with zones out of files: the backend that reads a configuration of BIND, and a
//! database for keys and for what is said of zones. Signed zones come in two ways: signed in their file, or
//! signed answer by answer with keys that the server made.

use std::net::IpAddr;
use std::path::Path;

use super::process::{Process, run};
use super::server::{COOKIE_SECRET, Manner, SMALL, Served, find, unconfined};
use super::zone::{Algorithm, Denial};

/// The list of zones, in BIND's syntax.
const ZONES: &str = "server.conf";

/// Starts the server on the `pdns.conf` in a directory.
pub fn start(directory: &Path) -> Process {
    let program = unconfined(directory, &find("pdns_server"));
    let program = program.to_str().expect("paths here are ASCII");
    let configuration = format!("--config-dir={}", directory.display());
    Process::start(directory, program, &[configuration])
}

/// Writes the configuration beside the list of zones, which is returned, and says which zones come signed.
/// This backend does not take NSEC3 parameters out of a signed file: without `set-nsec3` it would deny
/// existence with NSEC records that nobody signed.
pub fn configure(
    directory: &Path,
    addresses: &[IpAddr],
    port: u16,
    manner: Manner,
    zones: &[Served],
) -> String {
    let list: String = addresses.iter().map(|a| format!("{a},")).collect();
    let mut more = format!("local-address={list}\nlocal-port={port}\n");
    if manner == Manner::Careful {
        more.push_str(&format!(
            "disable-axfr=yes\nudp-truncation-threshold={SMALL}\nedns-cookie-secret={COOKIE_SECRET}\n"
        ));
    }
    prepare(directory, &more, zones);
    for Served { zone, file } in zones {
        let records = std::fs::read_to_string(file).expect("a zone file can be read");
        if records.contains(" RRSIG ") {
            pdnsutil(directory, &["set-presigned", zone]);
            if let Some(parameters) = nsec3_parameters(&records) {
                pdnsutil(directory, &["set-nsec3", zone, &parameters]);
            }
        }
    }
    statements(zones)
}

/// Algorithm, flags, iterations and salt of the first NSEC3 record of a file.
fn nsec3_parameters(records: &str) -> Option<String> {
    let (_, rdata) = records.split_once(" NSEC3 ")?;
    let fields: Vec<&str> = rdata.split_whitespace().take(4).collect();
    Some(fields.join(" "))
}

/// Makes keys for a zone of a file, kept in the database in `directory`; the DNSKEY records, a line each.
pub fn make_keys(
    directory: &Path,
    served: &Served,
    algorithm: Algorithm,
    denial: Denial,
) -> Vec<String> {
    prepare(directory, "", std::slice::from_ref(served));
    let zone = served.zone.as_str();
    let (bits, name) = match algorithm {
        Algorithm::RsaSha256 => ("2048", "rsasha256"),
        Algorithm::EcdsaP256 => ("256", "ecdsa256"),
        Algorithm::EcdsaP384 => ("384", "ecdsa384"),
        Algorithm::Ed25519 => ("256", "ed25519"),
    };
    let keys = ["ksk", "zsk"].map(|role| {
        let words = [
            "add-zone-key",
            zone,
            role,
            bits,
            "active",
            "published",
            name,
        ];
        let said = pdnsutil(directory, &words);
        let id = said.split_whitespace().last().unwrap_or_default();
        let record = pdnsutil(directory, &["export-zone-dnskey", zone, id]);
        let (_, key) = record.split_once(" IN ").expect("a record");
        format!("{zone} 300 IN {}", key.trim())
    });
    let parameters: &[&str] = match denial {
        Denial::Nsec => &[],
        Denial::Nsec3 => &["1 0 0 -"],
        Denial::OptOut => &["1 1 0 -"],
        Denial::Narrow => &["1 0 0 -", "narrow"],
    };
    if !parameters.is_empty() {
        pdnsutil(directory, &[&["set-nsec3", zone], parameters].concat());
    }
    keys.to_vec()
}

/// Writes `pdns.conf` and the list of zones, and makes the database if it is not there.
fn prepare(directory: &Path, more: &str, zones: &[Served]) {
    let folder = directory.display();
    let text = format!(
        "launch=bind\nbind-config={folder}/{ZONES}\nbind-dnssec-db={folder}/keys.db\n\
         bind-check-interval=0\nsocket-dir={folder}\nsetuid=\nsetgid=\ndaemon=no\nguardian=no\n\
         security-poll-suffix=\nwebserver=no\nwrite-pid=no\n{more}"
    );
    std::fs::create_dir_all(directory).expect("a directory can be made");
    std::fs::write(directory.join("pdns.conf"), text).expect("a configuration can be written");
    std::fs::write(directory.join(ZONES), statements(zones))
        .expect("a configuration can be written");
    let database = directory.join("keys.db");
    if !database.exists() {
        let database = database.to_str().expect("paths here are ASCII");
        pdnsutil(directory, &["create-bind-db", database]);
    }
}

fn statements(zones: &[Served]) -> String {
    let statement = |Served { zone, file }: &Served| {
        let file = file.display();
        format!("zone \"{zone}\" {{ type native; file \"{file}\"; }};\n")
    };
    zones.iter().map(statement).collect()
}

fn pdnsutil(directory: &Path, arguments: &[&str]) -> String {
    let configuration = format!("--config-dir={}", directory.display());
    let all = [&[configuration.as_str()], arguments].concat();
    run(directory, "pdnsutil", &all)
}
