//! Words of `config`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::agent::cli::values::ConfigFormat;

/// Of `config` as a whole.
pub(super) const EXAMPLES: &str = "Examples:
  anchorwatch config check anchorwatch.toml
  anchorwatch config dump anchorwatch.toml --format json
  anchorwatch config schema > anchorwatch.schema.json";

const CHECK_EXAMPLES: &str = "Examples:
  anchorwatch config check
  anchorwatch config check /etc/anchorwatch/anchorwatch.toml
  anchorwatch config check --online            lists of zones by HTTP and zone transfer too

Lists of zones in files and directories are always read.

Exit codes:
  0  it can be used
  64 it cannot: FILE:LINE:COLUMN and what is wrong, on standard error";

const DUMP_EXAMPLES: &str = "Examples:
  anchorwatch config dump                      the defaults
  anchorwatch config dump anchorwatch.toml
  anchorwatch config dump anchorwatch.toml --format json";

const SCHEMA_EXAMPLES: &str = "Examples:
  anchorwatch config schema > anchorwatch.schema.json";

/// What to do with a configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Say whether a configuration can be used, and what is wrong where if it cannot.
    #[command(after_help = CHECK_EXAMPLES)]
    Check {
        /// The file.
        #[arg(value_name = "FILE", default_value = "anchorwatch.toml")]
        file: PathBuf,
        /// Read the lists of zones too that come over the network.
        #[arg(long)]
        online: bool,
    },
    /// Show the settings in effect, each default included; secrets by where they are kept.
    #[command(after_help = DUMP_EXAMPLES)]
    Dump {
        /// The file; without it, the defaults.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// Form of the settings.
        #[arg(long, value_name = "FORM", default_value = "toml")]
        format: ConfigFormat,
    },
    /// Write the JSON Schema of the file.
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema,
}
