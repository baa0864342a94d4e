//! The words of the command line as clap reads them.
//!
//! Values are checked while they are read; what belongs together is checked in [`super::plan`]. The
//! habits of dig and delv that no option parser knows (`@server`, `+short`, words in any order) are
//! turned into these options by `words` first.

mod audit;
mod config;
mod drill;
mod notify;
mod schedule;
mod serve;
mod suppose;
mod zone;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub use audit::{AuditArgs, FailOn};
pub use config::ConfigCommand;
pub use drill::DrillArgs;
pub use notify::{ListArgs, NotifyCommand, Place, SilenceArgs};
pub use schedule::ScheduleArgs;
pub use serve::ServeArgs;
pub use suppose::SupposeArgs;
pub use zone::{ZoneArgs, ZoneFormat};

use super::values::{self, Color, Document, DsFormat, TableFormat};
use crate::crypto::DigestType;
use crate::dns::{Name, Timestamp};

const EXAMPLES: &str = "Examples:
  anchorwatch audit www.example.com            from the root, every server on the way
  anchorwatch audit example.com @192.0.2.53    what that resolver makes of it
  anchorwatch ds example.com                   what to publish at the parent, and to withdraw
  anchorwatch zone example.com.zone.signed     a whole zone, before it is published
  anchorwatch drill @192.0.2.53                does that resolver validate?
  anchorwatch drill --lab                      every fault we know, here, without a network
  anchorwatch explain ds-no-matching-dnskey    what a finding means, and how to put it right

Exit codes:
  0  nothing at or above the threshold
  1  a warning
  2  bogus or an error
  3  could not tell
  64 usage";

const DS_EXAMPLES: &str = "Examples:
  anchorwatch ds example.com                         every key against the DS at every parent server
  anchorwatch ds example.com --format ds             the DS RRset to have at the parent, to paste
  anchorwatch ds example.com --digest SHA-384
  anchorwatch ds cds-mismatch.test --lab
  anchorwatch ds --from Kexample.com.+013+12345.key  as dnssec-dsfromkey
  anchorwatch ds --from db.example.com example.com   the SEP keys of a zone file

Instants are the latest that may be needed, counted from the look: one look cannot tell how long a \
DS or a key has been there.

Exit codes:
  0  in sync
  1  something is to be done; the chain holds
  2  broken now
  3  could not tell
  64 usage";

const LAB_EXAMPLES: &str = "Examples:
  anchorwatch lab
  anchorwatch lab --port 5300 --dir lab

The directory receives root.hints and trust-anchor in zone-file syntax, delv.anchor for delv -a, \
drill.names for drill --names, and cases.tsv: name, fault, expected verdicts and codes.

A file `faults` in the directory puts faults into zones and resolvers while the lab runs, a line each, \
such as: valid.test stale-ds, or: @validating plain";

const EVENTS_EXAMPLES: &str = "Examples:
  anchorwatch events --state-dir /var/lib/anchorwatch
  anchorwatch events example.com --state-dir /var/lib/anchorwatch --since 2026-11-01T00:00:00Z
  anchorwatch events example.com --state-dir /var/lib/anchorwatch --format markdown";

const EXPLAIN_EXAMPLES: &str = "Examples:
  anchorwatch explain ds-no-matching-dnskey
  anchorwatch explain rrsig-expired
  anchorwatch explain DnssecChainBroken      the runbook of an alert";

const CATALOGUE_EXAMPLES: &str = "Examples:
  anchorwatch catalogue
  anchorwatch catalogue --format json
  anchorwatch catalogue --coverage";

const SCHEMA_EXAMPLES: &str = "Examples:
  anchorwatch schema report > report-1.json
  anchorwatch schema delta > delta-1.json
  anchorwatch schema zone > zone-1.json";

const COMPLETIONS_EXAMPLES: &str = "Examples:
  anchorwatch completions bash > /etc/bash_completion.d/anchorwatch
  anchorwatch completions zsh > ~/.zfunc/_anchorwatch
  anchorwatch completions fish > ~/.config/fish/completions/anchorwatch.fish";

const MAN_EXAMPLES: &str = "Examples:
  anchorwatch man | man -l -
  anchorwatch man audit
  anchorwatch man notify-test
  anchorwatch man --dir /usr/local/share/man/man1";

/// Watches and audits the DNSSEC chain of trust, from the root trust anchor to a zone's own records.
#[derive(Debug, Parser)]
#[command(name = "anchorwatch", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours; NO_COLOR and TERM=dumb turn auto off.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Audit a name once, from the root trust anchor to its records.
    Audit(Box<AuditArgs>),
    /// Show the DS of each key, how it compares with the parent, and what to publish and withdraw when.
    Ds(Box<DsArgs>),
    /// Rehearse: does a resolver validate, and does the built-in validator find every known fault?
    Drill(DrillArgs),
    /// Watch zones day and night: audits, metrics, events.
    Serve(ServeArgs),
    /// Serve the private hierarchy of good and broken zones, for use with other tools.
    Lab(LabArgs),
    /// Show what came about in a zone, or in all, out of the memory of a daemon.
    Events(EventsArgs),
    /// Try an endpoint, and look after messages that have not arrived.
    #[command(after_help = notify::EXAMPLES)]
    Notify {
        /// What to do.
        #[command(subcommand)]
        command: NotifyCommand,
    },
    /// Say what is expected of a zone for a time, so that nobody is told of it.
    Silence(SilenceArgs),
    /// Show what a watch looks at next, when, and why then.
    Schedule(ScheduleArgs),
    /// Verify a whole zone, before or after it is published.
    Zone(Box<ZoneArgs>),
    /// Show the page of a finding: what it means, why it matters, how to put it right.
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain {
        /// Code of the finding, or name of an alert.
        code: String,
    },
    /// List every finding there can be.
    #[command(after_help = CATALOGUE_EXAMPLES)]
    Catalogue {
        /// Form of the list.
        #[arg(long, value_name = "FORM", default_value = "text")]
        format: TableFormat,
        /// List the codes of DNSViz and Zonemaster instead, with ours for the same fault.
        #[arg(long)]
        coverage: bool,
    },
    /// Write the JSON Schema of a document.
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema {
        /// The document.
        document: Document,
    },
    /// Check, show and describe the configuration of a watch.
    #[command(after_help = config::EXAMPLES)]
    Config {
        /// What to do with it.
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Write completions for a shell.
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Write manual pages.
    #[command(after_help = MAN_EXAMPLES)]
    Man {
        /// Command whose page is wanted; without it, the page of the program.
        command: Option<String>,
        /// Write every page into this directory.
        #[arg(long, value_name = "DIR", conflicts_with = "command")]
        dir: Option<PathBuf>,
    },
}

/// Words of `ds`.
#[derive(Debug, Args)]
#[command(after_help = DS_EXAMPLES)]
pub struct DsArgs {
    /// The zone.
    #[arg(value_name = "NAME", required_unless_present_any = ["from", "replay"], value_parser = values::name)]
    pub name: Option<Name>,
    /// Take the keys from this K*.key or zone file, and ask nobody.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = [
            "lab", "root_hints", "trust_anchor", "at", "save", "replay", "timeout", "port", "only_ipv4",
            "only_ipv6", "tcp", "allow_private",
        ]
    )]
    pub from: Option<PathBuf>,
    /// Make DS with this digest; may be given more than once. SHA-256 or SHA-384; without it, what is in
    /// use, or SHA-256.
    #[arg(long = "digest", value_name = "DIGEST", value_parser = values::digest)]
    pub digests: Vec<DigestType>,
    /// Use the embedded lab, in this process, in place of the Internet.
    #[arg(long, conflicts_with_all = ["replay", "root_hints", "trust_anchor", "port"])]
    pub lab: bool,
    /// Root servers to begin with, in the syntax of named.root.
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    pub root_hints: Option<PathBuf>,
    /// Trust anchors: DS or DNSKEY records in zone-file syntax, or IANA's root-anchors.xml.
    #[arg(long, value_name = "FILE")]
    pub trust_anchor: Option<PathBuf>,
    /// Plan from this instant; without it, from when the servers were asked.
    #[arg(long, value_name = "RFC3339")]
    pub at: Option<Timestamp>,
    /// Write what the servers said to this file.
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    pub save: Option<PathBuf>,
    /// Plan with what a file says the servers said, and ask nobody.
    #[arg(long, value_name = "FILE")]
    pub replay: Option<PathBuf>,
    /// Longest wait for one answer: 500ms, 5s, 2m.
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    pub timeout: Option<Duration>,
    /// Port of the authoritative servers.
    #[arg(short, long, value_name = "N", value_parser = values::port)]
    pub port: Option<u16>,
    /// Ask over IPv4 alone.
    #[arg(short = '4', conflicts_with = "only_ipv6")]
    pub only_ipv4: bool,
    /// Ask over IPv6 alone.
    #[arg(short = '6')]
    pub only_ipv6: bool,
    /// Ask over TCP alone.
    #[arg(long)]
    pub tcp: bool,
    /// Ask addresses in delegations that cannot be global: loopback, private and the like.
    #[arg(long)]
    pub allow_private: bool,
    /// Form of the plan; text, or ds with --from.
    #[arg(long, value_name = "FORM")]
    pub format: Option<DsFormat>,
}

/// Words of `lab`.
#[derive(Debug, Args)]
#[command(after_help = LAB_EXAMPLES)]
pub struct LabArgs {
    /// Port to serve on; without it, one that is free.
    #[arg(short, long, value_name = "N", value_parser = values::port)]
    pub port: Option<u16>,
    /// Directory to write root.hints, trust-anchor, delv.anchor, drill.names and cases.tsv into.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

/// Words of `events`.
#[derive(Debug, Args)]
#[command(after_help = EVENTS_EXAMPLES)]
pub struct EventsArgs {
    /// The zone; without it, all.
    #[arg(value_name = "NAME", value_parser = values::name)]
    pub name: Option<Name>,
    /// Directory in which the daemon keeps its state; it may be running.
    #[arg(long, value_name = "DIR")]
    pub state_dir: PathBuf,
    /// Leave out what came before this instant.
    #[arg(long, value_name = "RFC3339")]
    pub since: Option<Timestamp>,
    /// Greatest number of events; the latest are shown.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub limit: u32,
    /// Form of the list.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub format: TableFormat,
}
