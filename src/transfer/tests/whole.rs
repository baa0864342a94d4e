//! Whole zones (RFC 5936, section 2.2).

use super::*;
use crate::dns::wire::WireError;
use crate::dns::{Class, Rcode};

const WHOLE: Result<Option<Outcome>, Fault> = Ok(Some(Outcome::Whole(Serial(1))));

#[test]
fn a_zone_in_one_message_or_in_many() {
    let records = [soa(1), a(1), a(2), soa(1)];
    let lines = ["zone.TEST. SOA 1", "a.zone.TEST. A 1", "a.zone.TEST. A 2"];
    let (taken, end) = take(None, &[axfr(&records)]);
    assert_eq!((taken, end), (lines.map(str::to_owned).to_vec(), WHOLE));
    let each: Vec<_> = records
        .iter()
        .map(|one| axfr(std::slice::from_ref(one)))
        .collect();
    let (taken, end) = take(None, &each);
    assert_eq!((taken, end), (lines.map(str::to_owned).to_vec(), WHOLE));
    for messages in 1..each.len() {
        assert_eq!(take(None, &each[..messages]).1, Ok(None), "{messages}");
    }
}

#[test]
fn a_question_is_repeated_or_left_out() {
    // Without a question there is nothing to point to.
    let name = b"\x04zone\x04test\x00";
    let rdata = [&[0, 0][..], &1_u32.to_be_bytes(), &[0; 16]].concat();
    let with = |question: &[u8]| Parts {
        question: question.to_vec(),
        ..Parts::answering(
            RecordType::AXFR,
            &[0, 0].map(|_| record(name, RecordType::SOA, &rdata)),
        )
    };
    assert_eq!(take(None, &[with(b"").octets()]).1, WHOLE);
    let question = |name: &[u8], rtype| [name, &[0, rtype, 0, 1]].concat();
    let same = with(&question(name, 252)).octets();
    assert_eq!(take(None, &[same]).1, WHOLE);
    for other in [question(name, 6), question(b"\x04zone\x04nets\x00", 252)] {
        let end = take(None, &[with(&other).octets()]).1;
        assert_eq!(end, Err(Fault::Question));
    }
}

#[test]
fn what_is_no_transfer_is_refused() {
    let good = || Parts::answering(RecordType::AXFR, &[soa(1), soa(1)]);
    assert_eq!(take(None, &[good().octets()]).1, WHOLE);
    let with_flags = |flags| Parts { flags, ..good() };
    let in_class = |class: u8| {
        let mut record = a(1);
        record[7] = class;
        record
    };
    let cases = [
        (
            Parts {
                id: ID + 1,
                ..good()
            },
            Fault::Stray,
        ),
        (with_flags(0x0400), Fault::Stray),
        (with_flags(0xA400), Fault::Stray),
        (with_flags(0x8405), Fault::Rcode(Rcode::REFUSED)),
        (with_flags(0x8600), Fault::Truncated),
        (
            Parts {
                answer: vec![],
                ..good()
            },
            Fault::Empty,
        ),
        (
            Parts {
                authority: vec![a(1)],
                ..good()
            },
            Fault::Authority,
        ),
        (
            Parts {
                answer: vec![a(1), soa(1)],
                ..good()
            },
            Fault::Opening,
        ),
        (
            Parts {
                answer: vec![soa(1), soa(2)],
                ..good()
            },
            Fault::Closing {
                opened: Serial(1),
                closed: Serial(2),
            },
        ),
        (
            Parts {
                answer: vec![soa(1), soa(1), a(1)],
                ..good()
            },
            Fault::Beyond,
        ),
        (
            Parts {
                answer: vec![soa(1), in_class(3)],
                ..good()
            },
            Fault::Class(Class(3)),
        ),
        (
            Parts {
                answer: vec![record(APEX, RecordType::SOA, &[0])],
                ..good()
            },
            Fault::Soa,
        ),
    ];
    for (parts, fault) in cases {
        assert_eq!(take(None, &[parts.octets()]).1, Err(fault));
    }
    // Knot does not set AA.
    assert_eq!(take(None, &[with_flags(0x8000).octets()]).1, WHOLE);
    let octets = good().octets();
    assert_eq!(
        take(None, &[octets[..11].to_vec()]).1,
        Err(Fault::Wire(WireError::Short))
    );
    let cut = octets[..octets.len() - 1].to_vec();
    assert_eq!(take(None, &[cut]).1, Err(Fault::Wire(WireError::Short)));
    assert_eq!(
        take(None, &[[&octets[..], &[0]].concat()]).1,
        Err(Fault::Trailing(1))
    );
}

#[test]
fn an_soa_record_below_the_apex_ends_nothing() {
    let owner = [b"\x01b", APEX].concat();
    let rdata = [b"\xC0\x0C\x00", &9_u32.to_be_bytes()[..], &[0; 16]].concat();
    let other = record(&owner, RecordType::SOA, &rdata);
    let (lines, end) = take(None, &[axfr(&[soa(1), other, soa(1)])]);
    assert_eq!((lines[1].as_str(), end), ("b.zone.TEST. SOA 9", WHOLE));
}

#[test]
fn who_takes_the_records_may_end_it() {
    let (_, mut incoming) = Incoming::new(Ask::whole(zone()), ID, None, NOW);
    let message = axfr(&[soa(1), a(1), soa(1)]);
    let ended = incoming.absorb(&message, NOW, |_, record| match record.rtype {
        RecordType::A => Err("enough".to_owned()),
        _ => Ok(()),
    });
    assert_eq!(ended, Err(Fault::Stopped("enough".to_owned())));
    assert_eq!(incoming.counts().records, 2);
}

#[test]
fn any_octets_are_taken_without_a_panic() {
    let good = axfr(&[soa(1), a(1), a(2), soa(1)]);
    arbtest::arbtest(|u| {
        let mut octets = good.clone();
        for _ in 0..u.int_in_range(0..=4)? {
            let at = u.choose_index(octets.len())?;
            octets[at] = u.arbitrary()?;
        }
        octets.truncate(u.int_in_range(0..=octets.len())?);
        for key in [None, Some(key())] {
            let since = u.arbitrary::<Option<u32>>()?.map(Serial);
            let ask = Ask {
                zone: zone(),
                since,
            };
            let (_, mut incoming) = Incoming::new(ask, ID, key.as_ref(), NOW);
            if let Err(fault) = incoming.absorb(&octets, NOW, |_, _| Ok(())) {
                assert!(!fault.to_string().contains('\n'));
            }
        }
        Ok(())
    });
}
