//! The comparisons of one suite as a table in Markdown: a row a zone, a column a tool.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::ledger::{Comparison, Ledger};

/// What a cell says where a tool agrees with us.
const SAME: &str = "·";

/// The table, and how often each tool agrees. The zones come in the order of `found`; `ledger` tells which
/// cells are not the same in every run.
pub fn markdown(tools: &[&str], found: &[Comparison], ledger: &Ledger) -> String {
    let mut counts = BTreeMap::new();
    for comparison in found {
        *counts
            .entry((comparison.tool, kind(comparison, ledger)))
            .or_insert(0) += 1;
    }
    let mut text = "| | agrees | differs | varies |\n|---|---|---|---|\n".to_owned();
    for tool in tools {
        let count = |kind| counts.get(&(*tool, kind)).copied().unwrap_or(0);
        let [same, other, varies] = [Kind::Same, Kind::Other, Kind::Varies].map(count);
        let _ = writeln!(text, "| {tool} | {same} | {other} | {varies} |");
    }
    let _ = writeln!(text, "\n| zone | we | {} |", tools.join(" | "));
    let _ = writeln!(text, "|---|---|{}", "---|".repeat(tools.len()));
    for (zone, comparisons) in rows(found) {
        let ours = |comparison: &&Comparison| comparison.tool == tools[0];
        let ours: Vec<&str> = comparisons
            .iter()
            .copied()
            .filter(ours)
            .map(|comparison| comparison.ours.word())
            .collect();
        let _ = write!(text, "| {zone} | {} |", ours.join(" / "));
        for tool in tools {
            let cells = comparisons
                .iter()
                .filter(|comparison| comparison.tool == *tool);
            let words: Vec<&str> = cells.map(|comparison| cell(comparison, ledger)).collect();
            let is_same = words.iter().all(|word| *word == SAME);
            let words = if is_same {
                SAME.to_owned()
            } else {
                words.join(" / ")
            };
            let _ = write!(text, " {words} |");
        }
        text.push('\n');
    }
    text
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

fn cell(comparison: &Comparison, ledger: &Ledger) -> &'static str {
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
