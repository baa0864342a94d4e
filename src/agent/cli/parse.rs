//! From the words of the command line to a plan.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use super::args::Cli;
use super::clap_error;
use super::failure::Failure;
use super::plan::Plan;
use super::words;

/// What the words ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parsed {
    /// Help or the version, to be shown as it is.
    Text(String),
    /// Something to do.
    Run(Plan),
}

/// Reads the words, the first of which is the name of the program.
///
/// # Errors
/// [`Failure::Usage`] with one line: what, where, what to do.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Parsed, Failure> {
    let mut program = Cli::command();
    program.build();
    let words = words::translate(words.into_iter().collect(), &program)?;
    let read = Cli::command().try_get_matches_from(&words);
    match read.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => Plan::new(cli).map(Parsed::Run),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Ok(Parsed::Text(error.render().to_string()))
            }
            _ => Err(clap_error::in_one_line(&error, &words, &program)),
        },
    }
}
