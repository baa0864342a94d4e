//! What real servers send and say.

use std::time::{Duration, Instant};

use anchorwatch::agent::transfer::{TransferError, Trouble};
use anchorwatch::dns::{Name, Rcode, RecordType, Serial};
use anchorwatch::transfer::tsig::{Refusal, TsigFault};
use anchorwatch::transfer::{Ask, Fault, Outcome, Part};

use super::site::{CLOSED, KEYS, OPEN, Site, write_zone};
use super::{carry, carry_at, errand, key, now, tsig_fault};
use crate::real::support::process::run;
use crate::real::support::server::Kind;

const NAMES: usize = 3_000;
/// At the apex: NS, TXT and twice the SOA record.
const RECORDS: u64 = NAMES as u64 + 4;

#[test]
fn named_hands_over_its_zones() {
    hands_over(Kind::Named);
}

#[test]
fn nsd_hands_over_its_zones() {
    hands_over(Kind::Nsd);
}

#[test]
fn knot_hands_over_its_zones() {
    hands_over(Kind::Knot);
}

fn hands_over(kind: Kind) {
    let site = Site::start(kind, NAMES);
    let whole = Outcome::Whole(Serial(1));
    let open = carry(&errand(OPEN, site.address)).unwrap();
    assert_eq!((open.0, open.1.records), (whole, RECORDS));
    for [algorithm, name, secret] in KEYS {
        let mut errand = errand(CLOSED, site.address);
        errand.key = Some(key(&format!("{algorithm}:{name}:{secret}")));
        let (mut names, mut txt) = (0, 0);
        let (outcome, counts) = carry_at(&errand, now, |part, record| {
            assert_eq!((part, &record.fault), (Part::Zone, &None));
            let owner = Name::from_wire(record.owner).unwrap();
            assert!(owner.is_at_or_below(&errand.ask.zone));
            names += usize::from(owner.label_count() == 3);
            txt += usize::from(record.rtype == RecordType::TXT);
            Ok(())
        })
        .unwrap();
        assert_eq!((outcome, counts.records), (whole, RECORDS), "{algorithm}");
        assert_eq!((names, txt), (NAMES, NAMES + 1), "{algorithm}");
        assert!(counts.messages > 1, "{counts:?}");
    }
    refuses(kind, &site);
    has_nothing_newer(&site);
}

/// What each server says to those who should not have its zone.
fn refuses(kind: Kind, site: &Site) {
    let with = |text: &str| {
        let mut errand = errand(CLOSED, site.address);
        errand.key = Some(key(text));
        errand
    };
    let refusal = |carried| match tsig_fault(carried) {
        TsigFault::Refused(refusal) => refusal,
        other => panic!("{kind:?}: {other:?}"),
    };
    let [algorithm, name, secret] = KEYS[0];
    let wrong = refusal(carry(&with(&format!("{algorithm}:{name}:d3Jvbmc="))));
    assert_eq!((wrong.error, wrong.is_signed), (Refusal::BADSIG, false));
    let unknown = refusal(carry(&with(&format!("{algorithm}:nobody.test:{secret}"))));
    assert_eq!((unknown.error, unknown.is_signed), (Refusal::BADKEY, false));
    let errand_at = with(&format!("{algorithm}:{name}:{secret}"));
    for seconds in [3600, -3600] {
        let late = refusal(carry_at(&errand_at, || now().plus(seconds), |_, _| Ok(())));
        assert_eq!(late.error, Refusal::BADTIME, "{kind:?}");
        // NSD leaves the signature out, which RFC 8945, section 5.2.3, wants here.
        assert_eq!(late.is_signed, kind != Kind::Nsd, "{late:?}");
        let clock = late.clock.expect("a server says what its clock shows");
        assert!(now().since(clock).abs() < 60, "{kind:?}: {clock}");
    }
    // Without a key: REFUSED or NOTAUTH, or the connection is closed.
    match carry(&errand(CLOSED, site.address)) {
        Err(TransferError {
            trouble: Trouble::Fault(Fault::Rcode(rcode)),
            ..
        }) => assert!([Rcode::REFUSED, Rcode(9)].contains(&rcode), "{rcode}"),
        other => panic!("{kind:?}: {other:?}"),
    }
}

fn has_nothing_newer(site: &Site) {
    let mut errand = errand(OPEN, site.address);
    errand.ask.since = Some(Serial(1));
    let (outcome, counts) = carry(&errand).unwrap();
    assert_eq!((outcome, counts.records), (Outcome::Current(Serial(1)), 1));
}

#[test]
fn named_sends_differences_or_the_whole_zone() {
    let site = Site::start(Kind::Named, 5);
    let [algorithm, name, secret] = KEYS[0];
    let mut errand = errand(CLOSED, site.address);
    errand.key = Some(key(&format!("{algorithm}:{name}:{secret}")));
    let zone: Name = CLOSED.parse().unwrap();
    errand.ask = Ask {
        zone: zone.clone(),
        since: Some(Serial(0xFFFF_FFFF)),
    };
    // Of a version that it never had, named has no differences.
    assert_eq!(carry(&errand).unwrap().0, Outcome::Whole(Serial(1)));
    errand.ask.since = Some(Serial(1));
    write_zone(&site.folder, 2, 6);
    let id = site.process.id().to_string();
    run(&site.folder, "sh", &["-c", "kill -HUP \"$0\"", &id]);
    let start = Instant::now();
    let (outcome, changes) = loop {
        let mut changes = Vec::new();
        let (outcome, _) = carry_at(&errand, now, |part, record| {
            let owner = Name::from_wire(record.owner).unwrap();
            changes.push(format!("{part:?} {owner} {}", record.rtype));
            Ok(())
        })
        .unwrap();
        if outcome != Outcome::Current(Serial(1)) {
            break (outcome, changes);
        }
        assert!(start.elapsed() < Duration::from_secs(30), "no version 2");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(outcome, Outcome::Differences(Serial(2)));
    let expected = [
        "Removed closed.test. SOA",
        "Added closed.test. SOA",
        "Added n5.closed.test. TXT",
    ];
    assert_eq!(changes, expected);
}
