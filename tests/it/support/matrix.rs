//! The comparisons of one suite as a table in Markdown: a row a zone, a column a tool.

use std::fmt::Write as _;

use super::ledger::{Comparison, Ledger};

/// What a cell says where a tool agrees with us.
const SAME: &str = "·";

/// How often each tool agrees, and the table. The zones come in the order of `found`; `ledger` tells which
/// cells are not the same in every run.
pub fn markdown(tools: &[&str], found: &[Comparison], ledger: &Ledger) -> String {
    format!(
        "{}\n{}",
        summary(tools, found, ledger),
        table(tools, found, ledger)
    )
}

fn summary(tools: &[&str], found: &[Comparison], ledger: &Ledger) -> String {
    let mut text = "| | agrees | differs | varies |\n|---|---|---|---|\n".to_owned();
    for tool in tools {
        let count = |wanted| {
            let of_tool = found.iter().filter(|comparison| comparison.tool == *tool);
            of_tool
                .filter(|comparison| kind(comparison, ledger) == wanted)
                .count()
        };
        let [same, other, varies] = [Kind::Same, Kind::Other, Kind::Varies].map(count);
        let _ = writeln!(text, "| {tool} | {same} | {other} | {varies} |");
    }
    text
}

fn table(tools: &[&str], found: &[Comparison], ledger: &Ledger) -> String {
    let mut text = format!("| zone | we | {} |\n", tools.join(" | "));
    let _ = writeln!(text, "|---|---|{}", "---|".repeat(tools.len()));
    for (zone, row) in rows(found) {
        let words = |tool: &str, word: &dyn Fn(&Comparison) -> &'static str| -> Vec<&str> {
            let of_tool = row.iter().filter(|comparison| comparison.tool == tool);
            of_tool.map(|comparison| word(comparison)).collect()
        };
        let ours = words(tools[0], &|comparison| comparison.ours.word());
        let cells = tools
            .iter()
            .map(|tool| cell(&words(tool, &|comparison| word(comparison, ledger))));
        let cells: Vec<_> = cells.collect();
        let _ = writeln!(
            text,
            "| {zone} | {} | {} |",
            ours.join(" / "),
            cells.join(" | ")
        );
    }
    text
}

/// The words of one tool on one zone.
fn cell(words: &[&str]) -> String {
    match words.iter().all(|word| *word == SAME) {
        true => SAME.to_owned(),
        false => words.join(" / "),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Same,
    Other,
    Varies,
}

fn kind(comparison: &Comparison, ledger: &Ledger) -> Kind {
    match comparison.theirs == comparison.ours {
        _ if ledger.varies(comparison) => Kind::Varies,
        true => Kind::Same,
        false => Kind::Other,
    }
}

fn word(comparison: &Comparison, ledger: &Ledger) -> &'static str {
    match kind(comparison, ledger) {
        Kind::Same => SAME,
        Kind::Other => comparison.theirs.word(),
        Kind::Varies => "varies",
    }
}

/// The comparisons of each zone; the zone is the middle of `suite/zone/question`.
fn rows(found: &[Comparison]) -> Vec<(&str, Vec<&Comparison>)> {
    let mut rows: Vec<(&str, Vec<&Comparison>)> = Vec::new();
    for comparison in found {
        let zone = comparison.case.split('/').nth(1).unwrap_or_default();
        match rows.last_mut().filter(|(last, _)| *last == zone) {
            Some((_, row)) => row.push(comparison),
            None => rows.push((zone, vec![comparison])),
        }
    }
    rows
}
