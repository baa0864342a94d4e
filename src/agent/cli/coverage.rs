//! `catalogue --coverage`: what DNSViz and Zonemaster name, and which of our codes stands for it.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tabled::builder::Builder;
use tabled::settings::Style as Frame;

use super::Said;
use super::values::TableFormat;
use crate::checks::coverage::{Foreign, Group, State, coverage};
use crate::report::render::escape_markdown;

/// All codes of the other tools.
pub fn list(format: TableFormat) -> Said {
    let all = coverage();
    Said::ok(match format {
        TableFormat::Text => text(&all),
        TableFormat::Json => document(&all),
        TableFormat::Markdown => markdown(&all),
    })
}

const SUMMARY: [&str; 6] = ["tool", "codes", "found", "told", "waiting", "left out"];
const CODES: [&str; 3] = ["their code", "state", "here"];

fn of_group(all: &[Foreign], group: Group) -> impl Iterator<Item = &Foreign> {
    all.iter().filter(move |foreign| foreign.group == group)
}

/// How many codes a group has, and how many of them are found, told otherwise, wait, and are left out.
fn counts(all: &[Foreign], group: Group) -> [usize; 5] {
    let count = |word: &str| {
        of_group(all, group)
            .filter(|f| f.state.word() == word)
            .count()
    };
    let each = ["found", "told", "waiting", "left out"].map(count);
    [each.iter().sum(), each[0], each[1], each[2], each[3]]
}

fn summary(all: &[Foreign]) -> Vec<Vec<String>> {
    let row = |group: Group| {
        let counts = counts(all, group).map(|count| count.to_string());
        [vec![group.title().to_owned()], counts.to_vec()].concat()
    };
    Group::ALL.map(row).to_vec()
}

fn lines(all: &[Foreign], group: Group) -> Vec<Vec<String>> {
    let line = |foreign: &Foreign| {
        vec![
            foreign.full(),
            foreign.state.word().to_owned(),
            foreign.state.explain(),
        ]
    };
    of_group(all, group).map(line).collect()
}

fn text(all: &[Foreign]) -> String {
    let mut out = columns(&SUMMARY, summary(all));
    for group in Group::ALL {
        let _ = write!(
            out,
            "\n{}\n\n{}",
            group.title(),
            columns(&CODES, lines(all, group))
        );
    }
    out
}

fn columns(head: &[&str], lines: Vec<Vec<String>>) -> String {
    let mut builder = Builder::new();
    builder.push_record(head.iter().copied());
    lines.into_iter().for_each(|line| builder.push_record(line));
    let table = builder.build().with(Frame::blank()).to_string();
    let trimmed = table.lines().map(|line| format!("{}\n", line.trim_end()));
    trimmed.collect()
}

fn markdown(all: &[Foreign]) -> String {
    let mut out = rows_of_markdown(&SUMMARY, summary(all));
    for group in Group::ALL {
        let _ = write!(out, "\n## {}\n\n", group.title());
        out += &rows_of_markdown(&CODES, lines(all, group));
    }
    out
}

fn rows_of_markdown(head: &[&str], lines: Vec<Vec<String>>) -> String {
    let mut out = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for line in lines {
        let cells: Vec<_> = line.iter().map(|cell| escape_markdown(cell)).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out
}

fn document(all: &[Foreign]) -> String {
    let group = |group: Group| {
        let [codes, found, told, waiting, left] = counts(all, group);
        json!({
            "tool": group.title(),
            "codes": codes,
            "found": found,
            "told": told,
            "waiting": waiting,
            "left_out": left,
            "list": of_group(all, group).map(entry).collect::<Vec<_>>(),
        })
    };
    let document = json!({"schema": "anchorwatch.coverage/1", "tools": Group::ALL.map(group)});
    format!("{document:#}\n")
}

fn entry(foreign: &Foreign) -> Value {
    let (codes, reason) = match &foreign.state {
        State::Found(codes) => (codes.as_slice(), None),
        State::Waits(codes) => (codes.as_slice(), Some(foreign.state.explain())),
        State::Told(_) | State::Left(_) => (&[][..], Some(foreign.state.explain())),
    };
    json!({
        "code": foreign.full(),
        "state": foreign.state.word(),
        "by": codes,
        "reason": reason,
    })
}
