//! What Prometheus scrapes of zones and resolvers: the text format 0.0.4, made afresh from the states at
//! each scrape, so that a zone that is no longer watched vanishes with all its series.
//!
//! Instants are exported, never ages: `time() - x` is the reader's. What was not measured has no series,
//! but a zone that is known has its own from the start. How many series a zone has depends on the
//! [`Level`]: everything, about ten, or none but the totals.
//!
//! The text is handed out in pieces, family by family, so that a page of a million series is never in
//! memory as a whole.

mod family;
pub mod probe;

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use super::ZoneState;
use crate::report::Verdict;
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

/// How many zones go into one piece of text.
const ZONES_A_PIECE: usize = 256;

/// The page in pieces of some ten kilobytes each.
pub fn pieces<'a>(zones: &'a [Watched<'a>], level: Level) -> impl Iterator<Item = String> + 'a {
    std::iter::once(totals(zones)).chain(families(zones, level))
}

/// The families of these zones, without the totals over all.
fn families<'a>(zones: &'a [Watched<'a>], level: Level) -> impl Iterator<Item = String> + 'a {
    let told = family::all().filter(move |family| family.level <= level);
    told.flat_map(move |family| family_pieces(family, zones, level))
}

fn family_pieces<'a>(
    family: &'static Family,
    zones: &'a [Watched<'a>],
    level: Level,
) -> impl Iterator<Item = String> + 'a {
    let head = std::iter::once(head(family.name, family.help, family.kind));
    let body = zones.chunks(ZONES_A_PIECE).map(move |chunk| {
        let mut text = String::new();
        for zone in chunk {
            let mut samples = Samples {
                text: &mut text,
                name: family.name,
                zone: label(&undotted(&zone.state.zone.to_string())),
                level,
            };
            (family.write)(&mut samples, zone);
        }
        text
    });
    head.chain(body).filter(|piece| !piece.is_empty())
}

fn head(name: &str, help: &str, kind: &str) -> String {
    format!("# HELP {name} {help}\n# TYPE {name} {kind}\n")
}

/// Zones by group and by what is called of them.
fn totals(zones: &[Watched<'_>]) -> String {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for zone in zones {
        for verdict in VERDICTS {
            let is_so = zone.state.called.verdict == verdict;
            *counts.entry((zone.group, word(verdict))).or_default() += usize::from(is_so);
        }
    }
    let name = "dnssec_zones";
    let mut text = head(
        name,
        "Zones that are watched, by group and by what is called of them.",
        "gauge",
    );
    for ((group, verdict), count) in counts {
        let group = label(group);
        line(
            &mut text,
            format_args!("{name}{{group=\"{group}\",verdict=\"{verdict}\"}} {count}"),
        );
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
    zone: String,
    level: Level,
}

impl Samples<'_> {
    fn one(&mut self, value: impl std::fmt::Display) {
        let (name, zone) = (self.name, &self.zone);
        line(self.text, format_args!("{name}{{zone=\"{zone}\"}} {value}"));
    }

    /// A sample with more labels; values are escaped here.
    fn with(&mut self, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let mut all = String::new();
        for (key, text) in labels {
            // Writing to a string cannot fail.
            let _ = write!(all, ",{key}=\"{}\"", label(text));
        }
        let (name, zone) = (self.name, &self.zone);
        line(
            self.text,
            format_args!("{name}{{zone=\"{zone}\"{all}}} {value}"),
        );
    }
}

fn line(text: &mut String, content: std::fmt::Arguments<'_>) {
    let _ = writeln!(text, "{content}");
}

/// The value of a label with what the format reserves escaped.
pub fn label(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '"' => escaped.push_str("\\\""),
            '\n' => escaped.push_str("\\n"),
            other => escaped.push(other),
        }
    }
    escaped
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
