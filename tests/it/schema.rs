//! The schema of a report describes the reports of the lab: each field is there, and of the type it says.
//!
//! A reader for the part of JSON Schema that the file uses stands below; a keyword it does not know fails.

use std::process::Command;

use serde_json::{Map, Value};

const PROGRAM: &str = env!("CARGO_BIN_EXE_anchorwatch");

fn output(arguments: &[&str]) -> Value {
    let output = Command::new(PROGRAM).args(arguments).output().unwrap();
    let read = serde_json::from_slice(&output.stdout);
    read.unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

#[test]
fn reports_of_the_lab_fit_the_schema() {
    let schema = output(&["schema", "report"]);
    for case in [
        "valid",
        "stale-ds",
        "cname-bogus",
        "one-ns-timeout",
        "no-ds",
        "all-lame",
    ] {
        let report = output(&[
            "audit",
            &format!("{case}.test"),
            "--lab",
            "--format",
            "json",
        ]);
        let faults = faults(&schema, &schema, &report, case);
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

#[test]
fn the_reader_notices_what_does_not_fit() {
    let schema = output(&["schema", "report"]);
    let mut report = output(&["audit", "valid.test", "--lab", "--format", "json"]);
    report["verdict"] = "fine".into();
    report["coverage"]["servers"] = "many".into();
    report["more"] = true.into();
    report.as_object_mut().unwrap().remove("at");
    assert_eq!(faults(&schema, &schema, &report, "").len(), 4);
}

/// Keywords that only explain.
const NOTES: &[&str] = &[
    "$schema",
    "$id",
    "$defs",
    "title",
    "description",
    "format",
    "default",
    "pattern",
];

pub fn faults(root: &Value, schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let Some(schema) = schema.as_object() else {
        return vec![format!("{path}: the schema is no object")];
    };
    let mut found = Vec::new();
    for (keyword, wanted) in schema {
        match keyword.as_str() {
            "$ref" => {
                let name = wanted.as_str().unwrap().strip_prefix("#").unwrap();
                let target = root.pointer(name).expect("a reference leads somewhere");
                found.extend(faults(root, target, value, path));
            }
            "type" if !has_type(wanted, value) => found.push(format!("{path}: not {wanted}")),
            "const" if wanted != value => found.push(format!("{path}: not {wanted}")),
            "enum" if !wanted.as_array().unwrap().contains(value) => {
                found.push(format!("{path}: {value} is not one of {wanted}"));
            }
            "anyOf" => {
                let mut choices = wanted.as_array().unwrap().iter();
                if !choices.any(|choice| faults(root, choice, value, path).is_empty()) {
                    found.push(format!("{path}: fits none of the choices"));
                }
            }
            "oneOf" => {
                let choices = wanted.as_array().unwrap().iter();
                let fit = choices.filter(|choice| faults(root, choice, value, path).is_empty());
                if fit.count() != 1 {
                    found.push(format!("{path}: {value} does not fit one choice"));
                }
            }
            "minimum" | "maximum" => {
                let (limit, number) = (wanted.as_i64(), value.as_i64());
                let is_under = number < limit && keyword == "minimum";
                if is_under || (number > limit && keyword == "maximum") {
                    found.push(format!("{path}: {value} is beyond {wanted}"));
                }
            }
            // Members that are not described are told by `properties`.
            "additionalProperties" if *wanted == Value::Bool(false) => {}
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    found.extend(faults(root, wanted, item, &format!("{path}/{index}")));
                }
            }
            "required" => {
                let names = wanted.as_array().unwrap().iter().filter_map(Value::as_str);
                let lacking = names.filter(|name| value.get(*name).is_none());
                found.extend(lacking.map(|name| format!("{path}: no {name}")));
            }
            "properties" => found.extend(properties(root, wanted, value, path)),
            "additionalProperties" => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    found.extend(faults(root, wanted, member, &format!("{path}/{name}")));
                }
            }
            "type" | "const" | "enum" => {}
            note if NOTES.contains(&note) => {}
            other => found.push(format!("{path}: `{other}` is not read here")),
        }
    }
    found
}

/// Each member, which the schema must describe: it is our own document.
fn properties(root: &Value, wanted: &Value, value: &Value, path: &str) -> Vec<String> {
    let empty = Map::new();
    let members = value.as_object().unwrap_or(&empty);
    let each = members.iter().map(|(name, member)| match wanted.get(name) {
        Some(schema) => faults(root, schema, member, &format!("{path}/{name}")),
        None => vec![format!("{path}: {name} is not described")],
    });
    each.flatten().collect()
}

fn has_type(wanted: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => false,
    };
    match wanted {
        Value::Array(names) => names.iter().any(is),
        name => is(name),
    }
}
