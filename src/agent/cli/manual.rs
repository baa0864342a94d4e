//! Completions and manual pages, made from the same description that reads the words.

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::Said;
use super::args::Cli;
use super::failure::Failure;
use super::files::{Destination, make_directory};
use super::nearest::hint;
use super::plan::ManPlan;

/// The completions of the whole program for `shell`.
pub fn completions(shell: Shell) -> String {
    let mut octets = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "anchorwatch", &mut octets);
    String::from_utf8_lossy(&octets).into_owned()
}

/// One manual page to standard output, or all of them into a directory.
pub fn man(plan: &ManPlan) -> Result<Said, Failure> {
    let pages = pages()?;
    if let Some(dir) = &plan.dir {
        make_directory("--dir", dir)?;
        for (name, page) in &pages {
            Destination::new("--dir", &dir.join(format!("{name}.1")))?.write(page.as_bytes())?;
        }
        return Ok(Said::ok(String::new()));
    }
    let wanted = match &plan.command {
        Some(command) => format!("anchorwatch-{command}"),
        None => "anchorwatch".to_owned(),
    };
    let page = pages.iter().find(|(name, _)| *name == wanted);
    let page = page.ok_or_else(|| unknown(plan.command.as_deref().unwrap_or_default()))?;
    Ok(Said::ok(page.1.clone()))
}

fn unknown(command: &str) -> Failure {
    let program = Cli::command();
    let known: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
    let near = hint(command, known, "see anchorwatch --help");
    Failure::usage(command, format!("no such command{near}"))
}

/// Every page with its name, that of the program first, that of a command before those of the commands below it.
fn pages() -> Result<Vec<(String, String)>, Failure> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let mut pages = Vec::new();
    collect("anchorwatch".to_owned(), &program, &mut pages)?;
    Ok(pages)
}

fn collect(
    name: String,
    command: &Command,
    pages: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    pages.push((name.clone(), page(command.clone())?));
    let below = command.get_subcommands();
    for command in below.filter(|command| command.get_name() != "help") {
        collect(format!("{name}-{}", command.get_name()), command, pages)?;
    }
    Ok(())
}

fn page(command: Command) -> Result<String, Failure> {
    let mut octets = Vec::new();
    let rendered = Man::new(command).render(&mut octets);
    rendered.map_err(|error| Failure::trouble("manual page", error))?;
    Ok(String::from_utf8_lossy(&octets).into_owned())
}
