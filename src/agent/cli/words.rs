//! The habits of dig and delv: `@server`, `+word` and `-x` become options before clap reads anything.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::net::IpAddr;

use clap::Command;

use super::failure::Failure;
use super::nearest::hint;
use super::values::reverse_name;

/// Each word with the option that takes its place; none where it asks for what is done anyway.
const PLUS_WORDS: &[(&str, Option<&str>)] = &[
    ("+short", Some("--short")),
    ("+tcp", Some("--tcp")),
    ("+vc", Some("--tcp")),
    ("+all", Some("--all")),
    ("+trace", None),
    ("+rtrace", None),
    ("+dnssec", None),
    ("+do", None),
    ("+cd", None),
    ("+cdflag", None),
    ("+ad", None),
    ("+adflag", None),
    ("+multi", None),
    ("+multiline", None),
];

/// Words of dig with a number of seconds behind them.
const SECONDS: [&str; 2] = ["+time=", "+timeout="];

/// Turns the words behind `audit` and `drill` into options. `words` begins with the name of the program.
pub fn translate(words: Vec<OsString>, program: &Command) -> Result<Vec<OsString>, Failure> {
    let Some((at, name @ ("audit" | "drill"))) = command_of(&words, program) else {
        return Ok(words);
    };
    let (command, is_audit) = (
        program.find_subcommand(name).unwrap_or(program),
        name == "audit",
    );
    let with_value: BTreeSet<String> = [program, command].into_iter().flat_map(taking).collect();
    let mut out: Vec<OsString> = words[..=at].to_vec();
    let mut rest = words.into_iter().skip(at + 1);
    while let Some(word) = rest.next() {
        match word.to_str() {
            Some("--") => {
                out.push(word);
                out.extend(rest.by_ref());
            }
            Some(text) if text.starts_with('@') => out.push(server(text)?),
            Some(text) if text.starts_with('+') => out.extend(plus(text, command)?),
            Some("-x") if is_audit => out.extend(reverse(rest.next())?),
            Some(text) if with_value.contains(text) => {
                out.push(word);
                out.extend(rest.next());
            }
            _ => out.push(word),
        }
    }
    Ok(out)
}

/// The first word that is not an option, with its place.
pub fn command_of<'a>(words: &'a [OsString], program: &Command) -> Option<(usize, &'a str)> {
    let with_value: BTreeSet<String> = taking(program).collect();
    let mut at = 1;
    while let Some(word) = words.get(at) {
        match word.to_str() {
            Some(text) if with_value.contains(text) => at += 2,
            Some(text) if text.starts_with('-') => at += 1,
            Some(text) => return Some((at, text)),
            None => return None,
        }
    }
    None
}

/// The options of `command` that are followed by a value, as they are typed.
fn taking(command: &Command) -> impl Iterator<Item = String> {
    let options = command
        .get_opts()
        .filter(|option| option.get_action().takes_values());
    options.flat_map(|option| {
        let long = option.get_long().map(|long| format!("--{long}"));
        let short = option.get_short().map(|short| format!("-{short}"));
        long.into_iter().chain(short)
    })
}

fn server(word: &str) -> Result<OsString, Failure> {
    match &word[1..] {
        "" => Err(Failure::usage("@", "no server behind it; write @192.0.2.1")),
        server => Ok(format!("--server={server}").into()),
    }
}

/// `-x ADDRESS` asks for the PTR records of an address.
fn reverse(word: Option<OsString>) -> Result<[OsString; 2], Failure> {
    let word = word.unwrap_or_default();
    let text = word.to_string_lossy();
    let address: Result<IpAddr, _> = text.parse();
    let address = address.map_err(|_| {
        Failure::usage(
            format!("-x {text}"),
            "not an address; write -x 192.0.2.1 or -x 2001:db8::1",
        )
    })?;
    Ok([reverse_name(address).into(), "PTR".into()])
}

fn plus(word: &str, command: &Command) -> Result<Option<OsString>, Failure> {
    let lower = word.to_ascii_lowercase();
    if let Some(seconds) = SECONDS.iter().find_map(|known| lower.strip_prefix(known)) {
        return Ok(Some(format!("--timeout={seconds}").into()));
    }
    let has = |option: &str| {
        command
            .get_arguments()
            .any(|known| known.get_long() == option.strip_prefix("--"))
    };
    let usable = PLUS_WORDS
        .iter()
        .filter(|(_, option)| option.is_none_or(has));
    let known = usable.clone().find(|(known, _)| *known == lower);
    known
        .map(|(_, option)| option.map(OsString::from))
        .ok_or_else(|| {
            // What takes something away is not near to what adds it.
            let words = usable.map(|(known, _)| *known);
            let words = words.filter(|_| !lower.starts_with("+no"));
            let help = format!("see anchorwatch {} --help", command.get_name());
            let near = hint(word, words, &help);
            Failure::usage(word, format!("no such word{near}"))
        })
}
