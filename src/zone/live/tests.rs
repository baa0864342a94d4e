//! What servers may say, and what is made of it.

use super::*;
use crate::dns::master::{Reader, Settings as ReaderSettings, no_includes};
use crate::dns::{Name, Timestamp};
use crate::policy::Policy;
use crate::report::Severity;
use crate::report::render::Style;
use crate::report::status::Status;
use crate::zone::{Progress, read};

const ZONE: &str = "example. 60 SOA ns.example. h.example. 7 1 2 3 4\nexample. 60 NS ns.other.\n\
    example. 60 NS ns2.other.\n";

fn rdata_of(text: &str, rtype: RecordType) -> Vec<Vec<u8>> {
    let records = crate::dns::master::read_only(text, &Name::root(), &[rtype]).unwrap();
    records
        .into_iter()
        .map(|record| record.rdata.into())
        .collect()
}

fn heard(text: &str, silent: &[&str]) -> Outcome {
    let settings = Settings {
        origin: None,
        at: Timestamp(0),
        policy: Policy::default(),
        kept: 3,
        max_ttl: None,
        max_lifetime: None,
        max_remaining: None,
        ds: None,
        sample: None,
        is_going_on: false,
    };
    let input = Box::new(std::io::Cursor::new(ZONE.as_bytes().to_vec()));
    let mut opener = no_includes;
    let mut reader = Reader::new(input, ReaderSettings::of_zone("zone", None), &mut opener);
    let (mut outcome, version) = read(&mut reader, &settings, &Progress::default()).unwrap();
    let sets = [RecordType::SOA, RecordType::NS, RecordType::DNSKEY];
    let one = Served {
        server: "ns (192.0.2.1)".to_owned(),
        sets: sets.map(|rtype| (rtype, rdata_of(text, rtype))).into(),
    };
    let silent = silent.iter().map(|&name| name.to_owned()).collect();
    outcome.faults.clear();
    served(&mut outcome, &version, &[one], silent, &settings);
    outcome
}

fn told(outcome: &Outcome) -> Vec<&str> {
    let all = outcome.faults.iter().flat_map(|fault| &fault.first);
    all.map(|fault| fault.message.as_str()).collect()
}

#[test]
fn what_a_server_has_is_what_the_file_has() {
    assert_eq!(told(&heard(ZONE, &[])), [""; 0]);
    assert_eq!(
        told(&heard(&ZONE.replace("NS ns.", "NS NS."), &[])),
        [""; 0]
    );
    let older = heard(&ZONE.replace(" 7 ", " 6 "), &[]);
    assert_eq!(told(&older), ["ns (192.0.2.1) has serial 6, not 7"]);
    assert_eq!(older.status(Severity::Warning), Status::Warning);
    let other = heard(&ZONE.replace("ns2", "ns3"), &[]);
    assert_eq!(
        told(&other),
        ["ns (192.0.2.1) has another NS RRset: lacks ns2.other., has ns3.other."]
    );
    let timers = heard(&ZONE.replace("7 1 2", "7 1 9"), &[]);
    assert!(
        told(&timers)[0].contains("another SOA"),
        "{:?}",
        told(&timers)
    );
}

#[test]
fn a_silent_server_is_no_good_sign() {
    assert_eq!(heard(ZONE, &[]).status(Severity::Warning), Status::Ok);
    let gap = heard(ZONE, &["ns2 (192.0.2.2)"]);
    assert_eq!(gap.status(Severity::Warning), Status::Unknown);
    let text = crate::zone::text(&gap, Status::Unknown, &Style::default());
    assert!(text.contains("no answer from ns2 (192.0.2.2)"), "{text}");
}
