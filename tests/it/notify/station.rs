//! A lab, a directory with a configuration over it, and the daemon, which can be killed and started again.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::receiver::{Receiver, SECRET};
use crate::real::support::lab::Lab;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

/// How long a message may take on a machine that does much else.
pub const LIMIT: Duration = Duration::from_secs(300);

/// All that a message comes from.
pub struct Station {
    lab: Lab,
    folder: PathBuf,
    at: SocketAddr,
    daemon: Option<Child>,
}

impl Station {
    /// A lab, and a daemon that is not started yet and watches these zones.
    pub fn new() -> Self {
        let lab = Lab::start(PROGRAM);
        let folder = lab.folder("watch");
        let at = SocketAddr::from(([127, 0, 0, 1], crate::watched::free_port()));
        std::fs::write(folder.join("secret"), SECRET).unwrap();
        Self {
            lab,
            folder,
            at,
            daemon: None,
        }
    }

    /// Where the daemon keeps its things.
    pub fn folder(&self) -> &PathBuf {
        &self.folder
    }

    /// Writes its configuration: what the lab makes necessary, zones, and `rest`.
    pub fn configure(&self, zones: &[&str], alerts: &str, rest: &str) {
        let (hints, anchor) = (self.lab.file("root.hints"), self.lab.file("trust-anchor"));
        let (at, port) = (self.at, self.lab.port);
        let zones: String = zones
            .iter()
            .map(|zone| format!("[[zones]]\nname = {zone:?}\n"))
            .collect();
        let text = format!(
            "version = 1\n\
             [watch]\ninterval = \"5s\"\nleast = \"1s\"\nretry = \"1s\"\nglance = \"1s\"\nstart = \"0s\"\n\
             [trust]\nroot-hints = {hints:?}\ntrust-anchor = {anchor:?}\nport = {port}\n\
             [store]\ndirectory = \"state\"\n\
             [web]\nlisten = [\"{at}\"]\n\
             [alerts]\ngroup-wait = \"0s\"\nkeep-firing-for = \"0s\"\ngroup-interval = \"1s\"\n{alerts}\n\
             {zones}{rest}"
        );
        std::fs::write(self.folder.join("anchorwatch.toml"), text).unwrap();
    }

    /// The zones of the lab, without the dot at their end.
    pub fn zones(&self) -> Vec<String> {
        let cases = self.lab.cases().into_iter();
        cases
            .map(|case| case.zone.trim_end_matches('.').to_owned())
            .collect()
    }

    /// Puts faults into the lab, and takes out all others; a line each.
    pub fn put_faults(&self, lines: &str) {
        std::fs::write(self.lab.file("faults"), lines).unwrap();
    }

    /// Starts the daemon.
    pub fn start(&mut self) {
        let log = self.folder.join("daemon.log");
        let log = File::options().create(true).append(true).open(log).unwrap();
        let mut command = Command::new("setpriv");
        let words = [
            "--pdeathsig",
            "KILL",
            PROGRAM,
            "serve",
            "--config",
            "anchorwatch.toml",
        ];
        command.args(words).current_dir(&self.folder);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        self.daemon = Some(command.spawn().unwrap());
    }

    /// Kills it at once.
    pub fn kill(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.kill().unwrap();
            daemon.wait().unwrap();
        }
    }

    /// What it logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("daemon.log")).unwrap_or_default()
    }

    /// Runs a command in the directory of the daemon.
    pub fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(PROGRAM);
        command
            .args(words)
            .current_dir(&self.folder)
            .output()
            .unwrap()
    }

    /// What a command says, which must succeed.
    pub fn said(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let (said, trouble) = (
            String::from_utf8(output.stdout),
            String::from_utf8(output.stderr),
        );
        assert!(output.status.success(), "{words:?}: {trouble:?}");
        said.unwrap()
    }

    /// The page of metrics, if the daemon answers.
    pub fn metrics(&self) -> Option<String> {
        crate::watched::get(self.at, "/metrics")
    }

    /// Waits until the page of metrics has a line.
    pub fn wait_for(&self, line: &str) {
        self.wait_until(line, |page| page.lines().any(|had| had == line));
    }

    /// Waits until the page of metrics is as it has to be.
    pub fn wait_until(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        let begun = Instant::now();
        while !self.metrics().is_some_and(|page| is_so(&page)) {
            assert!(begun.elapsed() < LIMIT, "not so: {what}; {}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- log of the daemon\n{}", self.log());
        }
        self.kill();
    }
}

/// An endpoint for a receiver that verifies.
pub fn endpoint(name: &str, receiver: &Receiver) -> String {
    format!(
        "[[notify]]\nname = {name:?}\nformat = \"standard\"\nurl = \"http://{}/hook\"\n\
         secrets = [{{ file = \"secret\" }}]\nallow-private = true\ntimeout = \"2s\"\n",
        receiver.at
    )
}
