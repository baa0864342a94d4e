//! What clap found wrong, in one line: what, where, what to do.

use std::error::Error as _;
use std::ffi::OsString;
use std::num::{IntErrorKind, ParseIntError};

use clap::Command;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::failure::Failure;
use super::nearest::hint;
use super::words::command_of;

/// One line for `error`, with the nearest word where one was not known.
pub fn in_one_line(error: &Error, words: &[OsString], program: &Command) -> Failure {
    let command = command_of(words, program).and_then(|(_, word)| program.find_subcommand(word));
    let help = help(command);
    let what = bare(context(error, ContextKind::InvalidArg));
    match error.kind() {
        ErrorKind::UnknownArgument => unknown(&what, command.unwrap_or(program), &help),
        ErrorKind::InvalidSubcommand => unknown_command(error, program),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Failure::Usage("no command given; write anchorwatch audit NAME, or --help".to_owned())
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => value(error, &what, &help),
        ErrorKind::ArgumentConflict => conflict(error, &what),
        ErrorKind::MissingRequiredArgument => Failure::usage(what, format!("is missing; {help}")),
        ErrorKind::TooManyValues => Failure::usage(what, "takes no value; leave it out"),
        ErrorKind::InvalidUtf8 => Failure::usage("a word that is not UTF-8", "write it in UTF-8"),
        _ => Failure::Usage(first_line(error)),
    }
}

fn help(command: Option<&Command>) -> String {
    match command {
        Some(command) => format!("see anchorwatch {} --help", command.get_name()),
        None => "see anchorwatch --help".to_owned(),
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
        _ => argument.trim_matches(['<', '>', '[', ']', '.']).to_owned(),
    }
}

fn unknown(word: &str, command: &Command, help: &str) -> Failure {
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

fn unknown_command(error: &Error, program: &Command) -> Failure {
    let word = context(error, ContextKind::InvalidSubcommand);
    let known: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
    if word.contains('.') {
        return Failure::usage(
            &word,
            format!("no such command; write anchorwatch audit {word}"),
        );
    }
    let near = hint(&word, known, "see anchorwatch --help");
    Failure::usage(&word, format!("no such command{near}"))
}

fn value(error: &Error, option: &str, help: &str) -> Failure {
    let value = context(error, ContextKind::InvalidValue);
    if let Some(source) = error.source() {
        let shown = if value.is_empty() { "\"\"" } else { &value };
        return Failure::usage(format!("{option} {shown}"), number(source));
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

/// What a parser of numbers says, in words of ours; what others say stays as it is.
fn number(source: &(dyn std::error::Error + 'static)) -> String {
    if let Some(error) = source.downcast_ref::<ParseIntError>() {
        return match error.kind() {
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => "too large a number",
            _ => "not a whole number",
        }
        .to_owned();
    }
    let text = source.to_string();
    let range = text.split_once(" is not in ");
    match range.and_then(|(_, range)| range.split_once("..=")) {
        Some((least, most)) => format!("not a number from {least} to {most}"),
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
