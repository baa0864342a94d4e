//! What a run over many names found, by cause and by name servers.

use std::collections::BTreeSet;

use crate::agent::cli::rows;
use crate::agent::config::policy::Rulebook;
use crate::policy::Silence;
use crate::report::render::{Mark, counted, unused_silence};
use crate::report::tally::{Cause, Group, Tally, Verdicts};
use crate::report::{UnusedSilence, Verdict};

/// Rows of a table at most.
const ROWS: usize = 40;
/// Name servers of a set that are written out.
const SERVERS: usize = 4;

/// The summary, in the order in which one asks: how many, why, where.
pub fn text(tally: &Tally) -> String {
    let mut out = verdicts(tally);
    out += &causes(tally);
    out + &servers(tally)
}

/// Silences of the policy that nothing met in the whole run, a line each.
pub fn unmet(book: &Rulebook, met: &BTreeSet<usize>) -> String {
    let unmet = book
        .silences()
        .enumerate()
        .filter(|(place, _)| !met.contains(place));
    let line = |silence: &Silence| {
        let unused = UnusedSilence {
            zones: silence.zones.clone(),
            codes: silence.codes.clone(),
            until: silence.until,
            why: silence.why.clone(),
        };
        format!("{}\n", unused_silence(&unused))
    };
    let lines: String = unmet.map(|(_, silence)| line(silence)).collect();
    if lines.is_empty() {
        lines
    } else {
        format!("\n{lines}")
    }
}

fn verdicts(tally: &Tally) -> String {
    let told = [
        Verdict::Secure,
        Verdict::Insecure,
        Verdict::Indeterminate,
        Verdict::Bogus,
    ]
    .map(|verdict| format!("{} {verdict}", tally.of(verdict)));
    format!("{}: {}\n", counted(tally.reports, "name"), told.join(", "))
}

/// The heaviest and most frequent first.
fn causes(tally: &Tally) -> String {
    let mut causes: Vec<(&Cause, &Group)> = tally.causes.iter().collect();
    causes.sort_by_key(|(cause, group)| std::cmp::Reverse((cause.severity, group.zones)));
    if causes.is_empty() {
        return String::new();
    }
    let left = causes.len().saturating_sub(ROWS);
    let table = causes.into_iter().take(ROWS).map(|(cause, group)| {
        let at = cause.elsewhere.as_ref();
        [
            group.zones.to_string(),
            cause.severity.word(),
            cause.code.clone(),
            at.map_or_else(String::new, ToString::to_string),
            shared(group),
            examples(group),
        ]
    });
    let head = ["names", "weight", "cause", "at", "name servers", "such as"];
    format!("\nBy cause\n{}{}", rows::text(head, table), more(left))
}

/// The name servers when all zones have the same.
fn shared(group: &Group) -> String {
    match (group.servers.len(), group.servers.first()) {
        (1, Some(set)) if group.zones > 1 => short(set),
        (0 | 1, _) => String::new(),
        _ => "several".to_owned(),
    }
}

fn examples(group: &Group) -> String {
    let names: Vec<_> = group.examples.iter().map(ToString::to_string).collect();
    names.join(" ")
}

/// Sets of name servers with something wrong, the worst first.
fn servers(tally: &Tally) -> String {
    let is_wrong = |set: &Verdicts| set.bogus + set.unknown + set.faulty > 0;
    let mut sets: Vec<(&String, &Verdicts)> = tally.servers.iter().collect();
    sets.retain(|(_, set)| is_wrong(set));
    sets.sort_by_key(|(_, set)| std::cmp::Reverse((set.bogus, set.unknown, set.faulty)));
    if sets.is_empty() {
        return String::new();
    }
    let left = sets.len().saturating_sub(ROWS);
    let table = sets.into_iter().take(ROWS).map(|(names, set)| {
        let numbers = [set.zones, set.bogus, set.unknown, set.faulty].map(|n| n.to_string());
        let [zones, bogus, unknown, faulty] = numbers;
        [zones, bogus, unknown, faulty, short(names)]
    });
    let head = ["names", "bogus", "not told", "other", "name servers"];
    format!(
        "\nBy name servers\n{}{}",
        rows::text(head, table),
        more(left)
    )
}

fn short(set: &str) -> String {
    let names: Vec<&str> = set.split(' ').collect();
    match names.len() {
        _ if set.is_empty() => "none seen".to_owned(),
        count if count > SERVERS => {
            format!(
                "{} and {} more",
                names[..SERVERS].join(" "),
                count - SERVERS
            )
        }
        _ => set.to_owned(),
    }
}

fn more(left: usize) -> String {
    match left {
        0 => String::new(),
        _ => format!(" and {left} more\n"),
    }
}
