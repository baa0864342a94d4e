//! `openapi.json` describes every path there is and no other, and what it says of each holds.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ACT, READ, routes};

fn document() -> Value {
    serde_json::from_str(include_str!("../openapi.json")).unwrap()
}

#[test]
fn the_document_and_the_router_have_the_same_paths() {
    let document = document();
    let described: BTreeSet<&str> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let routed: BTreeSet<&str> = routes().iter().map(|(path, ..)| *path).collect();
    assert_eq!(described, routed);
}

#[test]
fn the_document_and_the_router_have_the_same_methods() {
    let document = document();
    for (path, allow, _) in routes() {
        let methods = document["paths"][path].as_object().unwrap();
        let described: Vec<&str> = methods.keys().map(String::as_str).collect();
        let expected: &[&str] = match allow {
            READ => &["get"],
            ACT => &["post", "put"],
            other => panic!("{other}"),
        };
        assert_eq!(described, expected, "{path}");
    }
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(all) => all.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
