//! The table of servers: who gave what, and what each one's data is worth alone.
//!
//! Above the last zone, servers that all agree with their link and have nothing to say share one row;
//! twenty-six root servers that are well are not news.

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Style as Frame, Width};

use super::layout::{counted, plain};
use super::style::{Mark, Role, Style};
use crate::report::{Link, Report, ServerVerdict, Verdict};

const COLUMNS: [&str; 7] = [
    "zone", "server", "address", "verdict", "serial", "rtt", "why",
];

/// The last column is not broken narrower than this.
const NARROWEST_WHY: usize = 24;

/// The table under its heading; empty when no server was asked.
pub(super) fn section(report: &Report, style: &Style) -> String {
    let rows = rows(report, style.all);
    if rows.is_empty() {
        return String::new();
    }
    let table = indented(&draw(
        &COLUMNS,
        rows,
        style.width.map(|width| width.saturating_sub(2)),
    ));
    let heading = style.paint(Role::Strong, "Servers");
    format!("{heading}\n{}", painted(table, style))
}

/// Rows as cells, in the order of the columns.
pub(super) fn rows(report: &Report, all: bool) -> Vec<Vec<String>> {
    let last = report
        .chain
        .iter()
        .rposition(|link| !link.servers.is_empty());
    if last.is_none() {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for (index, link) in report.chain.iter().enumerate() {
        if all || Some(index) == last || !is_uniform(link) {
            rows.extend(link.servers.iter().map(|server| row(link, server)));
        } else {
            rows.push(shared_row(link));
        }
    }
    rows
}

fn is_uniform(link: &Link) -> bool {
    let agrees = |server: &ServerVerdict| server.verdict == link.status && server.reason.is_none();
    link.servers.iter().all(agrees)
}

fn row(link: &Link, server: &ServerVerdict) -> Vec<String> {
    vec![
        link.zone.to_string(),
        or_dash(&plain(&server.name)),
        plain(&server.address),
        server.verdict.word(),
        serial(server.serial),
        server
            .rtt_ms
            .map_or_else(dash, |rtt| format!("{rtt:.1} ms")),
        plain(server.reason.as_deref().unwrap_or_default()),
    ]
}

fn shared_row(link: &Link) -> Vec<String> {
    let first = link.servers.first().and_then(|server| server.serial);
    let is_shared = link.servers.iter().all(|server| server.serial == first);
    vec![
        link.zone.to_string(),
        counted(link.servers.len(), "server"),
        String::new(),
        link.status.word(),
        if is_shared {
            serial(first)
        } else {
            "differ".to_owned()
        },
        String::new(),
        String::new(),
    ]
}

fn serial(serial: Option<u32>) -> String {
    serial.map_or_else(dash, |serial| serial.to_string())
}

pub(super) fn dash() -> String {
    "-".to_owned()
}

pub(super) fn or_dash(text: &str) -> String {
    if text.is_empty() {
        dash()
    } else {
        text.to_owned()
    }
}

/// A table without lines. Only the last column is broken to keep within `width`: names and addresses
/// are there to be copied.
pub(super) fn draw(columns: &[&str], rows: Vec<Vec<String>>, width: Option<usize>) -> String {
    let whys = rows.iter().filter_map(|row| row.last());
    let longest = whys.map(|why| why.chars().count()).max().unwrap_or(0);
    let mut builder = Builder::new();
    builder.push_record(columns.iter().copied());
    for row in rows {
        builder.push_record(row);
    }
    let mut table = builder.build();
    table.with(Frame::blank());
    let excess = width.map_or(0, |width| table.total_width().saturating_sub(width));
    if excess > 0 {
        let last = columns.len() - 1;
        let room = longest.saturating_sub(excess).max(NARROWEST_WHY);
        let wrap = Width::wrap(room).keep_words(true);
        table.modify(Columns::one(last), wrap);
    }
    table.to_string()
}

pub(super) fn indented(table: &str) -> String {
    let lines = table.lines().map(|line| format!(" {}\n", line.trim_end()));
    lines.collect()
}

/// Colour is laid over the finished table, since it has no width that the table could count.
pub(super) fn painted(mut table: String, style: &Style) -> String {
    for verdict in [
        Verdict::Secure,
        Verdict::Insecure,
        Verdict::Indeterminate,
        Verdict::Bogus,
    ] {
        let word = verdict.word();
        table = table.replace(&word, &style.paint(verdict.role(), &word));
    }
    table
}
