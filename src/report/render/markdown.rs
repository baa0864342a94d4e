//! Markdown for tickets and chat: what the text form says, without its per-step detail.

use std::fmt::Write;

use super::layout::{counted, plain, when};
use super::style::Mark;
use super::{because, outlook, resolvers, servers, silences, subject, views};
use crate::report::{Finding, Report};

/// The report under a heading of the second level. With `all`, consequences and each server are listed.
pub fn markdown(report: &Report, all: bool) -> String {
    let mut out = heading(report) + &outlook::markdown(report);
    if report.outlook.is_some() && !report.findings.is_empty() {
        out += "\n### Findings\n";
    }
    for finding in &report.findings {
        out += &told(finding);
    }
    out += &folded(report, all);
    for line in silences::lines(report) {
        let _ = writeln!(out, "\n{}", escape(&line));
    }
    out += &resolvers_table(report);
    out += &views::markdown(report, all);
    out += &chain(report);
    out += &table(report, all);
    out + &ending(report)
}

fn heading(report: &Report) -> String {
    let verdict = report.verdict.to_string().to_uppercase();
    let subject = escape(&subject(report));
    format!("## {subject}: {verdict}\n\n{}\n", escape(&because(report)))
}

fn told(finding: &Finding) -> String {
    let mut out = format!(
        "\n- **{}** `{}` ({}): {}\n",
        finding.severity.word(),
        finding.code,
        escape(&finding.zone.to_string()),
        escape(&finding.message)
    );
    if !finding.fix.trim().is_empty() {
        out += &fenced(&finding.fix);
    }
    if !finding.rfc.is_empty() {
        let _ = writeln!(out, "\n  {}", escape(&finding.rfc.join("; ")));
    }
    out
}

/// A block that nothing in `text` can end: its fence is longer than any run of backticks inside.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let lines = text
        .lines()
        .map(|line| format!("  {}\n", plain(line).trim_end()));
    format!("\n  {fence}text\n{}  {fence}\n", lines.collect::<String>())
}

fn folded(report: &Report, all: bool) -> String {
    if report.folded.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{} folded", counted(report.folded.len(), "consequence"));
    if !all {
        return out + ".\n";
    }
    out += ":\n\n";
    for finding in &report.folded {
        let (severity, code) = (finding.severity.word(), &finding.code);
        let _ = writeln!(out, "- {severity} `{code}`: {}", escape(&finding.message));
    }
    out
}

fn chain(report: &Report) -> String {
    if report.chain.is_empty() {
        return String::new();
    }
    let mut out = format!("\n### Chain of trust at {}\n\n", report.at);
    for link in &report.chain {
        let zone = escape(&link.zone.to_string());
        let _ = writeln!(
            out,
            "1. {} **{zone}** {}",
            link.status.word(),
            escape(&link.reason)
        );
    }
    out
}

fn table(report: &Report, all: bool) -> String {
    let header = "| zone | server | address | verdict | serial | rtt | why |";
    rows("Servers", header, servers::rows(report, all))
}

fn resolvers_table(report: &Report) -> String {
    let header = "| resolver | clients | answer | AD | +cd | data | what |";
    rows("Resolvers", header, resolvers::rows(report))
}

/// A table of seven columns under its heading; nothing without rows.
fn rows(heading: &str, header: &str, rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut out = format!("\n### {heading}\n\n{header}\n|---|---|---|---|---|---|---|\n");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| escape(cell)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out
}

fn ending(report: &Report) -> String {
    match &report.deadline {
        Some(deadline) => {
            let what = escape(&deadline.what);
            format!("\nDeadline {}: {what}\n", when(deadline.at, report.at))
        }
        None => String::new(),
    }
}

/// `text` on one line with the characters that Markdown or HTML would read as its own escaped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in plain(text).chars() {
        if matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&'
        ) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
