//! What one command cost, by the kernel's account of a small process around it.

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{Usage, UsageWho, getrusage};

/// The word that makes this program the small process around one command.
pub const MEASURE: &str = "--measure";

/// What one run of a command cost.
#[derive(Clone, Copy)]
pub struct Cost {
    /// User and system time of all its threads.
    pub processor: Duration,
    /// As a clock on the wall has it.
    pub wall: Duration,
    /// Greatest resident memory in MiB.
    pub memory: f64,
}

/// Runs a command, what it says kept in the file that is named first, and prints what it cost: microseconds
/// of processor and wall, KiB of memory.
pub fn measure(words: &[String]) -> ExitCode {
    let file = File::create(&words[0]).expect("a file can be written");
    let errors = file.try_clone().expect("the file is open");
    let begun = Instant::now();
    let status = Command::new(&words[1])
        .args(&words[2..])
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(errors)
        .status()
        .expect("the command can be run");
    let wall = begun.elapsed();
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the kernel keeps account");
    let spent = spent(&usage).as_micros();
    println!("{spent} {} {}", wall.as_micros(), usage.max_rss());
    ExitCode::from(u8::from(!status.success()))
}

/// Processor time of user and system.
pub fn spent(usage: &Usage) -> Duration {
    let times = [usage.user_time(), usage.system_time()];
    let micros = times.map(|time| time.tv_sec() * 1_000_000 + time.tv_usec());
    Duration::from_micros(micros.iter().sum::<i64>().unsigned_abs())
}

impl Cost {
    /// Runs `command`, which has to succeed, and leaves what it says in `said`.
    pub fn of(command: &[&str], said: &Path) -> Self {
        let this = std::env::current_exe().expect("a program knows where it is");
        let output = Command::new(this)
            .arg(MEASURE)
            .arg(said)
            .args(command)
            .output()
            .expect("this program can be run");
        let text = || std::fs::read_to_string(said).unwrap_or_default();
        assert!(output.status.success(), "{command:?} failed: {}", text());
        let line = String::from_utf8_lossy(&output.stdout);
        let numbers: Vec<u64> = line
            .split_whitespace()
            .map(|number| number.parse().expect("a number"))
            .collect();
        Self {
            processor: Duration::from_micros(numbers[0]),
            wall: Duration::from_micros(numbers[1]),
            memory: numbers[2] as f64 / 1024.0,
        }
    }
}
