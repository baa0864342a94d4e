//! What alerts cost, over the same path as in the daemon: `cargo bench --bench notify`.
//!
//! Ten thousand zones change at once: how long until their incidents stand, and until they are in the
//! outbox; how fast the outbox drains to a receiver on loopback, each message signed; and how memory stands
//! while a receiver is dead with ten thousand messages waiting, a day of attempts in half a minute.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark reads the clock, opens sockets and starts tasks"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anchorwatch::agent::config;
use anchorwatch::agent::daemon::fleet::Target;
use anchorwatch::agent::daemon::meters::Meters;
use anchorwatch::agent::daemon::{Watch, now};
use anchorwatch::agent::notify::{Settings, engine};
use anchorwatch::agent::store::{Retention, Store};
use anchorwatch::dns::Name;
use anchorwatch::notify::{Board, Route, Seen, Subject, Timing};
use anchorwatch::report::{Severity, Verdict};
use anchorwatch::watch::ZoneState;
use anchorwatch::watch::schedule::Pace;

const ZONES: usize = 10_000;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn main() {
    if std::env::args().nth(1).as_deref() != Some("--bench") {
        return println!("run by: cargo bench --bench notify");
    }
    board();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime.expect("threads can be started").block_on(async {
        drain().await;
        dead().await;
    });
}

fn zone(number: usize) -> Name {
    format!("z{number}.example.").parse().expect("a name")
}

/// A zone that is called bogus and stands alone.
fn broken(number: usize) -> ZoneState {
    let mut state = ZoneState::new(zone(number));
    let at = now();
    state.called = state.called.look(Verdict::Bogus, true, at);
    state.probed = Some(at);
    state.verdict = Some(Verdict::Bogus);
    state.reason = Some("ds-no-matching-dnskey".to_owned());
    state.summary = "no DS matches a DNSKEY of the zone".to_owned();
    state
}

fn route() -> Route {
    Route {
        endpoint: "hook".to_owned(),
        least: Severity::Warning,
        groups: Vec::new(),
        zones: Vec::new(),
        events: Default::default(),
        has_drills: true,
    }
}

fn board() {
    let states: Vec<ZoneState> = (0..ZONES).map(broken).collect();
    let mut board = Board::new(
        Timing {
            group_wait: 0,
            ..Timing::default()
        },
        vec![route()],
    );
    let begun = Instant::now();
    for state in &states {
        let subject = Subject {
            zone: state.zone.clone(),
            group: String::new(),
            labels: BTreeMap::new(),
            is_drill: false,
        };
        board.look(&subject, Seen::of(state, Severity::Warning), now());
    }
    board.tick(now());
    let changes = board.take_changes();
    println!(
        "{} zones, {} incidents of their own: {:?}",
        ZONES,
        changes.messages.len(),
        begun.elapsed()
    );
}

/// A receiver that counts, or that closes every connection.
struct Receiver {
    at: SocketAddr,
    count: Arc<AtomicUsize>,
    is_dead: Arc<AtomicBool>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let receiver = Self {
            at: listener.local_addr().expect("an address"),
            count: Arc::default(),
            is_dead: Arc::default(),
        };
        let (count, is_dead) = (Arc::clone(&receiver.count), Arc::clone(&receiver.is_dead));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (count, is_dead) = (Arc::clone(&count), Arc::clone(&is_dead));
                std::thread::spawn(move || serve(stream, &count, &is_dead));
            }
        });
        receiver
    }
}

fn serve(stream: TcpStream, count: &AtomicUsize, is_dead: &AtomicBool) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut stream = BufReader::new(stream);
    loop {
        let (mut line, mut length) = (String::new(), 0);
        while stream.read_line(&mut line).ok()? > 2 {
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            line.clear();
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        if is_dead.load(Ordering::Relaxed) {
            return None;
        }
        count.fetch_add(1, Ordering::Relaxed);
        stream
            .get_mut()
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .ok()?;
    }
}

struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let name = format!("anchorwatch-bench-{}-{}", std::process::id(), now().0);
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn settings(folder: &Path, receiver: &Receiver) -> Settings {
    std::fs::write(folder.join("secret"), SECRET).expect("a file");
    let text = format!(
        "version = 1\n[alerts]\ngroup-wait = \"0s\"\nretries = [{}]\n\
         [[notify]]\nname = \"hook\"\nformat = \"standard\"\nurl = \"http://{}/\"\n\
         secrets = [{{ file = \"secret\" }}]\nallow-private = true\n",
        // Standard Webhooks' schedule, a thousand times as fast, where a second is the least.
        "\"1s\", \"1s\", \"2s\", \"7s\", \"18s\", \"36s\", \"50s\", \"72s\", \"86s\"",
        receiver.at
    );
    let (_, settings) =
        config::parse(Path::new("bench.toml"), &text, folder, None).expect("settings");
    Settings::of(&settings).expect("endpoints")
}

fn watch(folder: &Path) -> Arc<Watch> {
    let store = Store::open(&folder.join("state"), Retention::default()).expect("a store");
    let watch = Watch::new(store, Meters::new().expect("meters"));
    let targets = (0..ZONES).map(|number| Target {
        zone: zone(number),
        group: String::new(),
        labels: BTreeMap::new(),
        pace: Pace::default(),
        also: Vec::new(),
        resolvers: Vec::new(),
        policy: Arc::default(),
    });
    watch.fleet_mut().set(targets.collect(), now());
    Arc::new(watch)
}

fn ring(watch: &Watch) {
    for number in 0..ZONES {
        watch.fleet_mut().finish(broken(number));
        watch.post.ring(&zone(number));
    }
}

async fn waiting(watch: &Watch) -> u64 {
    watch.store.backlog("hook").await.expect("a number").waiting
}

async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    while !is_so().await {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn drain() {
    let (scratch, receiver) = (Scratch::new(), Receiver::start());
    let watch = watch(&scratch.0);
    watch
        .post
        .configure(Arc::new(settings(&scratch.0, &receiver)));
    let telling = tokio::spawn(engine::run(Arc::clone(&watch)));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let begun = Instant::now();
    ring(&watch);
    until(async || waiting(&watch).await > 0).await;
    println!(
        "{ZONES} zones change: in the outbox after {:?}",
        begun.elapsed()
    );
    until(async || receiver.count.load(Ordering::Relaxed) >= ZONES).await;
    until(async || waiting(&watch).await == 0).await;
    let took = begun.elapsed().as_secs_f64();
    println!(
        "all arrived after {took:.2} s: {:.0} a second",
        ZONES as f64 / took
    );
    telling.abort();
}

/// Resident memory in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// A day, in which a second stands for a thousand.
const DAY: Duration = Duration::from_millis(86_400);

async fn dead() {
    let (scratch, receiver) = (Scratch::new(), Receiver::start());
    receiver.is_dead.store(true, Ordering::Relaxed);
    let watch = watch(&scratch.0);
    watch
        .post
        .configure(Arc::new(settings(&scratch.0, &receiver)));
    let telling = tokio::spawn(engine::run(Arc::clone(&watch)));
    ring(&watch);
    until(async || waiting(&watch).await == ZONES as u64).await;
    print!("a dead receiver for a day (86 s), {ZONES} messages waiting, KiB resident every 8.6 s:");
    for _ in 0..10 {
        print!(" {}", resident());
        let _ = std::io::stdout().flush();
        tokio::time::sleep(DAY / 10).await;
    }
    println!(" {}", resident());
    receiver.is_dead.store(false, Ordering::Relaxed);
    let begun = Instant::now();
    until(async || waiting(&watch).await == 0).await;
    println!(
        "it is back: all {} arrived within {:?}",
        receiver.count.load(Ordering::Relaxed),
        begun.elapsed()
    );
    telling.abort();
}
