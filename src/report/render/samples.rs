//! Reports built by hand, one for each way an audit can end.

use std::collections::BTreeMap;

use crate::dns::{Name, RecordType, Timestamp};
use crate::report::{
    Coverage, Deadline, Finding, Link, Report, SCHEMA, ServerVerdict, Severity, Step, Subject,
    Vantage, Verdict,
};

fn name(text: &str) -> Name {
    text.parse().expect(text)
}

fn at() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().expect("an instant")
}

pub(crate) fn finding(severity: Severity) -> Finding {
    Finding {
        code: "rrsig-expiring".to_owned(),
        severity,
        zone: name("valid.test"),
        subject: BTreeMap::from([("rrtype".to_owned(), "A".to_owned())]),
        message: "The RRSIG of valid.test. A by key 4711 expires at 2026-11-22T12:00:00Z."
            .to_owned(),
        until: None,
        facts: BTreeMap::from([("key_tag".to_owned(), "4711".to_owned())]),
        rfc: vec!["RFC 6781, section 4.4.2".to_owned()],
        fix: "Sign the zone again.\n  rndc sign valid.test".to_owned(),
        evidence: vec![7],
    }
}

fn server(name: &str, address: &str, verdict: Verdict, reason: Option<&str>) -> ServerVerdict {
    ServerVerdict {
        name: name.to_owned(),
        address: address.to_owned(),
        verdict,
        reason: reason.map(str::to_owned),
        serial: Some(2_026_112_001),
        expires: None,
        signed: None,
        rtt_ms: Some(0.42),
    }
}

fn step(status: Verdict, text: &str) -> Step {
    Step {
        status,
        text: text.to_owned(),
    }
}

fn root() -> Link {
    Link {
        zone: Name::root(),
        status: Verdict::Secure,
        reason: "the trust anchor DS 20326 matches a key that signs the DNSKEY RRset".to_owned(),
        steps: vec![step(
            Verdict::Secure,
            "DNSKEY RRset signed by 20326 ECDSAP256SHA256 until 2026-12-04T12:00:00Z",
        )],
        servers: vec![
            server("a.root.", "127.0.0.2:5300", Verdict::Secure, None),
            server("b.root.", "127.0.0.3:5300", Verdict::Secure, None),
        ],
    }
}

fn zone(apex: &str, status: Verdict, reason: &str, steps: Vec<Step>) -> Link {
    Link {
        zone: name(apex),
        status,
        reason: reason.to_owned(),
        steps,
        servers: vec![
            server(&format!("ns1.{apex}."), "127.0.0.4:5300", status, None),
            server(&format!("ns2.{apex}."), "[::1]:5300", status, None),
        ],
    }
}

fn report(query: &str, verdict: Verdict, summary: &str, chain: Vec<Link>) -> Report {
    Report {
        schema: SCHEMA,
        query: Subject {
            name: name(query),
            rtype: RecordType::A,
        },
        verdict,
        reason: None,
        summary: summary.to_owned(),
        rcode: Some("NOERROR".to_owned()),
        at: at(),
        chain,
        denials: Vec::new(),
        findings: Vec::new(),
        folded: Vec::new(),
        silenced: Vec::new(),
        unused_silences: Vec::new(),
        vantages: Vec::new(),
        coverage: Coverage {
            exchanges: 41,
            servers: 6,
            servers_answering: 6,
            limits_reached: Vec::new(),
        },
        deadline: None,
        inventory: None,
        outlook: None,
        views: Vec::new(),
    }
}

pub(crate) fn secure() -> Report {
    let steps = vec![
        step(
            Verdict::Secure,
            "DS 4711 at test. matches key 4711 (SHA-256)",
        ),
        step(
            Verdict::Secure,
            "A RRset signed by 4711 until 2026-12-04T12:00:00Z",
        ),
    ];
    let summary = "every link from the root to valid.test. A validates";
    let valid = zone("valid.test", Verdict::Secure, "signed by key 4711", steps);
    let mut report = report("valid.test", Verdict::Secure, summary, vec![root(), valid]);
    report.deadline = Some(Deadline {
        at: at().plus(14 * 86_400),
        what: "the RRSIG of valid.test. A by key 4711 expires".to_owned(),
    });
    report
}

pub(crate) fn bogus() -> Report {
    let reason = "no DS at test. leads to a key of stale-ds.test.";
    let steps = vec![
        step(Verdict::Secure, "DS RRset at test. signed by 815"),
        step(
            Verdict::Bogus,
            "DS 12345 matches no key; the keys are 4711 and 4712",
        ),
    ];
    let stale = zone("stale-ds.test", Verdict::Bogus, reason, steps);
    let mut report = report("stale-ds.test", Verdict::Bogus, reason, vec![root(), stale]);
    report.reason = Some("ds-no-matching-dnskey".to_owned());
    report.findings = vec![
        Finding {
            code: "ds-no-matching-dnskey".to_owned(),
            severity: Severity::Bogus,
            zone: name("stale-ds.test"),
            subject: BTreeMap::from([("key_tag".to_owned(), "12345".to_owned())]),
            message: "DS 12345 at test. matches no key of stale-ds.test.".to_owned(),
            until: None,
            facts: BTreeMap::from([
                ("ds_key_tag".to_owned(), "12345".to_owned()),
                ("dnskey_tags".to_owned(), "4711 4712".to_owned()),
            ]),
            rfc: vec!["RFC 4035, section 5.2".to_owned(), "RFC 4035, section 2.4".to_owned()],
            fix: "Have the registrar publish the DS of key 4711 and withdraw DS 12345:\n  \
                  stale-ds.test. IN DS 4711 13 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"
                .to_owned(),
            evidence: vec![12, 15],
        },
        finding(Severity::Notice),
    ];
    report.folded = vec![Finding {
        code: "chain-bogus".to_owned(),
        message: "stale-ds.test. A is bogus.".to_owned(),
        severity: Severity::Bogus,
        ..finding(Severity::Bogus)
    }];
    report
}

pub(crate) fn insecure() -> Report {
    let reason = "test. proves by NSEC that unsigned.test. has no DS";
    let unsigned = zone("unsigned.test", Verdict::Insecure, reason, Vec::new());
    let links = vec![root(), unsigned];
    let mut report = report("unsigned.test", Verdict::Insecure, reason, links);
    report.rcode = Some("NXDOMAIN".to_owned());
    report
}

pub(crate) fn indeterminate() -> Report {
    let reason = "none of the 2 servers of silent.test. answers";
    let mut silent = zone("silent.test", Verdict::Indeterminate, reason, Vec::new());
    for server in &mut silent.servers {
        server.reason = Some("no answer over UDP or TCP within 2 s".to_owned());
        (server.serial, server.rtt_ms) = (None, None);
    }
    let links = vec![root(), silent];
    let mut report = report("silent.test", Verdict::Indeterminate, reason, links);
    report.reason = Some("zone-unreachable".to_owned());
    report.rcode = None;
    report.findings = vec![Finding {
        code: "zone-unreachable".to_owned(),
        severity: Severity::Error,
        message: "No server of silent.test. answers.".to_owned(),
        ..finding(Severity::Error)
    }];
    report.coverage.servers_answering = 4;
    report.coverage.limits_reached = vec!["60 s for the whole audit".to_owned()];
    report
}

/// Secure on the whole, bogus at one server that also speaks control characters.
pub(crate) fn flapping() -> Report {
    let mut report = secure();
    report.summary = "secure, but bogus at ns2.valid.test.: clients will flap".to_owned();
    report.findings = vec![Finding {
        code: "server-bogus".to_owned(),
        message: "ns2.valid.test. alone serves an expired RRSIG over A.".to_owned(),
        ..finding(Severity::Error)
    }];
    if let Some(server) = report.chain[1].servers.last_mut() {
        server.verdict = Verdict::Bogus;
        server.reason = Some("RRSIG of A by 4711 expired 2d ago | rrsig-expired".to_owned());
        server.serial = Some(2_026_111_801);
    }
    report.vantages = vec![Vantage {
        kind: "authority",
        server: "[::1]:5300".to_owned(),
        verdict: Verdict::Bogus,
        rcode: Some("NOERROR".to_owned()),
        ad: false,
        ede: vec!["EDE 22: \u{1b}[31mno\u{7}\nreachable".to_owned()],
        reason: Some("rrsig-expired".to_owned()),
        resolver: None,
    }];
    report
}
