//! A change as a story for people.

use std::fmt::Write;

use super::{Change, KeyStep, Listed, SerialStep};
use crate::dns::present::one_line;
use crate::report::Severity;

/// What changed, a line for each thing that did.
pub fn text(out: &mut String, change: &Change, serial: Option<u32>) {
    let before = &change.before;
    let files = before.files.join(", ");
    let _ = writeln!(out, "\nSince {}{}", one_line(&files), state(change));
    let shown = |serial: Option<u32>| serial.map_or_else(|| "none".to_owned(), |n| n.to_string());
    let moved = match change.serial {
        SerialStep::Forwards { by } => format!("forwards by {by}"),
        SerialStep::Same => "the same".to_owned(),
        SerialStep::Backwards => "backwards".to_owned(),
        SerialStep::Unknown => "not to be told".to_owned(),
    };
    let (was, is) = (shown(before.serial), shown(serial));
    let _ = writeln!(out, "  serial {was} -> {is}: {moved}");
    for key in &change.keys {
        let step = match key.change {
            KeyStep::Added => "+",
            KeyStep::Removed => "-",
            KeyStep::Reflagged => "other flags:",
        };
        let was = key
            .tag_before
            .map_or_else(String::new, |tag| format!(" (before {tag})"));
        let _ = writeln!(
            out,
            "  {step} DNSKEY {} {} flags {}{was}",
            key.tag, key.algorithm, key.flags
        );
    }
    for line in &change.apex.first {
        let _ = writeln!(out, "  apex: {}", one_line(line));
    }
    for field in &change.fields {
        let _ = writeln!(
            out,
            "  {}: {} -> {}",
            field.field,
            one_line(&field.before),
            one_line(&field.after)
        );
    }
    listed(out, "names added", &change.names_added);
    listed(out, "names removed", &change.names_removed);
    let told = &change.delegations;
    listed(out, "delegations added", &told.added);
    listed(out, "delegations removed", &told.removed);
    listed(out, "delegations with other NS", &told.ns_changed);
    listed(out, "delegations that got DS", &told.ds_added);
    listed(out, "delegations that lost DS", &told.ds_removed);
    listed(out, "delegations with other DS", &told.ds_changed);
    listed(out, "other TTLs", &change.ttls);
    records(out, change);
    let _ = writeln!(
        out,
        "  caches may hold records of it until {}",
        change.cached_until
    );
    for line in &change.not_judged {
        let _ = writeln!(out, "  not judged: {line}");
    }
}

/// In brackets what is wrong with the older version, if anything.
fn state(change: &Change) -> String {
    let heavy = |severity| severity > Severity::Notice;
    let mut faults = change
        .before
        .faults
        .iter()
        .filter(|fault| heavy(fault.severity));
    match (faults.next(), change.before.unreadable) {
        (_, unread) if unread > 0 => format!(" ({unread} records of it cannot be read)"),
        (Some(first), _) => format!(" (itself not good: {} of {})", first.total, first.code),
        _ => String::new(),
    }
}

fn records(out: &mut String, change: &Change) {
    let changed = change
        .types
        .iter()
        .filter(|row| row.added + row.removed > 0);
    let rows: Vec<String> = changed
        .map(|row| format!("{} +{} -{}", row.rtype, row.added, row.removed))
        .collect();
    let rows = match rows.is_empty() {
        true => "no change".to_owned(),
        false => rows.join(", "),
    };
    let _ = writeln!(out, "  records: {rows}");
}

fn listed(out: &mut String, what: &str, all: &Listed) {
    if all.total == 0 {
        return;
    }
    let names: Vec<String> = all.first.iter().map(|name| one_line(name)).collect();
    let more = all.total.saturating_sub(names.len() as u64);
    let more = match more {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let _ = writeln!(out, "  {what}: {} ({}{more})", all.total, names.join(", "));
}
