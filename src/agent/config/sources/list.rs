//! A list of zones as text: a zone a line, or JSON as Prometheus' file_sd and http_sd have it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::agent::cli::values;
use crate::agent::config::check::label_name;
use crate::dns::Name;

/// Most zones in one list.
pub const MOST_ZONES: usize = 1_000_000;

/// The label that names a group.
const GROUP: &str = "group";

/// A zone as a list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its apex.
    pub zone: Name,
    /// Its group, when the list names one.
    pub group: Option<String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
}

/// Some targets that have labels in common.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Targets {
    targets: Vec<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

/// Reads a list. JSON is told by its first character, which no name begins with.
///
/// # Errors
/// The first thing that is wrong, and where.
pub fn read(text: &str) -> Result<Vec<Entry>, String> {
    match text.trim_start().starts_with(['[', '{']) {
        true => json(text),
        false => lines(text),
    }
}

fn lines(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let word = line.split('#').next().unwrap_or_default().trim();
        if !word.is_empty() {
            let zone = values::name(word);
            let zone = zone.map_err(|what| format!("line {}: \"{word}\": {what}", index + 1))?;
            push(&mut entries, entry(zone, None, BTreeMap::new()))?;
        }
    }
    Ok(entries)
}

/// Reads the JSON form.
///
/// # Errors
/// As [`read`].
pub fn json(text: &str) -> Result<Vec<Entry>, String> {
    let groups: Vec<Targets> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut entries = Vec::new();
    for (
        index,
        Targets {
            targets,
            mut labels,
        },
    ) in groups.into_iter().enumerate()
    {
        let refused = |what| format!("item {}: {what}", index + 1);
        // Labels that begin with two underscores are notes of the service discovery to itself.
        labels.retain(|label, _| !label.starts_with("__"));
        let group = labels.remove(GROUP);
        for label in labels.keys() {
            label_name(label).map_err(refused)?;
        }
        for target in &targets {
            let zone = values::name(target);
            let zone = zone.map_err(|what| refused(format!("\"{target}\": {what}")))?;
            push(&mut entries, entry(zone, group.clone(), labels.clone()))?;
        }
    }
    Ok(entries)
}

fn entry(zone: Name, group: Option<String>, labels: BTreeMap<String, String>) -> Entry {
    Entry {
        zone,
        group,
        labels,
    }
}

fn push(entries: &mut Vec<Entry>, entry: Entry) -> Result<(), String> {
    if entries.len() == MOST_ZONES {
        return Err(format!("more than {MOST_ZONES} zones"));
    }
    entries.push(entry);
    Ok(())
}
