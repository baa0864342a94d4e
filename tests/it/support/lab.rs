//! The embedded lab as a process of its own, with the files it writes for other tools.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use super::process::Process;
use super::resolver::Resolver;
use super::scratch::Scratch;
use super::server::START_LIMIT;
use super::tools::{Start, Verdict};
use super::wire;

/// Where the lab's first root server listens.
const ROOT: Ipv4Addr = Ipv4Addr::new(127, 53, 0, 1);

/// A running lab.
pub struct Lab {
    process: Process,
    /// The port of all its servers.
    pub port: u16,
    scratch: Scratch,
}

/// A line of its table.
pub struct Case {
    /// Apex of the zone.
    pub zone: String,
    /// Name to ask for.
    pub name: String,
    /// Type to ask for.
    pub rtype: String,
    /// What the lab says of the name.
    pub expect: Verdict,
    /// What the lab says of a name that does not exist.
    pub expect_missing: Verdict,
}

impl Lab {
    /// Starts `program lab` at a port that is free.
    pub fn start(program: &str) -> Self {
        let addresses: [IpAddr; 3] = [
            ROOT.into(),
            Ipv4Addr::LOCALHOST.into(),
            Ipv6Addr::LOCALHOST.into(),
        ];
        let seed = std::process::id().to_le_bytes()[0];
        Self::start_at(program, wire::free_port(u16::from(seed), &addresses))
    }

    /// Starts `program lab` at `port`.
    pub fn start_at(program: &str, port: u16) -> Self {
        let scratch = Scratch::new();
        let folder = scratch.folder("lab");
        let arguments = ["lab", "--port", &port.to_string(), "--dir"];
        let mut arguments = arguments.map(str::to_owned).to_vec();
        arguments.push(folder.display().to_string());
        let mut process = Process::start(scratch.path(), program, &arguments);
        let root = SocketAddr::from((ROOT, port));
        process.wait_until("its root does not answer", START_LIMIT, || {
            folder.join("delv.anchor").exists() && wire::serves(root, ".")
        });
        Self {
            process,
            port,
            scratch,
        }
    }

    /// One of the files it wrote.
    pub fn file(&self, name: &str) -> PathBuf {
        self.scratch.path().join("lab").join(name)
    }

    /// A directory that lives as long as the lab.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.scratch.folder(name)
    }

    /// RDATA of the DS record that is its trust anchor.
    pub fn ds(&self) -> String {
        let text = std::fs::read_to_string(self.file("trust-anchor")).expect("it wrote its anchor");
        let (_, ds) = text.split_once(" DS ").expect("the anchor is a DS record");
        ds.trim().to_owned()
    }

    /// Its cases, out of `cases.tsv`.
    pub fn cases(&self) -> Vec<Case> {
        let text = std::fs::read_to_string(self.file("cases.tsv")).expect("it wrote its cases");
        let mut lines = text
            .lines()
            .map(|line| line.split('\t').collect::<Vec<_>>());
        let header = lines.next().expect("the table has a header");
        let column = |wanted: &str| {
            let place = header.iter().position(|name| *name == wanted);
            place.unwrap_or_else(|| panic!("cases.tsv has a column {wanted}: {header:?}"))
        };
        let [zone, name, rtype] = ["zone", "name", "type"].map(column);
        let [expect, missing] = ["expect", "expect_missing"].map(column);
        let verdict = |word: &str| Verdict::from_word(word).expect("a verdict");
        lines
            .map(|fields| Case {
                zone: fields[zone].to_owned(),
                name: fields[name].to_owned(),
                rtype: fields[rtype].to_owned(),
                expect: verdict(fields[expect]),
                expect_missing: verdict(fields[missing]),
            })
            .collect()
    }

    /// Starts a resolver over the lab.
    pub fn resolver(&self, is_validating: bool) -> Resolver {
        let anchor = is_validating.then(|| self.ds());
        let name = format!("resolver-{}", u8::from(is_validating));
        let directory = self.scratch.folder(&name);
        Resolver::start(
            &directory,
            self.port,
            &self.file("root.hints"),
            anchor.as_deref(),
        )
    }

    /// Runs `work` with where an audit of the lab begins.
    pub fn with_start<R>(&self, work: impl FnOnce(Start<'_>) -> R) -> R {
        work(Start {
            hints: &self.file("root.hints"),
            anchor: &self.file("trust-anchor"),
            port: self.port,
        })
    }
}
