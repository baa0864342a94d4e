//! The members of a catalog zone (RFC 9432).
//!
//! A broken catalog is refused as a whole (section 5.1), so that the list before it stays: no version or
//! another than 2, a member node with more than one PTR record, a zone that is a member twice. Whatever
//! else stands in it (`coo`, `ext`, names of no meaning) is ignored, as section 3 has it.

use std::collections::{BTreeMap, BTreeSet};

use super::list::Entry;
use crate::dns::wire::Reader;
use crate::dns::{Class, Name, Record, RecordType, rdata};

/// The version that is read.
const VERSION: &[u8] = b"2";

/// The member zones in canonical order of their nodes.
///
/// # Errors
/// Why the catalog is broken.
pub fn members(catalog: &Name, records: &[Record]) -> Result<Vec<Entry>, String> {
    version(catalog, records)?;
    let below = |label: &[u8]| catalog.child(label).map_err(|error| error.to_string());
    let zones = below(b"zones")?;
    let mut nodes: BTreeMap<&Name, Name> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for record in records.iter().filter(|record| is(record, RecordType::PTR)) {
        if record.owner.parent().as_ref() != Some(&zones) {
            continue;
        }
        let member = rdata::target(&record.rdata);
        let member =
            member.ok_or_else(|| format!("no name in the PTR record of {}", record.owner))?;
        if !seen.insert(member.clone()) {
            return Err(format!("{member} is a member twice"));
        }
        if nodes.insert(&record.owner, member).is_some() {
            return Err(format!("more than one PTR record at {}", record.owner));
        }
    }
    let groups = groups(records, &nodes);
    let entry = |(node, zone): (&Name, Name)| Entry {
        zone,
        group: groups.get(node).cloned(),
        labels: BTreeMap::new(),
    };
    Ok(nodes.into_iter().map(entry).collect())
}

fn version(catalog: &Name, records: &[Record]) -> Result<(), String> {
    let owner = catalog
        .child(b"version")
        .map_err(|error| error.to_string())?;
    let of_version = |record: &&Record| is(record, RecordType::TXT) && record.owner == owner;
    let found: Vec<_> = records.iter().filter(of_version).map(text).collect();
    match found.as_slice() {
        [Some(version)] if version == VERSION => Ok(()),
        [] => Err("not a catalog zone: it has no version".to_owned()),
        [Some(version)] => {
            let version = version.escape_ascii();
            Err(format!(
                "a catalog of version {version} is not read here; version 2 is"
            ))
        }
        _ => Err("its version is not one string alone".to_owned()),
    }
}

/// The first group of each node that has one; a catalog may name several (section 4.4.2).
fn groups(records: &[Record], nodes: &BTreeMap<&Name, Name>) -> BTreeMap<Name, String> {
    let mut groups = BTreeMap::new();
    for record in records.iter().filter(|record| is(record, RecordType::TXT)) {
        let is_group = record
            .owner
            .labels()
            .next()
            .is_some_and(|label| label.eq_ignore_ascii_case(b"group"));
        let node = record
            .owner
            .parent()
            .filter(|node| is_group && nodes.contains_key(node));
        let value = text(record).and_then(|text| String::from_utf8(text).ok());
        if let (Some(node), Some(value)) = (node, value) {
            groups.entry(node).or_insert(value);
        }
    }
    groups
}

fn is(record: &Record, rtype: RecordType) -> bool {
    record.rtype == rtype && record.class == Class::IN && record.fault.is_none()
}

/// The one string of a TXT record.
fn text(record: &Record) -> Option<Vec<u8>> {
    let mut reader = Reader::new(&record.rdata);
    let length = reader.u8().ok()?;
    let text = reader.take(usize::from(length)).ok()?.to_vec();
    (reader.remaining() == 0).then_some(text)
}
