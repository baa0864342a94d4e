//! Denial by NSEC3: the chain, its parameters, and the proofs that fail.
//!
//! Checks of proofs use what [`super::denial`] gathers; checks of parameters look at every NSEC3 and
//! NSEC3PARAM that servers gave ([`records`]).

pub mod nsec3_flags_unassigned;
pub mod nsec3_hash_unsupported;
pub mod nsec3_iterations_nonzero;
pub mod nsec3_iterations_over_validator_limit;
pub mod nsec3_mixed_parameters;
pub mod nsec3_next_closer_not_covered;
pub mod nsec3_next_hash_invalid;
pub mod nsec3_no_closest_encloser;
pub mod nsec3_no_match_for_nodata;
pub mod nsec3_opt_out_over_secure_delegation;
pub mod nsec3_opt_out_required;
pub mod nsec3_opt_out_set;
pub mod nsec3_overlapping_ranges;
pub mod nsec3_owner_invalid;
pub mod nsec3_salt_nonempty;
pub mod nsec3_with_nsec_only_algorithm;
pub mod nsec3param_chain_mismatch;
pub mod nsec3param_multiple;
pub mod nsec3param_not_at_apex;
pub mod nsec3param_query_error;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::signatures::{Given, chained, given};
use super::{Context, Statement};
use crate::dns::{Name, Nsec3, Nsec3param, RecordType, present};
use crate::evidence::view::ExchangeId;
use crate::validate::{JudgedZone, Status};

/// An NSEC3 or NSEC3PARAM as one server gave it.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    /// Who gave it.
    pub server: SocketAddr,
    /// In which exchange.
    pub id: ExchangeId,
    /// Its owner name.
    pub owner: &'a Name,
    /// NSEC3 or NSEC3PARAM.
    pub rtype: RecordType,
    /// Hash algorithm, iterations, salt.
    pub parameters: Parameters,
    /// The Flags field.
    pub flags: u8,
    /// The Next Hashed Owner Name of an NSEC3.
    pub next: Option<Box<[u8]>>,
}

/// What decides how names are hashed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parameters {
    /// 1 is SHA-1.
    pub hash_algorithm: u8,
    /// Additional times the hash is applied.
    pub iterations: u16,
    /// Appended to the name before each hashing.
    pub salt: Box<[u8]>,
}

impl std::fmt::Display for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "hash algorithm {}, {} iterations, salt {}",
            self.hash_algorithm,
            self.iterations,
            present::salt(&self.salt)
        )
    }
}

/// Every NSEC3 and NSEC3PARAM of a zone, also those beside its children's delegations. Those of a zone
/// that is not secure are left out: what it says may not be its own.
pub fn records<'a>(context: &Context<'a>, zone: &'a JudgedZone) -> Vec<Record<'a>> {
    let sets = given(context, zone).into_iter();
    sets.filter(|given| given.set.status == Status::Secure)
        .flat_map(|given| {
            let rdata = given.set.rrset.rdata.iter();
            rdata.filter_map(move |rdata| read(&given, rdata))
        })
        .collect()
}

fn read<'a>(given: &Given<'a>, rdata: &[u8]) -> Option<Record<'a>> {
    let set = &given.set.rrset;
    let (hash_algorithm, flags, iterations, salt, next) = match set.rtype {
        RecordType::NSEC3 => {
            let r = Nsec3::parse(rdata).ok()?;
            (
                r.hash_algorithm,
                r.flags,
                r.iterations,
                r.salt,
                Some(r.next),
            )
        }
        RecordType::NSEC3PARAM => {
            let r = Nsec3param::parse(rdata).ok()?;
            (r.hash_algorithm, r.flags, r.iterations, r.salt, None)
        }
        _ => return None,
    };
    Some(Record {
        server: given.server,
        id: given.id,
        owner: &set.owner,
        rtype: set.rtype,
        parameters: Parameters {
            hash_algorithm,
            iterations,
            salt,
        },
        flags,
        next,
    })
}

/// The hash that the owner of an NSEC3 is; `None` when it is not one directly below the apex.
pub fn hash_of_owner(zone: &Name, owner: &Name) -> Option<[u8; 20]> {
    if owner.parent().as_ref() != Some(zone) {
        return None;
    }
    let label = owner.labels().next()?.to_ascii_uppercase();
    let hash = data_encoding::BASE32HEX_NOPAD.decode(&label).ok()?;
    hash.try_into().ok()
}

/// Where records with the same value were seen.
#[derive(Debug, Default)]
pub struct Seen<'a> {
    /// Their owner names.
    pub owners: BTreeSet<&'a Name>,
    servers: BTreeSet<SocketAddr>,
    evidence: BTreeSet<ExchangeId>,
}

/// One statement for each zone and value that `pick` reads out of its records: `words` puts zone and
/// value into a sentence.
pub fn state_records<T: Ord>(
    context: &Context<'_>,
    zones: impl Fn(&JudgedZone) -> bool,
    pick: impl Fn(&JudgedZone, &Record<'_>) -> Option<T>,
    words: impl Fn(&Name, &T, &Seen<'_>) -> (String, String),
) -> Vec<Statement> {
    let mut statements = Vec::new();
    for zone in chained(context).filter(|zone| zones(zone)) {
        let mut found: BTreeMap<T, Seen<'_>> = BTreeMap::new();
        for record in records(context, zone) {
            if let Some(value) = pick(zone, &record) {
                let seen = found.entry(value).or_default();
                seen.owners.insert(record.owner);
                seen.servers.insert(record.server);
                seen.evidence.insert(record.id);
            }
        }
        statements.extend(found.into_iter().map(|(value, seen)| {
            let (message, fix) = words(&zone.apex, &value, &seen);
            let reach = context.reach(&zone.apex, &seen.servers);
            let at = context.at(&zone.apex, &seen.servers, reach);
            Statement::new(&zone.apex, format!("{message}{at}"))
                .reach(reach)
                .fix(fix)
                .shown_by(seen.evidence)
                .at_servers(context, &seen.servers)
        }));
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_a_hash_directly_below_the_apex() {
        let zone: Name = "example.".parse().unwrap();
        let at = |text: &str| hash_of_owner(&zone, &text.parse().unwrap());
        assert!(at("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.").is_some());
        assert!(at("0P9MHAVEQVM6T7VBL5LOP2U3T2RP3TOM.example.").is_some());
        assert!(at("0p9mhaveqvm6t7vbl5lop2u3t2rp3tow.a.example.").is_none());
        assert!(at("0p9mhaveqvm6t7vbl5lop2u3t2rp3.example.").is_none());
        assert!(at("wwwmhaveqvm6t7vbl5lop2u3t2rp3tom.example.").is_none());
        assert!(at("example.").is_none());
    }
}
