//! The views of validators as a table: a row for each question, a column for each validator.

use std::fmt::Write;

use super::layout::{plain, wrap};
use super::markdown::escape;
use super::style::{Mark, Role, Style};
use crate::dns::RecordType;
use crate::report::{Outcomes, Report, ValidatorView};

/// The table and what makes the differences; nothing without views.
pub(super) fn section(report: &Report, style: &Style) -> String {
    let views = &report.views;
    if views.is_empty() {
        return String::new();
    }
    let rows = rows(report);
    let first = rows.iter().map(|(head, _)| head.chars().count()).max();
    let first = first.unwrap_or(0);
    let widths: Vec<usize> = views
        .iter()
        .enumerate()
        .map(|(at, view)| {
            let cells = rows
                .iter()
                .map(|(_, cells)| word(&cells[at]).chars().count());
            cells.chain([view.validator.len()]).max().unwrap_or(0)
        })
        .collect();
    let mut out = style.paint(Role::Strong, "Validators") + "\n";
    let heads = views.iter().zip(&widths);
    let heads: String = heads
        .map(|(view, width)| format!("  {:<width$}", view.validator))
        .collect();
    let _ = writeln!(out, "  {:first$}{}", "", heads.trim_end());
    for (head, cells) in &rows {
        let mut line = format!("  {head:<first$}");
        for (cell, width) in cells.iter().zip(&widths) {
            let word = word(cell);
            let padding = " ".repeat(width - word.chars().count());
            let role = cell.or.map_or(cell.verdict.role(), |_| Role::Attention);
            let _ = write!(line, "  {}{padding}", style.paint(role, &word));
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    for view in views {
        out += &told(view, style);
    }
    out
}

/// The same in Markdown, with the rules that matter here; all of them where `is_all`.
pub(super) fn markdown(report: &Report, is_all: bool) -> String {
    let views = &report.views;
    if views.is_empty() {
        return String::new();
    }
    let heads: String = views
        .iter()
        .map(|view| format!(" {} |", view.validator))
        .collect();
    let rule = "---|".repeat(views.len());
    let mut out = format!("\n### Validators\n\n| |{heads}\n|---|{rule}\n");
    for (head, cells) in rows(report) {
        let cells: String = cells
            .iter()
            .map(|cell| format!(" {} |", escape(&word(cell))))
            .collect();
        let _ = writeln!(out, "| {} |{cells}", escape(&head));
    }
    out += "\n";
    for view in views {
        let _ = writeln!(
            out,
            "- **{}**: {} {}",
            view.validator,
            view.product,
            escape(&view.version)
        );
        for rule in if is_all { &view.rules } else { &view.because } {
            let _ = writeln!(out, "  - {} ({})", escape(&rule.what), escape(&rule.source));
        }
    }
    out
}

fn word(outcomes: &Outcomes) -> String {
    match outcomes.or {
        Some(_) => format!("~ {outcomes}"),
        None => outcomes.verdict.word(),
    }
}

/// A row for the question, for each denial, and for each zone.
fn rows(report: &Report) -> Vec<(String, Vec<Outcomes>)> {
    let views = &report.views;
    let Some(first) = views.first() else {
        return Vec::new();
    };
    let asked = format!("{} {}", report.query.name, report.query.rtype);
    let mut rows = vec![(
        plain(&asked),
        views.iter().map(|view| view.outcomes).collect(),
    )];
    for (at, denial) in first.denials.iter().enumerate() {
        // What does not exist is asked for as an address, or as a type of private use.
        let head = match denial.query.rtype == RecordType::A {
            true => "a name that does not exist",
            false => "a type that does not exist",
        };
        let cells = views.iter().map(|view| view.denials[at].outcomes);
        rows.push((head.to_owned(), cells.collect()));
    }
    for (at, zone) in first.zones.iter().enumerate() {
        let cells = views.iter().map(|view| view.zones[at].outcomes).collect();
        rows.push((plain(&format!("keys of {}", zone.zone)), cells));
    }
    rows
}

/// The release, and the rules that matter here; all of them with `--all`.
fn told(view: &ValidatorView, style: &Style) -> String {
    let rules = match style.all {
        true => &view.rules,
        false => &view.because,
    };
    let first = format!("  {:<8} ", view.validator);
    let mut out = wrap(
        &format!("{} {}", view.product, view.version),
        style.width,
        &first,
        11,
    ) + "\n";
    for rule in rules {
        let line = format!("{} ({})", rule.what, rule.source);
        out += &(wrap(&line, style.width, "           ", 13) + "\n");
    }
    out
}
