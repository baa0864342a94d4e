//! What clap found wrong, in one line: what, where, what to do.

use std::error::Error as _;
use std::ffi::OsString;
use std::num::{IntErrorKind, ParseIntError};

use clap::Command;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::failure::Failure;
use super::nearest::{hint, nearest};
use super::words::command_of;

/// One line for `error`, with the nearest word where one was not known.
pub fn in_one_line(error: &Error, words: &[OsString], program: &Command) -> Failure {
    let command = innermost(words, program);
    let help = help(command);
    let what = bare(context(error, ContextKind::InvalidArg));
    match error.kind() {
        ErrorKind::UnknownArgument => unknown(&what, command, &help),
        ErrorKind::InvalidSubcommand => unknown_command(error, words, command),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            no_command(command)
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => value(error, &what, &help),
        ErrorKind::ArgumentConflict => conflict(error, &what),
        ErrorKind::MissingRequiredArgument => {
            Failure::usage(path(command), format!("{what} is missing; {help}"))
        }
        ErrorKind::TooManyValues => Failure::usage(what, "takes no value; leave it out"),
        ErrorKind::InvalidUtf8 => Failure::usage("a word that is not UTF-8", "write it in UTF-8"),
        _ => Failure::Usage(first_line(error)),
    }
}

/// The command that the words lead to: `notify test` in `anchorwatch notify test --config FILE`.
fn innermost<'a>(words: &[OsString], program: &'a Command) -> &'a Command {
    let Some((at, word)) = command_of(words, program) else {
        return program;
    };
    let Some(command) = program.find_subcommand(word) else {
        return program;
    };
    let rest = words[at + 1..].iter().filter_map(|word| word.to_str());
    let inner = rest.filter_map(|word| command.find_subcommand(word)).next();
    inner.unwrap_or(command)
}

/// How a command is called, without the name of the program: `notify test`.
fn path(command: &Command) -> &str {
    let path = command.get_bin_name().unwrap_or(command.get_name());
    path.strip_prefix("anchorwatch ").unwrap_or(path)
}

fn help(command: &Command) -> String {
    match path(command) {
        "anchorwatch" => "see anchorwatch --help".to_owned(),
        path => format!("see anchorwatch {path} --help"),
    }
}

fn commands(command: &Command) -> Vec<&str> {
    let all = command.get_subcommands().map(Command::get_name);
    all.filter(|name| *name != "help").collect()
}

fn no_command(command: &Command) -> Failure {
    match path(command) {
        "anchorwatch" => {
            Failure::Usage("no command given; write anchorwatch audit NAME, or --help".to_owned())
        }
        path => Failure::usage(
            path,
            format!(
                "no command given; write anchorwatch {path} with one of {}",
                commands(command).join(", ")
            ),
        ),
    }
}

fn context(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    }
}

/// `--at <RFC3339>` without what stands for its value; `<CODE>` without its brackets.
fn bare(argument: String) -> String {
    match argument.split_once(' ') {
        Some((option, _)) if option.starts_with('-') => option.to_owned(),
        _ => {
            let name = argument.trim_matches(['<', '>', '[', ']', '.']);
            name.split(" [").next().unwrap_or(name).to_owned()
        }
    }
}

fn unknown(word: &str, command: &Command, help: &str) -> Failure {
    if word.starts_with('@') {
        let problem = "no server is named here; audit and drill take one";
        return Failure::usage(word, problem);
    }
    if !word.starts_with('-') {
        return Failure::usage(word, format!("one word too many; {help}"));
    }
    let known: Vec<String> = command.get_opts().filter_map(typed).collect();
    let near = hint(word, known.iter().map(String::as_str), help);
    Failure::usage(word, format!("no such option{near}"))
}

fn typed(option: &clap::Arg) -> Option<String> {
    option.get_long().map(|long| format!("--{long}"))
}

fn unknown_command(error: &Error, words: &[OsString], command: &Command) -> Failure {
    let word = context(error, ContextKind::InvalidSubcommand);
    let is_program = path(command) == "anchorwatch";
    let is_asked = |word: &str| word.contains('.') || word.starts_with('@');
    let near = nearest(&word, commands(command)).filter(|_| !is_asked(&word));
    let words: Vec<_> = words
        .iter()
        .skip(1)
        .map(|word| word.to_string_lossy())
        .collect();
    let problem = match near {
        Some(near) => format!("no such command; the nearest is {near}"),
        None if is_program && words.iter().any(|word| is_asked(word)) => {
            format!(
                "no such command; write anchorwatch audit {}",
                words.join(" ")
            )
        }
        None => format!("no such command; {}", help(command)),
    };
    Failure::usage(word, problem)
}

fn value(error: &Error, option: &str, help: &str) -> Failure {
    let value = context(error, ContextKind::InvalidValue);
    if let Some(source) = error.source() {
        let shown = if value.is_empty() { "\"\"" } else { &value };
        return Failure::usage(format!("{option} {shown}"), in_words(source));
    }
    if value.is_empty() {
        return Failure::usage(option, format!("a value is missing; {help}"));
    }
    let known = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(known)) => known.clone(),
        _ => Vec::new(),
    };
    let near = hint(&value, known.iter().map(String::as_str), help);
    let problem = format!("not one of {}{near}", known.join(", "));
    Failure::usage(format!("{option} {value}"), problem)
}

/// What is wrong with a value. What the standard library and clap say of numbers is for programmers.
fn in_words(problem: &(dyn std::error::Error + 'static)) -> String {
    if let Some(number) = problem.downcast_ref::<ParseIntError>() {
        return match number.kind() {
            IntErrorKind::PosOverflow => "too great a number; give a smaller one".to_owned(),
            _ => "not a whole number, zero or greater".to_owned(),
        };
    }
    let text = problem.to_string();
    let range = text.split_once(" is not in ").map(|(_, range)| range);
    match range.and_then(|range| range.split_once("..=")) {
        Some((least, greatest)) => {
            format!("out of range; give a number from {least} to {greatest}")
        }
        None => text,
    }
}

fn conflict(error: &Error, option: &str) -> Failure {
    let prior = bare(context(error, ContextKind::PriorArg));
    if prior == option || prior.is_empty() {
        return Failure::usage(option, "given twice; leave one out");
    }
    Failure::usage(
        format!("{option} and {prior}"),
        "cannot go together; leave one out",
    )
}

fn first_line(error: &Error) -> String {
    let text = error.render().to_string();
    let line = text
        .lines()
        .next()
        .unwrap_or("the words cannot be read; see anchorwatch --help");
    line.trim_start_matches("error: ").to_owned()
}
