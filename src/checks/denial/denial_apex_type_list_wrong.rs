//! The types that the NSEC or NSEC3 of an apex lists.

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::denial_nsec3::{Parameters, hash_of_owner};
use crate::checks::signatures::{Given, chained, given};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::crypto;
use crate::dns::{Name, Nsec, Nsec3, RecordType, TypeBitmap};
use crate::validate::{JudgedZone, Limits, Status};

/// Sets of NSEC3 parameters for which the apex is hashed: during a change a zone has two.
const PARAMETERS: usize = 8;

declare! {
    /// # denial-apex-type-list-wrong
    ///
    /// The NSEC or NSEC3 of the apex does not list a type that every signed zone has there (SOA, NS,
    /// DNSKEY, RRSIG), or lists one that cannot be there (CNAME, DS, NSEC3, or the number of a question).
    ///
    /// ## Why it matters
    ///
    /// The list is the zone's own signed word on what stands at its apex. Resolvers that use cached NSEC
    /// and NSEC3 to answer by themselves take a type away that is missing there. Without SOA the record
    /// looks like that of a delegation, and validators then refuse what it denies below. A DS or a CNAME
    /// in the list comes from data that does not belong at an apex.
    ///
    /// ## What resolvers do
    ///
    /// Each answer alone validates; with NS and without SOA in the list proofs are refused, with extended
    /// error 6 (DNSSEC Bogus). Resolvers that answer from the cache (RFC 8198) answer NODATA for a
    /// type that is missing.
    ///
    /// ## How to put it right
    ///
    /// Remove what does not belong at the apex from the unsigned zone, and build the chain again:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone example.com.zone Kexample.com.+013+12345`, then `ldns-verify-zone
    ///   example.com.zone.signed`
    ///
    /// ## References
    ///
    /// RFC 4035, sections 2.3 and 2.4; RFC 4034, section 4.1.2; RFC 5155, section 7.1. Zonemaster:
    /// DS10_NSEC_ERR_TYPE_LIST, DS10_NSEC3_ERR_TYPE_LIST.
    "denial-apex-type-list-wrong", Denial, Error,
    rfc: ["RFC 4035 section 2.3", "RFC 4034 section 4.1.2"],
    explained_by: ["denial-existing-type-not-in-bitmap"],
    summary: "The NSEC or NSEC3 of the apex lists too little, or what cannot be there.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let apex = &zone.apex;
    let mut hashes = BTreeMap::new();
    let mut servers = BTreeSet::new();
    let mut evidence = BTreeSet::new();
    let mut faults = BTreeSet::new();
    let mut listed = None;
    for given in given(context, zone) {
        let Some(types) = types_at_apex(apex, &given, &mut hashes) else {
            continue;
        };
        let found = faults_of(given.set.rrset.rtype, &types);
        if !found.is_empty() {
            servers.insert(given.server);
            evidence.insert(given.id);
            faults.extend(found);
            listed.get_or_insert(types);
        }
    }
    let listed = listed?;
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let message = format!(
        "the record that denies types at the apex {apex} {}{at}; it lists {listed}",
        list(faults)
    );
    let statement = Statement::new(apex, message)
        .reach(reach)
        .about("owner", apex)
        .fact("listed", &listed)
        .fix(format!(
            "build the chain again from the right data: `rndc sign {apex}`, `knotc zone-sign {apex}`, `pdnsutil rectify-zone {apex}`"
        ))
        .shown_by(evidence);
    Some(statement.at_servers(context, &servers))
}

/// The list of types when this is a valid NSEC or NSEC3 of the apex.
fn types_at_apex(
    apex: &Name,
    given: &Given<'_>,
    hashes: &mut BTreeMap<Parameters, [u8; 20]>,
) -> Option<TypeBitmap> {
    let set = &given.set.rrset;
    if given.set.status != Status::Secure {
        return None;
    }
    let rdata = set.rdata.first()?;
    match set.rtype {
        RecordType::NSEC if set.owner == *apex => Some(Nsec::parse(rdata).ok()?.types),
        RecordType::NSEC3 => {
            let record = Nsec3::parse(rdata).ok()?;
            let is_apex = hash_of_owner(apex, &set.owner)? == hash(apex, &record, hashes)?;
            is_apex.then_some(record.types)
        }
        _ => None,
    }
}

fn hash(
    apex: &Name,
    record: &Nsec3,
    known: &mut BTreeMap<Parameters, [u8; 20]>,
) -> Option<[u8; 20]> {
    let parameters = Parameters {
        hash_algorithm: record.hash_algorithm,
        iterations: record.iterations,
        salt: record.salt.clone(),
    };
    let is_affordable = record.iterations <= Limits::default().nsec3_iterations;
    if let Some(hash) = known.get(&parameters) {
        return Some(*hash);
    }
    if record.hash_algorithm != 1 || !is_affordable || known.len() >= PARAMETERS {
        return None;
    }
    let hash = crypto::nsec3_hash(&apex.canonical_wire(), record.iterations, &record.salt);
    known.insert(parameters, hash);
    Some(hash)
}

fn faults_of(denier: RecordType, types: &TypeBitmap) -> Vec<String> {
    use RecordType as T;
    let own = (denier == T::NSEC).then_some(T::NSEC);
    let needed = [T::SOA, T::NS, T::DNSKEY, T::RRSIG].into_iter().chain(own);
    let lacking = needed.filter(|rtype| !types.contains(*rtype));
    let is_impossible =
        |rtype: &T| matches!(*rtype, T::CNAME | T::DS | T::NSEC3) || rtype.is_meta();
    let impossible = types.types().filter(is_impossible);
    let lacking = lacking.map(|rtype| format!("lacks {rtype}"));
    lacking
        .chain(impossible.map(|rtype| format!("has {rtype}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apex_has_soa_and_no_alias() {
        let faults = |denier: &str, types: &str| {
            let types = types.split(' ').map(|text| text.parse().unwrap());
            faults_of(denier.parse().unwrap(), &TypeBitmap::from_types(types))
        };
        assert!(faults("NSEC", "NS SOA RRSIG NSEC DNSKEY TYPE65534").is_empty());
        assert!(faults("NSEC3", "NS SOA RRSIG DNSKEY NSEC3PARAM").is_empty());
        assert_eq!(faults("NSEC", "NS SOA RRSIG DNSKEY"), ["lacks NSEC"]);
        assert_eq!(
            faults("NSEC3", "NS CNAME RRSIG DNSKEY ANY"),
            ["lacks SOA", "has CNAME", "has ANY"]
        );
    }
}
