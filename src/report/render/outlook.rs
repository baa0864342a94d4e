//! A supposed change, for people: what it is, what it does, to whom and until when, and in which steps.

use std::fmt::Write;

use super::layout::{plain, when, wrap};
use super::markdown::escape;
use super::style::{Mark, Role, Style};
use crate::report::{Outlook, Report};

/// The heading of what has to be made sure of.
const MIND: &str = "To be made sure of";

/// The section; nothing where nothing is supposed.
pub(super) fn section(report: &Report, style: &Style) -> String {
    let Some(outlook) = &report.outlook else {
        return String::new();
    };
    let mut out = style.paint(Role::Strong, "Supposed, and judged as if it were so") + "\n";
    for line in &outlook.supposed {
        let _ = writeln!(out, "{}", wrap(line, None, "  ", 4));
    }
    out += "\n";
    out += &style.paint(Role::Strong, "Before and after");
    out += "\n";
    let marks = [outlook.now, outlook.then].map(|verdict| style.mark(verdict, 0));
    let _ = writeln!(out, "  now {}, then {}", marks[0], marks[1]);
    let _ = writeln!(out, "{}", wrap(&outlook.summary, style.width, "  ", 2));
    for (label, codes) in [("brings", &outlook.brings), ("removes", &outlook.removes)] {
        if !codes.is_empty() {
            let line = format!("{label}: {}", codes.join(", "));
            let _ = writeln!(out, "{}", wrap(&line, style.width, "  ", 4));
        }
    }
    out + &meanwhile(report, outlook, style)
        + &steps(report, outlook, style)
        + &cautions(outlook, style)
}

fn cautions(outlook: &Outlook, style: &Style) -> String {
    if outlook.cautions.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", style.paint(Role::Strong, MIND));
    for caution in &outlook.cautions {
        let _ = writeln!(out, "{}", wrap(caution, style.width, "  - ", 4));
    }
    out
}

/// The same in Markdown, under headings of the third level.
pub(super) fn markdown(report: &Report) -> String {
    let Some(outlook) = &report.outlook else {
        return String::new();
    };
    let mut out = String::from("\n### Supposed, and judged as if it were so\n\n");
    for line in &outlook.supposed {
        let _ = writeln!(out, "- `{}`", plain(line).replace('`', "'"));
    }
    let [now, then] = [outlook.now, outlook.then].map(|verdict| verdict.word());
    let summary = escape(&outlook.summary);
    let _ = writeln!(
        out,
        "\n### Before and after\n\nNow {now}, then {then}: {summary}."
    );
    for (label, codes) in [("Brings", &outlook.brings), ("Removes", &outlook.removes)] {
        if !codes.is_empty() {
            let codes: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
            let _ = writeln!(out, "\n{label}: {}.", codes.join(", "));
        }
    }
    out += &meanwhile_markdown(report, outlook);
    for (index, step) in outlook.steps.iter().enumerate() {
        if index == 0 {
            out += "\n### Steps in which no resolver fails\n\n";
        }
        let (text, because) = (escape(&step.text), escape(&step.because));
        let from = when(step.earliest, report.at);
        let _ = writeln!(out, "{}. **{text}**: from {from}, {because}", index + 1);
    }
    for (index, caution) in outlook.cautions.iter().enumerate() {
        if index == 0 {
            let _ = writeln!(out, "\n### {MIND}\n");
        }
        let _ = writeln!(out, "- {}", escape(caution));
    }
    out
}

fn meanwhile_markdown(report: &Report, outlook: &Outlook) -> String {
    let mut out = String::from("\n### If all of it is done at once\n\n");
    if !outlook.meanwhile.is_empty() {
        out += "| who | sees | until |\n|---|---|---|\n";
    }
    for one in &outlook.meanwhile {
        let until = when(one.until, report.at);
        let _ = writeln!(
            out,
            "| {} | {} | {until} |",
            escape(&one.who),
            one.verdict.word()
        );
    }
    let settled = when(outlook.settled, report.at);
    out + &format!("\nNo cache holds anything older from {settled}.\n")
}

fn meanwhile(report: &Report, outlook: &Outlook, style: &Style) -> String {
    let mut out = String::from("\n");
    out += &style.paint(Role::Strong, "If all of it is done at once");
    out += "\n";
    for one in &outlook.meanwhile {
        let mark = style.mark(one.verdict, 0);
        let until = when(one.until, report.at);
        let line = wrap(
            &format!("{}, until {until}", one.who),
            style.width,
            "      ",
            6,
        );
        let _ = writeln!(out, "  {mark}\n{line}");
    }
    let settled = format!(
        "no cache holds anything older from {}",
        when(outlook.settled, report.at)
    );
    out + &wrap(&settled, style.width, "  ", 4) + "\n"
}

fn steps(report: &Report, outlook: &Outlook, style: &Style) -> String {
    if outlook.steps.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n");
    out += &style.paint(Role::Strong, "Steps in which no resolver fails");
    out += "\n";
    for (index, step) in outlook.steps.iter().enumerate() {
        let first = format!("  {}. ", index + 1);
        let _ = writeln!(out, "{}", wrap(&step.text, style.width, &first, 5));
        let line = format!("from {}: {}", when(step.earliest, report.at), step.because);
        let _ = writeln!(out, "{}", wrap(&line, style.width, "     ", 5));
    }
    out
}
