//! The words of `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::super::values::{LogFormat, LogLevel};

const EXAMPLES: &str = "Examples:
  anchorwatch serve --lab                       watch the embedded lab; http://127.0.0.1:9735/ shows it
  anchorwatch serve --lab --listen 127.0.0.1:0 --log-format json
  anchorwatch serve --lab --state-dir state     remember over a restart

It runs until SIGTERM or Ctrl-C, and ends within five seconds.";

/// Words of `serve`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ServeArgs {
    /// Watch the embedded lab, in this process.
    #[arg(long)]
    pub lab: bool,
    /// Where the endpoints are; may be given more than once.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9735")]
    pub listen: Vec<SocketAddr>,
    /// Where to remember; without it, nothing outlives the process.
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
    /// TLS, users and headers of the endpoints, as exporters of Prometheus have it (web.config.file).
    #[arg(long, value_name = "FILE", alias = "web.config.file")]
    pub web_config: Option<PathBuf>,
    /// Form of the log on standard error.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub log_format: LogFormat,
    /// What is logged at least.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log_level: LogLevel,
}
