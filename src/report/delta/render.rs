//! A delta as text, JSON, Markdown.

use std::fmt::Write;

use serde::Serialize;

use super::{Delta, SCHEMA, Side, Told};
use crate::report::render::{Mark, Role, Style, escape_markdown, plain, wrap};
use crate::report::{Subject, Verdict};

#[derive(Serialize)]
struct Document<'d> {
    schema: &'static str,
    query: &'d Subject,
    from: Option<&'d Side>,
    to: Option<&'d Side>,
    new: Vec<&'d Told>,
    gone: Vec<&'d Told>,
    changed: Vec<Pair<'d>>,
    inventory: Vec<Item<'d>>,
}

#[derive(Serialize)]
struct Pair<'d> {
    before: &'d Told,
    after: &'d Told,
}

#[derive(Serialize)]
struct Item<'d> {
    kind: &'static str,
    id: &'d str,
    before: Option<&'d str>,
    after: Option<&'d str>,
}

impl Item<'_> {
    /// What happened to it, in one line. What a report that could not tell does not have is not gone for that.
    fn line(&self, delta: &Delta) -> String {
        let Self { kind, id, .. } = self;
        let (come, gone) = (
            if is_blind(&delta.from) { "seen" } else { "new" },
            if is_blind(&delta.to) {
                "not seen"
            } else {
                "gone"
            },
        );
        let (what, said) = match (self.before, self.after) {
            (None, Some(after)) => (come, after.to_owned()),
            (Some(before), None) => (gone, before.to_owned()),
            (before, after) => (
                "changed",
                format!("{} -> {}", before.unwrap_or(""), after.unwrap_or("")),
            ),
        };
        let said = if said.is_empty() {
            said
        } else {
            format!(": {said}")
        };
        plain(&format!("{what} {kind} {id}{said}"))
    }
}

impl Delta {
    fn document(&self) -> Document<'_> {
        let pair = |(before, after)| Pair { before, after };
        Document {
            schema: SCHEMA,
            query: &self.query,
            from: self.from.as_ref(),
            to: self.to.as_ref(),
            new: self.added().collect(),
            gone: self.gone().collect(),
            changed: self.changed().map(pair).collect(),
            inventory: self.items().collect(),
        }
    }

    fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.inventory.iter().map(|((kind, id), change)| Item {
            kind,
            id,
            before: change.before.as_deref(),
            after: change.after.as_deref(),
        })
    }

    /// One JSON document, indented, with a final line end.
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(&self.document());
        text.expect("a delta holds nothing but text and maps with text keys") + "\n"
    }

    /// One line of JSON, with its line end.
    pub fn ndjson(&self) -> String {
        let text = serde_json::to_string(&self.document());
        text.expect("a delta holds nothing but text and maps with text keys") + "\n"
    }

    /// For people.
    pub fn text(&self, style: &Style) -> String {
        let title = format!("{} {}", self.query.name, self.query.rtype);
        let mut out = format!("{title}: {}\n", self.verdicts());
        if self.is_empty() {
            return out + "nothing is new, gone or changed\n";
        }
        let told = |told: &Told| entry(told, &told.message, style);
        out += &section("New", self.added().map(told), style);
        out += &section(self.heading_of_gone(), self.gone().map(told), style);
        let changed = self
            .changed()
            .map(|(before, after)| entry(after, &change(before, after), style));
        out += &section("Changed", changed, style);
        out += &section(
            "What the zone has",
            self.items().map(|item| format!("  {}\n", item.line(self))),
            style,
        );
        out
    }

    fn heading_of_gone(&self) -> &'static str {
        match is_blind(&self.to) {
            true => "Not seen this time, for servers did not tell",
            false => "Gone",
        }
    }

    /// The verdicts with their instants.
    fn verdicts(&self) -> String {
        let reason = |side: &Side| side.reason.as_ref().map(|code| format!(" ({code})"));
        let shown = |side: &Side| format!("{}{}", side.verdict, reason(side).unwrap_or_default());
        match (&self.from, &self.to) {
            (Some(from), Some(to)) if shown(from) == shown(to) => {
                format!("{}, at {} as at {}", shown(to), to.at, from.at)
            }
            (Some(from), Some(to)) => format!(
                "{} at {}, was {} at {}",
                shown(to),
                to.at,
                shown(from),
                from.at
            ),
            (None, Some(to)) => format!("{} at {}, was not there", shown(to), to.at),
            (Some(from), None) => format!("no longer there, was {} at {}", shown(from), from.at),
            (None, None) => "never there".to_owned(),
        }
    }

    /// For tickets and chat, under a heading of the second level.
    pub fn markdown(&self) -> String {
        let title = format!("{} {}", self.query.name, self.query.rtype);
        let mut out = format!(
            "## {}\n\n{}\n",
            escape_markdown(&title),
            escape_markdown(&self.verdicts())
        );
        let told = |told: &Told| bullet(told, &told.message);
        out += &chapter("New", self.added().map(told));
        out += &chapter(self.heading_of_gone(), self.gone().map(told));
        out += &chapter(
            "Changed",
            self.changed()
                .map(|(before, after)| bullet(after, &change(before, after))),
        );
        let items = self
            .items()
            .map(|item| format!("- {}\n", escape_markdown(&item.line(self))));
        out += &chapter("What the zone has", items);
        if self.is_empty() {
            out += "\nNothing is new, gone or changed.\n";
        }
        out
    }
}

/// Whether a report could not tell.
fn is_blind(side: &Option<Side>) -> bool {
    side.as_ref()
        .is_some_and(|side| side.verdict == Verdict::Indeterminate)
}

/// What a finding says now, with what it weighed and said.
fn change(before: &Told, after: &Told) -> String {
    let mut out = after.message.clone();
    if before.severity != after.severity {
        let _ = write!(out, "; weighed {}", before.severity);
    }
    if before.message != after.message {
        let _ = write!(out, "; was: {}", before.message);
    }
    out
}

fn section(title: &str, entries: impl Iterator<Item = String>, style: &Style) -> String {
    let entries: String = entries.collect();
    match entries.is_empty() {
        true => entries,
        false => format!("\n{}\n{entries}", style.paint(Role::Strong, title)),
    }
}

fn entry(told: &Told, message: &str, style: &Style) -> String {
    let mark = style.mark(told.severity, 0);
    let message = wrap(message, style.width, "      ", 6);
    format!("  {mark}  {}  {}\n{message}\n", told.code, told.zone)
}

fn chapter(title: &str, entries: impl Iterator<Item = String>) -> String {
    let entries: String = entries.collect();
    match entries.is_empty() {
        true => entries,
        false => format!("\n### {title}\n\n{entries}"),
    }
}

fn bullet(told: &Told, message: &str) -> String {
    let zone = escape_markdown(&told.zone.to_string());
    let message = escape_markdown(message);
    format!(
        "- **{}** `{}` ({zone}): {message}\n",
        told.severity.word(),
        told.code
    )
}
