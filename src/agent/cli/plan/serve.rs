//! What `serve` is to do.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::Plan;
use crate::agent::cli::args::ServeArgs;
use crate::agent::cli::failure::Failure;
use crate::agent::cli::values::{LogFormat, LogLevel};

/// One watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServePlan {
    /// What is watched.
    pub source: WatchSource,
    /// Where the endpoints are, in place of what is configured.
    pub listen: Option<Vec<SocketAddr>>,
    /// Where to remember; nowhere without it.
    pub state_dir: Option<PathBuf>,
    /// How zones are judged above what their groups say.
    pub policy: Option<PathBuf>,
    /// TLS, users and headers of the endpoints; none without it.
    pub web_config: Option<PathBuf>,
    /// Form of the log.
    pub log_format: LogFormat,
    /// What is logged at least.
    pub log_level: LogLevel,
}

/// Where the zones of a watch come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchSource {
    /// The embedded lab, with the faults of a file.
    Lab(Option<PathBuf>),
    /// A configuration file.
    File(PathBuf),
}

/// The plan that the words describe.
pub fn serve(args: ServeArgs) -> Result<Plan, Failure> {
    let source = match (args.lab, args.config) {
        (true, _) => WatchSource::Lab(args.faults),
        (false, Some(path)) => WatchSource::File(path),
        (false, None) => {
            let problem = "nothing to watch; write anchorwatch serve --config FILE, or serve --lab for the embedded lab";
            return Err(Failure::usage("serve", problem));
        }
    };
    Ok(Plan::Serve(ServePlan {
        source,
        listen: (!args.listen.is_empty()).then_some(args.listen),
        state_dir: args.state_dir,
        policy: args.policy,
        web_config: args.web_config,
        log_format: args.log_format,
        log_level: args.log_level,
    }))
}
