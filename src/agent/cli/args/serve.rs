//! The words of `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::super::values::{LogFormat, LogLevel};

const EXAMPLES: &str = "Examples:
  anchorwatch serve --lab                    watch the embedded lab: http://127.0.0.1:10853/
  anchorwatch serve --config anchorwatch.toml
  anchorwatch serve --config anchorwatch.toml --policy policy.toml
  anchorwatch serve --lab --listen 127.0.0.1:0 --log-format json
  anchorwatch serve --lab --state-dir state  remember over a restart
  anchorwatch serve --lab --faults faults    then: echo valid.test stale-ds > faults
                                             or:   echo @validating stripping > faults

It runs until SIGTERM or Ctrl-C, and ends within five seconds.";

/// Words of `serve`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ServeArgs {
    /// Watch the zones of this configuration file; examples/anchorwatch.toml explains it.
    #[arg(long, value_name = "FILE", conflicts_with = "lab")]
    pub config: Option<PathBuf>,
    /// Watch the embedded lab, in this process.
    #[arg(long)]
    pub lab: bool,
    /// Put the faults of this file into the lab, lines such as: valid.test stale-ds, or: @validating plain. The file is followed:
    /// a change shows within a second.
    #[arg(long, value_name = "FILE", requires = "lab")]
    pub faults: Option<PathBuf>,
    /// Where the endpoints are, in place of what is configured (127.0.0.1:10853); may be given more than once.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Vec<SocketAddr>,
    /// Where to remember; without it, nothing outlives the process.
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
    /// Judge by this policy file, above what the groups of the configuration say; read again on a reload.
    #[arg(long, value_name = "FILE", conflicts_with = "lab")]
    pub policy: Option<PathBuf>,
    /// TLS, users and headers of the endpoints, as exporters of Prometheus have it (web.config.file).
    #[arg(long, value_name = "FILE", alias = "web.config.file")]
    pub web_config: Option<PathBuf>,
    /// Form of the log on standard error; with --config, the file says it.
    #[arg(
        long,
        value_name = "FORM",
        default_value = "text",
        conflicts_with = "config"
    )]
    pub log_format: LogFormat,
    /// What is logged at least; with --config, the file says it.
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "info",
        conflicts_with = "config"
    )]
    pub log_level: LogLevel,
}
