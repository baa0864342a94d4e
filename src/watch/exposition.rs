//! What Prometheus scrapes of zones and resolvers: the text format 0.0.4, made afresh from the states at
//! each scrape, so that a zone that is no longer watched vanishes with all its series.
//!
//! Instants are exported, never ages: `time() - x` is the reader's. What was not measured has no series,
//! but a zone that is known has its own from the start. How many series a zone has depends on the
//! [`Level`]: everything, about ten, or none but the totals.
//!
//! The text is handed out in pieces, family by family, so that a page of a million series is never in
//! memory as a whole.

mod brief;
mod family;
pub mod probe;

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::ZoneState;
use crate::report::Verdict;
use brief::{Brief, Names};
use family::Family;

/// How much is told of each zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Totals alone.
    Aggregate,
    /// About ten series a zone.
    Summary,
    /// Every server, key, DS, type and resolver.
    Detail,
}

impl Level {
    /// Most zones that are told in detail without being asked to.
    pub const MOST_DETAILED: usize = 1_000;
    /// Most zones that have series of their own without being asked to: with ten each, a million.
    pub const MOST_SUMMARISED: usize = 100_000;

    /// The level that fits a number of zones.
    pub fn for_zones(count: usize) -> Self {
        match count {
            0..=Self::MOST_DETAILED => Self::Detail,
            _ if count <= Self::MOST_SUMMARISED => Self::Summary,
            _ => Self::Aggregate,
        }
    }
}

/// A zone as it is told.
#[derive(Debug, Clone, Copy)]
pub struct Watched<'a> {
    /// What is remembered of it.
    pub state: &'a ZoneState,
    /// The group that it is configured in; empty without one.
    pub group: &'a str,
    /// Labels that it is configured with.
    pub labels: &'a BTreeMap<String, String>,
}

/// A piece is handed out when it is as long as this, in octets.
const PIECE: usize = 128 * 1024;
/// Most that one zone adds to a piece in one family, as a rule.
const SLACK: usize = 16 * 1024;

/// The page in pieces of some hundred kilobytes each.
pub fn pieces<'a>(zones: &'a [Watched<'a>], level: Level) -> impl Iterator<Item = String> + 'a {
    std::iter::once(totals(zones)).chain(families(zones, level))
}

/// The families of these zones, without the totals over all.
fn families<'a>(zones: &'a [Watched<'a>], level: Level) -> Pieces<'a> {
    let told = family::all().filter(|family| family.level <= level);
    Pieces {
        zones,
        names: Names::of(zones),
        briefs: zones.iter().map(|zone| Brief::of(zone.state)).collect(),
        level,
        families: told.collect(),
        family: 0,
        zone: 0,
    }
}

/// Family after family, zone after zone.
struct Pieces<'a> {
    zones: &'a [Watched<'a>],
    /// Of the zones, in their order.
    names: Names,
    briefs: Vec<Brief>,
    level: Level,
    families: Vec<&'static Family>,
    /// The place that the next piece begins at.
    family: usize,
    zone: usize,
}

impl Iterator for Pieces<'_> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut text = String::with_capacity(PIECE + SLACK);
        while let Some(family) = self.families.get(self.family) {
            if self.zone == 0 {
                text.push_str(&head(family.name, family.help, family.kind));
            }
            self.write(family, &mut text);
            if text.len() >= PIECE {
                return Some(text);
            }
            self.family += 1;
            self.zone = 0;
        }
        (!text.is_empty()).then_some(text)
    }
}

impl Pieces<'_> {
    /// Writes the samples of a family until it ends or the piece is full.
    fn write(&mut self, family: &Family, text: &mut String) {
        let rest = self.zones.iter().zip(&self.briefs).skip(self.zone);
        for (zone, brief) in rest {
            let mut samples = Samples {
                text,
                name: family.name,
                zone: self.names.at(self.zone),
                brief,
                level: self.level,
            };
            (family.write)(&mut samples, zone);
            self.zone += 1;
            if text.len() >= PIECE {
                return;
            }
        }
    }
}

fn head(name: &str, help: &str, kind: &str) -> String {
    format!("# HELP {name} {help}\n# TYPE {name} {kind}\n")
}

/// Zones by group and by what is called of them.
fn totals(zones: &[Watched<'_>]) -> String {
    let mut counts: BTreeMap<&str, [usize; VERDICTS.len()]> = BTreeMap::new();
    for zone in zones {
        let of_group = counts.entry(zone.group).or_default();
        let called = zone.state.called.verdict;
        if let Some(at) = VERDICTS.iter().position(|verdict| *verdict == called) {
            of_group[at] += 1;
        }
    }
    let name = "dnssec_zones";
    let mut text = head(
        name,
        "Zones that are watched, by group and by what is called of them.",
        "gauge",
    );
    for (group, counts) in counts {
        let group = label(group);
        for (verdict, count) in VERDICTS.into_iter().zip(counts) {
            let verdict = word(verdict);
            line(
                &mut text,
                format_args!("{name}{{group=\"{group}\",verdict=\"{verdict}\"}} {count}"),
            );
        }
    }
    text
}

/// Every verdict that can be called, and that none is yet.
const VERDICTS: [Option<Verdict>; 5] = [
    Some(Verdict::Secure),
    Some(Verdict::Insecure),
    Some(Verdict::Indeterminate),
    Some(Verdict::Bogus),
    None,
];

fn word(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Secure) => "secure",
        Some(Verdict::Insecure) => "insecure",
        Some(Verdict::Indeterminate) => "indeterminate",
        Some(Verdict::Bogus) => "bogus",
        None => "unknown",
    }
}

/// The samples of one family for one zone.
struct Samples<'t> {
    text: &'t mut String,
    name: &'static str,
    /// The value of its label, escaped.
    zone: &'t str,
    /// What the families of a summary tell.
    brief: &'t Brief,
    level: Level,
}

impl Samples<'_> {
    fn one(&mut self, value: impl std::fmt::Display) {
        self.with(&[], value);
    }

    /// A sample with more labels; values are escaped here.
    fn with(&mut self, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        // A page has a million of these: no text is made on the way.
        for part in [self.name, "{zone=\"", self.zone, "\""] {
            self.text.push_str(part);
        }
        for (key, text) in labels {
            for part in [",", key, "=\""] {
                self.text.push_str(part);
            }
            escape(self.text, text);
            self.text.push('"');
        }
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "}} {value}");
    }
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    let _ = writeln!(text, "{content}");
}

/// The value of a label with what the format reserves escaped.
pub fn label(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    escape(&mut escaped, text);
    escaped
}

fn escape(to: &mut String, text: &str) {
    let reserved = ['\\', '"', '\n'];
    let mut rest = text;
    while let Some(at) = rest.find(reserved) {
        to.push_str(&rest[..at]);
        to.push_str(match rest.as_bytes()[at] {
            b'\n' => "\\n",
            b'"' => "\\\"",
            _ => "\\\\",
        });
        // Each of them is one octet long.
        rest = &rest[at + 1..];
    }
    to.push_str(rest);
}

/// A name as people write it in a query: without the last dot, but for the root.
fn undotted(name: &str) -> String {
    match name {
        "." => ".".to_owned(),
        _ => name.trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
mod tests;
