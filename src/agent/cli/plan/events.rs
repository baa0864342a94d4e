//! The plan of `events`.

use std::path::PathBuf;

use crate::agent::cli::args::EventsArgs;
use crate::agent::cli::values::TableFormat;
use crate::agent::store::Filter;

/// One look at the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsPlan {
    /// Where the daemon keeps its state.
    pub state_dir: PathBuf,
    /// Which events.
    pub filter: Filter,
    /// Form of the table.
    pub format: TableFormat,
}

/// The plan that the words describe.
pub(super) fn events(args: EventsArgs) -> EventsPlan {
    EventsPlan {
        state_dir: args.state_dir,
        filter: Filter {
            zone: args.name,
            since: args.since,
            limit: args.limit,
        },
        format: args.format,
    }
}
