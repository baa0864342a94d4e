//! Who gets a probe, who does not, and what they are told.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::HeaderMap;

use super::gate::{Gate, Refusal, Settings};
use super::words::{Words, read};
use crate::dns::Name;

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn timeout(text: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("X-Prometheus-Scrape-Timeout-Seconds", text.parse().unwrap());
    headers
}

fn words(target: &str, module: &str) -> Words {
    Words {
        target: Some(target.to_owned()),
        module: Some(module.to_owned()),
        debug: None,
    }
}

fn said(words: Words, headers: &HeaderMap) -> String {
    match read(words, headers, Duration::from_secs(60)) {
        Err(Refusal::Wrong(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_audit_ends_half_a_second_before_the_scrape() {
    let allowed = |headers: &HeaderMap| {
        let read = read(
            words("example.com", "chain"),
            headers,
            Duration::from_secs(60),
        );
        read.unwrap().allowed
    };
    assert_eq!(allowed(&timeout("10")), Duration::from_millis(9_500));
    assert_eq!(allowed(&timeout("2.75")), Duration::from_millis(2_250));
    assert_eq!(allowed(&timeout("300")), Duration::from_secs(60));
    assert_eq!(allowed(&HeaderMap::new()), Duration::from_secs(60));
}

#[test]
fn what_cannot_be_understood_is_told() {
    let none = HeaderMap::new();
    assert_eq!(
        said(Words::default(), &none),
        "target is missing: /probe?target=example.com&module=chain"
    );
    assert!(said(words("a..b", "chain"), &none).starts_with("target \"a..b\" is no zone: "));
    assert_eq!(
        said(words("example.com", "http_2xx"), &none),
        "there is no module \"http_2xx\"; there are chain, chain_resolvers"
    );
    for text in ["soon", "NaN", "-1", "inf", "1e400"] {
        let text = said(words("example.com", "chain"), &timeout(text));
        assert!(text.ends_with("is no number of seconds"), "{text}");
    }
    assert_eq!(
        said(words("example.com", "chain"), &timeout("0.5")),
        "a scrape that ends after 0.5 s leaves no time for an audit"
    );
    let debug = Words {
        debug: Some("maybe".to_owned()),
        ..words("example.com", "chain")
    };
    assert_eq!(said(debug, &none), "debug is true or false, not \"maybe\"");
}

#[test]
fn only_what_is_watched_or_allowed_is_probed() {
    let client = "192.0.2.1".parse().unwrap();
    let admits = |gate: &Gate, zone: &str, watched: &str| {
        let watched = name(watched);
        gate.admit(client, &name(zone), |zone| *zone == watched)
            .is_ok()
    };
    let gate = Gate::new(Settings::default());
    assert!(admits(&gate, "example.com", "Example.COM"));
    assert!(admits(&gate, "a.b.example.com", "example.com"));
    assert!(!admits(&gate, "badexample.com", "example.com"));
    assert!(!admits(&gate, "com", "example.com"));
    assert!(admits(&gate, ".", "."));
    assert!(!admits(&gate, "example.com", "."), "the root opens nothing");
    let gate = Gate::new(Settings {
        suffixes: Some(vec![name("test")]),
        ..Settings::default()
    });
    assert!(admits(&gate, "a.test", "example.com"));
    assert!(!admits(&gate, "example.com", "example.com"));
}

#[test]
fn a_client_that_asks_too_often_waits_and_others_do_not() {
    let gate = Gate::new(Settings {
        suffixes: Some(vec![Name::root()]),
        rate: NonZeroU32::MIN,
        burst: NonZeroU32::MIN,
        ..Settings::default()
    });
    let ask = |client: &str| gate.admit(client.parse().unwrap(), &name("a.test"), |_| false);
    assert_eq!(ask("2001:db8::1"), Ok(()));
    assert!(matches!(ask("2001:db8::2"), Err(Refusal::TooOften(_))));
    assert_eq!(ask("2001:db8:0:1::1"), Ok(()));
    assert_eq!(ask("192.0.2.1"), Ok(()));
    assert!(matches!(ask("::ffff:192.0.2.1"), Err(Refusal::TooOften(_))));
}

#[test]
fn no_more_run_than_may() {
    let gate = Gate::new(Settings {
        at_once: 1,
        ..Settings::default()
    });
    let place = gate.place().unwrap();
    assert!(matches!(gate.place(), Err(Refusal::Busy(_))));
    drop(place);
    assert!(gate.place().is_ok());
}
