//! Differences (RFC 1995, section 4).

use super::*;

#[test]
fn the_query_has_the_serial_at_hand() {
    let ask = Ask {
        zone: zone(),
        since: Some(Serial(7)),
    };
    let query = crate::dns::Message::parse(&Incoming::new(ask, ID, None, NOW).0).unwrap();
    assert_eq!(query.questions[0].rtype, RecordType::IXFR);
    let soa = crate::dns::Soa::parse(&query.authority[0].rdata).unwrap();
    assert_eq!((soa.serial, query.faults), (Serial(7), vec![]));
}

#[test]
fn a_chain_of_differences() {
    let records = [
        soa(3),
        soa(1),
        a(1),
        soa(2),
        a(2),
        soa(2),
        a(2),
        soa(3),
        a(3),
        a(4),
        soa(3),
    ];
    let lines = [
        "-zone.TEST. SOA 1",
        "-a.zone.TEST. A 1",
        "+zone.TEST. SOA 2",
        "+a.zone.TEST. A 2",
        "-zone.TEST. SOA 2",
        "-a.zone.TEST. A 2",
        "+zone.TEST. SOA 3",
        "+a.zone.TEST. A 3",
        "+a.zone.TEST. A 4",
    ];
    let end = Ok(Some(Outcome::Differences(Serial(3))));
    let expected: Taken = (lines.map(str::to_owned).to_vec(), end);
    assert_eq!(take(Some(1), &[ixfr(&records)]), expected);
    let each: Vec<_> = records
        .iter()
        .map(|one| ixfr(std::slice::from_ref(one)))
        .collect();
    assert_eq!(take(Some(1), &each), expected);
    for messages in 1..each.len() {
        assert_eq!(take(Some(1), &each[..messages]).1, Ok(None), "{messages}");
    }
}

#[test]
fn a_server_may_send_the_whole_zone_or_has_nothing_newer() {
    let (lines, end) = take(Some(1), &[ixfr(&[soa(3)]), ixfr(&[a(1), soa(3)])]);
    assert_eq!(
        lines,
        [
            "zone.test. SOA 3".replace("z", "Z"),
            "a.zone.TEST. A 1".to_owned()
        ]
    );
    assert_eq!(end, Ok(Some(Outcome::Whole(Serial(3)))));
    for since in [3, 4] {
        let (lines, end) = take(Some(since), &[ixfr(&[soa(3)])]);
        assert_eq!(
            (lines.len(), end),
            (0, Ok(Some(Outcome::Current(Serial(3)))))
        );
        let (_, end) = take(Some(since), &[ixfr(&[soa(3), a(1)])]);
        assert_eq!(end, Err(Fault::Beyond));
    }
    // Serials wrap (RFC 1982).
    let (_, end) = take(Some(u32::MAX), &[ixfr(&[soa(3), soa(3)])]);
    assert_eq!(end, Ok(Some(Outcome::Whole(Serial(3)))));
}

#[test]
fn differences_that_do_not_follow_are_refused() {
    let fault = |reached, found| {
        Err(Fault::Sequence {
            reached: Serial(reached),
            found: Serial(found),
        })
    };
    for (records, expected) in [
        // Not from the version at hand.
        (vec![soa(3), soa(2), soa(3), soa(3)], fault(1, 2)),
        // Backwards.
        (vec![soa(3), soa(1), soa(1)], fault(1, 1)),
        // A version between is left out.
        (vec![soa(4), soa(1), soa(2), soa(3)], fault(2, 3)),
        (
            vec![soa(3), soa(1), soa(3), soa(4)],
            Err(Fault::Closing {
                opened: Serial(3),
                closed: Serial(4),
            }),
        ),
        (
            vec![soa(3), soa(1), soa(3), soa(3), a(1)],
            Err(Fault::Beyond),
        ),
    ] {
        assert_eq!(take(Some(1), &[ixfr(&records)]).1, expected);
    }
}
