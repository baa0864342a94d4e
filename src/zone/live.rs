//! A zone beside what servers say of it: the DS at the parent, and what stands at its apex.
//!
//! Only what a server certainly said counts; one that said nothing leaves a gap, and with a gap a zone is
//! not called good.

use serde::Serialize;

use super::apex::Apex;
use super::change::{Version, take_over};
use super::fault::{self, Place, Scribe};
use super::{Outcome, Settings, apex_records};
use crate::dns::{Ds, RecordType, Soa, present, rdata};

/// What one server has at the apex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Its name and address.
    pub server: String,
    /// RRsets that it answered with, an empty one where it said that there is none.
    pub sets: Vec<(RecordType, Vec<Vec<u8>>)>,
}

/// What was heard.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Live {
    /// The DS RRset of the parent; `None` where it was not asked for.
    pub ds: Option<Vec<String>>,
    /// Servers whose apex was compared.
    pub servers: Vec<String>,
    /// Servers that did not answer.
    pub silent: Vec<String>,
}

/// Judges the keys by the DS RRset that the parent has, which may be empty.
pub fn delegated(outcome: &mut Outcome, version: &Version, set: &[Ds], settings: &Settings) {
    let live = outcome.live.get_or_insert_default();
    live.ds = Some(set.iter().map(present::ds_text).collect());
    if set.is_empty() {
        return;
    }
    let apex = Apex {
        name: &version.apex,
        records: apex_records(&version.names, &version.apex),
    };
    let signing = (0..).zip(&outcome.keys).filter(|(_, key)| key.signs_keys);
    let signers: Vec<usize> = signing.map(|(at, _)| at).collect();
    let mut scribe = Scribe::new(&settings.policy, settings.kept);
    apex.delegation_signers(set, &version.keys, &signers, &mut scribe);
    take_over(outcome, scribe.ledger);
}

/// Tells where servers have something else at the apex than the zone.
pub fn served(
    outcome: &mut Outcome,
    version: &Version,
    served: &[Served],
    silent: Vec<String>,
    settings: &Settings,
) {
    let apex = Apex {
        name: &version.apex,
        records: apex_records(&version.names, &version.apex),
    };
    let mut scribe = Scribe::new(&settings.policy, settings.kept);
    for server in served {
        for (rtype, theirs) in &server.sets {
            let mut theirs: Vec<Vec<u8>> = theirs
                .iter()
                .map(|octets| rdata::canonical(*rtype, octets).into_owned())
                .collect();
            theirs.sort_unstable();
            theirs.dedup();
            let ours = apex.rdata(*rtype);
            if theirs.iter().map(Vec::as_slice).eq(ours.iter().copied()) {
                continue;
            }
            let place: Place<'_> = apex.place(*rtype);
            scribe.add(fault::LIVE_DIFFERS, place, || {
                format!("{} {}", server.server, difference(*rtype, &ours, &theirs))
            });
        }
    }
    let live = outcome.live.get_or_insert_default();
    live.servers = served.iter().map(|one| one.server.clone()).collect();
    live.silent = silent;
    take_over(outcome, scribe.ledger);
}

/// What a server has that the zone has not, and the reverse.
fn difference(rtype: RecordType, ours: &[&[u8]], theirs: &[Vec<u8>]) -> String {
    /// More than this is counted.
    const SHOWN: usize = 4;
    let serial = |rdata: &[u8]| Soa::parse(rdata).ok().map(|soa| soa.serial.0);
    if let (RecordType::SOA, [ours], [theirs]) = (rtype, ours, theirs)
        && let (Some(ours), Some(theirs)) = (serial(ours), serial(theirs))
        && ours != theirs
    {
        return format!("has serial {theirs}, not {ours}");
    }
    let shown = |octets: &[u8]| match rtype {
        RecordType::DNSKEY | RecordType::CDNSKEY => format!("key {}", rdata::key_tag(octets)),
        _ => present::rdata(rtype, octets),
    };
    let lacks = ours
        .iter()
        .filter(|one| !theirs.iter().any(|other| other == *one));
    let lacks = lacks.map(|octets| format!("lacks {}", shown(octets)));
    let has = theirs.iter().filter(|one| !ours.contains(&one.as_slice()));
    let has = has.map(|octets| format!("has {}", shown(octets)));
    let mut parts: Vec<String> = lacks.chain(has).collect();
    let more = parts.len().saturating_sub(SHOWN);
    parts.truncate(SHOWN);
    if more > 0 {
        parts.push(format!("and {more} more"));
    }
    format!("has another {rtype} RRset: {}", parts.join(", "))
}

#[cfg(test)]
mod tests;
