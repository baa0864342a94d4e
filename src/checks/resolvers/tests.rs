//! What is told of a resolver from what it sends, end to end.

#[cfg(feature = "agent")]
mod lab;

use std::time::Duration;

use crate::audit;
use crate::dns::message::Question;
use crate::dns::query::{Query, QueryEdns};
use crate::dns::{RecordType, Timestamp};
use crate::evidence::probes::{known_good, question};
use crate::evidence::{Evidence, Exchange, Outcome, Resolver, Transport};
use crate::policy::Policy;
use crate::report::Report;

const RESPONSE: u16 = 0x8180;
const SERVFAIL: u16 = RESPONSE | 2;
const CD: u16 = 0x10;
const AD: u16 = 0x20;

/// A response without records: flags, and perhaps an extended error.
fn response(question: &Question, flags: u16, extended_error: Option<u8>) -> Outcome {
    let mut octets = vec![0, 0];
    let additional = u8::from(extended_error.is_some());
    octets.extend(flags.to_be_bytes());
    octets.extend([0, 1, 0, 0, 0, 0, 0, additional]);
    octets.extend_from_slice(question.name.wire());
    octets.extend(question.rtype.0.to_be_bytes());
    octets.extend([0, 1]);
    if let Some(code) = extended_error {
        octets.extend([0, 0, 41, 4, 208, 0, 0, 128, 0, 0, 6, 0, 15, 0, 2, 0, code]);
    }
    Outcome::Response(octets)
}

fn exchange(question: Question, is_checking_disabled: bool, outcome: Outcome) -> Exchange {
    Exchange {
        server: "192.0.2.53:53".parse().unwrap(),
        transport: Transport::Udp,
        query: Query {
            question,
            recursion_desired: true,
            checking_disabled: is_checking_disabled,
            authentic_data: false,
            probe: None,
            edns: Some(QueryEdns {
                udp_size: 1232,
                dnssec_ok: true,
                nsid: true,
            }),
        },
        sent: Timestamp(1_790_000_000),
        elapsed: Duration::ZERO,
        strays: 0,
        outcome,
    }
}

fn report(checked: impl Fn(&Question) -> Outcome, unchecked: u16) -> Report {
    let asked = question(&"a.test.".parse().unwrap(), RecordType::A);
    let root = response(&known_good(), RESPONSE | AD, None);
    let exchanges = vec![
        exchange(asked.clone(), false, checked(&asked)),
        exchange(asked.clone(), true, response(&asked, unchecked, None)),
        exchange(known_good(), false, root),
    ];
    let evidence = Evidence {
        name: asked.name,
        rtype: asked.rtype,
        started: Timestamp(1_790_000_000),
        hints: Vec::new(),
        anchors: Vec::new(),
        port: 53,
        allow_private: false,
        is_thorough: false,
        resolvers: vec![Resolver {
            label: "192.0.2.53".to_owned(),
            address: Some("192.0.2.53:53".parse().unwrap()),
            transport: Transport::Udp,
        }],
        exchanges,
    };
    assert!(evidence.is_resolvers_only());
    audit(&evidence, &Policy::default(), evidence.started)
}

fn codes(report: &Report) -> Vec<&str> {
    let all = report.findings.iter().chain(&report.folded);
    let codes = all.map(|finding| finding.code.as_str());
    codes
        .filter(|code| code.starts_with("resolver-") || code.starts_with("recursion-"))
        .collect()
}

/// What the parts of a case stand for, the table says.
type Expectation = (&'static str, u16, Option<u8>, u16, &'static [&'static str]);

#[test]
fn each_finding_has_its_reply() {
    let cases: [Expectation; 10] = [
        ("untold", RESPONSE, None, RESPONSE | CD, &[]),
        (
            "validation-fails",
            SERVFAIL,
            None,
            RESPONSE | CD,
            &["resolver-cd-differential"],
        ),
        (
            "fails",
            SERVFAIL,
            None,
            SERVFAIL | CD,
            &["resolver-servfail-not-dnssec"],
        ),
        (
            "ignores-cd",
            SERVFAIL,
            None,
            SERVFAIL,
            &["resolver-ignores-cd"],
        ),
        (
            "no-recursion",
            0x8500,
            None,
            0x8500,
            &["recursion-not-available"],
        ),
        (
            "refuses",
            RESPONSE | 5,
            None,
            RESPONSE | 5,
            &["resolver-refuses"],
        ),
        (
            "untold",
            RESPONSE,
            Some(3),
            RESPONSE | CD,
            &["resolver-serves-stale"],
        ),
        (
            "fails",
            SERVFAIL,
            Some(13),
            SERVFAIL | CD,
            &["resolver-servfail-not-dnssec", "resolver-cached-failure"],
        ),
        (
            "untold",
            RESPONSE,
            Some(17),
            RESPONSE | CD,
            &["resolver-policy-interference"],
        ),
        (
            "untold",
            RESPONSE,
            Some(6),
            RESPONSE | CD,
            &["resolver-ede-dnssec"],
        ),
    ];
    for (conduct, flags, error, unchecked, expected) in cases {
        let report = report(|asked| response(asked, flags, error), unchecked);
        let vantage = &report.vantages[0];
        let resolver = vantage.resolver.as_ref().unwrap();
        // The root is called authentic, so that nothing but the data keeps it from being told.
        assert_eq!(resolver.conduct, conduct, "{flags:x} {unchecked:x}");
        assert_eq!(codes(&report), expected, "{flags:x} {unchecked:x}");
        assert!(vantage.reason.is_some() && !resolver.evidence.is_empty());
    }
}

#[test]
fn one_that_sends_no_response_says_nothing_of_the_zone() {
    let report = report(|_| Outcome::Timeout, 0);
    assert_eq!(report.verdict, crate::report::Verdict::Indeterminate);
    assert_eq!(
        report.vantages[0].resolver.as_ref().unwrap().conduct,
        "garbled"
    );
}
