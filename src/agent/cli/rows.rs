//! Tables of plain cells, as text for people and in Markdown for tickets.

use tabled::builder::Builder;
use tabled::settings::Style as Frame;

use crate::report::render::{escape_markdown, plain};

/// Columns set apart by blanks. Cells are shown in one line each, whatever they hold.
pub fn text<const N: usize>(
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut builder = Builder::new();
    builder.push_record(head);
    for cells in rows {
        builder.push_record(cells.iter().map(|cell| plain(cell).to_string()));
    }
    let mut table = builder.build();
    let table = table.with(Frame::blank()).to_string();
    table
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// The same in Markdown.
pub fn markdown<const N: usize>(
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(N));
    for cells in rows {
        let cells = cells.map(|cell| escape_markdown(&cell));
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text
}
