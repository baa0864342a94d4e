//! `audit --zones` as a process, cold, and what it costs.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::daemon::{mebibytes, processor, status};
use crate::support::process::Process;
use crate::world::World;
use crate::{milliseconds, row, seconds};

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
/// How long a run may take.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// What one run took.
struct Took {
    wall: Duration,
    processor: Duration,
    peak: f64,
}

/// Audits all zones once, without the limits that are there for servers of others, then with some of the
/// reports there already.
pub fn run(world: &World, directory: &Path) {
    let zones = world.zones.len();
    println!("{zones} zones from a list, audited once");
    let list = directory.join("zones.txt");
    std::fs::write(&list, world.zones.join("\n")).expect("a list can be written");
    let knot = processor(&world.knot);
    let took = once(world, directory);
    let knot = processor(&world.knot) - knot;
    let wall = took.wall.as_secs_f64();
    row("  zones a second", format!("{:.0}", zones as f64 / wall));
    row("  all of them", seconds(took.wall));
    let each = took.processor / u32::try_from(zones).expect("it fits");
    row(
        "  processor time a zone",
        format!("{:.2} ms", each.as_secs_f64() * 1e3),
    );
    row(
        "  processors in use: ours, Knot's",
        format!(
            "{:.2}, {:.2}",
            took.processor.as_secs_f64() / wall,
            knot.as_secs_f64() / wall
        ),
    );
    row(
        "  greatest resident memory",
        format!("{:.0} MiB", mebibytes(took.peak)),
    );
    let reports = directory.join("out.ndjson");
    let text = std::fs::read_to_string(&reports).expect("it was written");
    let secure = text
        .matches("\"verdict\":\"secure\",\"reason\":null")
        .count();
    assert!(secure >= zones, "the zones are whole: {secure} of {zones}");
    row("  a report", format!("{} octets", text.len() / zones));
    let half: Vec<&str> = text.lines().take(zones / 2).collect();
    std::fs::write(
        &reports,
        half.join("\n") + "\n{\"schema\":\"anchorwatch.rep",
    )
    .expect("it is ours");
    let rest = once(world, directory);
    let text = std::fs::read_to_string(&reports).expect("it was written");
    assert_eq!(text.lines().count(), zones, "each name is told once");
    row(
        "  the other half, resumed behind a torn line",
        seconds(rest.wall),
    );
    let empty = once(world, directory);
    row("  resumed with nothing left", milliseconds(empty.wall));
    println!();
}

fn once(world: &World, directory: &Path) -> Took {
    let (hints, anchor) = world.start();
    let port = world.port.to_string();
    let words = [
        "audit",
        "--zones",
        "zones.txt",
        "--resume",
        "out.ndjson",
        "--root-hints",
        &hints.display().to_string(),
        "--trust-anchor",
        &anchor.display().to_string(),
        "--port",
        &port,
        "--server-queries-per-second",
        "0",
        "--network-queries-per-second",
        "0",
    ];
    let begun = Instant::now();
    let mut process = Process::start(directory, PROGRAM, &words);
    let (mut peak, mut spent) = (0.0_f64, Duration::ZERO);
    loop {
        assert!(begun.elapsed() < PATIENCE, "{}", process.log());
        // Until somebody asks whether it has ended, the kernel keeps the account of its time.
        peak = peak.max(status(&process, "VmHWM:"));
        spent = spent.max(processor(&process));
        if process.has_ended() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Took {
        wall: begun.elapsed(),
        processor: spent,
        peak,
    }
}
