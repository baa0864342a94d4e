//! A store as a hundred thousand audited zones leave it: the real states and reports of those that were
//! audited, under more names of the same length.

use std::path::Path;

use anchorwatch::agent::store::{Audited, Retention, Store};
use anchorwatch::dns::{Name, Timestamp};

use crate::KNOWN;

/// Changes that wait at a time.
const AT_ONCE: usize = 1_000;

/// The `number`th zone: the first ten thousand are those that were audited.
pub fn name(number: usize) -> String {
    let (copy, original) = (number / 10_000, number % 10_000);
    crate::world::name(original).replace("zone", &word(copy))
}

/// `zone` itself, then words of the same length.
fn word(copy: usize) -> String {
    match copy {
        0 => "zone".to_owned(),
        _ => format!("zon{copy}"),
    }
}

/// Copies what is known of the audited zones into a new store.
pub fn fill(from: &Path, to: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime can be made");
    runtime.block_on(async {
        let from = Store::open(from, Retention::default()).expect("the daemon has ended");
        let to = Store::open(to, Retention::default()).expect("it can be made");
        let states = from.states().await.expect("they can be read");
        let mut known = Vec::with_capacity(states.len());
        for (zone, state) in states {
            let report = from.report(&zone).await.expect("it can be read");
            known.push((zone, state, report));
        }
        assert!(!known.is_empty(), "there is something to copy");
        known.sort_by_key(|(zone, ..)| zone.to_string());
        let mut records = tokio::task::JoinSet::new();
        for number in 0..KNOWN {
            let (zone, state, report) = &known[number % 10_000 % known.len()];
            let name: Name = name(number).parse().expect("it is well formed");
            let renamed = |text: &str| {
                let old = zone.to_string();
                text.replace(&old, &name.to_string())
            };
            let audited = Audited {
                state: renamed(state),
                report: report.as_deref().map(renamed),
                zone: name.clone(),
                at: Timestamp(1),
                evidence: None,
                is_failure: false,
                events: Vec::new(),
                seen: Vec::new(),
            };
            let to = to.clone();
            records.spawn(async move { to.record(audited).await });
            if records.len() >= AT_ONCE {
                let kept = records.join_next().await.expect("one is there");
                kept.expect("it does not panic").expect("the disk takes it");
            }
        }
        while let Some(kept) = records.join_next().await {
            kept.expect("it does not panic").expect("the disk takes it");
        }
        from.close().await;
        to.close().await;
    });
}
