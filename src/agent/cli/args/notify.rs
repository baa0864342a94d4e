//! The words of `notify` and `silence`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::agent::cli::values::TableFormat;
use crate::dns::Timestamp;

/// Of `notify` as a whole.
pub(super) const EXAMPLES: &str = "Examples:
  anchorwatch notify test ops-hook --config anchorwatch.toml
  anchorwatch notify pending
  anchorwatch notify dead --state-dir /var/lib/anchorwatch
  anchorwatch notify replay ops-hook";

const SILENCE_EXAMPLES: &str = "Examples:
  anchorwatch silence example.com --until 2026-12-01T06:00:00Z --why roll --code rrsig-expiring-soon
  anchorwatch silence '*.example.com' --until 2026-12-01T06:00:00Z --why 'new name servers'
  anchorwatch silence --list
  anchorwatch silence --expire 1790000000-3f2a

A zone that is bogus is told whatever is silenced. A silence that matched nothing is named in the log \
and in the events when it ends.";

/// Where the memory of a daemon is.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Place {
    /// Directory in which the daemon keeps its state; without it, the one that the configuration names.
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,
    /// The configuration of the daemon.
    #[arg(long, value_name = "FILE", default_value = "anchorwatch.toml")]
    pub config: PathBuf,
}

/// What to do with messages.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum NotifyCommand {
    /// Send a message to an endpoint now, and show what came back.
    Test {
        /// Name of the endpoint.
        name: String,
        /// The configuration that has it.
        #[arg(long, value_name = "FILE", default_value = "anchorwatch.toml")]
        config: PathBuf,
    },
    /// List messages that wait to be taken.
    Pending(ListArgs),
    /// List messages that were sent as often as they may be, and not taken.
    Dead(ListArgs),
    /// Send dead messages again, and enable endpoints that had said they were gone.
    Replay {
        /// Name of the endpoint; without it, all.
        name: Option<String>,
        /// Where they are.
        #[command(flatten)]
        place: Place,
    },
}

/// Which messages, in which form.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ListArgs {
    /// Where they are.
    #[command(flatten)]
    pub place: Place,
    /// Greatest number of messages; the oldest are shown.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub limit: u32,
    /// Form of the list.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub format: TableFormat,
}

/// Words of `silence`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(after_help = SILENCE_EXAMPLES)]
pub struct SilenceArgs {
    /// The zone: example.com, '*.example.com' for those below it, '*' for every zone.
    #[arg(value_name = "ZONE", required_unless_present_any = ["list", "expire"])]
    pub zone: Option<String>,
    /// Code of a finding that is expected; may be given more than once. Without it, all.
    #[arg(long = "code", value_name = "CODE", requires = "zone")]
    pub codes: Vec<String>,
    /// From when on; from now without it.
    #[arg(long, value_name = "RFC3339", requires = "zone")]
    pub from: Option<Timestamp>,
    /// Until when.
    #[arg(long, value_name = "RFC3339", required_unless_present_any = ["list", "expire"])]
    pub until: Option<Timestamp>,
    /// Why, for whoever asks.
    #[arg(long, value_name = "TEXT", required_unless_present_any = ["list", "expire"])]
    pub why: Option<String>,
    /// List the silences that are not over.
    #[arg(long, conflicts_with_all = ["zone", "codes", "from", "until", "why", "expire"])]
    pub list: bool,
    /// End the silence with this identifier.
    #[arg(long, value_name = "ID", conflicts_with_all = ["zone", "codes", "from", "until", "why"])]
    pub expire: Option<String>,
    /// Where the daemon is.
    #[command(flatten)]
    pub place: Place,
}
