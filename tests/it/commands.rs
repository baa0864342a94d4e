//! Every command on a page of the catalogue, and in what a finding advises, is one that its program knows: the
//! words and options are looked up in what the installed program says of itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::real::support::server::find;

/// Programs whose first argument is a word that their help lists, and how they are asked for it. The second
/// argument is the word for `keymgr`, which has the zone first.
const WITH_WORDS: [(&str, &[&str]); 6] = [
    ("rndc", &[]),
    ("pdnsutil", &["--help"]),
    ("knotc", &["--help"]),
    ("keymgr", &["--help"]),
    ("nsd-control", &["-h"]),
    ("unbound-control", &["-h"]),
];

/// Programs that have options alone.
const WITH_OPTIONS: [&str; 2] = ["dnssec-", "ldns-"];

/// What looks like a program of BIND and is a statement of its configuration.
const STATEMENTS: [&str; 3] = ["dnssec-policy", "dnssec-validation", "dnssec-enable"];

/// Words that only later releases than Debian 12's know, of which the pages say so.
const NEWER: [(&str, &str); 1] = [("pdnsutil", "set-signaling-zone")];

/// A command on a page.
#[derive(Debug)]
struct Told {
    file: PathBuf,
    words: Vec<String>,
}

#[test]
fn every_command_is_one_that_its_program_knows() {
    let told = commands();
    assert!(told.len() > 800, "only {} commands were found", told.len());
    let mut helps = BTreeMap::new();
    let mut unknown = Vec::new();
    for told in &told {
        let program = told.words[0].as_str();
        let help = helps.entry(program).or_insert_with(|| help(program));
        if let Err(what) = look_up(&told.words, help.as_ref()) {
            let file = told.file.display();
            unknown.push(format!("{file}: {}: {what}", told.words.join(" ")));
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

#[test]
fn a_wrong_command_would_be_seen() {
    for wrong in [
        "rndc dnssec -state example.com",
        "rndc resign example.com",
        "pdnsutil resign-zone example.com",
        "keymgr example.com show",
        "knotc zone-resign example.com",
        "nsd-control zonestate",
        "dnssec-signzone -Y example.com.zone",
        "ldns-signzone -y example.com.zone",
        "ldns-sign example.com.zone",
    ] {
        let words: Vec<String> = wrong.split(' ').map(str::to_owned).collect();
        let help = help(&words[0]);
        assert!(look_up(&words, help.as_ref()).is_err(), "{wrong}");
    }
}

/// What a program says of itself; `None` if there is none of that name.
fn help(program: &str) -> Option<String> {
    let arguments = WITH_WORDS.iter().find(|(known, _)| *known == program);
    let arguments = arguments.map_or(&["-h"][..], |(_, arguments)| arguments);
    let path = std::panic::catch_unwind(|| find(program)).ok()?;
    let output = Command::new(path).args(arguments).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    Some(text)
}

/// Whether the help has the word and every option.
fn look_up(words: &[String], help: Option<&String>) -> Result<(), String> {
    let help = help.ok_or("no such program")?;
    let program = words[0].as_str();
    let Some(_) = WITH_WORDS.iter().find(|(known, _)| *known == program) else {
        return options(&words[1..], help);
    };
    let at = usize::from(program == "keymgr") + 1;
    let Some(word) = words.get(at).map(String::as_str) else {
        return Ok(());
    };
    if NEWER.contains(&(program, word)) {
        return Ok(());
    }
    let is_head = |line: &&str| line.split_whitespace().next() == Some(word);
    let lines: Vec<&str> = help.lines().filter(is_head).collect();
    if lines.is_empty() {
        return Err(format!("no {word}"));
    }
    // What follows may begin with a dash and be a value: an empty salt.
    let rest = words[at + 1..].iter().filter(|word| is_option(word));
    for option in rest {
        let is_end = |c: char| c.is_whitespace() || "[]()|".contains(c);
        let has = |line: &&str| line.split(is_end).any(|word| word == option);
        if !lines.iter().any(has) {
            return Err(format!("{word} has no {option}"));
        }
    }
    Ok(())
}

fn is_option(word: &str) -> bool {
    word.len() > 1 && word.starts_with('-') && !word[1..].starts_with(|c: char| c.is_ascii_digit())
}

/// Each option stands in the help, at the beginning of a line or in brackets.
fn options(words: &[String], help: &str) -> Result<(), String> {
    for option in words
        .iter()
        .filter(|word| word.len() > 1 && word.starts_with('-'))
    {
        let is_end = |c: char| !c.is_ascii_alphanumeric();
        let mut places = help.match_indices(option.as_str());
        let has = places.any(|(at, found)| {
            let before = help[..at].chars().next_back();
            let after = help[at + found.len()..].chars().next();
            before.is_none_or(|c| c.is_whitespace() || "[(|{".contains(c))
                && after.is_none_or(is_end)
        });
        if !has {
            return Err(format!("no option {option}"));
        }
    }
    Ok(())
}

/// The items of the lists on all pages, and their paragraphs, each with its code.
fn said() -> Vec<(&'static str, String)> {
    let mut said: Vec<(&str, String)> = Vec::new();
    for check in anchorwatch::checks::CHECKS {
        let mut is_new = true;
        for line in check.page.lines().map(str::trim) {
            is_new |= line.is_empty() || line.starts_with("- ");
            match said.last_mut().filter(|_| !is_new) {
                Some((_, text)) => *text += &format!(" {line}"),
                None => said.push((check.code, line.to_owned())),
            }
            is_new = line.is_empty();
        }
    }
    said
}

/// The pages on which some text that has `this` lacks `that`.
fn without(this: &[&str], that: &str) -> Vec<&'static str> {
    let lacks = |text: &str| this.iter().all(|part| text.contains(part)) && !text.contains(that);
    let found = said().into_iter().filter(|(_, text)| lacks(text));
    found.map(|(code, _)| code).collect()
}

/// A server signs by the settings that it has read: what is only written down changes nothing.
#[test]
fn a_setting_is_read_before_the_zone_is_signed_by_it() {
    for sign in ["`knotc zone-sign", "`knotc zone-key-rollover"] {
        let stale = without(&["- Knot", " policy", "then", sign], "`knotc reload`");
        assert_eq!(stale, <[&str; 0]>::default(), "{sign}");
    }
    for sign in ["`rndc sign", "`rndc loadkeys", "`rndc reload"] {
        let stale = without(&["- BIND", ";` in the ", "then", sign], "`rndc reconfig`");
        assert_eq!(stale, <[&str; 0]>::default(), "{sign}");
    }
}

/// BIND 9.18 refuses a policy for a static zone that is not signed in line.
#[test]
fn a_policy_of_bind_comes_with_inline_signing() {
    let refused = without(&["`dnssec-policy default;"], "inline-signing yes;");
    assert_eq!(refused, <[&str; 0]>::default());
}

/// `pdnsutil` takes names relative to the zone, and leaves what orders the NSEC chain to `rectify-zone`.
#[test]
fn records_of_powerdns_are_named_relative_to_the_zone_and_rectified() {
    for verb in ["add-record", "delete-rrset", "replace-rrset"] {
        let call = format!("`pdnsutil {verb} ");
        let unrectified = without(&[&call], "`pdnsutil rectify-zone ");
        assert_eq!(unrectified, <[&str; 0]>::default(), "{verb}");
        for (code, text) in said() {
            for words in text.split(call.as_str()).skip(1) {
                let mut words = words.split_whitespace();
                let (zone, name) = (words.next().unwrap(), words.next().unwrap());
                assert!(!name.ends_with(zone), "{code}: {name} in {zone}");
            }
        }
    }
}

/// `ldns-signzone` iterates once unless told otherwise, which the catalogue complains of.
#[test]
fn nsec3_of_ldns_is_made_without_iterations() {
    let iterated = without(&["`ldns-signzone -n"], "-t 0");
    assert_eq!(iterated, <[&str; 0]>::default());
}

/// Every command in backquotes below `src/checks`.
fn commands() -> Vec<Told> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/checks");
    let mut told = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension() {
                None if path.is_dir() => folders.push(path),
                Some(kind) if kind == "rs" => told.extend(of_file(&path)),
                _ => {}
            }
        }
    }
    told
}

fn of_file(path: &Path) -> Vec<Told> {
    let source = std::fs::read_to_string(path).unwrap();
    let page = |line: &&str| line.trim_start().starts_with("///");
    let text = source.lines().filter(page);
    let text: Vec<&str> = text
        .map(|line| line.trim_start().trim_start_matches('/'))
        .collect();
    let mut texts = vec![text.join(" ")];
    let lines = source.lines().filter(|line| !page(line));
    texts.extend(lines.map(str::to_owned));
    let spans = texts
        .iter()
        .flat_map(|text| text.split('`').skip(1).step_by(2));
    let told = spans.map(|span| Told {
        file: path.to_owned(),
        words: span.split_whitespace().map(bare).collect(),
    });
    told.filter(|told| told.words.len() > 1 && is_ours(&told.words[0]))
        .collect()
}

/// A word without the quotes of a shell.
fn bare(word: &str) -> String {
    word.trim_matches('\'').to_owned()
}

fn is_ours(program: &str) -> bool {
    if STATEMENTS.contains(&program) || program.ends_with(':') {
        return false;
    }
    WITH_WORDS.iter().any(|(known, _)| *known == program)
        || WITH_OPTIONS.iter().any(|begin| program.starts_with(begin))
}
