//! DNSViz and Zonemaster over the lab, beside us: what each of the three names.
//!
//! `tests/peers.tsv` is the record of what the two said of every zone of the lab; one test makes it, and another
//! holds it against the tools on a sample of the zones. `tests/peers.md` is made of the record, of our own audits
//! and of `tests/peers-ledger.tsv`, which says what to think of each code that only they name. All of it runs in
//! a network namespace that has only loopback, where the lab listens at port 53.

mod ledger;
mod table;
mod tools;

use std::path::Path;

use anchorwatch::checks::coverage::{Group, coverage};

use self::ledger::Ledger;
use self::table::{Ours, Record};
use self::tools::{Peers, Said};
use crate::golden::is_up_to_date;
use crate::real::support::isolation::alone;
use crate::real::support::lab::Lab;
use crate::real::support::process::with_threads;
use crate::real::support::tools::audit;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
const RECORD: &str = "tests/peers.tsv";
const TABLE: &str = "tests/peers.md";

/// Zones of which the record is held against the tools each time: one of each kind of fault, the healthy one
/// first, and none in which the answer depends on which server is asked.
const SAMPLE: [&str; 20] = [
    "valid.test",
    "unsigned.test",
    "no-ds.test",
    "ds-bad-tag.test",
    "ds-bad-key-algo.test",
    "ds-unassigned-digest-algo.test",
    "rrsig-exp-all.test",
    "rrsig-not-yet-a.test",
    "rrsig-no-a.test",
    "no-rrsig-ksk.test",
    "bad-nsec3-next.test",
    "no-nsec3param-nsec3.test",
    "no-zsk.test",
    "bad-zsk.test",
    "no-dnskey-257.test",
    "rsamd5.test",
    "stale-ds.test",
    "ds-unsigned.test",
    "nsec3-iter-151.test",
    "cds-mismatch.test",
];

/// How many zones each tool looks at side by side: half of the time is spent waiting for servers.
const AT_ONCE: usize = 3;

/// Runs `work` with both tools over the lab; says so where they cannot be had.
fn with_peers(test: &str, work: impl FnOnce(&Peers, &Lab)) {
    match Peers::find() {
        Ok(peers) => alone(test, || work(&peers, &Lab::start_at(PROGRAM, 53))),
        Err(lacking) => tools::say_skipped(test, &lacking),
    }
}

fn ask(peers: &Peers, lab: &Lab, zones: &[String]) -> Vec<Said> {
    let folder = lab.folder("peers");
    let hints = lab.file("root.hints");
    let said = with_threads(AT_ONCE, zones, |zone| peers.ask(zone, &hints, &folder));
    said.into_iter().flatten().collect()
}

#[test]
fn what_they_say_is_as_recorded() {
    with_peers("peers::what_they_say_is_as_recorded", |peers, lab| {
        let found = Record::new(ask(peers, lab, &SAMPLE.map(str::to_owned)));
        let recorded = Record::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(RECORD));
        let differences = recorded.differences(&found);
        assert!(
            differences.is_empty(),
            "{RECORD} is stale:\n{}",
            differences.join("\n")
        );
    });
}

#[test]
#[ignore = "asks two tools about every zone that the record lacks: ten minutes for all"]
fn they_look_at_the_whole_lab() {
    with_peers("peers::they_look_at_the_whole_lab", |peers, lab| {
        let zones: Vec<String> = lab.cases().iter().map(|case| bare(&case.zone)).collect();
        let before = Record::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(RECORD));
        let is_asked = |(place, zone): &(usize, &String)| *place == 0 || !before.has(zone);
        let lacking = zones.iter().enumerate().filter(is_asked);
        let lacking: Vec<String> = lacking.map(|(_, zone)| zone.clone()).collect();
        let found = Record::new(ask(peers, lab, &lacking));
        is_up_to_date(RECORD, &before.with(found, &zones).write());
    });
}

#[test]
fn the_list_of_their_codes_is_theirs() {
    let peers = match Peers::find() {
        Ok(peers) => peers,
        Err(lacking) => {
            return tools::say_skipped("peers::the_list_of_their_codes_is_theirs", &lacking);
        }
    };
    let [dnsviz, zonemaster] = tools::defined(&peers);
    let listed = |of_dnsviz: bool| -> Vec<String> {
        let all = coverage()
            .into_iter()
            .filter(|foreign| (foreign.group == Group::DnsViz) == of_dnsviz);
        all.map(|foreign| foreign.full()).collect()
    };
    let mut of_dnsviz = listed(true);
    of_dnsviz.sort();
    assert_eq!(of_dnsviz, dnsviz);
    let of_zonemaster = listed(false);
    for tag in zonemaster.iter().filter(|tag| !is_title(tag)) {
        assert!(
            of_zonemaster.contains(tag),
            "{tag} is not in src/checks/peers.tsv"
        );
    }
}

/// Zonemaster keeps the titles of its test cases among its messages: `DNSSEC:DNSSEC01`.
fn is_title(tag: &str) -> bool {
    let parts = tag.split_once(':');
    parts.is_some_and(|(module, tag)| tag.strip_prefix(module).is_some_and(|rest| rest.len() == 2))
}

#[test]
fn every_code_that_only_they_name_is_judged() {
    alone("peers::every_code_that_only_they_name_is_judged", || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let record = Record::read(&root.join(RECORD));
        let ledger = Ledger::read(&root.join("tests/peers-ledger.tsv"));
        let ours = our_findings(&Lab::start_at(PROGRAM, 53));
        let (text, complaints) = table::markdown(&ours, &record, &ledger);
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
        is_up_to_date(TABLE, &text);
    });
}

/// Every zone of the lab, with our codes, root cause first.
fn our_findings(lab: &Lab) -> Vec<Ours> {
    let cases = lab.cases();
    with_threads(8, &cases, |case| {
        let report = lab.with_start(|start| audit(PROGRAM, start, &case.name, &case.rtype, &[]));
        let lists = ["findings", "folded"].map(|list| report.json[list].as_array().cloned());
        let mut codes: Vec<String> = Vec::new();
        for finding in lists.into_iter().flatten().flatten() {
            let code = finding["code"].as_str().unwrap_or_default().to_owned();
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        Ours {
            zone: bare(&case.zone),
            codes,
        }
    })
}

/// A zone without the dot at its end, as both tools take it.
fn bare(zone: &str) -> String {
    zone.trim_end_matches('.').to_owned()
}
