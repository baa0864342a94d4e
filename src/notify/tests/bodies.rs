//! A golden file for each body, and what is held of the longest that there can be.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dns::{Name, Timestamp};
use crate::notify::alarm::{CHAIN_BROKEN, ENDPOINT_FAILING};
use crate::notify::format::limits::{BODY, LIMITS};
use crate::notify::format::{Format, Formatter, samples};
use crate::notify::notice::{Row, TOP};
use crate::notify::{Cause, Happening, Notice, Subject};
use crate::report::Severity;
use crate::watch::Event;
use crate::watch::event::Kind;

fn formatter(format: Format, own: Option<&str>) -> Result<Formatter, String> {
    let key = (format == Format::Pagerduty).then(|| "R0UT1NGKEY".to_owned());
    Formatter::new(format, "ops", key, own.map(str::to_owned))
}

fn many() -> Notice {
    let zones = ["a.example.com", "b.example.com", "c.example.com"];
    let rows = zones.iter().map(|zone| Row {
        zone: (*zone).to_owned(),
        severity: Severity::Bogus,
        message: "no DS matches a DNSKEY: <tag 4711> & \"tag 815\"".to_owned(),
        reason: Some("ds-no-matching-dnskey".to_owned()),
        since: Timestamp(1_789_999_900),
        labels: [("team".to_owned(), "hosting".to_owned())].into(),
    });
    let [_, updated, ..] = &samples()[..] else {
        panic!("samples");
    };
    let labels = [
        ("alertname", "DnssecChainBroken"),
        ("code", "chain-broken"),
        ("nameservers", "ns1.example.net"),
    ];
    Notice {
        title: "4711 zones on ns1.example.net are bogus (ds-no-matching-dnskey)".to_owned(),
        summary: "no DS matches a DNSKEY".to_owned(),
        cause: Cause::Servers(vec!["ns1.example.net".to_owned()]),
        count: 4_711,
        zones: rows.collect(),
        labels: labels
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        group: "default".to_owned(),
        ..updated.clone()
    }
}

#[test]
fn bodies() {
    for format in Format::ALL {
        let formatter = formatter(format, None).unwrap();
        let firing = formatter.body(&many());
        let resolved = Notice {
            event: Happening::Resolved,
            ended: Some(Timestamp(1_790_000_600)),
            zones: many().zones[..1].to_vec(),
            count: 1,
            link: None,
            ..many()
        };
        let resolved = formatter.body(&resolved);
        assert_eq!((&firing.problem, &resolved.problem), (&None, &None));
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let both = (json(&firing.text), json(&resolved.text));
        insta::assert_snapshot!(format.to_string(), format!("{:#}\n{:#}\n", both.0, both.1));
    }
}

/// An event is one line for people, and for programs a document in which no key occurs twice: a shell script
/// can read it.
#[test]
fn bodies_of_events() {
    let is_event = |notice: &Notice| notice.event == Happening::Event;
    let event = samples().into_iter().find(is_event).unwrap();
    let mut all = String::new();
    for format in Format::ALL.into_iter().filter(|one| one.takes_events()) {
        let body = formatter(format, None).unwrap().body(&event);
        assert_eq!(body.problem, None, "{format}");
        let json: Value = serde_json::from_str(&body.text).unwrap();
        all += &format!("{format}\n{json:#}\n");
        for key in ["type", "event", "zone", "key_tag", "algorithm"] {
            let count = body.text.matches(&format!("\"{key}\":")).count();
            let is_for_programs = matches!(format, Format::Standard | Format::Exec);
            assert!(count == 1 || !is_for_programs, "{format} {key}: {count}");
        }
    }
    insta::assert_snapshot!("events", all);
}

#[test]
fn events_of_one_key_keep_their_order_and_each_has_a_name_of_its_own() {
    let is_event = |notice: &Notice| notice.event == Happening::Event;
    let published = samples().into_iter().find(is_event).unwrap();
    let again = |kind, key, at: i64| {
        let event = Event {
            at: Timestamp(at),
            zone: "Example.com".parse().unwrap(),
            kind,
            text: "something".to_owned(),
            key,
        };
        let subject = Subject {
            zone: event.zone.clone(),
            group: "default".to_owned(),
            labels: BTreeMap::new(),
            is_drill: false,
        };
        Notice::of_event(&event, &subject)
    };
    let key = Some((4_711, 13));
    let withdrawn = again(Kind::DsWithdrawn, key, 2);
    assert_eq!(published.incident, withdrawn.incident);
    assert_ne!(published.id, withdrawn.id);
    assert_eq!(withdrawn, again(Kind::DsWithdrawn, key, 2));
    assert_ne!(withdrawn.id, again(Kind::DsWithdrawn, key, 3).id);
    let other = again(Kind::DsWithdrawn, Some((815, 13)), 2);
    assert_ne!(other.incident, withdrawn.incident);
}

/// Names of 255 octets that are written with 1,004 characters, each with a message to match.
fn monstrous() -> Notice {
    let label = "\\001".repeat(63);
    let zone: Name = format!("{label}.{label}.{label}.{}.", "\\001".repeat(61))
        .parse()
        .unwrap();
    let zone = zone.to_string();
    let row = Row {
        zone: zone.clone(),
        severity: Severity::Bogus,
        message: "\u{1}".repeat(300),
        reason: Some("rrsig-expired".to_owned()),
        since: Timestamp(0),
        labels: BTreeMap::new(),
    };
    Notice {
        title: "\u{1}".repeat(300),
        summary: "\u{1}".repeat(300),
        count: 1_000_000,
        zones: vec![row; TOP],
        cause: Cause::Servers(vec![zone; 8]),
        ..many()
    }
}

#[test]
fn the_longest_message_is_within_every_limit() {
    for format in Format::ALL {
        let body = formatter(format, None).unwrap().body(&monstrous());
        assert!(
            body.text.len() < BODY && body.text.len() > 300,
            "{format}: {}",
            body.text.len()
        );
        let parsed: Value = serde_json::from_str(&body.text).unwrap();
        for limit in LIMITS.iter().filter(|limit| limit.format == format) {
            let text = parsed
                .pointer(limit.at)
                .unwrap_or_else(|| panic!("{format} {}", limit.at));
            let length = text.as_str().unwrap().chars().count();
            assert!(length <= limit.most, "{format} {}: {length}", limit.at);
        }
    }
}

/// Every limit is of a text that the body has: one that the template no longer has must leave the table.
#[test]
fn every_limit_is_of_something() {
    for limit in LIMITS {
        let body = formatter(limit.format, None).unwrap().body(&many());
        let parsed: Value = serde_json::from_str(&body.text).unwrap();
        assert!(
            parsed.pointer(limit.at).is_some_and(Value::is_string),
            "{limit:?}"
        );
    }
}

#[test]
fn a_template_of_ones_own() {
    let own = r#"{"text": {{ notice.title | tojson }}, "n": {{ notice.count }}}"#;
    let body = formatter(Format::Slack, Some(own)).unwrap().body(&many());
    assert_eq!(body.problem, None);
    assert!(
        body.text.starts_with(r#"{"n":4711,"text":"4711 zones"#),
        "{}",
        body.text
    );
    for (bad, why) in [
        ("{{ notice.titel }}", "undefined"),
        ("{{ notice.title ", "line 1"),
        ("{{ notice.title }}", "not JSON"),
    ] {
        let problem = formatter(Format::Slack, Some(bad)).unwrap_err();
        assert!(problem.contains(why), "{bad}: {problem}");
    }
}

#[test]
fn a_template_that_fails_on_one_message_has_the_one_that_is_built_in_in_its_place() {
    let own = r#"{"n": {{ 1 if notice.count < 100 else notice.nothing }}}"#;
    let formatter = formatter(Format::Standard, Some(own)).unwrap();
    let body = formatter.body(&many());
    assert!(body.problem.is_some());
    assert!(
        body.text.contains("\"type\":\"incident.updated\""),
        "{}",
        body.text
    );
}

/// A code that no finding has is none that could be explained.
#[test]
fn the_command_that_tells_more_is_one_that_there_is() {
    let text = |code: &str, reason: Option<&str>| {
        let notice = Notice {
            code: code.to_owned(),
            reason: reason.map(str::to_owned),
            ..many()
        };
        formatter(Format::Standard, None)
            .unwrap()
            .body(&notice)
            .text
    };
    for (code, reason, command) in [
        (
            CHAIN_BROKEN,
            Some("rrsig-expired"),
            "explain rrsig-expired\"",
        ),
        (CHAIN_BROKEN, None, "audit "),
        (ENDPOINT_FAILING, None, "notify pending\""),
        ("rrsig-expired", None, "explain rrsig-expired\""),
    ] {
        let told = format!("\"explain\":\"anchorwatch {command}");
        assert!(text(code, reason).contains(&told), "{code}: {told}");
    }
}
