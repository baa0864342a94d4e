//! A catalog zone that wants a key, as a source of the watch.

use std::fmt::Write as _;
use std::process::Command;

use super::site::{KEYS, Site};
use crate::real::support::server::Kind;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
const CATALOG: &str = "$TTL 60\n@ SOA invalid. invalid. 1 3600 600 86400 60\n@ NS invalid.\n\
    version TXT \"2\"\na.zones PTR example.com.\nb.zones PTR example.net.\n";

#[test]
fn a_catalog_is_transferred_with_a_key() {
    let site = Site::start(Kind::Nsd, 1);
    std::fs::write(site.folder.join("zone"), CATALOG).unwrap();
    let id = site.process.id().to_string();
    crate::real::support::process::run(&site.folder, "sh", &["-c", "kill -HUP \"$0\"", &id]);
    let [algorithm, name, secret] = KEYS[1];
    let keys = [
        (
            format!("key \"{name}\" {{ algorithm {algorithm}; secret \"{secret}\"; }};\n"),
            "2 zones",
        ),
        (format!("{algorithm}:{name}:{secret}\n"), "2 zones"),
        (format!("{algorithm}:{name}:aHVudGVyMg==\n"), "BADSIG"),
        (
            format!("hmac-md5:{name}:{secret}\n"),
            "hmac-md5 is no longer to be used",
        ),
        (secret.to_owned(), "not a TSIG key"),
    ];
    for (text, expected) in keys {
        let said = check(&site, &text, expected == "2 zones");
        assert!(said.contains(expected), "{expected}: {said}");
        for hidden in [secret, "aHVudGVyMg", "hunter2"] {
            assert!(!said.contains(hidden), "{said}");
        }
    }
    let _ = std::fs::remove_file(site.folder.join("key"));
    let said = check(&site, "", false);
    assert!(said.contains("key): empty"), "{said}");
}

/// What `config check --online` says. A server that reads its zone anew may still serve the old one.
fn check(site: &Site, key: &str, is_patient: bool) -> String {
    std::fs::write(site.folder.join("key"), key).unwrap();
    let mut text = String::from("version = 1\n[[sources]]\ncatalog = \"closed.test\"\n");
    let _ = writeln!(
        text,
        "server = \"{}\"\ntsig-key = {{ file = \"key\" }}",
        site.address
    );
    std::fs::write(site.folder.join("a.toml"), text).unwrap();
    for attempt in 0.. {
        let output = Command::new(PROGRAM)
            .args(["config", "check", "a.toml", "--online"])
            .current_dir(&site.folder)
            .env_remove("STATE_DIRECTORY")
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        if !is_patient || output.status.success() || attempt == 50 {
            return said;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    unreachable!()
}
