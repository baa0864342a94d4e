//! `audit --zones` as a process, cold: what it costs a zone, whether ten times as many zones cost ten times as
//! much, what a run that was killed leaves to do, and what DNSViz takes for a few of the same zones.
//!
//! All of it runs in a network namespace that has only loopback, where the zones are served at port 53:
//! DNSViz asks no other.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

use crate::daemon::{mebibytes, processors, status};
use crate::peers::Peers;
use crate::support::isolation;
use crate::world::{ROOT, World};
use crate::{row, seconds};

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
/// How long a run may take.
const PATIENCE: Duration = Duration::from_secs(1_800);
/// Zones of the first run, which the bounds of time are about.
const THOUSAND: usize = 1_000;
/// Zones that DNSViz is asked about, in one run of it.
const FEW: usize = 5;
/// Processor time a zone, at most.
const EACH: Duration = Duration::from_millis(5);
/// Zones a second, at least.
const RATE: f64 = 150.0;
/// Resident memory, at most.
const MEMORY: f64 = 200.0;
/// How many times less processor time a zone than DNSViz takes, at least.
const LESS: f64 = 200.0;
/// What a zone may cost more among many than among a thousand: what is measured on a busy machine wavers.
const LINEAR: f64 = 1.25;

/// What one run took.
struct Took {
    zones: usize,
    wall: Duration,
    processor: Duration,
    peak: f64,
}

impl Took {
    fn each(&self) -> Duration {
        self.processor / u32::try_from(self.zones).expect("it fits")
    }
}

/// Starts this program once more in a network of its own; whether all bounds are kept.
pub fn start(zones: usize) -> bool {
    // Where DNSViz has to be fetched first, that takes a network.
    if let Err(lacking) = Peers::find() {
        println!("without DNSViz: {lacking}");
    }
    let this = std::env::current_exe().expect("a program knows where it is");
    let mut command = isolation::command(&this);
    let command = command.args(["--bench", INSIDE, &format!("zones={zones}")]);
    command
        .status()
        .expect("setpriv and unshare are installed; tests/run installs them")
        .success()
}

/// The word for the process that runs inside.
pub const INSIDE: &str = "many-inside";

/// Audits a thousand zones and then all, without the limits that are there for servers of others; whether all
/// bounds are kept.
pub fn run(world: &World, directory: &Path) -> bool {
    let few = measure(world, directory, THOUSAND.min(world.zones.len()));
    let mut is_kept = [
        bound("  processor time a zone under 5 ms", few.each() <= EACH),
        bound(
            "  150 zones a second",
            few.zones as f64 / few.wall.as_secs_f64() >= RATE,
        ),
        against_dnsviz(world, directory, &few),
    ]
    .into_iter()
    .all(|is_kept| is_kept);
    if world.zones.len() > THOUSAND {
        let all = measure(world, directory, world.zones.len());
        let growth = all.each().as_secs_f64() / few.each().as_secs_f64();
        row(
            "  a zone of them to one of a thousand",
            format!("{growth:.2}x"),
        );
        is_kept &= bound("  cost in proportion", growth <= LINEAR);
        is_kept &= bound("  memory under 200 MiB", mebibytes(all.peak) < MEMORY);
    }
    killed(world, directory);
    is_kept
}

fn bound(what: &str, is_kept: bool) -> bool {
    row(what, if is_kept { "kept" } else { "BROKEN" });
    is_kept
}

fn measure(world: &World, directory: &Path, zones: usize) -> Took {
    println!("{zones} zones from a list, audited once");
    list(world, directory, zones);
    let _ = std::fs::remove_file(directory.join(REPORTS));
    let nsd = processors(&world.nsd);
    let took = once(world, directory, zones);
    let nsd = processors(&world.nsd) - nsd;
    let wall = took.wall.as_secs_f64();
    row("  zones a second", format!("{:.0}", zones as f64 / wall));
    row("  all of them", seconds(took.wall));
    let each = took.each().as_secs_f64() * 1e3;
    row("  processor time a zone", format!("{each:.2} ms"));
    let (ours, nsd) = (
        took.processor.as_secs_f64() / wall,
        nsd.as_secs_f64() / wall,
    );
    row(
        "  processors in use: ours, NSD's",
        format!("{ours:.2}, {nsd:.2}"),
    );
    let peak = mebibytes(took.peak);
    row("  greatest resident memory", format!("{peak:.0} MiB"));
    let text = reports(directory);
    let is_secure = |line: &&str| {
        let report: serde_json::Value = serde_json::from_str(line).expect("it is JSON");
        report["verdict"] == "secure"
    };
    let secure = text.lines().filter(is_secure).count();
    assert_eq!(secure, zones, "the zones are whole");
    row("  a report", format!("{} octets", text.len() / zones));
    took
}

/// Ends a run in its midst as a machine does that loses its power, and lets another take it up.
fn killed(world: &World, directory: &Path) {
    let zones = world.zones.len().min(THOUSAND);
    println!("{zones} zones, killed in their midst and resumed");
    list(world, directory, zones);
    let path = directory.join(REPORTS);
    std::fs::remove_file(&path).expect("it was written");
    let mut child = begin(world, directory);
    let begun = Instant::now();
    let told = || reports(directory).matches('\n').count();
    while !path.exists() || told() < zones / 2 {
        assert!(begun.elapsed() < PATIENCE, "no report comes");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("it is ours");
    child.wait().expect("it is ours");
    let done = told();
    row("  told before", done);
    let rest = once(world, directory, zones);
    assert_eq!(told(), zones, "each name is told once");
    row("  the others", seconds(rest.wall));
    let left = u32::try_from(zones - done).expect("it fits");
    let each = (rest.processor / left.max(1)).as_secs_f64() * 1e3;
    row(
        "  processor time for each of these",
        format!("{each:.2} ms"),
    );
    row(
        "  resumed with nothing left",
        seconds(once(world, directory, zones).wall),
    );
}

fn list(world: &World, directory: &Path, zones: usize) {
    let text = world.zones[..zones].join("\n");
    std::fs::write(directory.join("zones.txt"), text).expect("a list can be written");
}

const REPORTS: &str = "out.ndjson";

fn reports(directory: &Path) -> String {
    let octets = std::fs::read(directory.join(REPORTS)).unwrap_or_default();
    String::from_utf8_lossy(&octets).into_owned()
}

fn once(world: &World, directory: &Path, zones: usize) -> Took {
    let (begun, before) = (Instant::now(), children());
    let mut child = begin(world, directory);
    let mut peak = 0.0_f64;
    while child.try_wait().expect("it is ours").is_none() {
        assert!(begun.elapsed() < PATIENCE, "it does not end");
        peak = peak.max(status(child.id(), "VmHWM:"));
        std::thread::sleep(Duration::from_millis(5));
    }
    Took {
        zones,
        wall: begun.elapsed(),
        processor: children() - before,
        peak,
    }
}

/// Processor time of all processes that were started here and have ended.
fn children() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the kernel keeps account");
    let both = [usage.user_time(), usage.system_time()];
    let microseconds = both.map(|time| time.tv_sec() * 1_000_000 + time.tv_usec());
    Duration::from_micros(microseconds.iter().sum::<i64>().unsigned_abs())
}

fn begin(world: &World, directory: &Path) -> Child {
    let (hints, anchor) = world.start();
    let mut command = Command::new(PROGRAM);
    command
        .args(["audit", "--zones", "zones.txt", "--resume", REPORTS])
        .args(["--port", &world.port.to_string()])
        .args(["--server-queries-per-second", "0"])
        .args(["--network-queries-per-second", "0"])
        .args([Path::new("--root-hints"), &hints])
        .args([Path::new("--trust-anchor"), &anchor])
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("our program can be run")
}

/// What DNSViz takes for a few of the zones, with what they have in common asked once.
fn against_dnsviz(world: &World, directory: &Path, ours: &Took) -> bool {
    let Ok(peers) = Peers::find() else {
        row("  DNSViz", "not there");
        return true;
    };
    let few = &world.zones[..FEW];
    let [probed, grokked] = ["probed", "grokked"].map(|name| directory.join(name));
    let [probed, grokked] = [&probed, &grokked].map(|path| path.display().to_string());
    let root = format!(
        ".:{}",
        ROOT.map(|address| format!("ns.={address}")).join(",")
    );
    let zones: Vec<&str> = few.iter().map(|zone| zone.trim_end_matches('.')).collect();
    let cost = |zones: &[&str]| {
        let options = ["probe", "-A", "-4", "-a", ".", "-x", &root, "-o", &probed];
        let before = children();
        let done = [
            peers.dnsviz(&[&options[..], zones].concat()),
            peers.dnsviz(&["grok", "-P", "-r", &probed, "-o", &grokked]),
        ];
        assert!(done.iter().all(Option::is_some), "DNSViz does not end well");
        (children() - before).as_secs_f64()
    };
    // A process a zone, as people use it, and all of them in one.
    let took = cost(&zones[..1]);
    let together = cost(&zones) / FEW as f64;
    let text = std::fs::read_to_string(grokked).expect("it was written");
    let is_told = |zone: &&str| text.contains(&format!("\"{zone}.\""));
    assert!(
        zones.iter().all(is_told),
        "DNSViz tells of each zone: {text}"
    );
    let less = took / ours.each().as_secs_f64();
    row(
        "  DNSViz: processor time for one zone, a zone of five",
        format!("{:.0} ms, {:.0} ms", took * 1e3, together * 1e3),
    );
    let less_together = together / ours.each().as_secs_f64();
    row("  ours less by", format!("{less:.0}x, {less_together:.0}x"));
    bound("  200 times less", less >= LESS)
}
