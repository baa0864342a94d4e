//! The words of `drill`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::Place;
use crate::agent::cli::values::{self, Server, TableFormat};

const DRILL_EXAMPLES: &str = "Examples:
  anchorwatch drill @192.0.2.53                   does it validate? which algorithms and root keys?
  anchorwatch drill @9.9.9.9 @tls://dns.example.net --format json
  anchorwatch drill --print-names > names         the names it is asked for, to copy and change
  anchorwatch drill @192.0.2.53 --names names
  anchorwatch drill --lab                         the built-in validator, on every fault we know
  anchorwatch drill --lab stale-ds rrsig-exp-all
  anchorwatch drill --lab @validating             a resolver of the lab
  anchorwatch drill --all                         outages of the past, each told and resolved
  anchorwatch drill --alerts                      a marked fault to every endpoint of the daemon

A resolver that is set to the lab's root hints and trust anchor, with the lab running beside it:
  anchorwatch lab --port 53 --dir lab
  anchorwatch drill @127.0.0.1 --names lab/drill.names --trust-anchor lab/trust-anchor

Exit codes:
  0  every case came out as expected, every resolver validates
  1  a resolver leaves out an algorithm, or is behind something that validates
  2  a case did not; a resolver does not validate, strips DNSSEC or lacks a root key
  3  could not tell
  64 usage";

/// Words of `drill`.
#[derive(Debug, Args)]
#[command(
    after_help = DRILL_EXAMPLES,
    override_usage = "anchorwatch drill @RESOLVER[:PORT]... [--names FILE] [OPTIONS]\n       \
                      anchorwatch drill --lab [CASE]... [OPTIONS]\n       \
                      anchorwatch drill --all [--format FORM]\n       \
                      anchorwatch drill --alerts [--config FILE]"
)]
pub struct DrillArgs {
    /// Without a resolver, run the built-in validator on the cases of the embedded lab; with one, @WORD is
    /// a resolver of the lab.
    #[arg(long)]
    pub lab: bool,
    /// Cases to run; without any, all.
    #[arg(value_name = "CASE")]
    pub cases: Vec<String>,
    /// Rehearse this resolver, also written @SERVER: an address, a host name, tls://HOST or
    /// https://HOST/PATH, each with a port if need be; may be given more than once.
    #[arg(long = "server", value_name = "SERVER")]
    pub servers: Vec<Server>,
    /// Ask for the names in this file, which has the form that --print-names shows.
    #[arg(long, value_name = "FILE", conflicts_with = "lab")]
    pub names: Option<PathBuf>,
    /// Show the names that would be asked for, to copy and change, and ask nobody.
    #[arg(long, conflicts_with_all = ["servers", "cases"])]
    pub print_names: bool,
    /// Look for these root keys: DS or DNSKEY records in zone-file syntax, or IANA's root-anchors.xml.
    #[arg(
        long,
        value_name = "FILE",
        requires = "servers",
        conflicts_with = "lab"
    )]
    pub trust_anchor: Option<PathBuf>,
    /// Longest wait for one answer: 500ms, 5s, 2m.
    #[arg(long, value_name = "DURATION", requires = "servers", value_parser = values::duration)]
    pub timeout: Option<Duration>,
    /// Port of the resolvers that are given without one.
    #[arg(short, long, value_name = "N", requires = "servers", conflicts_with = "lab", value_parser = values::port)]
    pub port: Option<u16>,
    /// Ask over IPv4 alone.
    #[arg(short = '4', requires = "servers", conflicts_with = "only_ipv6")]
    pub only_ipv4: bool,
    /// Ask over IPv6 alone.
    #[arg(short = '6', requires = "servers")]
    pub only_ipv6: bool,
    /// Ask over TCP alone.
    #[arg(long, requires = "servers")]
    pub tcp: bool,
    /// Check the certificates of resolvers over TLS by those in this file (PEM), not the system's.
    #[arg(long, value_name = "FILE", requires = "servers")]
    pub tls_ca: Option<PathBuf>,
    /// Play outages of the past on the lab: each from the fault over the finding to a signed message, and to
    /// the message that it is over. Takes about a minute.
    #[arg(long, conflicts_with_all = ["lab", "cases", "servers", "names", "print_names", "alerts"])]
    pub all: bool,
    /// Rehearse alerts: the running daemon tells every endpoint of a fault that is marked as a drill, and
    /// of its end, the same way as of any other.
    #[arg(long, conflicts_with_all = ["lab", "cases", "servers", "names", "print_names"])]
    pub alerts: bool,
    /// Where the daemon is.
    #[command(flatten)]
    pub place: Place,
    /// Form of the table.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub format: TableFormat,
}
