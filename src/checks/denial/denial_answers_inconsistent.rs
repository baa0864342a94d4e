//! NSEC3PARAM and the way in which a server denies.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::checks::signatures::{Given, chained, given};
use crate::checks::{Context, Statement};
use crate::dns::{Nsec3param, RecordType};
use crate::evidence::probes;
use crate::evidence::view::ExchangeId;
use crate::validate::{AnswerKind, JudgedServer, JudgedZone, Status};

declare! {
    /// # denial-answers-inconsistent
    ///
    /// A server denies with NSEC3 and says that the zone has no NSEC3PARAM, or denies with NSEC and gives
    /// an NSEC3PARAM.
    ///
    /// ## Why it matters
    ///
    /// NSEC3PARAM tells servers that the zone has a complete NSEC3 chain, and how to hash a name to find
    /// its place. A server that gets the zone by transfer and no NSEC3PARAM with it cannot deny anything;
    /// one that gets it beside a chain of NSEC may look for NSEC3 that are not there. The server that was
    /// asked copes, the next one need not. For the time of a change from one to the other it is normal.
    ///
    /// ## What resolvers do
    ///
    /// Nothing: they never look at NSEC3PARAM. At a server that cannot find the chain SERVFAIL for all that
    /// does not exist, with extended error 12 (NSEC Missing).
    ///
    /// ## How to put it right
    ///
    /// Let the signer finish the change, or make chain and NSEC3PARAM together:
    ///
    /// - BIND: `rndc signing -list example.com` shows a change under way; `nsec3param` in the
    ///   `dnssec-policy`, or its absence, decides; then `rndc reconfig` and `rndc sign example.com`
    /// - Knot: `nsec3: on` or `off` in the policy, then `knotc reload` and `knotc zone-sign
    ///   example.com`
    /// - PowerDNS: `pdnsutil set-nsec3 example.com '1 0 0 -'` or `pdnsutil unset-nsec3 example.com`, then
    ///   `pdnsutil rectify-zone example.com`
    /// - ldns: `ldns-signzone -n -t 0` writes both, without `-n` neither
    ///
    /// ## References
    ///
    /// RFC 5155, sections 4, 7.1, 7.2, 10.4 and 10.5. Zonemaster: DS10_INCONSISTENT_NSEC,
    /// DS10_INCONSISTENT_NSEC3.
    "denial-answers-inconsistent", Denial, Warning,
    rfc: ["RFC 5155 section 4", "RFC 5155 section 7.2"],
    explained_by: ["denial-nsec-nsec3-mixed"],
    summary: "NSEC3PARAM does not fit the way in which the server denies.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .flat_map(|zone| of_zone(context, zone))
        .collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let sets = given(context, zone);
    let mut found: BTreeMap<&str, (BTreeSet<SocketAddr>, BTreeSet<ExchangeId>)> = BTreeMap::new();
    for (&address, server) in &zone.servers {
        let Some((param, has_param)) = announced(zone, server) else {
            continue;
        };
        let by = |rtype| denier(&sets, address, rtype);
        let (words, denier) = match (by(RecordType::NSEC), by(RecordType::NSEC3)) {
            (None, Some(id)) if !has_param => ("denies with NSEC3 and has no NSEC3PARAM", id),
            (Some(id), None) if has_param => ("denies with NSEC and has an NSEC3PARAM", id),
            _ => continue,
        };
        let (servers, evidence) = found.entry(words).or_default();
        servers.insert(address);
        evidence.extend([param, denier]);
    }
    let apex = &zone.apex;
    let states = found.into_iter().map(|(words, (servers, evidence))| {
        let reach = context.reach(apex, &servers);
        let at = context.at(apex, &servers, reach);
        Statement::new(apex, format!("{apex} {words}{at}"))
            .reach(reach)
            .about("rrtype", RecordType::NSEC3PARAM)
            .fix(format!(
                "finish the change between NSEC and NSEC3: `rndc signing -list {apex}`, `knotc zone-sign {apex}`, `pdnsutil rectify-zone {apex}`"
            ))
            .shown_by(evidence)
            .at_servers(context, &servers)
    });
    states.collect()
}

/// Whether this server gives an NSEC3PARAM, and in which exchange it says so; one with a flag belongs to a
/// chain that is being built or removed and counts for nothing.
fn announced(zone: &JudgedZone, server: &JudgedServer) -> Option<(ExchangeId, bool)> {
    let question = probes::question(&zone.apex, RecordType::NSEC3PARAM);
    let (id, answer) = server.answers.get(&question)?;
    match answer.kind {
        AnswerKind::NoType => Some((*id, false)),
        AnswerKind::Data => {
            let rdata = answer.rrsets.iter().flat_map(|set| &set.rrset.rdata);
            let mut params = rdata.filter_map(|rdata| Nsec3param::parse(rdata).ok());
            params.any(|param| param.flags == 0).then_some((*id, true))
        }
        _ => None,
    }
}

fn denier(sets: &[Given<'_>], server: SocketAddr, rtype: RecordType) -> Option<ExchangeId> {
    let is_it = |given: &&Given<'_>| {
        let is_same = given.server == server && given.set.rrset.rtype == rtype;
        is_same && given.set.status == Status::Secure
    };
    sets.iter().find(is_it).map(|given| given.id)
}
