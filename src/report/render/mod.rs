//! A report as text, JSON, one line for a monitoring system, or Markdown; many as CSV, SARIF or JUnit.
//!
//! Every renderer is a pure function of the report and its settings: no clock, no terminal, no
//! environment. What came from the network passes through [`plain`] on its way to a terminal or a log,
//! so that no server can move a cursor, start a colour or add a line.

mod csv;
mod json;
mod junit;
mod layout;
mod markdown;
mod nagios;
mod outlook;
mod resolvers;
#[cfg(test)]
pub(crate) mod samples;
mod sarif;
mod servers;
mod sheet;
mod silences;
mod style;
mod text;
mod views;

pub use json::{json, ndjson};
pub use layout::{counted, plain, wrap};
pub use markdown::{escape as escape_markdown, markdown};
pub use nagios::nagios;
pub use sarif::Rule;
pub use sheet::Sheet;
pub use silences::unused as unused_silence;
pub use style::{Mark, Role, Style};
pub use text::{short, text};

use super::Report;

/// The verdict and its cause in one line: `a.test. A: BOGUS  rrsig-expired: …`.
pub fn headline(report: &Report) -> String {
    let verdict = report.verdict.to_string().to_uppercase();
    format!("{}: {verdict}  {}", subject(report), because(report))
}

fn subject(report: &Report) -> String {
    let supposed = match report.outlook {
        Some(_) => " (supposed)",
        None => "",
    };
    format!("{} {}{supposed}", report.query.name, report.query.rtype)
}

/// The root cause with its code, or the summary when no finding explains the verdict.
fn because(report: &Report) -> String {
    match report.cause() {
        Some(cause) => plain(&format!("{}: {}", cause.code, cause.message)),
        None => plain(unrepeated(report)),
    }
}

/// The summary without the verdict that already stands before it.
fn unrepeated(report: &Report) -> &str {
    let verdict = report.verdict.to_string();
    let rest = report.summary.strip_prefix(verdict.as_str());
    let rest = rest.and_then(|rest| rest.strip_prefix([',', ':']));
    rest.map_or(report.summary.as_str(), str::trim_start)
}

#[cfg(test)]
mod tests;
