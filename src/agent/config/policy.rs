//! The policy file: how zones are judged, for `audit` and `serve` alike.
//!
//! [`mod@file`] is its shape. Rules are read in their order, each for the zones that it names; what a later
//! one says stands in the place of what an earlier one said. Mistakes are told as those of a configuration.

pub mod file;
#[cfg(test)]
mod tests;
mod values;

use std::path::Path;
use std::sync::Arc;

use super::check::{Checked, code, notify, way, within};
use super::error::{self, ConfigError, Mistake, Step};
use super::{FILE_LIMIT, read_text};
use crate::dns::{Ds, Name, RecordType, Timestamp, master};
use crate::evidence::Evidence;
use crate::notify::Pattern;
use crate::policy::{Policy, Silence};
use crate::report::{Finding, Report, Verdict};
use crate::validate::Verified;

pub use self::file::{File, Rule};

/// A policy file that was checked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rulebook {
    rules: Vec<Own>,
    silences: Vec<(Pattern, Silence)>,
}

/// A rule with the zones that it is for, and the DS records it pins.
#[derive(Debug, Clone, PartialEq)]
struct Own {
    zones: Vec<Pattern>,
    ds: Option<Vec<Ds>>,
    rule: Rule,
}

impl Rulebook {
    /// Reads the file at `path` and checks it.
    ///
    /// # Errors
    /// The first thing that is wrong, with line and column where it has a place.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = read_text(path, FILE_LIMIT).map_err(|what| ConfigError::whole(path, what))?;
        Self::parse(path, &text)
    }

    /// The same of its text.
    ///
    /// # Errors
    /// As [`Rulebook::load`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let file: File = error::read(path, text)?;
        check(&file).map_err(|mistake| mistake.place(path, text))
    }

    /// The same, with these as the DS records that are expected, whatever the file says.
    pub fn pinned(mut self, ds: Vec<Ds>) -> Self {
        self.rules.push(Own {
            zones: vec![Pattern::Any],
            ds: Some(ds),
            rule: Rule::default(),
        });
        self
    }

    /// How a zone is judged: `base`, with what the rules say of the zone in its place.
    pub fn over(&self, base: Policy, zone: &Name) -> Policy {
        let mut policy = base;
        let is_for = |own: &&Own| own.zones.iter().any(|zones| zones.matches(zone));
        self.rules
            .iter()
            .filter(is_for)
            .for_each(|own| own.apply(&mut policy));
        let silences = self
            .silences
            .iter()
            .filter(|(zones, _)| zones.matches(zone));
        policy
            .silences
            .extend(silences.map(|(_, silence)| silence.clone()));
        policy
    }

    /// Judges evidence by the rules for the zone that the name is in.
    pub fn judge(&self, evidence: &Evidence, at: Timestamp) -> Report {
        self.judge_among(evidence, at, &Arc::default())
    }

    /// The same for one zone of many.
    pub fn judge_among(
        &self,
        evidence: &Evidence,
        at: Timestamp,
        verified: &Arc<Verified>,
    ) -> Report {
        let first = self.over(Policy::default(), &evidence.name);
        let report = crate::audit_among(evidence, &first, at, None, verified);
        // Only the evidence tells in which zone a name is.
        let own = self.over(Policy::default(), report.zone());
        match own == first {
            true => report,
            false => crate::audit_among(evidence, &own, at, None, verified),
        }
    }

    /// Silences that some of these findings about a zone met, by their place in the file.
    pub fn met(&self, zone: &Name, silenced: &[Finding]) -> Vec<usize> {
        let is_met = |(zones, silence): &(Pattern, Silence)| {
            let covers = |one: &Finding| silence.covers(&one.code, one.severity);
            zones.matches(zone) && silenced.iter().any(covers)
        };
        let silences = self.silences.iter().enumerate();
        silences
            .filter(|(_, one)| is_met(one))
            .map(|(place, _)| place)
            .collect()
    }

    /// The silences, as they stand in the file: zones, codes and why.
    pub fn silences(&self) -> impl Iterator<Item = &Silence> {
        self.silences.iter().map(|(_, silence)| silence)
    }
}

impl Own {
    fn apply(&self, policy: &mut Policy) {
        let rule = &self.rule;
        let seconds = |length: &Option<file::Length>, own: &mut i64| {
            if let Some(length) = length {
                *own = i64::try_from(length.0.as_secs()).unwrap_or(i64::MAX);
            }
        };
        seconds(&rule.expiring_soon, &mut policy.expiring_soon);
        seconds(&rule.signature_life_most, &mut policy.signature_life_most);
        seconds(&rule.signature_left_most, &mut policy.signature_left_most);
        seconds(&rule.signature_life_least, &mut policy.signature_life_least);
        seconds(&rule.parent_patience, &mut policy.parent_patience);
        let mut ds_ttl_most = i64::from(policy.ds_ttl_most);
        seconds(&rule.ds_ttl_most, &mut ds_ttl_most);
        policy.ds_ttl_most = u32::try_from(ds_ttl_most).unwrap_or(u32::MAX);
        set(&mut policy.expiring_share, rule.expiring_share);
        set(&mut policy.rsa_bits_recommended, rule.rsa_bits_recommended);
        set(
            &mut policy.nsec3_iterations_tolerated,
            rule.nsec3_iterations_tolerated,
        );
        if let Some(ds) = &self.ds {
            policy.expected_ds = Some(ds.clone());
        }
        if let Some(algorithms) = &rule.allowed_algorithms {
            policy.allowed_algorithms = Some(algorithms.iter().map(|one| one.0.0).collect());
        }
        if let Some(bits) = &rule.allowed_rsa_bits {
            policy.allowed_rsa_bits = Some(bits.iter().copied().collect());
        }
        if let Some(digests) = &rule.allowed_digests {
            policy.allowed_digests = Some(digests.iter().map(|one| one.0.0).collect());
        }
        if let Some(must) = rule.must_be_secure {
            policy.expected = must.then_some(Verdict::Secure);
        }
        let weights = rule.severities.iter();
        policy
            .severities
            .extend(weights.map(|(code, weight)| (code.clone(), (*weight).into())));
    }
}

fn set<T>(own: &mut T, said: Option<T>) {
    if let Some(said) = said {
        *own = said;
    }
}

fn check(file: &File) -> Result<Rulebook, Mistake> {
    let rules = file.rules.iter().enumerate();
    let rules = rules
        .map(|(index, rule)| self::rule(index, rule))
        .collect::<Result<_, _>>()?;
    let silences = file.silences.iter().enumerate().map(|(index, silence)| {
        notify::silence(index, silence)?;
        let at = way!["silences", index, "zone"];
        let pattern = silence
            .zone
            .parse::<Pattern>()
            .map_err(|what| Mistake::new(at, what))?;
        let own = Silence {
            zones: silence.zone.clone(),
            codes: silence.codes.clone(),
            from: silence.from.as_ref().map(|from| from.0),
            until: silence.until.0,
            why: silence.why.clone(),
        };
        Ok((pattern, own))
    });
    let silences = silences.collect::<Result<_, _>>()?;
    Ok(Rulebook { rules, silences })
}

fn rule(index: usize, rule: &Rule) -> Result<Own, Mistake> {
    let at = |key: &str| way!["rules", index, key];
    for (key, length, range) in rule.lengths() {
        if let Some(length) = length {
            within(at(key), length.0, range)?;
        }
    }
    bounded(at("expiring-share"), rule.expiring_share, 1, 50)?;
    bounded(
        at("rsa-bits-recommended"),
        rule.rsa_bits_recommended,
        1_024,
        4_096,
    )?;
    bounded(
        at("nsec3-iterations-tolerated"),
        rule.nsec3_iterations_tolerated,
        0,
        2_500,
    )?;
    for (item, bits) in rule.allowed_rsa_bits.iter().flatten().enumerate() {
        let place = way!["rules", index, "allowed-rsa-bits", item];
        super::check::number(place, *bits, 512, 4_096)?;
    }
    for word in rule.severities.keys() {
        let place = way!["rules", index, "severities", word.as_str()];
        code(word).map_err(|what| Mistake::new(place, what))?;
    }
    if rule.zones.is_empty() {
        return Err(Mistake::new(at("zones"), "no zone; write [\"*\"] for all"));
    }
    let zones = rule.zones.iter().enumerate().map(|(item, text)| {
        let place = way!["rules", index, "zones", item];
        let pattern = text.parse::<Pattern>();
        pattern.map_err(|what| Mistake::new(place, format!("\"{}\": {what}", text.escape_debug())))
    });
    let zones: Vec<Pattern> = zones.collect::<Result<_, _>>()?;
    Ok(Own {
        ds: rule
            .ds
            .as_ref()
            .map(|ds| pins(index, ds, &zones))
            .transpose()?,
        zones,
        rule: rule.clone(),
    })
}

fn bounded<N: PartialOrd + std::fmt::Display>(
    place: impl Into<Vec<Step>>,
    said: Option<N>,
    least: N,
    most: N,
) -> Checked {
    match said {
        Some(said) => super::check::number(place, said, least, most),
        None => Ok(()),
    }
}

/// The DS records that a rule pins, which are those of one zone.
fn pins(index: usize, texts: &[String], zones: &[Pattern]) -> Result<Vec<Ds>, Mistake> {
    let [Pattern::Zone(zone)] = zones else {
        let what = "a DS is of one zone; name that zone alone in zones";
        return Err(Mistake::new(way!["rules", index, "ds"], what));
    };
    let all = texts.iter().enumerate().map(|(item, text)| {
        let place = way!["rules", index, "ds", item];
        pin(text, zone).map_err(|what| Mistake::new(place, what))
    });
    all.collect()
}

/// Reads the RDATA of a DS, or a whole record of that zone.
fn pin(text: &str, zone: &Name) -> Result<Ds, String> {
    let is_rdata = text.trim_start().starts_with(|c: char| c.is_ascii_digit())
        && text
            .split_whitespace()
            .nth(1)
            .is_some_and(|word| word.parse::<u8>().is_ok());
    let line = match is_rdata {
        true => format!("{zone} 0 IN DS {text}"),
        false => text.to_owned(),
    };
    let records = master::read(&format!("$TTL 0\n{line}\n"), &Name::root());
    let records = records.map_err(|problem| format!("not a DS: {}", problem.problem))?;
    match records.as_slice() {
        [one] if one.rtype != RecordType::DS => Err(format!("{} is not a DS", one.rtype)),
        [one] if one.owner != *zone => {
            Err(format!("a DS of {}, and the rule is for {zone}", one.owner))
        }
        [one] => Ds::parse(&one.rdata).map_err(|fault| format!("not a DS: {fault}")),
        _ => Err("write one DS: key tag, algorithm, digest type, digest".to_owned()),
    }
}
