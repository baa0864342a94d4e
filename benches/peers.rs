//! What an audit costs beside delv, measured side by side in one run: `cargo bench --bench peers`.
//!
//! Each command is a child of a small process of its own (this program again), so that the kernel's
//! account of ended children (`getrusage`) is that of one command: processor time of user and system, and
//! peak resident memory. Commands that are compared take turns, so that a busy machine is busy for both.
//! Figures of different runs cannot be compared; the ratios are what counts.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark starts processes and reads the clock"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

#[path = "../tests/it/support/mod.rs"]
mod support;

use support::hierarchy::{Hierarchy, TOP};
use support::lab::Lab;
use support::server::Kind;
use support::tools::{Start, audit_arguments};
use support::zone::{Denial, Plan, Signer};

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

/// The word that makes this program the small process around one command.
const MEASURE: &str = "--measure";

/// How often the short commands run.
const TURNS: usize = 21;

/// How often the whole drill runs.
const DRILLS: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(MEASURE) => measure(&arguments.collect::<Vec<_>>()),
        Some("--bench") => report(),
        _ => println!("run by: cargo bench --bench peers"),
    }
}

/// Runs one command and prints what it cost: microseconds of processor and wall, KiB of memory.
fn measure(command: &[String]) {
    let start = Instant::now();
    Command::new(&command[0])
        .args(&command[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the command can be run");
    let wall = start.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the kernel keeps account");
    let processor = [usage.user_time(), usage.system_time()]
        .map(|time| time.tv_sec() * 1_000_000 + time.tv_usec())
        .iter()
        .sum::<i64>();
    println!("{processor} {} {}", wall.as_micros(), usage.max_rss());
}

/// What one run of a command cost.
#[derive(Clone, Copy)]
struct Cost {
    processor: Duration,
    wall: Duration,
    /// Peak resident memory in KiB.
    memory: u64,
}

impl Cost {
    fn of(command: &[String]) -> Self {
        let this = std::env::current_exe().expect("a program knows where it is");
        let output = Command::new(this)
            .arg(MEASURE)
            .args(command)
            .output()
            .expect("this program can be run");
        let text = String::from_utf8_lossy(&output.stdout);
        let numbers = text.split_whitespace().map(str::parse);
        let numbers: Result<Vec<u64>, _> = numbers.collect();
        let Ok([processor, wall, memory]) = numbers.as_deref() else {
            panic!("no account of {command:?}: {text}");
        };
        Self {
            processor: Duration::from_micros(*processor),
            wall: Duration::from_micros(*wall),
            memory: *memory,
        }
    }

    /// The median of each figure by itself.
    fn median(costs: &[Self]) -> Self {
        Self {
            processor: middle(costs.iter().map(|cost| cost.processor)),
            wall: middle(costs.iter().map(|cost| cost.wall)),
            memory: middle(costs.iter().map(|cost| cost.memory)),
        }
    }
}

fn middle<T: Ord + Copy>(values: impl Iterator<Item = T>) -> T {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values[values.len() / 2]
}

/// Runs the commands in turns; the medians in their order.
fn in_turns<const N: usize>(turns: usize, commands: [&[String]; N]) -> [Cost; N] {
    let mut costs = commands.map(|_| Vec::new());
    for _ in 0..turns {
        for (costs, command) in costs.iter_mut().zip(commands) {
            costs.push(Cost::of(command));
        }
    }
    costs.map(|costs| Cost::median(&costs))
}

fn report() {
    println!("{:<58} {:>9} {:>9} {:>9}", "", "CPU", "wall", "memory");
    one_zone();
    side_by_side();
    keytrap();
    drill();
}

/// A whole cold audit of one zone with three servers on two addresses each, beside one question of delv
/// to a resolver that has the answer and the keys.
fn one_zone() {
    let name = format!("zone.{TOP}");
    let zone = Plan::good(
        &name,
        Signer::Bind,
        Denial::Nsec3,
        &[Kind::Named, Kind::Nsd, Kind::Knot],
    );
    let hierarchy = Hierarchy::with_addresses(&[zone], 2);
    let resolver = hierarchy.resolver(false);
    let name = format!("www.{name}");
    let (hints, anchor) = (hierarchy.hints(), hierarchy.trust_anchor());
    let ours = ours(
        Start {
            hints: &hints,
            anchor: &anchor,
            port: hierarchy.network.port,
        },
        &name,
    );
    let delv = delv(resolver.address, &hierarchy.delv_anchor(), &name);
    Cost::of(&delv);
    let [ours, delv] = in_turns(TURNS, [&ours, &delv]);
    row(
        "audit, one zone, 3 servers on 2 addresses each, cold",
        &ours,
    );
    row("delv, one name, warm resolver", &delv);
    ratio(&ours, &delv);
}

/// Four resolvers and the authorities at once, the lab in a process of its own.
fn side_by_side() {
    let lab = Lab::start(PROGRAM);
    let authorities = lab.with_start(|start| ours(start, "valid.test."));
    let resolvers = (1..=4).map(|number| format!("@127.53.255.{number}:{}", lab.port));
    let mut four = authorities.clone();
    four.push("--iterate".to_owned());
    four.extend(resolvers);
    let [authorities, four] = in_turns(TURNS, [&authorities, &four]);
    row("audit, the authorities alone", &authorities);
    row("audit, four resolvers and the authorities", &four);
    println!();
}

/// A hundred keys with one tag and a hundred signatures that do not verify.
fn keytrap() {
    let lab = Lab::start(PROGRAM);
    let resolver = lab.resolver(false);
    let name = "keytrap.test.";
    let ours = lab.with_start(|start| ours(start, name));
    let delv = delv(resolver.address, &lab.file("delv.anchor"), name);
    Cost::of(&delv);
    let [ours, delv] = in_turns(TURNS, [&ours, &delv]);
    row("audit, KeyTrap", &ours);
    row("delv, KeyTrap, warm resolver", &delv);
    ratio(&ours, &delv);
}

/// Every case of the lab in one process, the lab included.
fn drill() {
    let command = [PROGRAM, "drill", "--lab"].map(str::to_owned);
    let [cost] = in_turns(DRILLS, [&command]);
    row("drill --lab, every case, the lab included", &cost);
}

fn ours(start: Start<'_>, name: &str) -> Vec<String> {
    let mut command = vec![PROGRAM.to_owned()];
    command.extend(audit_arguments(start, name, "A"));
    command
}

fn delv(resolver: std::net::SocketAddr, anchor: &Path, name: &str) -> Vec<String> {
    let server = format!("@{}", resolver.ip());
    let port = resolver.port().to_string();
    let anchor = anchor.display().to_string();
    let words = [
        "delv", &server, "-p", &port, "-a", &anchor, "+root=.", name, "A",
    ];
    words.map(str::to_owned).to_vec()
}

fn row(what: &str, cost: &Cost) {
    let mebibytes = cost.memory as f64 / 1024.0;
    println!(
        "{what:<58} {:>7.4} s {:>7.3} s {mebibytes:>5.1} MiB",
        cost.processor.as_secs_f64(),
        cost.wall.as_secs_f64(),
    );
}

fn ratio(ours: &Cost, theirs: &Cost) {
    let times = |ours: Duration, theirs: Duration| ours.as_secs_f64() / theirs.as_secs_f64();
    println!(
        "{:<58} {:>8.2}x {:>8.2}x {:>8.2}x\n",
        "  ours to theirs",
        times(ours.processor, theirs.processor),
        times(ours.wall, theirs.wall),
        ours.memory as f64 / theirs.memory as f64,
    );
}
