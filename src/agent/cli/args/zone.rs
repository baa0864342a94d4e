//! The words of `zone`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::agent::cli::values::{self, Server};
use crate::dns::{Name, Timestamp};
use crate::report::Severity;

const EXAMPLES: &str = "Examples:
  anchorwatch zone example.zone.signed
  anchorwatch zone - --origin example.com < zone
  anchorwatch zone example.zone.signed --ds dsset-example.com. --format json
  anchorwatch zone example.zone.signed -q --timeout 5m && nsd-control reload example.com
  anchorwatch zone example.zone.signed --fail-on error --format nagios --metrics-file zone.prom
  anchorwatch zone example.zone --allow-unsigned
  anchorwatch zone big.zone.zst --sample 4000 --seed 7
  anchorwatch zone --axfr ns1.example.net example.com --tsig-file key --tls
  anchorwatch zone --axfr ns1.example.net example.com --ixfr-from old.signed
  anchorwatch zone example.zone.signed --live
  anchorwatch zone old.signed --against new.signed --ds dsset-example.com.

With --against the report and the exit code are those of the newer file, and of the change: what \
changed, and whether those who hold the older version in a cache can validate the newer one.

Compressed files (gzip, zstd) are known by their contents. $INCLUDE is followed within the folder of \
the zone file. A zone without keys is wrong unless --allow-unsigned says otherwise.

As a gate, say what counts (--fail-on), how long it may take (--timeout), and go by the exit code: 0 \
lets the zone through, 1 and 2 are the zone's fault, 3 is not known to be.

Exit codes:
  0  every record was read, every signature verified, nothing at or above the threshold
  1  a warning
  2  bogus or an error
  3  could not tell: the file or the transfer did not come to its end, or the time was up
  64 usage";

/// Words of `zone`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(
    after_help = EXAMPLES,
    override_usage = "anchorwatch zone FILE|- [OPTIONS]\n       \
                      anchorwatch zone OLD --against NEW [OPTIONS]\n       \
                      anchorwatch zone NAME --axfr SERVER [OPTIONS]"
)]
pub struct ZoneArgs {
    /// The zone file; - for standard input. With --axfr the name of the zone.
    #[arg(value_name = "FILE or NAME")]
    pub file: PathBuf,
    /// Transfer the zone from this server and verify it as it arrives: an address or a host name, and a port
    /// if need be.
    #[arg(long, value_name = "SERVER", conflicts_with_all = ["origin", "keep_going"])]
    pub axfr: Option<Server>,
    /// With --axfr: ask for what changed since the version in this file (IXFR, RFC 1995), and verify that
    /// version with the changes put on it. Where the server has no differences, the zone is transferred whole.
    #[arg(long, value_name = "OLD", requires = "axfr")]
    pub ixfr_from: Option<PathBuf>,
    /// The TSIG key of the transfer: as BIND writes it, or ALGORITHM:NAME:BASE64.
    #[arg(long, value_name = "FILE", requires = "axfr")]
    pub tsig_file: Option<PathBuf>,
    /// Transfer over TLS (RFC 9103), as tls://SERVER does.
    #[arg(long, requires = "axfr")]
    pub tls: bool,
    /// Certificates in PEM that are believed for TLS, in place of those of the system.
    #[arg(long, value_name = "FILE", requires = "axfr")]
    pub tls_ca: Option<PathBuf>,
    /// A newer version of the zone: tell what changed, and whether the change is safe for those who have the
    /// older one in a cache, as if it were served until now.
    #[arg(long, value_name = "NEW", conflicts_with = "axfr")]
    pub against: Option<PathBuf>,
    /// With --against, the greatest share of the names and delegations that may go, in percent.
    #[arg(long, value_name = "PERCENT", requires = "against", default_value_t = 5,
          value_parser = clap::value_parser!(u64).range(0..=100))]
    pub max_removed: u64,
    /// The zone, in which relative names end until $ORIGIN says otherwise; without it, that of the SOA.
    #[arg(long, value_name = "NAME", value_parser = values::name)]
    pub origin: Option<Name>,
    /// Go on behind a record that cannot be read. The result is then 2 or 3, never 0 or 1.
    #[arg(long)]
    pub keep_going: bool,
    /// Judge as of this instant; without it, as of now.
    #[arg(long, value_name = "RFC3339")]
    pub at: Option<Timestamp>,
    /// DS records of the parent, as dnssec-signzone writes into dsset-NAME: they must lead to the keys.
    #[arg(long, value_name = "FILE")]
    pub ds: Option<PathBuf>,
    /// Ask the parent for the DS, which must lead to the keys: from the root servers down, validated.
    #[arg(long, conflicts_with = "ds")]
    pub live_ds: bool,
    /// Ask the parent for the DS, and every server of the zone for SOA, NS, DNSKEY, NSEC3PARAM, CDS and
    /// CDNSKEY, which must be those of the file.
    #[arg(long, conflicts_with = "ds")]
    pub live: bool,
    /// Root servers to begin with, in the syntax of named.root.
    #[arg(long, value_name = "FILE")]
    pub root_hints: Option<PathBuf>,
    /// Trust anchors: DS or DNSKEY records in zone-file syntax, or IANA's root-anchors.xml.
    #[arg(long, value_name = "FILE")]
    pub trust_anchor: Option<PathBuf>,
    /// Port of the authoritative servers.
    #[arg(short, long, value_name = "N", value_parser = values::port)]
    pub port: Option<u16>,
    /// Ask addresses in delegations that cannot be global: loopback, private and the like.
    #[arg(long)]
    pub allow_private: bool,
    /// Tell of TTLs above this, in seconds.
    #[arg(long, value_name = "SECONDS")]
    pub max_ttl: Option<u32>,
    /// Tell of signatures with less than this left, in seconds; without it, 3 days.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(0..=315_360_000))]
    pub expiring_soon: Option<i64>,
    /// Tell of signatures that were made to last longer than this, from inception to expiration, in seconds.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..=315_360_000))]
    pub max_lifetime: Option<i64>,
    /// Tell of signatures with more than this left, in seconds: so long a copy can be replayed.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..=315_360_000))]
    pub max_remaining: Option<i64>,
    /// Verify the signatures of so many names alone, chosen at random.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub sample: Option<u32>,
    /// What the choice of a sample begins with; the same seed chooses the same names.
    #[arg(long, value_name = "S", requires = "sample", default_value_t = 0)]
    pub seed: u64,
    /// How many faults of each code are shown.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=1_000_000))]
    pub first: u32,
    /// Weight from which a fault counts for the exit code.
    #[arg(long, value_name = "SEVERITY", value_parser = severity(), default_value = "warning")]
    pub fail_on: Severity,
    /// The zone may be unsigned, as before it goes to the signer: what can be seen without keys is looked at.
    /// Otherwise a zone without keys is wrong, whatever --fail-on says.
    #[arg(long, conflicts_with = "ds")]
    pub allow_unsigned: bool,
    /// Give up after this long, with exit code 3: 30s, 5m.
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    pub timeout: Option<Duration>,
    /// Write the result here too, for node_exporter's textfile collector; when nothing could be told, that.
    #[arg(long, value_name = "FILE")]
    pub metrics_file: Option<PathBuf>,
    /// Follow $INCLUDE out of the folder of the zone file too.
    #[arg(long)]
    pub include_anywhere: bool,
    /// Form of the report.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub format: ZoneFormat,
    /// Say nothing; the exit code tells.
    #[arg(short, long, conflicts_with = "all")]
    pub quiet: bool,
    /// Show notices in full, and every day on which signatures end.
    #[arg(long)]
    pub all: bool,
}

/// Form of what is said of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ZoneFormat {
    /// A story for people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// A line of JSON for the zone, and one for each fault.
    Ndjson,
    /// One line for monitoring plugins.
    Nagios,
}

fn severity() -> impl TypedValueParser<Value = Severity> {
    let known = PossibleValuesParser::new(["notice", "warning", "error", "bogus"]);
    known.map(|word| match word.as_str() {
        "notice" => Severity::Notice,
        "warning" => Severity::Warning,
        "error" => Severity::Error,
        _ => Severity::Bogus,
    })
}
