//! The processes: our daemon over the lab, Prometheus, Alertmanager, and a receiver that listens.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::real::support::process::Process;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");
/// How long a process may take to be ready on a machine that does much else.
pub const PATIENCE: Duration = Duration::from_secs(300);

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
fn escaped(text: &str) -> String {
    let octets = text.bytes();
    octets
        .map(|octet| match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(octet).to_string(),
            _ => format!("%{octet:02X}"),
        })
        .collect()
}

/// The file in the directory of a daemon that puts faults into its lab.
pub const FAULTS: &str = "faults";

/// The directory, below that of a daemon, in which it remembers.
pub const STATE: &str = "state";

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
        let address = at.to_string();
        let words = [
            "serve",
            "--lab",
            "--faults",
            FAULTS,
            "--state-dir",
            STATE,
            "--listen",
            &address,
        ];
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

/// A real Prometheus that evaluates our rules every second, and scrapes the daemon every other: a scrape may take
/// no longer than that, also on a machine that does much else.
pub struct Prometheus {
    at: SocketAddr,
    _process: Process,
}

impl Prometheus {
    /// Starts it with a copy of our rules, changed by `edit`. Alerts go to `alertmanager` when there is one.
    pub fn start(
        directory: &Path,
        daemon: &Daemon,
        alertmanager: Option<&Alertmanager>,
        edit: impl Fn(String) -> String,
    ) -> Self {
        let rules = super::file("alerts/anchorwatch.rules.yml");
        std::fs::write(directory.join("rules.yml"), edit(rules)).unwrap();
        let mut config = format!(
            "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\n\
             rule_files: [rules.yml]\n\
             scrape_configs:\n\
             - job_name: anchorwatch\n  static_configs: [{{targets: ['{}']}}]\n",
            daemon.at
        );
        if let Some(alertmanager) = alertmanager {
            config += &format!(
                "alerting:\n  alertmanagers:\n  - static_configs: [{{targets: ['{}']}}]\n",
                alertmanager.at
            );
        }
        std::fs::write(directory.join("prometheus.yml"), config).unwrap();
        let at = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let words = [
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=prometheus",
            &format!("--web.listen-address={at}"),
        ];
        let mut process = Process::start(directory, "prometheus", &words);
        process.wait_until("it answers", PATIENCE, || get(at, "/-/ready").is_some());
        Self {
            at,
            _process: process,
        }
    }

    /// The values that an expression has now; panics with what Prometheus says of one that is wrong.
    pub fn query(&self, expression: &str) -> Vec<f64> {
        let path = format!("/api/v1/query?query={}", escaped(expression));
        let body = get(self.at, &path).unwrap_or_else(|| panic!("refused: {expression}"));
        let answer: Value = serde_json::from_str(&body).unwrap();
        let samples = answer["data"]["result"].as_array().unwrap();
        let values = samples.iter().map(|sample| sample["value"][1].as_str());
        values.map(|text| text.unwrap().parse().unwrap()).collect()
    }
}

/// A real Alertmanager with our example of a configuration, its times shortened.
pub struct Alertmanager {
    /// Where it answers.
    pub at: SocketAddr,
    _process: Process,
}

impl Alertmanager {
    /// Starts it; messages go to `receiver`.
    pub fn start(directory: &Path, receiver: &Receiver) -> Self {
        let example = super::file("alerts/alertmanager.yml");
        let mut config = String::new();
        for line in example.lines() {
            let key = line.trim().split(':').next().unwrap_or_default();
            let (margin, _) = line.split_at(line.len() - line.trim_start().len());
            config += &match key {
                "group_wait" | "group_interval" => format!("{margin}{key}: 1s"),
                _ => line.replace("127.0.0.1:9095", &receiver.at.to_string()),
            };
            config.push('\n');
        }
        std::fs::write(directory.join("alertmanager.yml"), config).unwrap();
        let at = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let words = [
            "--config.file=alertmanager.yml",
            "--storage.path=alertmanager",
            "--cluster.listen-address=",
            &format!("--web.listen-address={at}"),
        ];
        let mut process = Process::start(directory, "prometheus-alertmanager", &words);
        process.wait_until("it answers", PATIENCE, || get(at, "/-/ready").is_some());
        Self {
            at,
            _process: process,
        }
    }
}

/// An alert as the receiver was told of it.
#[derive(Debug, Clone)]
pub struct Told {
    /// The path that it was sent to: which receiver of the configuration.
    pub path: String,
    /// `firing` or `resolved`.
    pub status: String,
    /// Its labels.
    pub labels: Value,
    /// Its annotations.
    pub annotations: Value,
}

impl Told {
    /// Whether it is this alert about this zone; without a zone, about any or none.
    pub fn is(&self, alert: &str, zone: Option<&str>) -> bool {
        self.labels["alertname"] == alert
            && zone.is_none_or(|zone| self.labels["zone"].as_str() == Some(zone))
    }

    /// Whether it is about this zone, or about this resolver and no zone.
    pub fn is_about(&self, subject: &str) -> bool {
        let zone = self.labels["zone"].as_str();
        zone.or(self.labels["resolver"].as_str()) == Some(subject)
    }
}

/// An HTTP server that takes what Alertmanager sends.
pub struct Receiver {
    /// Where it listens.
    pub at: SocketAddr,
    heard: mpsc::Receiver<Told>,
    /// All that was told so far.
    pub told: Vec<Told>,
}

impl Receiver {
    /// Starts it on a thread that ends with the tests.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let at = listener.local_addr().unwrap();
        let (sender, heard) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                for told in take(stream.unwrap()).unwrap_or_default() {
                    if sender.send(told).is_err() {
                        return;
                    }
                }
            }
        });
        Self {
            at,
            heard,
            told: Vec::new(),
        }
    }

    /// Waits for a message; panics with all there were when `limit` passes before it comes.
    pub fn wait_for(&mut self, what: &str, limit: Duration, is_it: impl Fn(&Told) -> bool) -> Told {
        self.wait_for_new(0, what, limit, is_it)
    }

    /// The same, without the first `next` of those that came.
    pub fn wait_for_new(
        &mut self,
        mut next: usize,
        what: &str,
        limit: Duration,
        is_it: impl Fn(&Told) -> bool,
    ) -> Told {
        let begun = Instant::now();
        loop {
            if let Some(found) = self.told[next..].iter().find(|told| is_it(told)) {
                return found.clone();
            }
            next = self.told.len();
            let left = limit.saturating_sub(begun.elapsed());
            match self.heard.recv_timeout(left) {
                Ok(told) => self.told.push(told),
                Err(_) => panic!(
                    "no word of {what} within {limit:?}; there were {:#?}",
                    self.told
                ),
            }
        }
    }
}

fn take(mut stream: TcpStream) -> Option<Vec<Told>> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let header = line.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .ok()?;
    let message: Value = serde_json::from_slice(&body).ok()?;
    let alerts = message["alerts"].as_array()?.iter();
    let told = alerts.map(|alert| Told {
        path: path.clone(),
        status: alert["status"].as_str().unwrap_or_default().to_owned(),
        labels: alert["labels"].clone(),
        annotations: alert["annotations"].clone(),
    });
    Some(told.collect())
}
