//! `serve --config` as a process, and what it costs: from `/proc` and from its own `/metrics`.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::process::Process;
use crate::world::World;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
/// How long it may take to start, with a hundred thousand zones to read.
const STARTING: Duration = Duration::from_secs(120);
/// Clock ticks a second in `/proc`: the same on every Linux that Rust runs on.
const TICKS: f64 = 100.0;
const PAGE: f64 = 4_096.0;

/// A running daemon. Ends with the value.
pub struct Daemon {
    /// Where it answers.
    pub at: SocketAddr,
    process: Process,
}

/// What is configured beside the zones.
#[derive(Clone, Copy)]
pub struct Pace {
    /// From one audit to the next, in seconds.
    pub interval: u32,
    /// Over what time first audits are spread, in seconds.
    pub start: u32,
    /// Between cheap questions, in seconds; 0 for none.
    pub glance: u32,
    /// Questions a second to one address, and four times as many to its network; 0 for no limit.
    pub queries: u32,
}

/// What a page of metrics took.
pub struct Scrape {
    /// From connecting to the last octet.
    pub took: Duration,
    /// The page.
    pub page: String,
}

impl Daemon {
    /// Starts it over `zones`, remembering in `directory`, and waits until it answers.
    pub fn start(world: &World, directory: &Path, zones: &[String], pace: Pace) -> Self {
        let (hints, anchor) = world.start();
        let list = directory.join("zones.txt");
        std::fs::write(&list, zones.join("\n")).expect("a list can be written");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let at = listener.local_addr().expect("it is bound");
        drop(listener);
        let mut text = format!(
            "version = 1\n[watch]\ninterval = \"{}s\"\nleast = \"{}s\"\nstart = \"{}s\"\n\
             glance = \"{}s\"\nserver-queries-per-second = {}\nnetwork-queries-per-second = {}\n",
            pace.interval,
            pace.interval.min(60),
            pace.start,
            pace.glance,
            pace.queries,
            pace.queries * 4,
        );
        let _ = write!(
            text,
            "[trust]\nroot-hints = \"{}\"\ntrust-anchor = \"{}\"\nport = {}\nallow-private = true\n\
             [web]\nlisten = [\"{at}\"]\n[store]\ndirectory = \"{}\"\n\
             [log]\nlevel = \"warn\"\n[[sources]]\nfile = \"{}\"\n",
            hints.display(),
            anchor.display(),
            world.port,
            directory.join("state").display(),
            list.display(),
        );
        let configuration = directory.join("anchorwatch.toml");
        std::fs::write(&configuration, text).expect("a configuration can be written");
        let words = ["serve", "--config", "anchorwatch.toml"];
        let mut process = Process::start(directory, PROGRAM, &words);
        process.wait_until("it answers", STARTING, || get(at, "/-/ready").is_some());
        Self { at, process }
    }

    /// Its log.
    pub fn log(&self) -> String {
        self.process.log()
    }

    /// Reads the page once.
    pub fn scrape(&self) -> Scrape {
        let begun = Instant::now();
        let page = get(self.at, "/metrics").expect("it answers");
        Scrape {
            took: begun.elapsed(),
            page,
        }
    }

    /// Processor time of user and system so far.
    pub fn processor(&self) -> Duration {
        processor(&self.process)
    }

    /// Resident memory in octets: now, and at its peak.
    pub fn memory(&self) -> (f64, f64) {
        (
            status(self.process.id(), "VmRSS:"),
            status(self.process.id(), "VmHWM:"),
        )
    }
}

/// Processor time of a process so far.
pub fn processor(process: &Process) -> Duration {
    stat(process.id()).expect("it runs").spent
}

/// The same with the processes that it started, and those that these started.
pub fn processors(process: &Process) -> Duration {
    let listed = std::fs::read_dir("/proc").expect("the kernel keeps account");
    let ids = listed.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let all: Vec<(u32, Stat)> = ids.filter_map(|id| Some((id, stat(id)?))).collect();
    let mut family = vec![process.id()];
    let mut next = 0;
    while let Some(&id) = family.get(next) {
        let children = all.iter().filter(|(_, stat)| stat.parent == id);
        family.extend(children.map(|(id, _)| *id));
        next += 1;
    }
    let members = all.iter().filter(|(id, _)| family.contains(id));
    members.map(|(_, stat)| stat.spent).sum()
}

struct Stat {
    parent: u32,
    spent: Duration,
}

/// What `/proc/PID/stat` says.
fn stat(id: u32) -> Option<Stat> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program stands in brackets; the parent is the 4th field, user and system time the 14th
    // and 15th.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field)?.parse::<f64>().ok();
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        spent: Duration::from_secs_f64((ticks(11)? + ticks(12)?) / TICKS),
    })
}

/// A line of `/proc/PID/status` in octets; 0 once the process has ended.
pub fn status(id: u32, key: &str) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.map_or(0.0, |number| {
        number.parse::<f64>().expect("a number") * 1024.0
    })
}

impl Scrape {
    /// A sample without labels; panics when there is none.
    pub fn value(&self, name: &str) -> f64 {
        let lines = self.page.lines();
        let mut values = lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let value = values.next().unwrap_or_else(|| panic!("no {name}"));
        value.parse().expect("a number")
    }

    /// The sum of the samples of a family that have this in their labels.
    pub fn sum(&self, name: &str, label: &str) -> f64 {
        let samples = self.page.lines().filter(|line| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('{') && rest.contains(label))
        });
        let values = samples.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
        values.sum()
    }

    /// Lines that are samples.
    pub fn samples(&self) -> usize {
        let lines = self.page.lines();
        lines.filter(|line| !line.starts_with('#')).count()
    }
}

/// The body of an answer with status 200.
pub fn get(at: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(at).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {at}\r\n\r\n").ok()?;
    let mut octets = Vec::new();
    stream.read_to_end(&mut octets).ok()?;
    let answer = String::from_utf8(octets).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.contains(" 200 ").then(|| body.to_owned())
}

/// Mebibytes.
pub fn mebibytes(octets: f64) -> f64 {
    octets / (256.0 * PAGE)
}
