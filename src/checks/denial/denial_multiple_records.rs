//! More than one NSEC, or NSEC3, at one name.

use std::collections::BTreeSet;

use crate::checks::signatures::{chained, given};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::validate::{JudgedZone, Status};

declare! {
    /// # denial-multiple-records
    ///
    /// An NSEC or NSEC3 RRset has more than one record.
    ///
    /// ## Why it matters
    ///
    /// A name has one next name and one list of types. Two records at one name contradict each other:
    /// one of them covers names that exist, or lists types that are not there. Which of them a validator
    /// goes by is its own choice, and so is the result.
    ///
    /// ## What resolvers do
    ///
    /// Many read the first record of the RRset and no other, which may be a different one from answer to
    /// answer. Where the one that they read proves nothing: SERVFAIL with extended error 6 (DNSSEC Bogus).
    /// Those that answer from cached records (RFC 8198) deny what the other one shows.
    ///
    /// ## How to put it right
    ///
    /// The zone was signed twice without the old chain being removed, or two files were put together. Let
    /// the signer make the chain anew:
    ///
    /// - BIND: `rndc sign example.com`; a file signed by hand: remove its NSEC, NSEC3 and RRSIG first, and
    ///   sign with `dnssec-signzone`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: records that were loaded with the zone go with `pdnsutil delete-rrset
    ///   example.com www NSEC`, then `pdnsutil rectify-zone example.com`
    /// - ldns: sign the unsigned file again with `ldns-signzone`
    ///
    /// ## References
    ///
    /// RFC 4034, section 4; RFC 4035, section 2.3; RFC 5155, section 7.1. Zonemaster: DS10_ERR_MULT_NSEC,
    /// DS10_ERR_MULT_NSEC3, DS03_ERR_MULT_NSEC3.
    "denial-multiple-records", Denial, Error,
    rfc: ["RFC 4034 section 4", "RFC 5155 section 7.1"],
    explained_by: [],
    summary: "An NSEC or NSEC3 RRset has more than one record.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let mut servers = BTreeSet::new();
    let mut evidence = BTreeSet::new();
    let mut owners = BTreeSet::new();
    for given in given(context, zone) {
        let set = &given.set.rrset;
        let is_denial = matches!(set.rtype, RecordType::NSEC | RecordType::NSEC3);
        if is_denial && given.set.status == Status::Secure && set.rdata.len() > 1 {
            servers.insert(given.server);
            evidence.insert(given.id);
            owners.insert((set.owner.clone(), set.rtype, set.rdata.len()));
        }
    }
    let (first, rtype, _) = owners.first()?;
    let apex = &zone.apex;
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let words = owners
        .iter()
        .map(|(owner, rtype, count)| format!("{owner} has {count} {rtype} records"));
    let statement = Statement::new(apex, format!("{}{at}", list(words)))
        .reach(reach)
        .about("owner", first)
        .about("rrtype", rtype)
        .fix(format!(
            "remove the old chain and make it anew: `rndc sign {apex}`, `knotc zone-sign {apex}`, `pdnsutil rectify-zone {apex}`"
        ))
        .shown_by(evidence);
    Some(statement.at_servers(context, &servers))
}
