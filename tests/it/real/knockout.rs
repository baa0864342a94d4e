//! Knock one record out: over what real servers said of good zones, every record of every response is
//! taken out, and bits of its RDATA are flipped, one at a time. The verdict or a finding must change, or
//! a line of `tests/knockout-ledger.tsv` says why it may not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anchorwatch::dns::message::{Message, Section};
use anchorwatch::dns::{Name, Record, RecordType};
use anchorwatch::evidence::{Evidence, Outcome, archive};
use anchorwatch::policy::Policy;

use super::cases::{PROGRAM, settle};
use super::support::hierarchy::{Hierarchy, TOP};
use super::support::process::in_parallel;
use super::support::server::Kind;
use super::support::tools::{self, Start};
use super::support::zone::{Denial, Plan, Signer};

/// One record of one response, and what is done to it.
#[derive(Clone, Copy)]
struct Knock {
    exchange: usize,
    section: Section,
    index: usize,
    change: Change,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// Nothing: the response is only written anew, without compression.
    Nothing,
    /// The record is taken out.
    Removed,
    /// The lowest bit of this octet of the RDATA is flipped.
    Flipped(usize),
}

impl Change {
    fn label(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Removed => "removed",
            Self::Flipped(_) => "flipped",
        }
    }
}

/// What of a report must change.
type Gist = String;

fn gist(evidence: &Evidence) -> Gist {
    let report = anchorwatch::audit(evidence, &Policy::default(), evidence.started);
    let findings = (&report.findings, &report.folded);
    let findings = serde_json::to_string(&findings).expect("a report can be written");
    format!("{} {findings}", report.verdict)
}

/// What the servers of a good zone said.
fn gather(hierarchy: &Hierarchy, name: &str) -> Evidence {
    let file = hierarchy.folder("evidence").join(name);
    let (hints, anchor) = (hierarchy.hints(), hierarchy.trust_anchor());
    let start = Start {
        hints: &hints,
        anchor: &anchor,
        port: hierarchy.network.port,
    };
    let path = file.to_str().expect("paths here are ASCII");
    tools::audit(PROGRAM, start, name, "A", &["--save", path]);
    let octets = std::fs::read(&file).expect("the evidence was written");
    archive::read(&octets).expect("the evidence can be read")
}

fn message(evidence: &Evidence, exchange: usize) -> Option<Message> {
    match &evidence.exchanges[exchange].outcome {
        Outcome::Response(octets) => Message::parse(octets).ok(),
        _ => None,
    }
}

/// Every change to every record of the exchanges about names at or below `ancestor`, and for each response
/// the one that changes nothing.
fn knocks(evidence: &Evidence, ancestor: &Name) -> Vec<Knock> {
    let sections = [Section::Answer, Section::Authority, Section::Additional];
    let mut knocks = Vec::new();
    for (exchange, about) in evidence.exchanges.iter().enumerate() {
        if !about.question().name.is_at_or_below(ancestor) {
            continue;
        }
        let Some(message) = message(evidence, exchange) else {
            continue;
        };
        let mut push = |section, index, change| {
            knocks.push(Knock {
                exchange,
                section,
                index,
                change,
            });
        };
        push(Section::Answer, 0, Change::Nothing);
        for section in sections {
            for (index, record) in message.section(section).iter().enumerate() {
                push(section, index, Change::Removed);
                for octet in octets_to_flip(record) {
                    push(section, index, Change::Flipped(octet));
                }
            }
        }
    }
    knocks
}

/// The first and the last octet of the RDATA.
fn octets_to_flip(record: &Record) -> BTreeSet<usize> {
    let length = record.rdata.len();
    let places = [0, length.saturating_sub(1)];
    places.into_iter().filter(|place| *place < length).collect()
}

fn knock(evidence: &Evidence, knock: &Knock) -> Evidence {
    let mut evidence = evidence.clone();
    let mut message = message(&evidence, knock.exchange).expect("it was read before");
    let section = match knock.section {
        Section::Answer => &mut message.answer,
        Section::Authority => &mut message.authority,
        Section::Additional => &mut message.additional,
    };
    match knock.change {
        Change::Nothing => {}
        Change::Removed => {
            section.remove(knock.index);
        }
        Change::Flipped(octet) => section[knock.index].rdata[octet] ^= 1,
    }
    evidence.exchanges[knock.exchange].outcome = Outcome::Response(wire(&message));
    evidence
}

/// The message without compression of names.
fn wire(message: &Message) -> Vec<u8> {
    let sections = [&message.answer, &message.authority, &message.additional];
    let count = |length: usize| u16::try_from(length).expect("it came from a message");
    let mut octets = Vec::new();
    octets.extend(message.id.to_be_bytes());
    octets.extend(message.flags.to_be_bytes());
    octets.extend(count(message.questions.len()).to_be_bytes());
    for section in sections {
        octets.extend(count(section.len()).to_be_bytes());
    }
    for question in &message.questions {
        octets.extend(question.name.wire());
        octets.extend(question.rtype.0.to_be_bytes());
        octets.extend(question.class.0.to_be_bytes());
    }
    for record in sections.into_iter().flatten() {
        octets.extend(record.owner.wire());
        octets.extend(record.rtype.0.to_be_bytes());
        octets.extend(record.class.0.to_be_bytes());
        octets.extend(record.ttl.to_be_bytes());
        octets.extend(count(record.rdata.len()).to_be_bytes());
        octets.extend(&record.rdata);
    }
    octets
}

/// The name of a change in the ledger: question type, section, record type, change. A signature is named
/// with the type it covers.
fn key(evidence: &Evidence, knock: &Knock) -> String {
    let message = message(evidence, knock.exchange).expect("it was read before");
    let record = &message.section(knock.section)[knock.index];
    let asked = evidence.exchanges[knock.exchange].question().rtype;
    let rtype = match (record.rtype, &*record.rdata) {
        (RecordType::RRSIG, [high, low, ..]) => {
            let covered = RecordType(u16::from_be_bytes([*high, *low]));
            format!("RRSIG({covered})")
        }
        (rtype, _) => rtype.to_string(),
    };
    let section = knock.section.to_string();
    format!("{asked} {section} {rtype} {}", knock.change.label())
}

/// The lines of the ledger: key, in which `*` stands for any word, and reason.
fn ledger() -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/knockout-ledger.tsv");
    let text = std::fs::read_to_string(path).expect("the ledger can be read");
    let rows = text.lines().filter(|row| !row.starts_with('#'));
    rows.filter(|row| !row.is_empty())
        .map(|row| {
            let (key, reason) = row.split_once('\t').expect("a key and a reason");
            assert!(!reason.is_empty(), "a ledger line says why: {row}");
            (key.to_owned(), reason.to_owned())
        })
        .collect()
}

fn is_match(pattern: &str, key: &str) -> bool {
    let words = pattern.split(' ').zip(key.split(' '));
    pattern.split(' ').count() == key.split(' ').count()
        && words.into_iter().all(|(p, k)| p == "*" || p == k)
}

/// The changes that went unnoticed: key, and the first such record.
fn unnoticed(evidence: &Evidence, ancestor: &Name) -> BTreeMap<String, String> {
    let whole = gist(evidence);
    let knocks = knocks(evidence, ancestor);
    let notices = in_parallel(&knocks, |one| gist(&knock(evidence, one)) != whole);
    let mut unnoticed = BTreeMap::new();
    for (one, is_noticed) in knocks.iter().zip(notices) {
        if one.change == Change::Nothing {
            assert!(!is_noticed, "writing a response anew changes the report");
        } else if !is_noticed {
            unnoticed
                .entry(key(evidence, one))
                .or_insert_with(|| describe(evidence, one));
        }
    }
    println!("{} changes to {}", knocks.len(), evidence.name);
    unnoticed
}

fn describe(evidence: &Evidence, knock: &Knock) -> String {
    let exchange = &evidence.exchanges[knock.exchange];
    let message = message(evidence, knock.exchange).expect("it was read before");
    let record = &message.section(knock.section)[knock.index];
    let question = exchange.question();
    format!(
        "asked {} {} at {}: {}",
        question.name,
        question.rtype,
        exchange.server,
        anchorwatch::dns::present::record(record),
    )
}

#[test]
fn every_record_counts() {
    let plans = [Denial::Nsec, Denial::Nsec3].map(|denial| {
        let name = format!("{}.{TOP}", denial.label());
        Plan::good(&name, Signer::Bind, denial, &Kind::PAIRS[1])
    });
    let hierarchy = Hierarchy::new(&plans);
    let mut found = BTreeMap::new();
    for plan in &plans {
        let zone: Name = plan.name.parse().expect("it is a name");
        // The zones above are the same for every name.
        let names = [
            ("www", Name::root()),
            ("x.wild", zone.clone()),
            ("alias", zone.clone()),
            ("missing", zone),
        ];
        for (label, ancestor) in names {
            let name = format!("{label}.{}", plan.name);
            found.extend(unnoticed(&gather(&hierarchy, &name), &ancestor));
        }
    }
    let ledger = ledger();
    let is_known = |key: &str| ledger.keys().any(|pattern| is_match(pattern, key));
    let unknown = found.iter().filter(|(key, _)| !is_known(key));
    let mut complaints: Vec<String> = unknown
        .map(|(key, what)| format!("{key}: unnoticed, and the ledger has no line for it: {what}"))
        .collect();
    let is_used = |pattern: &str| found.keys().any(|key| is_match(pattern, key));
    let stale = ledger.keys().filter(|pattern| !is_used(pattern));
    complaints.extend(stale.map(|pattern| format!("{pattern}: in the ledger, but always noticed")));
    settle(&complaints);
}
