//! `explain` and `catalogue`: the pages of the checks.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::json;
use tabled::builder::Builder;
use tabled::settings::Style as Frame;

use super::Said;
use super::console::Console;
use super::failure::Failure;
use super::nearest::hint_several;
use super::page;
use super::values::TableFormat;
use super::works::{Page, Works};
use crate::agent::http::runbooks;
use crate::checks::rows;
use crate::report::codes;
use crate::report::render::{Mark, Role, Style, escape_markdown, plain};

/// The page of the finding `code`, which may have been renamed, or the runbook of the alert of this name.
pub fn explain(code: &str, works: &dyn Works, style: &Style) -> Result<Said, Failure> {
    if let Some((name, page)) = runbooks::find(code) {
        let heading = style.paint(Role::Strong, name);
        // Above the title stands how the file is made.
        let page = &page[page.find("# ").unwrap_or_default()..];
        let page = page::shown(page.trim_end(), style);
        return Ok(Said::ok(match style.color {
            true => format!("{heading}\n\n{page}\n"),
            false => format!("{page}\n"),
        }));
    }
    let typed = code;
    let code = &code.to_ascii_lowercase().replace('_', "-");
    let pages = works.catalogue();
    let current = codes::current(code);
    let Some(page) = pages.iter().find(|page| page.code == current) else {
        return waiting(current, &pages, style)
            .map_err(|near| Failure::usage(typed, format!("no such finding or alert{near}")));
    };
    let heading = style.paint(Role::Strong, &page.code);
    let severity = style.mark(page.severity, 0);
    let mut text = format!(
        "{heading}  {severity}  {}\n\n{}\n",
        page.rfc,
        page.summary.trim()
    );
    if current != code {
        let _ = writeln!(text, "\nIt was called {} before.", plain(code));
    }
    if !page.page.trim().is_empty() {
        let _ = write!(text, "\n{}\n", page::shown(page.page.trim(), style));
    }
    Ok(Said::ok(text))
}

/// What the catalogue says of a code that this build does not check, or which codes are near.
fn waiting(code: &str, pages: &[Page], style: &Style) -> Result<Said, String> {
    let Some(row) = rows::find(code) else {
        let known = pages.iter().map(|page| page.code.as_str());
        let known: Vec<_> = known.chain(rows::rows().map(|row| row.code)).collect();
        return Err(match holding(code, &known) {
            Some(several) => format!("; there are {several}: anchorwatch catalogue lists them all"),
            None => hint_several(
                code,
                known.into_iter().chain(runbooks::names()),
                "anchorwatch catalogue lists them all",
            ),
        });
    };
    let state = match rows::told_by(&row) {
        Some(place) => format!("No check states it. It is told by {place}."),
        None => format!(
            "This build does not check it: it waits for {}.",
            rows::waits_for(&row)
        ),
    };
    Ok(Said::ok(format!(
        "{}  {}  RFC {}\n\n{}.\n\n{state}\n",
        style.paint(Role::Strong, row.code),
        row.severity,
        row.rfc,
        row.meaning.trim_end_matches('.'),
    )))
}

/// Some of the codes with `word` in them, which may be an area or half of a code.
fn holding(word: &str, known: &[&str]) -> Option<String> {
    /// Of how many codes a line tells.
    const SEVERAL: usize = 6;
    let is_part = |code: &&&str| format!("-{code}-").contains(&format!("-{word}-"));
    let found: BTreeSet<&str> = known.iter().filter(is_part).copied().collect();
    let shown: Vec<&str> = found.iter().take(SEVERAL).copied().collect();
    match found.len().checked_sub(shown.len())? {
        _ if word.is_empty() || found.is_empty() => None,
        0 => Some(shown.join(", ")),
        more => Some(format!("{} and {more} more", shown.join(", "))),
    }
}

/// All findings.
pub fn list(format: TableFormat, works: &dyn Works, _: &Console) -> Result<Said, Failure> {
    let pages = works.catalogue();
    let text = match format {
        TableFormat::Text => table(&pages),
        TableFormat::Json => document(&pages),
        TableFormat::Markdown => markdown(&pages),
    };
    Ok(Said::ok(text))
}

fn table(pages: &[Page]) -> String {
    let mut builder = Builder::new();
    builder.push_record(["code", "severity", "source", "meaning"]);
    for page in pages {
        builder.push_record([
            page.code.clone(),
            page.severity.word(),
            page.rfc.clone(),
            page.summary.clone(),
        ]);
    }
    let mut table = builder.build();
    let table = table.with(Frame::blank()).to_string();
    table
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

fn document(pages: &[Page]) -> String {
    let checks: Vec<_> = pages
        .iter()
        .map(|page| {
            json!({
                "code": page.code,
                "severity": page.severity,
                "rfc": page.rfc,
                "summary": page.summary,
            })
        })
        .collect();
    let document = json!({"schema": "anchorwatch.catalogue/1", "checks": checks});
    format!("{document:#}\n")
}

fn markdown(pages: &[Page]) -> String {
    let mut text = "| code | severity | source | meaning |\n|---|---|---|---|\n".to_owned();
    for page in pages {
        let (source, meaning) = (escape_markdown(&page.rfc), escape_markdown(&page.summary));
        let _ = writeln!(
            text,
            "| `{}` | {} | {source} | {meaning} |",
            page.code, page.severity
        );
    }
    text
}
