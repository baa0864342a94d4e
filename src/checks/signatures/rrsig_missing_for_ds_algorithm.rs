//! Algorithms in the DS RRset that do not sign.

use std::collections::{BTreeMap, BTreeSet};

use super::{Given, chained, given, list_types};
use crate::checks::{Context, Statement};
use crate::crypto::Algorithm;
use crate::validate::{Arrival, EntryPoint, JudgedZone};

declare! {
    /// # rrsig-missing-for-ds-algorithm
    ///
    /// The DS RRset names an algorithm by which an RRset of the zone is not signed.
    ///
    /// ## Why it matters
    ///
    /// The DS RRset tells validators by which algorithms the zone is signed. One that insists on all of
    /// them, so that nobody can hold it down to the weakest, refuses the RRset; others are content with
    /// any valid signature. It happens when the DS of a new algorithm is published before the zone is
    /// signed with it, or stays after the old algorithm went.
    ///
    /// ## What resolvers do
    ///
    /// Unbound with `harden-algo-downgrade: yes` answers SERVFAIL. Others accept the RRset by its other
    /// signature.
    ///
    /// ## How to put it right
    ///
    /// Withdraw the DS of that algorithm at the registrar until all RRsets are signed with it, or sign
    /// them now:
    ///
    /// - BIND: `rndc dnssec -status example.com`, then `rndc sign example.com`
    /// - Knot: `keymgr example.com. list`, then `knotc zone-sign example.com`
    /// - ldns: `ldns-signzone -U example.com.zone KEY1 KEY2` signs with every algorithm given
    ///
    /// In an algorithm rollover signatures come first, then the key, then the DS; and go in reverse
    /// order.
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.2; RFC 6840, section 5.11; RFC 6781, section 4.1.4. DNSViz:
    /// MISSING_RRSIG_FOR_ALG_DS.
    "rrsig-missing-for-ds-algorithm", Signatures, Error,
    rfc: ["RFC 4035 section 2.2", "RFC 6840 section 5.11"],
    explained_by: ["ds-no-matching-dnskey", "algorithm-unassigned"],
    summary: "An algorithm of the DS RRset does not sign an RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .flat_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let Arrival::Delegation(entries) = &zone.arrival else {
        return Vec::new();
    };
    let algorithms: BTreeSet<u8> = entries
        .iter()
        .map(EntryPoint::algorithm)
        .map(|a| a.0)
        .collect();
    let sets = given(context, zone);
    lacking(
        context,
        zone,
        &sets,
        |_| algorithms.clone(),
        |algorithm| format!("the DS RRset of {} names {algorithm}", zone.apex),
    )
}

/// One statement for each algorithm that `demanded` names and by which some good RRset has no signature.
pub fn lacking(
    context: &Context<'_>,
    zone: &JudgedZone,
    sets: &[Given<'_>],
    demanded: impl Fn(&Given<'_>) -> BTreeSet<u8>,
    reason: impl Fn(Algorithm) -> String,
) -> Vec<Statement> {
    let mut found: BTreeMap<u8, Vec<&Given<'_>>> = BTreeMap::new();
    for given in sets.iter().filter(|given| given.is_good()) {
        let signatures = given.set.rrset.rrsigs.iter();
        let there: BTreeSet<u8> = signatures.map(|rrsig| rrsig.algorithm).collect();
        for algorithm in demanded(given).difference(&there) {
            found.entry(*algorithm).or_default().push(given);
        }
    }
    let states = found.into_iter();
    states
        .map(|(algorithm, lacking)| {
            let why = reason(Algorithm(algorithm));
            state_lacking(context, zone, Algorithm(algorithm), &lacking, &why)
        })
        .collect()
}

fn state_lacking(
    context: &Context<'_>,
    zone: &JudgedZone,
    algorithm: Algorithm,
    lacking: &[&Given<'_>],
    reason: &str,
) -> Statement {
    let apex = &zone.apex;
    let types = list_types(lacking.iter().map(|given| given.set.rrset.rtype));
    let servers: BTreeSet<_> = lacking.iter().map(|given| given.server).collect();
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    Statement::new(apex, format!("{reason}, and no RRSIG over {types} is by it{at}"))
        .reach(reach)
        .about("algorithm", algorithm)
        .about("rrtype", &types)
        .fix(format!(
            "sign all RRsets with {algorithm} too (`rndc sign {apex}`, `knotc zone-sign {apex}`), or withdraw its DS first and its key then"
        ))
        .shown_by(lacking.iter().map(|given| given.id))
        .at_servers(context, &servers)
}
