//! `zone OLD --against NEW` with the zones of a real signer.

use std::path::Path;
use std::process::{Command, Output};

use super::signed::{Chain, Scratch, UNSIGNED, keys, sign};

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
const NOW: &str = "2027-01-01T00:00:00Z";

fn zone(folder: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(PROGRAM);
    command.args(["zone", "--at", NOW]).args(words);
    command.current_dir(folder).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A report, which must fit the schema.
pub fn report(output: &Output) -> serde_json::Value {
    let read = |octets: &[u8]| -> serde_json::Value {
        serde_json::from_slice(octets).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    };
    let schema = Command::new(PROGRAM).args(["schema", "zone"]).output();
    let (schema, json) = (read(&schema.unwrap().stdout), read(&output.stdout));
    let faults = crate::schema::faults(&schema, &schema, &json, "");
    assert!(faults.is_empty(), "{faults:#?}");
    json
}

/// The codes above a notice.
fn codes(output: &Output) -> Vec<String> {
    let json = report(output);
    let faults = json["faults"].as_array().unwrap().iter();
    let heavy = faults.filter(|fault| fault["severity"] != "notice");
    let mut codes: Vec<String> = heavy
        .map(|fault| fault["code"].as_str().unwrap().to_owned())
        .collect();
    codes.sort();
    codes
}

/// The zone with another serial, and a name more.
fn newer() -> String {
    UNSIGNED.replace("host 7", "host 8") + "new A 192.0.2.77\n"
}

struct Signer {
    scratch: Scratch,
    keys: Vec<String>,
}

impl Signer {
    fn new() -> Self {
        let scratch = Scratch::new();
        let keys = keys(&scratch.0);
        Self { scratch, keys }
    }

    fn folder(&self) -> &Path {
        &self.scratch.0
    }

    fn sign(&self, text: &str, chain: Chain, file: &str) {
        let signed = sign(self.folder(), text, chain);
        std::fs::write(self.folder().join(file), signed).unwrap();
    }

    fn run(&self, program: &str, words: &[&str]) -> String {
        let mut command = Command::new(program);
        let output = command.args(words).current_dir(self.folder()).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{program} {words:?}: {output:?}");
        stdout(&output).trim().to_owned()
    }

    fn against(&self, more: &[&str]) -> Output {
        let words = ["old", "--against", "new", "--format", "json"];
        zone(self.folder(), &[&words[..], more].concat())
    }
}

#[test]
fn a_change_as_it_should_be_is_good() {
    let signer = Signer::new();
    for chain in [Chain::Nsec, Chain::Nsec3] {
        signer.sign(UNSIGNED, chain, "old");
        signer.sign(&newer(), chain, "new");
        let output = signer.against(&[]);
        assert_eq!(codes(&output), [""; 0]);
        assert_eq!(output.status.code(), Some(0));
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let change = &json["change"];
        assert_eq!(
            change["serial"],
            serde_json::json!({"is": "forwards", "by": 1})
        );
        assert_eq!(change["names_added"]["first"][0], "new.example.");
        assert_eq!(change["keys"], serde_json::json!([]));
        let text = stdout(&zone(signer.folder(), &["old", "--against", "new"]));
        for line in [
            "example. serial 8: good",
            "Since old",
            "serial 7 -> 8: forwards by 1",
            "names added: 1 (new.example.)",
            "caches may hold records of it until 2027-01-01T01:00:00Z",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        // The other way round, it is not.
        let back = zone(
            signer.folder(),
            &["new", "--against", "old", "--format", "json"],
        );
        assert_eq!(codes(&back), ["zone-serial-not-increased"]);
        assert_eq!(back.status.code(), Some(2));
    }
    let nagios = ["old", "--against", "new", "--format", "nagios"];
    let output = zone(signer.folder(), &nagios);
    assert!(stdout(&output).starts_with("ZONE OK"), "{output:?}");
}

#[test]
fn a_key_exchanged_at_once_is_noticed_for_both_reasons() {
    let signer = Signer::new();
    signer.sign(UNSIGNED, Chain::Nsec, "old");
    signer.run(
        "dnssec-keygen",
        &["-q", "-a", "ECDSAP256SHA256", "example."],
    );
    let zsk = signer.keys[0].as_str();
    signer.run(
        "dnssec-settime",
        &["-I", "20200101000000", "-D", "20200102000000", zsk],
    );
    signer.sign(&newer(), Chain::Nsec, "new");
    let output = signer.against(&[]);
    let expected = [
        "rollover-signing-too-early",
        "rollover-zsk-removed-too-early",
    ];
    assert_eq!(codes(&output), expected);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let faults = json["faults"].as_array().unwrap();
    for code in expected {
        let fault = faults.iter().find(|fault| fault["code"] == code).unwrap();
        assert_eq!(fault["first"][0]["until"], "2027-01-01T01:00:00Z");
    }
    // Published beside the old one, and not signing yet, it is as it should be.
    signer.run("dnssec-settime", &["-I", "none", "-D", "none", zsk]);
    let all = std::fs::read_dir(signer.folder()).unwrap();
    let names = all.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_new = |name: &String| {
        let base = name.strip_suffix(".key");
        base.is_some_and(|base| !signer.keys.iter().any(|known| known == base))
    };
    let new = names.into_iter().find(is_new).unwrap();
    let new = new.strip_suffix(".key").unwrap();
    signer.run("dnssec-settime", &["-A", "20400101000000", new]);
    signer.sign(&newer(), Chain::Nsec, "new");
    let output = signer.against(&[]);
    assert_eq!(codes(&output), [""; 0], "{}", stdout(&output));
    assert!(stdout(&output).contains("\"change\": \"added\""));
}

#[test]
fn what_is_no_pair_of_versions_has_no_verdict() {
    let signer = Signer::new();
    signer.sign(UNSIGNED, Chain::Nsec, "old");
    let other = "other. 60 SOA a. b. 1 2 3 4 5\nother. 60 NS ns.test.\n";
    std::fs::write(signer.folder().join("new"), other).unwrap();
    let output = signer.against(&[]);
    assert_eq!(output.status.code(), Some(64), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("one is example., the other other."), "{said}");
    for (old, new) in [("cut", "old"), ("old", "cut")] {
        std::fs::write(signer.folder().join("cut"), "example. 60 SOA (").unwrap();
        let output = zone(signer.folder(), &[old, "--against", new, "--quiet"]);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("cut:1"), "{said}");
    }
    // What could be read of the older one is not enough.
    let broken = std::fs::read_to_string(signer.folder().join("old")).unwrap() + "x A 1\n";
    std::fs::write(signer.folder().join("broken"), broken).unwrap();
    signer.sign(&newer(), Chain::Nsec, "new");
    let words = ["broken", "--against", "new", "--keep-going", "--quiet"];
    assert_eq!(zone(signer.folder(), &words).status.code(), Some(3));
}
