//! Notices that templates are tried with: one of every kind, so that a template that cannot be used is found
//! at the start and not on the day.

use crate::dns::{Name, Timestamp};
use crate::notify::alarm::{CHAIN_BROKEN, Subject};
use crate::notify::incident::Cause;
use crate::notify::notice::{Happening, Notice, Row};
use crate::report::Severity;
use crate::watch::{Event, event};

/// A message of every kind, to try templates with.
pub fn samples() -> Vec<Notice> {
    let now = Timestamp(1_790_000_000);
    let zone: Name = Name::root();
    let test = Notice::of_nothing(Happening::Test, "msg_sample".to_owned(), now);
    let firing = Notice {
        event: Happening::Firing,
        severity: Severity::Bogus,
        code: CHAIN_BROKEN.to_owned(),
        reason: Some("rrsig-expired".to_owned()),
        title: "example.com is bogus (rrsig-expired)".to_owned(),
        cause: Cause::Zone(zone),
        count: 1,
        zones: vec![Row {
            zone: "example.com".to_owned(),
            severity: Severity::Bogus,
            message: "the RRSIG of the DNSKEY RRset has expired".to_owned(),
            reason: Some("rrsig-expired".to_owned()),
            since: now,
            labels: Default::default(),
        }],
        ..test.clone()
    };
    let resolved = Notice {
        event: Happening::Resolved,
        ended: Some(now.plus(600)),
        ..firing.clone()
    };
    let updated = Notice {
        event: Happening::Updated,
        link: Some("https://anchorwatch.example.net/api/v1/incidents/1".to_owned()),
        ..firing.clone()
    };
    let heartbeat = Notice::of_nothing(Happening::Heartbeat, "msg_sample".to_owned(), now);
    vec![firing, updated, resolved, event(now), test, heartbeat]
}

fn event(at: Timestamp) -> Notice {
    let zone: Name = "example.com".parse().expect("a fixed name");
    let event = Event {
        at,
        zone: zone.clone(),
        kind: event::Kind::DsPublished,
        text: "the DS of key 4711 (ECDSAP256SHA256) is at every server of the parent now"
            .to_owned(),
        key: Some((4_711, 13)),
    };
    let subject = Subject {
        zone,
        group: "default".to_owned(),
        labels: Default::default(),
        is_drill: false,
    };
    Notice::of_event(&event, &subject)
}
