//! Settings written out: as TOML that reads as the same settings, as JSON, and their schema.
//!
//! What is not set and has no default is there too: as a comment in TOML, as null in JSON.

use std::fmt::Write;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::file::File;

/// The file as TOML, with every default.
pub fn toml(file: &File) -> String {
    let mut out = String::new();
    let Value::Object(sections) = json_value(file) else {
        return out;
    };
    let (tables, plain): (Vec<_>, Vec<_>) =
        sections.iter().partition(|(_, value)| is_section(value));
    for (key, value) in plain {
        line(&mut out, key, value);
    }
    for (key, value) in tables {
        section(&mut out, &[key], value);
    }
    out
}

/// The file as JSON, with every default.
pub fn json(file: &File) -> String {
    format!("{:#}\n", json_value(file))
}

/// The JSON Schema of the file.
pub fn schema() -> String {
    let schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<File>();
    format!("{:#}\n", schema.to_value())
}

/// The JSON Schema of a policy file.
pub fn policy_schema() -> String {
    let schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<super::policy::File>();
    format!("{:#}\n", schema.to_value())
}

fn json_value(file: &File) -> Value {
    serde_json::to_value(file).expect("the file has string keys and finite numbers")
}

/// Whether a value of the uppermost level, or of `groups`, has a heading of its own.
fn is_section(value: &Value) -> bool {
    match value {
        Value::Object(_) => true,
        Value::Array(items) => items.first().is_some_and(Value::is_object),
        _ => false,
    }
}

fn section(out: &mut String, path: &[&str], value: &Value) {
    let heading = path
        .iter()
        .map(|key| bare(key))
        .collect::<Vec<_>>()
        .join(".");
    match value {
        Value::Object(groups) if path == ["groups"] => {
            for (name, group) in groups {
                section(out, &[path[0], name], group);
            }
        }
        Value::Object(table) => {
            let _ = writeln!(out, "\n[{heading}]");
            lines(out, path, table);
        }
        Value::Array(items) => {
            for table in items.iter().filter_map(Value::as_object) {
                let _ = writeln!(out, "\n[[{heading}]]");
                lines(out, path, table);
            }
        }
        _ => {}
    }
}

fn lines(out: &mut String, path: &[&str], table: &Map<String, Value>) {
    // A table of settings within one; tables of names and values stay in one line.
    let is_inner = |key: &str| path == ["web"] && key == "probe";
    for (key, value) in table.iter().filter(|(key, _)| !is_inner(key)) {
        line(out, key, value);
    }
    for (key, value) in table.iter().filter(|(key, _)| is_inner(key)) {
        section(out, &[path, &[key]].concat(), value);
    }
}

fn line(out: &mut String, key: &str, value: &Value) {
    let key = bare(key);
    let _ = match inline(value) {
        Some(value) => writeln!(out, "{key} = {value}"),
        None => writeln!(out, "# {key} is not set"),
    };
}

/// A value as TOML has it in one line; `None` for null.
fn inline(value: &Value) -> Option<String> {
    toml::Value::try_from(value)
        .ok()
        .map(|value| value.to_string())
}

/// A key, quoted if need be.
fn bare(key: &str) -> String {
    let is_bare = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    match !key.is_empty() && key.bytes().all(is_bare) {
        true => key.to_owned(),
        false => toml::Value::from(key).to_string(),
    }
}
