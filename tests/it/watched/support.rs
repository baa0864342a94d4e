//! The processes: our daemon over the lab, Prometheus, Alertmanager, and a receiver that listens.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use crate::real::support::process::Process;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
/// How long a process may take to be ready on a machine that does much else.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A port of loopback that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// The body of an answer with status 200; `None` for any other, and when nobody answers.
pub fn get(at: SocketAddr, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(at).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {at}\r\n\r\n").ok()?;
    let mut octets = Vec::new();
    stream.read_to_end(&mut octets).ok()?;
    let answer = String::from_utf8(octets).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    head.split(' ')
        .nth(1)
        .is_some_and(|status| status == "200")
        .then(|| body.to_owned())
}

/// Text as part of a query string.
pub fn escaped(text: &str) -> String {
    let octets = text.bytes();
    octets
        .map(|octet| match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(octet).to_string(),
            _ => format!("%{octet:02X}"),
        })
        .collect()
}

/// `serve --lab`. Ends with the value.
pub struct Daemon {
    /// Where it answers.
    pub at: SocketAddr,
    _process: Process,
}

impl Daemon {
    /// Starts it, and waits until every zone was audited and `stale-ds.test` is called bogus.
    pub fn start(directory: &Path) -> Self {
        let at = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let words = ["serve", "--lab", "--listen", &at.to_string()];
        let mut process = Process::start(directory, PROGRAM, &words);
        process.wait_until("the zones are audited", PATIENCE, || {
            get(at, "/metrics").is_some_and(|page| is_settled(&page))
        });
        Self {
            at,
            _process: process,
        }
    }

    /// The page that Prometheus scrapes.
    pub fn metrics(&self) -> String {
        get(self.at, "/metrics").unwrap()
    }
}

fn is_settled(page: &str) -> bool {
    let mut unknown = page
        .lines()
        .filter(|line| line.starts_with("dnssec_zones{") && line.contains("\"unknown\""));
    unknown.all(|line| line.ends_with(" 0"))
        && page.contains("dnssec_zone_chain_bogus{zone=\"stale-ds.test\"} 1")
}
