//! What `schedule` is to show.

use std::path::PathBuf;

use crate::agent::cli::args::ScheduleArgs;
use crate::agent::cli::values::TableFormat;
use crate::dns::Name;

/// One look at what is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchedulePlan {
    /// Whose schedule.
    pub source: ScheduleSource,
    /// Of which zones; of all when there is none.
    pub names: Vec<Name>,
    /// Form of the table.
    pub format: TableFormat,
}

/// Where a schedule comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScheduleSource {
    /// The daemon whose endpoints are at this address.
    Daemon(String),
    /// A configuration file, and what a daemon remembers in a directory.
    File(PathBuf, Option<PathBuf>),
    /// The embedded lab.
    Lab,
}

/// The plan that the words describe.
pub fn schedule(args: ScheduleArgs) -> SchedulePlan {
    let source = match (args.lab, args.config) {
        (true, _) => ScheduleSource::Lab,
        (false, Some(path)) => ScheduleSource::File(path, args.state_dir),
        (false, None) => ScheduleSource::Daemon(args.url),
    };
    SchedulePlan {
        source,
        names: args.names,
        format: args.format,
    }
}
