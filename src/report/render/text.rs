//! The story for people: verdict and cause, findings, the chain from the anchor down, servers, deadline.
//!
//! The order is that of the questions asked at three in the morning: what is it, why, what do I type;
//! then the links, as `delv +rtrace` and `drill -S` tell them, for who wants to follow.

use std::fmt::Write;

use super::layout::{counted, plain, when, wrap};
use super::style::{Mark, Role, Style};
use super::{because, subject};
use super::{outlook, resolvers, servers, silences, views};
use crate::report::{Finding, Link, Report, Severity};

/// The whole report.
pub fn text(report: &Report, style: &Style) -> String {
    let sections = [
        short(report, style),
        outlook::section(report, style),
        findings(report, style),
        silenced(report, style),
        resolvers::section(report, style),
        views::section(report, style),
        chain(report, style),
        servers::section(report, style),
        hints(report, style),
        ending(report, style),
    ];
    let told: Vec<String> = sections.into_iter().filter(|s| !s.is_empty()).collect();
    told.join("\n")
}

/// The first line alone: verdict and cause.
pub fn short(report: &Report, style: &Style) -> String {
    let verdict = report.verdict.to_string().to_uppercase();
    let verdict = style.paint(report.verdict.role(), &verdict);
    let (subject, because) = (subject(report), because(report));
    format!("{subject}: {verdict}  {because}\n")
}

fn heading(style: &Style, title: &str) -> String {
    style.paint(Role::Strong, title) + "\n"
}

fn findings(report: &Report, style: &Style) -> String {
    if report.findings.is_empty() {
        return String::new();
    }
    let mut out = heading(style, "Findings");
    for finding in &report.findings {
        out += &told(finding, style);
    }
    out + &folded(report, style)
}

fn silenced(report: &Report, style: &Style) -> String {
    let lines = silences::lines(report).into_iter();
    let dim = |line: String| style.paint(Role::Dim, &wrap(&line, style.width, "  ", 4)) + "\n";
    lines.map(dim).collect()
}

/// A notice is told in short, since it asks for nothing; everything else with what to do.
fn told(finding: &Finding, style: &Style) -> String {
    let mark = style.mark(finding.severity, 0);
    let mut out = format!("  {mark}  {}  {}\n", finding.code, finding.zone);
    let message = wrap(&finding.message, style.width, "      ", 6);
    let _ = writeln!(out, "{message}");
    if finding.severity > Severity::Notice || style.all {
        out += &remedy(finding, style);
    }
    out
}

fn remedy(finding: &Finding, style: &Style) -> String {
    let mut out = String::new();
    let mut label = "      fix: ";
    for line in finding.fix.lines().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(out, "{}", fix_line(line, label, style));
        label = "           ";
    }
    let sources = finding.rfc.iter().map(String::as_str);
    let page = format!("anchorwatch explain {}", finding.code);
    let see: Vec<&str> = sources.chain([page.as_str()]).collect();
    let see = wrap(&see.join("; "), style.width, "      see: ", 11);
    out + &style.paint(Role::Dim, &see) + "\n"
}

/// Indented lines of a fix are there to be pasted and are never broken.
fn fix_line(line: &str, label: &str, style: &Style) -> String {
    if line.starts_with(char::is_whitespace) {
        return format!("{label}{}", plain(line));
    }
    wrap(line, style.width, label, label.len())
}

fn folded(report: &Report, style: &Style) -> String {
    if report.folded.is_empty() {
        return String::new();
    }
    let count = counted(report.folded.len(), "consequence");
    if !style.all {
        let line = format!("  + {count} folded; --all lists them");
        return style.paint(Role::Dim, &line) + "\n";
    }
    let mut out = format!("  + {count}\n");
    for finding in &report.folded {
        let mark = style.mark(finding.severity, 0);
        let first = format!("      {mark}  {}  {}: ", finding.code, finding.zone);
        // Colour has no width, and is left out of the count by wrapping the message on its own.
        let _ = writeln!(out, "{first}{}", plain(&finding.message));
    }
    out
}

fn chain(report: &Report, style: &Style) -> String {
    if report.chain.is_empty() {
        return String::new();
    }
    let mut title = format!("Chain of trust at {}", report.at);
    if let Some(rcode) = report.rcode.as_deref().filter(|rcode| *rcode != "NOERROR") {
        let _ = write!(title, ", the answer is {}", plain(rcode));
    }
    let mut out = heading(style, &title);
    for link in &report.chain {
        out += &link_told(link, style);
    }
    out
}

fn link_told(link: &Link, style: &Style) -> String {
    let mark = style.mark(link.status, 0);
    let zone = style.paint(Role::Strong, &link.zone.to_string());
    let mut out = format!("  {mark}  {zone}\n");
    if !link.reason.is_empty() {
        let reason = wrap(&link.reason, style.width, "      ", 6);
        let _ = writeln!(out, "{reason}");
    }
    for step in &link.steps {
        let mark = step.status.word();
        let first = format!("      {mark:<9} ");
        let line = wrap(&step.text, style.width, &first, first.chars().count());
        let painted = style.paint(step.status.role(), &mark);
        let _ = writeln!(out, "{}", line.replacen(&mark, &painted, 1));
    }
    out
}

/// What servers said of themselves. It is not authenticated and explains nothing by itself.
fn hints(report: &Report, style: &Style) -> String {
    let speakers = report.vantages.iter().filter(|v| !v.ede.is_empty());
    let mut out = String::new();
    for vantage in speakers {
        let first = format!("  {}  ", vantage.server);
        let _ = writeln!(
            out,
            "{}",
            wrap(&vantage.ede.join("; "), style.width, &first, 6)
        );
    }
    if out.is_empty() {
        return out;
    }
    heading(style, "Extended errors, as hints") + &out
}

fn ending(report: &Report, style: &Style) -> String {
    let mut lines = Vec::new();
    if let Some(deadline) = &report.deadline {
        let text = format!("{}: {}", when(deadline.at, report.at), deadline.what);
        lines.push(("Deadline", text));
    }
    lines.push(("Coverage", coverage(report)));
    for limit in &report.coverage.limits_reached {
        lines.push(("Limit", limit.clone()));
    }
    let mut out = String::new();
    for (label, text) in lines {
        let line = wrap(&text, style.width, &format!("{label:<10}"), 10);
        let painted = style.paint(Role::Strong, label);
        let _ = writeln!(out, "{}", line.replacen(label, &painted, 1));
    }
    out
}

fn coverage(report: &Report) -> String {
    let coverage = &report.coverage;
    format!(
        "{} asked; {} of {} answered",
        counted(coverage.exchanges, "question"),
        coverage.servers_answering,
        counted(coverage.servers, "server address").replace("addresss", "addresses"),
    )
}
