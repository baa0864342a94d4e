//! What each check costs over the evidence of one healthy zone: `cargo bench --bench checks`.
//!
//! The lab answers in memory, thoroughly asked. Each check runs many times over the same evidence, judged
//! once; the median counts. A check may take 0.1 ms, all of them 1 ms, or the benchmark fails.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark reads the clock"
)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anchorwatch::checks::{CHECKS, Check, Context};
use anchorwatch::dns::{RecordType, Timestamp};
use anchorwatch::evidence::topology::{Basis, Topology};
use anchorwatch::evidence::view::View;
use anchorwatch::evidence::{Evidence, Exchange, Outcome, Transport, hints};
use anchorwatch::lab::{self, Action, Lab};
use anchorwatch::policy::Policy;
use anchorwatch::validate::anchor::{self, TrustAnchor};
use anchorwatch::validate::{Limits, chain};
use anchorwatch::walk::{Ask, Settings, Walk};

/// When the lab is signed and everything judged.
const NOW: Timestamp = Timestamp(1_790_000_000);
/// How often each check runs.
const TURNS: usize = 201;
/// Checks that are listed by name.
const LISTED: usize = 12;
/// What one check may take.
const EACH: Duration = Duration::from_micros(100);
/// What all may take together.
const ALL: Duration = Duration::from_millis(1);

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() != Some("--bench") {
        println!("run by: cargo bench --bench checks");
        return ExitCode::SUCCESS;
    }
    let lab = Lab::new(NOW);
    let reports = ["valid.test.", "wildcard-nsec3.test."].map(|zone| {
        let reports = [false, true].map(|is_thorough| report(&lab, zone, is_thorough));
        reports.into_iter().all(|is_within| is_within)
    });
    ExitCode::from(u8::from(reports.contains(&false)))
}

/// Measures every check over one zone, and says whether all keep within their bounds.
fn report(lab: &Lab, zone: &str, is_thorough: bool) -> bool {
    let evidence = evidence(lab, zone, is_thorough);
    let view = View::new(evidence.exchanges.clone());
    let anchors: Vec<TrustAnchor> =
        anchor::from_records(&evidence.anchors).expect("the lab's anchor can be read");
    let topology = Topology::new(&view, &Basis::of(&evidence));
    let (limits, policy) = (Limits::default(), Policy::default());
    let judging = Instant::now();
    let judged = chain::judge(&view, &topology, &anchors, limits, NOW);
    let judging = judging.elapsed();
    let gather = || Context::new(&view, &topology, &judged, &policy, NOW).with_anchors(&anchors);
    let gathering = median(|| {
        black_box(gather());
    });
    let context = gather();
    let mut costs: Vec<(&Check, Duration)> = CHECKS
        .iter()
        .map(|check| (*check, cost(check, &context)))
        .collect();
    costs.sort_by_key(|(_, cost)| std::cmp::Reverse(*cost));
    let total: Duration = costs.iter().map(|(_, cost)| *cost).sum();
    let kind = if is_thorough { "thorough" } else { "ordinary" };
    println!(
        "{zone} {kind}: {} exchanges, judging {judging:?} once, gathering {gathering:?}, {} checks {total:?}",
        evidence.exchanges.len(),
        costs.len()
    );
    for (check, cost) in costs.iter().take(LISTED) {
        println!("  {cost:>10.1?}  {}", check.code);
    }
    total <= ALL && costs.iter().all(|(_, cost)| *cost <= EACH)
}

fn cost(check: &Check, context: &Context<'_>) -> Duration {
    median(|| {
        black_box((check.run)(black_box(context)));
    })
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..TURNS)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[TURNS / 2]
}

fn evidence(lab: &Lab, zone: &str, is_thorough: bool) -> Evidence {
    let name = zone.parse().expect("a fixed name");
    let anchors = anchor::read(&lab.trust_anchor()).expect("the lab's anchor can be read");
    let mut walk = Walk::new(Settings {
        hints: hints::read_hints(&lab.root_hints()).expect("the lab's hints can be read"),
        anchors: anchor::to_records(&anchors),
        is_thorough,
        ..Settings::new(name, RecordType::SOA, NOW)
    });
    loop {
        let asks = walk.next_asks();
        if asks.is_empty() {
            return walk.finish();
        }
        for ask in asks {
            walk.absorb(exchange(lab, ask));
        }
    }
}

fn exchange(lab: &Lab, ask: Ask) -> Exchange {
    let transport = match ask.transport {
        Transport::Udp => lab::Transport::Udp,
        _ => lab::Transport::Tcp,
    };
    let outcome = match lab.respond(ask.server.ip(), transport, &ask.query.to_wire(1)) {
        Action::Reply(octets) => Outcome::Response(octets),
        Action::Silence => Outcome::Timeout,
    };
    Exchange {
        server: ask.server,
        transport: ask.transport,
        query: ask.query,
        sent: NOW,
        elapsed: Duration::from_millis(1),
        strays: 0,
        outcome,
    }
}
