//! What we say of real resolvers: `audit NAME @RESOLVER…` and `drill @RESOLVER…` tell the conduct of each.

use std::process::Command;

use serde_json::Value;

use super::cases::PROGRAM;
use super::support::isolation::alone;
use super::support::lab::Lab;
use super::support::six::{PLAIN, Six, VALIDATORS};
use super::support::tools::{self, Audit};
use super::support::wire;

/// Types of records that a stripper leaves out: OPT and RRSIG.
const STRIPPED: [u16; 2] = [41, 46];

/// A name, the conduct of the validators there, and of those that go their own way (`ledger.tsv` says why).
type Case = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

const CASES: [Case; 11] = [
    ("valid.test", "validates", &[]),
    ("unsigned.test", "validates", &[]),
    ("no-such-name.valid.test", "validates", &[]),
    ("stale-ds.test", "validation-fails", &[]),
    ("rrsig-exp-all.test", "validation-fails", &[]),
    ("rrsig-no-a.test", "validation-fails", &[]),
    // PowerDNS Recursor answers SERVFAIL even with CD.
    (
        "no-such-name.bad-nsec3-hash.test",
        "validation-fails",
        &[("pdns", "ignores-cd")],
    ),
    (
        "no-such-name.bad-zsk.test",
        "validation-fails",
        &[("pdns", "ignores-cd")],
    ),
    (
        "zone-key-clear.test",
        "validation-fails",
        &[("named", "ad-unfounded")],
    ),
    (
        "revoked-ksk.test",
        "validation-fails",
        &[("unbound", "ad-unfounded")],
    ),
    // More iterations than it computes look like an exception.
    (
        "no-such-name.nsec3-iter-51.test",
        "validates",
        &[("kresd", "negative-trust-anchor")],
    ),
];

#[test]
fn audit_tells_the_conduct_of_six_resolvers() {
    let test = "real::conduct::audit_tells_the_conduct_of_six_resolvers";
    alone(test, || {
        let lab = Lab::start_at(PROGRAM, 53);
        let six = Six::start(&lab);
        let reply = wire::resolve(six.address("stripper"), "valid.test.", 1, false);
        let types = reply.expect("the stripper answers").types;
        assert!(types.contains(&1) && STRIPPED.iter().all(|rtype| !types.contains(rtype)));
        for (name, validators, others) in &CASES {
            let word = |label| {
                let other = others.iter().find(|(other, _)| *other == label);
                (
                    label,
                    other.map_or(*validators, |(_, word)| *word).to_owned(),
                )
            };
            let plain = [(PLAIN[0], "not-validating"), (PLAIN[1], "strips-dnssec")];
            let plain = plain.map(|(label, word)| (label, word.to_owned()));
            let expected = [&VALIDATORS.map(word)[..], &plain].concat();
            let (conducts, audit) = conducts(&lab, &six, name, &expected);
            assert_eq!(conducts, expected, "{name}\n{:#}", audit.json);
            if *validators == "validates" {
                let codes = audit.codes();
                assert!(
                    !codes.contains("resolver-differs-from-local"),
                    "{name}\n{:#}",
                    audit.json
                );
            }
        }
    });
}

#[test]
fn drill_tells_the_six_apart() {
    alone("real::conduct::drill_tells_the_six_apart", || {
        let lab = Lab::start_at(PROGRAM, 53);
        let six = Six::start(&lab);
        let labels = [&VALIDATORS[..], &PLAIN].concat();
        let servers = labels
            .iter()
            .map(|label| format!("@{}", six.address(label)));
        let output = Command::new(PROGRAM)
            .arg("drill")
            .args(servers)
            .arg("--names")
            .arg(lab.file("drill.names"))
            .arg("--trust-anchor")
            .arg(lab.file("trust-anchor"))
            .args(["--format", "json"])
            .output()
            .expect("our program can be run");
        let text = String::from_utf8_lossy(&output.stdout);
        let drill: Value = serde_json::from_str(&text).expect("a document");
        let resolvers = drill["resolvers"].as_array().expect("a list");
        let standings = resolvers
            .iter()
            .map(|resolver| resolver["standing"].as_str());
        let standings: Vec<_> = standings.map(Option::unwrap_or_default).collect();
        let validates = ["validates"; VALIDATORS.len()];
        let expected = [&validates[..], &["not-validating", "strips-dnssec"]].concat();
        assert_eq!(standings, expected, "{drill:#}");
        assert_eq!(output.status.code(), Some(2), "two of them do not validate");
    });
}

/// The words of an audit through all six, in the order of `expected`.
fn conducts<'a>(
    lab: &Lab,
    six: &Six,
    name: &str,
    expected: &[(&'a str, String)],
) -> (Vec<(&'a str, String)>, Audit) {
    let servers: Vec<String> = expected
        .iter()
        .map(|(label, _)| format!("@{}", six.address(label)))
        .collect();
    let servers: Vec<&str> = servers.iter().map(String::as_str).collect();
    let audit = lab.with_start(|start| tools::audit(PROGRAM, start, name, "A", &servers));
    let vantages = audit.json["vantages"].as_array();
    let conduct = |(label, _): &(&'a str, String)| {
        let address = six.address(label).to_string();
        let mut all = vantages.into_iter().flatten();
        let vantage = all.find(|vantage| vantage["address"] == address);
        let word = vantage.and_then(|vantage| vantage["conduct"].as_str());
        (*label, word.unwrap_or("not listed").to_owned())
    };
    (expected.iter().map(conduct).collect(), audit)
}
