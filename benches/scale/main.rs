//! What the watch takes with many zones, measured from outside: `cargo bench --bench scale`.
//!
//! The zones are in `world`, served by NSD; the daemon is the program itself, with a configuration file, a
//! list of zones and a state directory on disk. Processor time and memory are the kernel's account of that
//! process alone. The limits on questions a second, which are there to be polite, are off where the rate of
//! audits is what is measured: sixteen pairs of servers get all the questions.
//!
//! `cargo bench --bench scale -- idle polite audits scrapes known many` names the parts; without a word it is all of
//! them. `zones=2000` and `seconds=20` make it quicker, for a first look. `many` alone has bounds that it fails by.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark starts processes and reads the clock"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

mod crowd;
mod daemon;
mod many;
mod memory;
#[path = "../../tests/it/peers/tools.rs"]
#[allow(
    dead_code,
    reason = "the benchmark has no use for what Zonemaster says"
)]
mod peers;
#[path = "../../tests/it/support/mod.rs"]
mod support;
mod world;

use daemon::{Daemon, Pace, Scrape, mebibytes};
use world::World;

/// How much is measured.
struct Extent {
    /// Zones that are audited.
    zones: usize,
    /// Seconds that a rate is measured over.
    seconds: u64,
}

/// Zones that are known and not audited.
const KNOWN: usize = 100_000;
/// Zones of the idle daemon.
const FEW: usize = 50;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if !words.iter().any(|word| word == "--bench") {
        println!("run by: cargo bench --bench scale");
        return ExitCode::SUCCESS;
    }
    let number = |key: &str, usual| {
        let mut values = words.iter().filter_map(|word| word.strip_prefix(key));
        values
            .next()
            .map_or(usual, |value| value.parse().expect("a number"))
    };
    let extent = Extent {
        zones: usize::try_from(number("zones=", 10_000)).expect("it fits"),
        seconds: number("seconds=", 60),
    };
    let parts = ["many", "idle", "polite", "audits", "scrapes", "known"];
    let is_named = |part: &str| words.iter().any(|word| word == part);
    let is_wanted = |part: &str| is_named(part) || !parts.iter().any(|part| is_named(part));
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load before: {}", load.trim());
    if is_named(many::INSIDE) {
        let world = make(extent.zones, Some(53));
        return code(many::run(&world, &world.folder("many")));
    }
    let is_kept = !is_wanted("many") || many::start(extent.zones);
    if parts[1..].iter().any(|part| is_wanted(part)) {
        daemon(&extent, is_wanted);
    }
    code(is_kept)
}

fn code(is_kept: bool) -> ExitCode {
    ExitCode::from(u8::from(!is_kept))
}

fn make(zones: usize, port: Option<u16>) -> World {
    let begun = Instant::now();
    let world = World::new(zones, port);
    let took = begun.elapsed().as_secs_f64();
    println!("{zones} zones made, signed and served by NSD in {took:.0} s\n");
    world
}

/// The parts that are about the daemon.
fn daemon(extent: &Extent, is_wanted: impl Fn(&str) -> bool) {
    let world = make(extent.zones, None);
    if is_wanted("idle") {
        idle(&world, extent);
    }
    if is_wanted("polite") {
        polite(&world, extent);
    }
    let audited = world.folder("audited");
    if ["audits", "scrapes", "known"]
        .iter()
        .any(|part| is_wanted(part))
    {
        audits(&world, extent, &audited);
    }
    if is_wanted("scrapes") {
        scrapes(&world, &audited);
    }
    if is_wanted("known") {
        known(&world, &audited);
    }
}

fn row(what: &str, value: impl std::fmt::Display) {
    println!("{what:<62} {value:>16}");
}

/// Audits as many as there is time for, then a hundred a second.
fn audits(world: &World, extent: &Extent, directory: &Path) {
    println!("{} zones, as often as there is time for", extent.zones);
    let eager = Pace {
        interval: 10,
        start: 1,
        glance: 0,
        queries: 0,
    };
    let daemon = Daemon::start(world, directory, &world.zones, eager);
    let begun = Instant::now();
    while daemon.scrape().sum("dnssec_zones", "unknown") > 0.0 {
        std::thread::sleep(Duration::from_secs(1));
    }
    row("  until each was audited once", seconds(begun.elapsed()));
    let page = daemon.scrape();
    let secure = page.sum("dnssec_zones", "verdict=\"secure\"");
    row("  of them secure", format!("{secure}"));
    assert_eq!(
        secure as usize,
        extent.zones,
        "the zones are whole: {}",
        daemon.log()
    );
    measure(&daemon, world, extent);
    drop(daemon);

    println!("{} zones, a hundred audits a second", extent.zones);
    let interval = u32::try_from(extent.zones / 100).expect("it fits").max(1);
    let steady = Pace {
        interval,
        glance: 60,
        ..eager
    };
    let daemon = Daemon::start(world, directory, &world.zones, steady);
    std::thread::sleep(Duration::from_secs(u64::from(interval)));
    measure(&daemon, world, extent);
}

/// Watches the daemon for some time, with a scrape each second.
fn measure(daemon: &Daemon, world: &World, extent: &Extent) {
    let (before, cpu, nsd) = (
        daemon.scrape(),
        daemon.processor(),
        daemon::processors(&world.nsd),
    );
    let begun = Instant::now();
    let mut took = Vec::new();
    let (mut lag, mut last) = (0.0_f64, before);
    let first =
        ["anchorwatch_audits_total", "anchorwatch_exchanges_total"].map(|name| last.value(name));
    while begun.elapsed() < Duration::from_secs(extent.seconds) {
        std::thread::sleep(Duration::from_secs(1));
        last = daemon.scrape();
        took.push(last.took);
        lag = lag.max(last.value("anchorwatch_schedule_lag_seconds"));
    }
    let wall = begun.elapsed().as_secs_f64();
    let audits = last.value("anchorwatch_audits_total") - first[0];
    let exchanges = last.value("anchorwatch_exchanges_total") - first[1];
    let spent = (daemon.processor() - cpu).as_secs_f64();
    let nsd = (daemon::processors(&world.nsd) - nsd).as_secs_f64();
    row("  audits a second", format!("{:.0}", audits / wall));
    row(
        "  processor time an audit, scrapes included",
        format!("{:.2} ms", spent * 1e3 / audits),
    );
    row(
        "  processors in use: ours, NSD's",
        format!("{:.2}, {:.2}", spent / wall, nsd / wall),
    );
    row("  exchanges an audit", format!("{:.1}", exchanges / audits));
    row("  greatest lag", format!("{lag:.0} s"));
    latency(&took, &last);
    memory(daemon, extent.zones);
    println!();
}

fn latency(took: &[Duration], page: &Scrape) {
    let mut took = took.to_vec();
    took.sort_unstable();
    let size = mebibytes(page.page.len() as f64);
    row(
        "  /metrics",
        format!("{} lines, {size:.1} MiB", page.samples()),
    );
    row("    median", milliseconds(took[took.len() / 2]));
    row("    95 %", milliseconds(took[took.len() * 95 / 100]));
    row("    longest", milliseconds(took[took.len() - 1]));
}

fn memory(daemon: &Daemon, zones: usize) {
    let (now, peak) = daemon.memory();
    row("  resident memory", format!("{:.0} MiB", mebibytes(now)));
    row("    at its peak", format!("{:.0} MiB", mebibytes(peak)));
    row(
        "    a zone, all of it divided",
        format!("{:.0} octets", now / zones as f64),
    );
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.0} ms", duration.as_secs_f64() * 1e3)
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// Few zones at the usual pace.
fn idle(world: &World, extent: &Extent) {
    println!("{FEW} zones, default settings");
    let directory = world.folder("few");
    let few = &world.zones[..FEW];
    let daemon = Daemon::start(world, &directory, few, USUAL);
    while daemon.scrape().sum("dnssec_zones", "unknown") > 0.0 {
        std::thread::sleep(Duration::from_secs(1));
    }
    let cpu = daemon.processor();
    std::thread::sleep(Duration::from_secs(extent.seconds));
    let spent = (daemon.processor() - cpu).as_secs_f64() / extent.seconds as f64;
    let took: Vec<Duration> = (0..20).map(|_| daemon.scrape().took).collect();
    row("  processors in use", format!("{spent:.4}"));
    latency(&took, &daemon.scrape());
    memory(&daemon, FEW);
    println!();
}

/// All zones with default settings, whose limits are there for servers of others: what is due and may not be
/// asked yet waits, and nothing is called that was not seen.
fn polite(world: &World, extent: &Extent) {
    println!("{} zones, default settings", extent.zones);
    let directory = world.folder("polite");
    let daemon = Daemon::start(world, &directory, &world.zones, USUAL);
    std::thread::sleep(Duration::from_secs(extent.seconds));
    let page = daemon.scrape();
    let audits = page.value("anchorwatch_audits_total");
    let told = page.sum("dnssec_zones", "verdict=\"secure\"");
    let waiting = page.sum("dnssec_zones", "verdict=\"unknown\"");
    row(
        "  audits a second",
        format!("{:.0}", audits / extent.seconds as f64),
    );
    row(
        "  of them that told nothing",
        page.value("anchorwatch_audit_failures_total"),
    );
    row(
        "  zones called anything but secure",
        extent.zones as f64 - told - waiting,
    );
    row(
        "  lag",
        format!("{:.0} s", page.value("anchorwatch_schedule_lag_seconds")),
    );
    println!();
}

/// The default settings.
const USUAL: Pace = Pace {
    interval: 300,
    start: 60,
    glance: 60,
    queries: 50,
};

/// Ten thousand scrapes at the same time.
fn scrapes(world: &World, directory: &Path) {
    println!(
        "{} zones, {} scrapes at a time",
        world.zones.len(),
        crowd::SCRAPES
    );
    let daemon = Daemon::start(world, directory, &world.zones, QUIET);
    let before = daemon.memory().0;
    let told = crowd::scrape(daemon.at);
    row("  answered with the whole page", told.pages);
    row("  told 503 and when to come again", told.refused);
    row("  told nothing", told.lost);
    row("  all of it", seconds(told.took));
    row(
        "  resident memory before",
        format!("{:.0} MiB", mebibytes(before)),
    );
    memory(&daemon, world.zones.len());
    row("  a scrape afterwards", milliseconds(daemon.scrape().took));
    println!();
}

/// Nothing is due for a long time.
const QUIET: Pace = Pace {
    interval: 86_400 * 7,
    start: 86_400,
    glance: 0,
    queries: 0,
};

/// Zones that are known, before and after they were audited.
fn known(world: &World, audited: &Path) {
    let zones: Vec<String> = (0..KNOWN).map(memory::name).collect();
    println!("{KNOWN} zones from a list, not audited yet");
    resting(world, &world.folder("new"), &zones);
    println!(
        "{KNOWN} zones from a list, with the states and reports of a store, as after a restart"
    );
    let directory: PathBuf = world.folder("known");
    let begun = Instant::now();
    memory::fill(&audited.join("state"), &directory.join("state"));
    row("  the store was filled in", seconds(begun.elapsed()));
    resting(world, &directory, &zones);
}

fn resting(world: &World, directory: &Path, zones: &[String]) {
    let begun = Instant::now();
    let daemon = Daemon::start(world, directory, zones, QUIET);
    row("  answers after", seconds(begun.elapsed()));
    std::thread::sleep(Duration::from_secs(5));
    let fresh = daemon.memory().0;
    row(
        "  resident memory before the first scrape",
        format!("{:.0} MiB", mebibytes(fresh)),
    );
    let cpu = daemon.processor();
    let took: Vec<Duration> = (0..20).map(|_| daemon.scrape().took).collect();
    let spent = (daemon.processor() - cpu) / 20;
    row("  processor time a scrape", milliseconds(spent));
    latency(&took, &daemon.scrape());
    memory(&daemon, zones.len());
    println!();
}
