//! The words of `schedule`.

use std::path::PathBuf;

use clap::Args;

use super::super::values::{self, TableFormat};
use crate::dns::Name;

const EXAMPLES: &str = "Examples:
  anchorwatch schedule                                  of the daemon at http://127.0.0.1:10853
  anchorwatch schedule example.com example.net
  anchorwatch schedule --url https://watch.example.net --format json
  anchorwatch schedule --config anchorwatch.toml        as if a daemon began now with this file
  anchorwatch schedule --config anchorwatch.toml --state-dir /var/lib/anchorwatch
  anchorwatch schedule --lab

A look is an audit, which asks everything, or a glance: two cheap questions, SOA and DS, that see a \
change between audits and bring the next audit forward. JSON has the reason as one word: first, doubt, \
interval, deadline, back-off, change, or glance.";

/// Words of `schedule`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ScheduleArgs {
    /// The zones; without one, all.
    #[arg(value_name = "NAME", value_parser = values::name)]
    pub names: Vec<Name>,
    /// Where the endpoints of a running daemon are; https://USER:PASSWORD@HOST where it wants that.
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:10853",
        conflicts_with_all = ["config", "lab"]
    )]
    pub url: String,
    /// Ask no daemon: what one would do that began now with this configuration file.
    #[arg(long, value_name = "FILE", conflicts_with = "lab")]
    pub config: Option<PathBuf>,
    /// With --config, what was found before stands here, in place of what the file says.
    #[arg(long, value_name = "DIR", requires = "config")]
    pub state_dir: Option<PathBuf>,
    /// Ask no daemon: what one would do that began now to watch the embedded lab.
    #[arg(long)]
    pub lab: bool,
    /// Form of the list.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub format: TableFormat,
}
