//! Words of `audit`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::SupposeArgs;
use crate::agent::cli::values::{self, Format, Server, Signer, Validator};
use crate::dns::{RecordType, Timestamp};
use crate::report::{Severity, Verdict};

const CODES: &str = "Exit codes:
  0  nothing at or above the threshold
  1  a warning
  2  bogus or an error
  3  could not tell
  64 usage";

const EXAMPLES: &str = "Examples:
  anchorwatch audit www.example.com
  anchorwatch audit www.example.com AAAA --format json
  anchorwatch audit -t MX example.com +short
  anchorwatch audit www.example.com @9.9.9.9
  anchorwatch audit example.com --iterate @1.1.1.1 @tls://dns.quad9.net
  anchorwatch audit stale-ds.test --lab
  anchorwatch audit www.corp.test --root-hints hints --trust-anchor anchor --port 5300
  anchorwatch audit example.com --thorough
  anchorwatch audit example.com --save e.aw
  anchorwatch audit --replay e.aw --at 2027-01-01T00:00:00Z
  anchorwatch audit example.com --baseline last-year.json --fail-on new
  anchorwatch audit example.com --policy policy.toml
  anchorwatch audit new.example --with-ns new.ns --with-ds new.ds
  anchorwatch audit --zones zones.txt --format ndjson > out.ndjson
  anchorwatch audit --zones zones.txt --resume out.ndjson
  anchorwatch audit --zones zones.txt --baseline out.ndjson --fail-on new
  anchorwatch audit --zones - --sample 1000 --seed 7 --format csv < zones.txt

Words in the manner of dig and delv, in any order:
  @SERVER[:PORT]    the same as --server: that resolver is asked, with --iterate the
                    authoritative servers as well
  +short            the verdict in one line, the same as --short
  +tcp              ask over TCP alone, the same as --tcp
  +all              the same as --all
  +time=N           the same as --timeout N
  -x ADDRESS        the PTR records of an address
  +trace, +rtrace, +cd, +ad, +dnssec, +multiline
                    what they ask for is always done: the chain link by link, each resolver
                    with checking and without";

/// Words of `audit`.
#[derive(Debug, Args)]
#[command(
    after_help = EXAMPLES,
    after_long_help = format!("{EXAMPLES}\n\n{CODES}"),
    override_usage = "anchorwatch audit NAME [TYPE] [@SERVER[:PORT]]... [OPTIONS]\n       anchorwatch audit --zones FILE [OPTIONS]"
)]
pub struct AuditArgs {
    /// Name to audit, and the type of its records (A when none is given), in any order.
    #[arg(value_name = "NAME [TYPE]", num_args = 0..)]
    pub words: Vec<String>,
    /// Type of the records.
    #[arg(short = 't', long = "type", value_name = "TYPE", value_parser = values::rtype)]
    pub rtype: Option<RecordType>,
    /// Ask this resolver: an address, a host name, tls://HOST or https://HOST/PATH, each with a port if
    /// need be; may be given more than once.
    #[arg(long = "server", value_name = "SERVER")]
    pub servers: Vec<Server>,
    /// With a resolver: ask the authoritative servers as well.
    #[arg(long)]
    pub iterate: bool,
    /// Use the embedded lab, in this process, in place of the Internet.
    #[arg(long, conflicts_with_all = ["replay", "root_hints", "trust_anchor", "port"])]
    pub lab: bool,
    /// Root servers to begin with, in the syntax of named.root.
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    pub root_hints: Option<PathBuf>,
    /// Trust anchors: DS or DNSKEY records in zone-file syntax, or IANA's root-anchors.xml.
    #[arg(long, value_name = "FILE")]
    pub trust_anchor: Option<PathBuf>,
    /// Judge as of this instant; without it, as of when the servers were asked.
    #[arg(long, value_name = "RFC3339")]
    pub at: Option<Timestamp>,
    /// Write what the servers said to this file.
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    pub save: Option<PathBuf>,
    /// Judge what a file says the servers said, and ask nobody.
    #[arg(long, value_name = "FILE")]
    pub replay: Option<PathBuf>,
    /// Verdict that is wished for: exit 0 with it and 2 with another, whatever the findings.
    #[arg(long, value_name = "VERDICT", value_parser = verdict())]
    pub expect: Option<Verdict>,
    /// DS records that the parent has to publish, no more and no fewer, in zone-file syntax.
    #[arg(long, value_name = "FILE", conflicts_with = "zones")]
    pub expect_ds: Option<PathBuf>,
    /// Weight from which a finding counts for the exit code; or new, for what --baseline does not have, from a
    /// warning up.
    #[arg(long, value_name = "SEVERITY", value_parser = fail_on(), default_value = "warning")]
    pub fail_on: FailOn,
    /// Show what is new, gone and changed since this report, which --format json or ndjson wrote; with --zones,
    /// since the reports of an earlier run, as lines of JSON.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["short", "all"])]
    pub baseline: Option<PathBuf>,
    /// Longest wait for one answer: 500ms, 5s, 2m.
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    pub timeout: Option<Duration>,
    /// Port of the authoritative servers; with resolvers alone, of those that are given without one.
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
    /// Ask the servers of the zone of NAME also what an audit does not need: odd flags and EDNS, cookies,
    /// letter case, a zone transfer. Some 20 questions more to each server.
    #[arg(long)]
    pub thorough: bool,
    /// Check the certificates of resolvers over TLS by those in this file (PEM), not the system's.
    #[arg(long, value_name = "FILE")]
    pub tls_ca: Option<PathBuf>,
    /// Audit every name of this file, or of standard input with -, one a line (# begins a comment): the SOA
    /// of each unless -t says otherwise.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["words", "servers", "iterate", "replay", "save", "short", "all"])]
    pub zones: Option<PathBuf>,
    /// With --zones: add reports to this file as lines of JSON, and leave out what it has already.
    #[arg(long, value_name = "FILE")]
    pub resume: Option<PathBuf>,
    /// With --zones: take so many of the names.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub sample: Option<u32>,
    /// With --sample: which ones; the same number takes the same names.
    #[arg(long, value_name = "S", requires = "sample", default_value_t = 0)]
    pub seed: u64,
    /// With --zones: audits at a time, from 1 to 10000; 64 unless told.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub audits: Option<u32>,
    /// With --zones: questions a second to one address of a server, 50 unless told; 0 for no limit.
    #[arg(long, value_name = "N")]
    pub server_queries_per_second: Option<u32>,
    /// With --zones: questions a second to one network, a /24 or a /48, as operators have them, 200
    /// unless told; 0 for no limit.
    #[arg(long, value_name = "N")]
    pub network_queries_per_second: Option<u32>,
    /// Judge by this policy file: thresholds, what is allowed, pins, weights, silences.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// What is to be supposed.
    #[command(flatten)]
    pub suppose: SupposeArgs,
    /// Show what a validator makes of the same evidence; may be given more than once.
    #[arg(long = "validator", value_name = "VALIDATOR")]
    pub validators: Vec<Validator>,
    /// Print, in place of the report, a script with what puts the findings right.
    #[arg(long, value_name = "SIGNER", conflicts_with_all = ["short", "format"])]
    pub fix: Option<Signer>,
    /// Form of the report.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub format: Format,
    /// Say the verdict and its cause in one line, nothing else.
    #[arg(long, conflicts_with = "all")]
    pub short: bool,
    /// List everything: consequences, each server of each zone, advice on notices.
    #[arg(long)]
    pub all: bool,
}

fn verdict() -> impl TypedValueParser<Value = Verdict> {
    let known = PossibleValuesParser::new(["secure", "insecure", "bogus"]);
    known.map(|word| match word.as_str() {
        "secure" => Verdict::Secure,
        "insecure" => Verdict::Insecure,
        _ => Verdict::Bogus,
    })
}

/// What counts for the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// Findings from this weight up.
    Weight(Severity),
    /// What the baseline does not have.
    New,
}

impl FailOn {
    /// The weight from which a finding counts.
    pub fn weight(self) -> Severity {
        match self {
            Self::Weight(severity) => severity,
            Self::New => Severity::Warning,
        }
    }
}

fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    let known = PossibleValuesParser::new(["notice", "warning", "error", "bogus", "new"]);
    known.map(|word| match word.as_str() {
        "notice" => FailOn::Weight(Severity::Notice),
        "warning" => FailOn::Weight(Severity::Warning),
        "error" => FailOn::Weight(Severity::Error),
        "bogus" => FailOn::Weight(Severity::Bogus),
        _ => FailOn::New,
    })
}
