//! The command line: words in, one of five exit codes out.
//!
//! A run has three steps. [`parse`] turns words into a [`plan::Plan`] or a [`Failure`]; [`run`] carries the
//! plan out through the doorways of `works::Works`; what it returns is written at the end and at once,
//! so that a run that fails has written nothing to standard output. The one exception is `lab`, which
//! says how to use it before it waits.
//!
//! Exit codes: 0 nothing at or above the threshold, 1 a warning, 2 bogus or an error, 3 could not tell
//! (the program's own troubles too), 64 usage, 130 interrupted.

pub mod args;
mod audit;
mod baseline;
mod catalogue;
mod clap_error;
mod config;
mod console;
mod coverage;
pub mod drill;
mod ds;
mod events;
mod failure;
pub mod files;
mod lab;
mod manual;
mod many;
pub(in crate::agent) mod nearest;
mod notify;
mod page;
pub mod parse;
pub mod plan;
mod progress;
mod question;
pub mod real;
mod resolvers;
mod rows;
mod schedule;
mod serve;
mod suppose;
pub mod values;
mod words;
mod works;
mod zone;

use std::io::Write;
use std::process::ExitCode;

pub use console::Console;
pub use failure::Failure;

use parse::Parsed;
use plan::Plan;
use real::Real;
use values::Document;
use works::Works;

/// What a run says on standard output, and its exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Written as it is.
    pub text: String,
    /// The exit code.
    pub code: u8,
}

impl Said {
    fn ok(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { text, code: 0 }
    }
}

/// Runs the program with the words it was started with.
pub fn main() -> ExitCode {
    let console = Console::of_process();
    let outcome = start(&console);
    ExitCode::from(outcome.unwrap_or_else(|failure| {
        // A standard error that cannot be written to leaves nobody to tell.
        let _ = writeln!(std::io::stderr(), "anchorwatch: {failure}");
        failure.exit_code()
    }))
}

fn start(console: &Console) -> Result<u8, Failure> {
    let said = match parse::parse(std::env::args_os())? {
        Parsed::Text(text) => Said::ok(text),
        Parsed::Run(plan) => run(&plan, &Real::default(), console, &mut std::io::stdout())?,
    };
    console::write(&mut std::io::stdout(), &console.shown(&said.text))?;
    Ok(said.code)
}

/// Carries out `plan`. `out` is where a command that does not end by itself speaks meanwhile.
pub fn run(
    plan: &Plan,
    works: &dyn Works,
    console: &Console,
    out: &mut dyn Write,
) -> Result<Said, Failure> {
    match plan {
        Plan::Audit(plan) => audit::run(plan, works, console),
        Plan::Many(plan) => many::run(plan, works, console, out),
        Plan::Ds(plan) => ds::run(plan, works, console),
        Plan::Drill(plan) => drill::run(plan, works, console),
        Plan::Serve(plan) => serve::run(plan).map(|()| Said::ok("")),
        Plan::Lab(plan) => lab::run(plan, works, out),
        Plan::Events(plan) => events::run(plan),
        Plan::Notify(command) => notify::run(command),
        Plan::Silence(args) => notify::silence(args),
        Plan::Schedule(plan) => schedule::run(plan),
        Plan::Zone { args, color } => zone::run(args, works, console, *color),
        Plan::Explain { code, color } => catalogue::explain(code, works, &console.style(*color)),
        Plan::Catalogue(format) => catalogue::list(*format, works, console),
        Plan::Coverage(format) => Ok(coverage::list(*format)),
        Plan::Schema(Document::Report) => Ok(Said::ok(crate::report::JSON_SCHEMA)),
        Plan::Schema(Document::Policy) => Ok(Said::ok(crate::agent::config::dump::policy_schema())),
        Plan::Schema(Document::Zone) => Ok(Said::ok(crate::zone::JSON_SCHEMA)),
        Plan::Schema(Document::Delta) => Ok(Said::ok(crate::report::DELTA_JSON_SCHEMA)),
        Plan::Config(plan) => config::run(plan),
        Plan::Completions(shell) => Ok(Said::ok(manual::completions(*shell))),
        Plan::Man(plan) => manual::man(plan),
    }
}

#[cfg(test)]
mod tests;
