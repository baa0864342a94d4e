//! From records in files and tags on a command line to a hypothesis, or what is wrong with them.
//!
//! All of it is checked before anything is asked, but for what only the servers can tell: whether the zone and
//! the tags are there. Nothing is applied in part.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::base::Base;
use super::{Hypothesis, NameServers, ZoneFile};
use crate::dns::{Dnskey, Ds, Name, Record, RecordType, rdata};
use crate::evidence::Evidence;

/// The records of one file, each with its line.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The option and the path, as a message about it begins.
    pub label: String,
    /// Line, from 1, and record.
    pub records: Vec<(usize, Record)>,
}

/// What was given.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// `--with-ds`.
    pub with_ds: Vec<Source>,
    /// `--without-ds`.
    pub without_ds: Vec<u16>,
    /// `--with-ns`.
    pub with_ns: Option<Source>,
    /// `--with-key`.
    pub with_key: Vec<Source>,
    /// `--without-key`.
    pub without_key: Vec<u16>,
    /// `--with-zone`.
    pub with_zone: Option<Source>,
}

/// What is wrong with what was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The option, with its file and line.
    pub what: String,
    /// What is wrong.
    pub problem: String,
    /// The word that is not known, and those that are, for a hint at the nearest.
    pub known: Option<(String, Vec<String>)>,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.problem)
    }
}

impl std::error::Error for Wrong {}

fn wrong(what: impl Into<String>, problem: impl Into<String>) -> Wrong {
    Wrong {
        what: what.into(),
        problem: problem.into(),
        known: None,
    }
}

impl Source {
    fn at(&self, line: usize) -> String {
        format!("{}, line {line}", self.label)
    }

    /// The records of a type, all of which must be of one zone at or above `name`.
    fn of_type<'s>(
        &'s self,
        rtype: RecordType,
        name: &Name,
        zone: &mut Option<Name>,
    ) -> Result<Vec<(usize, &'s Record)>, Wrong> {
        let mut found = Vec::new();
        for (line, record) in &self.records {
            if record.rtype != rtype {
                continue;
            }
            if let Some(fault) = &record.fault {
                return Err(wrong(self.at(*line), format!("{rtype}: {fault}")));
            }
            self.claim(*line, record, name, zone)?;
            found.push((*line, record));
        }
        if found.is_empty() {
            return Err(wrong(
                &self.label,
                format!("no {rtype} record in it{}", self.has()),
            ));
        }
        Ok(found)
    }

    /// What else is in it: somebody may have taken one file for another, or CDS for DS.
    fn has(&self) -> String {
        let types: BTreeSet<_> = self
            .records
            .iter()
            .map(|(_, record)| record.rtype)
            .collect();
        let types: Vec<_> = types.iter().map(ToString::to_string).collect();
        match types.is_empty() {
            true => String::new(),
            false => format!("; it has {}", types.join(", ")),
        }
    }

    /// Refuses records of other types than these, which nothing would be made of; signatures come along when
    /// somebody copies an answer.
    fn only(&self, known: &[RecordType]) -> Result<(), Wrong> {
        let mut records = self.records.iter();
        let is_other = |rtype| rtype != RecordType::RRSIG && !known.contains(&rtype);
        match records.find(|(_, record)| is_other(record.rtype)) {
            Some((line, record)) => Err(wrong(
                self.at(*line),
                format!(
                    "{} is of no use here; give it by its own option",
                    record.rtype
                ),
            )),
            None => Ok(()),
        }
    }

    /// Takes the owner for the zone, or checks that it is the one taken already.
    fn claim(
        &self,
        line: usize,
        record: &Record,
        name: &Name,
        zone: &mut Option<Name>,
    ) -> Result<(), Wrong> {
        let (owner, rtype) = (&record.owner, record.rtype);
        if !name.is_at_or_below(owner) {
            let problem = format!("a {rtype} of {owner}, and {name} is not in that zone");
            let known = zone.iter().chain([name]).map(ToString::to_string).collect();
            return Err(Wrong {
                known: Some((owner.to_string(), known)),
                ..wrong(self.at(line), problem)
            });
        }
        match zone {
            Some(known) if known != owner => {
                let problem =
                    format!("a {rtype} of {owner}, where what came before it is of {known}");
                Err(wrong(self.at(line), problem))
            }
            _ => {
                *zone = Some(owner.clone());
                Ok(())
            }
        }
    }
}

impl Given {
    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.with_ds.is_empty()
            && self.without_ds.is_empty()
            && self.with_ns.is_none()
            && self.with_key.is_empty()
            && self.without_key.is_empty()
            && self.with_zone.is_none()
    }

    /// Checks what can be checked before anything is asked: the hypothesis, whose zone is only known where a
    /// file names it.
    ///
    /// # Errors
    /// [`Wrong`] with the first record that is of another zone, or does not fit.
    pub fn read(&self, name: &Name) -> Result<(Option<Name>, Hypothesis), Wrong> {
        let mut zone = None;
        let mut hypothesis = Hypothesis {
            zone: name.clone(),
            ds_added: Vec::new(),
            ds_removed: self.without_ds.clone(),
            keys_added: Vec::new(),
            keys_removed: self.without_key.clone(),
            servers: None,
            file: None,
        };
        for source in &self.with_ds {
            let found = source.of_type(RecordType::DS, name, &mut zone)?;
            source.only(&[RecordType::DS])?;
            let ds = found
                .iter()
                .filter_map(|(_, record)| Ds::parse(&record.rdata).ok());
            hypothesis.ds_added.extend(ds);
        }
        for source in &self.with_key {
            let found = source.of_type(RecordType::DNSKEY, name, &mut zone)?;
            source.only(&[RecordType::DNSKEY])?;
            let keys = found
                .iter()
                .filter_map(|(_, record)| Dnskey::parse(&record.rdata).ok());
            hypothesis.keys_added.extend(keys);
        }
        if let Some(source) = &self.with_ns {
            hypothesis.servers = Some(name_servers(source, name, &mut zone)?);
        }
        if let Some(source) = &self.with_zone {
            hypothesis.file = Some(zone_file(source, name, &mut zone)?);
        }
        Ok((zone, hypothesis))
    }

    /// The hypothesis on the zone that was heard of.
    ///
    /// # Errors
    /// [`Wrong`] when the zone, or a DS or key with a tag that was given, is not there.
    pub fn settle(&self, evidence: &Evidence) -> Result<Hypothesis, Wrong> {
        let (zone, mut hypothesis) = self.read(&evidence.name)?;
        let base = Base::new(evidence, evidence.started);
        let last = base.way().last().cloned().unwrap_or_else(Name::root);
        hypothesis.zone = zone.unwrap_or(last);
        let zone = &hypothesis.zone;
        if zone.is_root() {
            return Err(wrong(
                "the root zone",
                "no parent publishes a DS of it, and its servers are hints",
            ));
        }
        if !base.way().contains(zone) && hypothesis.servers.is_none() {
            let known = base.way().iter().map(ToString::to_string).collect();
            return Err(Wrong {
                known: Some((zone.to_string(), known)),
                ..wrong(
                    zone.to_string(),
                    "not delegated, so give its servers too (--with-ns)",
                )
            });
        }
        let ds: Vec<_> = base.ds(zone).iter().map(|ds| ds.key_tag).collect();
        all_there(
            "--without-ds",
            &self.without_ds,
            &ds,
            &format!("DS of {zone}"),
        )?;
        let mut keys: Vec<_> = base.keys(zone).iter().map(Dnskey::key_tag).collect();
        keys.extend(
            hypothesis
                .file
                .iter()
                .flat_map(ZoneFile::keys)
                .map(|key| key.key_tag()),
        );
        all_there(
            "--without-key",
            &self.without_key,
            &keys,
            &format!("key of {zone}"),
        )?;
        Ok(hypothesis)
    }
}

fn all_there(option: &str, wanted: &[u16], known: &[u16], what: &str) -> Result<(), Wrong> {
    let Some(missing) = wanted.iter().find(|tag| !known.contains(tag)) else {
        return Ok(());
    };
    let known: Vec<_> = known.iter().map(u16::to_string).collect();
    let there = match known.as_slice() {
        [] => "there is none".to_owned(),
        some => format!("there is {}", some.join(", ")),
    };
    Err(Wrong {
        known: Some((missing.to_string(), known)),
        ..wrong(
            format!("{option} {missing}"),
            format!("no {what} has this tag; {there}"),
        )
    })
}

fn name_servers(
    source: &Source,
    name: &Name,
    zone: &mut Option<Name>,
) -> Result<NameServers, Wrong> {
    let found = source.of_type(RecordType::NS, name, zone)?;
    source.only(&[RecordType::NS, RecordType::A, RecordType::AAAA])?;
    let names = found
        .iter()
        .filter_map(|(_, record)| rdata::target(&record.rdata));
    let mut servers = NameServers {
        names: names.collect(),
        addresses: BTreeMap::new(),
    };
    for (line, record) in &source.records {
        let Some(address) = rdata::address(record.rtype, &record.rdata) else {
            continue;
        };
        if !servers.names.contains(&record.owner) {
            let known = servers.names.iter().map(ToString::to_string).collect();
            let problem = format!("an address of {}, which no NS record names", record.owner);
            return Err(Wrong {
                known: Some((record.owner.to_string(), known)),
                ..wrong(source.at(*line), problem)
            });
        }
        let known = servers.addresses.entry(record.owner.clone()).or_default();
        known.insert(address);
    }
    Ok(servers)
}

fn zone_file(source: &Source, name: &Name, zone: &mut Option<Name>) -> Result<ZoneFile, Wrong> {
    source.of_type(RecordType::SOA, name, zone)?;
    let outside = source.records.iter().find(|(_, record)| {
        zone.as_ref()
            .is_some_and(|zone| !record.owner.is_at_or_below(zone))
    });
    if let Some((line, record)) = outside {
        let problem = format!("{} does not lie in the zone of the SOA", record.owner);
        return Err(wrong(source.at(*line), problem));
    }
    let records = source.records.iter().map(|(_, record)| record.clone());
    ZoneFile::new(records.collect())
        .ok_or_else(|| wrong(&source.label, "SOA records of two zones in it"))
}
