//! Words of `events`.

use std::path::PathBuf;

use clap::Args;

use crate::agent::cli::values::{self, TableFormat};
use crate::dns::{Name, Timestamp};

const EVENTS_EXAMPLES: &str = "Examples:
  anchorwatch events --state-dir /var/lib/anchorwatch
  anchorwatch events example.com --state-dir /var/lib/anchorwatch --since 2026-11-01T00:00:00Z
  anchorwatch events example.com --state-dir /var/lib/anchorwatch --format markdown";

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
