//! What other orders make of alarms and of series that are there.

use std::collections::BTreeMap;
use std::time::Duration;

use super::controls::Control;
use super::*;
use crate::agent::notify::engine;
use crate::agent::probe::ProbeSettings;
use crate::agent::probe::shared::Answers;
use crate::agent::store::Retention;
use crate::dns::Name;
use crate::evidence::{Resolver, Transport};
use crate::notify::{Cause, Signal, Subject};
use crate::report::Severity;

fn watch() -> Arc<Watch> {
    let store = Store::in_memory(Retention::default()).unwrap();
    Arc::new(Watch::new(store, Meters::new().unwrap()))
}

/// Means that ask the control names of these resolvers.
fn means(resolvers: &[&str]) -> Arc<Means> {
    let control = |label: &&str| Control {
        resolver: Resolver {
            label: (*label).to_owned(),
            address: None,
            transport: Transport::Udp,
        },
        known_good: Name::root(),
        known_bad: Name::root(),
    };
    Arc::new(Means {
        hints: Vec::new(),
        anchors: Vec::new(),
        port: 53,
        allow_private: false,
        resolvers: Vec::new(),
        probe: ProbeSettings::default(),
        answers: Arc::new(Answers::new(Duration::ZERO)),
        verified: Arc::default(),
        controls: resolvers.iter().map(control).collect(),
        standing: Arc::default(),
    })
}

/// Orders to watch nothing.
fn orders(is_complete: bool) -> Orders {
    Orders {
        targets: Vec::new(),
        is_complete,
        means: means(&[]),
        at_once: 1,
        control: Duration::from_secs(60),
        notify: Arc::default(),
        level: None,
    }
}

/// Whether anything is wrong after the engine has had the time for some turns.
async fn has_alarms(watch: &Watch, is_awaited: bool) -> bool {
    let has = || watch.post.board().alarms().next().is_some();
    for _ in 0..40 {
        if has() == is_awaited {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    has()
}

/// A list of zones changes without anything else of the configuration.
#[tokio::test]
async fn what_is_wrong_with_a_zone_ends_with_its_watch_and_not_while_a_list_is_unread() {
    let watch = watch();
    let zone: Name = "a.test".parse().unwrap();
    let subject = Subject {
        zone: zone.clone(),
        group: String::new(),
        labels: BTreeMap::new(),
        is_drill: false,
    };
    let signal = Signal {
        code: "soa-serial-inconsistent".to_owned(),
        scope: String::new(),
        severity: Severity::Warning,
        message: String::new(),
        reason: None,
        cause: Cause::Zone(zone),
    };
    watch.post.board().signal(&subject, signal, now());
    let mut unread = orders(false);
    watch.take(&mut unread);
    let telling = tokio::spawn(engine::run(Arc::clone(&watch)));
    assert!(has_alarms(&watch, false).await, "it may be on the list");
    let mut read = Orders {
        is_complete: true,
        ..unread
    };
    watch.take(&mut read);
    assert!(!has_alarms(&watch, false).await);
    telling.abort();
}

#[test]
fn a_resolver_that_is_no_longer_asked_has_no_series() {
    let watch = watch();
    watch.equip(&means(&["one", "other"]));
    for label in ["one", "other"] {
        let validates = &watch.meters.resolver_validates;
        validates.with_label_values(&[label]).set(0);
    }
    watch.equip(&means(&["other"]));
    let text = watch.meters.text();
    assert!(!text.contains("resolver=\"one\""), "{text}");
    assert!(text.contains("dnssec_resolver_validates{resolver=\"other\"} 0"));
}
