//! An NSEC chain that does not lead back to the apex.

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::{Context, Statement};
use crate::dns::{Name, Nsec, RecordType};
use crate::validate::{JudgedRrset, Status};

declare! {
    /// # nsec-last-next-not-apex
    ///
    /// The next name of the last NSEC of a zone is not the apex: it is no later than the owner of the record
    /// in canonical order, as only the apex may be.
    ///
    /// ## Why it matters
    ///
    /// This record covers nothing. No name that sorts behind it can be denied, so that each query for one
    /// fails; so do wildcard expansions there.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 12 (NSEC Missing) or 6 (DNSSEC Bogus) for these names.
    ///
    /// ## How to put it right
    ///
    /// The signer, or a database that sorts otherwise than RFC 4034 does, made a chain that is no circle. Build
    /// it again:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com` (the column `ordername` must compare binary)
    /// - ldns: `ldns-signzone example.com.zone Kexample.com.+013+12345`, then `ldns-verify-zone
    ///   example.com.zone.signed`
    ///
    /// ## References
    ///
    /// RFC 4034, section 4.1.1. DNSViz: LAST_NSEC_NEXT_NOT_ZONE.
    "nsec-last-next-not-apex", Denial, Bogus,
    rfc: ["RFC 4034 section 4.1.1"],
    explained_by: [],
    summary: "The last NSEC of a zone does not lead back to the apex.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (zone, _) in context.zones() {
        let mut found: BTreeMap<_, (BTreeSet<_>, BTreeSet<_>)> = BTreeMap::new();
        for (server, exchange, set) in context.rrsets(zone) {
            if let Some(ends) = backwards(&zone.apex, set) {
                let (servers, evidence) = found.entry(ends).or_default();
                servers.insert(server);
                evidence.insert(exchange);
            }
        }
        for ((owner, next), (servers, evidence)) in found {
            let apex = &zone.apex;
            let reach = context.reach(apex, &servers);
            let at = context.at(apex, &servers, reach);
            let message = format!(
                "the NSEC at {owner} leads back to {next} and not to the apex, so that it covers nothing{at}"
            );
            let statement = Statement::new(apex, message)
                .reach(reach)
                .about("owner", owner)
                .fact("next", next)
                .fix(format!(
                    "build the NSEC chain again: `rndc sign {apex}`, `knotc zone-sign {apex}`, `pdnsutil rectify-zone {apex}`"
                ))
                .shown_by(evidence)
                .at_servers(context, &servers);
            statements.push(statement);
        }
    }
    statements
}

/// Owner and next name of an NSEC of the zone that leads neither forwards nor to the apex. The NSEC of the
/// zone above at a cut leads where it likes.
fn backwards(apex: &Name, set: &JudgedRrset) -> Option<(Name, Name)> {
    let rrset = &set.rrset;
    if rrset.rtype != RecordType::NSEC || set.status == Status::Bogus {
        return None;
    }
    let nsec = Nsec::parse(rrset.rdata.first()?).ok()?;
    let is_backwards = nsec.next <= rrset.owner && nsec.next != *apex;
    is_backwards.then(|| (rrset.owner.clone(), nsec.next))
}
