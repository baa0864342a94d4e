//! The table of resolvers: what each tells its clients, and what its data is worth here.

use super::layout::{plain, wrap};
use super::servers::{dash, draw, indented, or_dash, painted};
use super::style::{Mark, Role, Style};
use crate::report::{Report, ResolverVantage, Vantage};

/// "clients" is what the resolver tells them; "data" what it hands out, validated here; "+cd" its answer
/// with checking disabled.
const COLUMNS: [&str; 7] = ["resolver", "clients", "answer", "AD", "+cd", "data", "what"];

/// The table under its heading; empty when no resolver was asked.
pub(super) fn section(report: &Report, style: &Style) -> String {
    let rows = rows(report);
    if rows.is_empty() {
        return String::new();
    }
    let width = style.width.map(|width| width.saturating_sub(2));
    let table = indented(&draw(&COLUMNS, rows, width));
    let heading = style.paint(Role::Strong, "Resolvers");
    format!(
        "{heading}\n{}{}",
        painted(table, style),
        reasons(report, style)
    )
}

/// What each does, in a sentence.
fn reasons(report: &Report, style: &Style) -> String {
    let all = report.vantages.iter();
    let told = all.filter(|vantage| vantage.resolver.is_some());
    let lines = told.filter_map(|vantage| vantage.reason.as_deref());
    lines
        .map(|line| wrap(line, style.width, "  ", 4) + "\n")
        .collect()
}

/// Rows as cells, in the order of the columns.
pub(super) fn rows(report: &Report) -> Vec<Vec<String>> {
    let all = report.vantages.iter();
    all.filter_map(|vantage| Some(row(vantage, vantage.resolver.as_ref()?)))
        .collect()
}

fn row(vantage: &Vantage, resolver: &ResolverVantage) -> Vec<String> {
    let rcode = |rcode: &Option<String>| rcode.as_deref().map_or_else(dash, plain);
    vec![
        plain(&vantage.server),
        vantage.verdict.word(),
        rcode(&vantage.rcode),
        if vantage.ad { "yes" } else { "no" }.to_owned(),
        rcode(&resolver.rcode_cd),
        resolver.data.word(),
        or_dash(&plain(resolver.conduct)),
    ]
}
