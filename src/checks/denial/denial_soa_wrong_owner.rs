//! Negative answers with the SOA of another zone.

use std::collections::BTreeSet;

use crate::checks::statement::list;
use crate::checks::transport::asked;
use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::evidence::view::ExchangeId;
use crate::validate::{AnswerKind, Arrival, JudgedZone, Status};

declare! {
    /// # denial-soa-wrong-owner
    ///
    /// A server says that a name or a type of the zone does not exist, and the SOA with it is that of
    /// another zone.
    ///
    /// ## Why it matters
    ///
    /// The SOA names the zone that speaks, and tells for how long the answer may be cached. With that of a
    /// parent or of a stranger the answer comes from a server that does not have the zone, or from
    /// software that puts the same SOA into everything. A validator cannot use it: it looks for a
    /// signature by the zone itself.
    ///
    /// ## What resolvers do
    ///
    /// Some take the server for lame and ask the next one; others take the answer without caching it
    /// (RFC 2308, section 5). In a signed zone SERVFAIL if all servers do so, with extended error 10
    /// (RRSIGs Missing) or 12 (NSEC Missing).
    ///
    /// ## How to put it right
    ///
    /// `dig @SERVER nosuchname.example.com A +norecurse` shows the owner of the SOA. If it is the
    /// parent's, the server has the parent and was never given the child: load the zone there, or take
    /// the server out of its NS records. Whether it has it, say `rndc zonestatus example.com`, `knotc
    /// zone-status example.com`, `nsd-control zonestatus example.com`, `pdnsutil show-zone example.com`.
    /// If a load balancer or a proxy builds the answers, give it a SOA for each of its zones.
    ///
    /// ## References
    ///
    /// RFC 2308, sections 2.1, 2.2 and 5. DNSViz: SOA_NOT_OWNER_FOR_NXDOMAIN, SOA_NOT_OWNER_FOR_NODATA.
    /// Zonemaster: DS10_NSEC_NODATA_WRONG_SOA, DS10_NSEC3_NODATA_WRONG_SOA.
    "denial-soa-wrong-owner", Denial, Error,
    rfc: ["RFC 2308 section 2.2", "RFC 2308 section 5"],
    explained_by: ["delegation-lame", "response-not-authoritative"],
    summary: "The SOA of a negative answer is that of another zone.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones
        .filter(|zone| !matches!(zone.arrival, Arrival::Ended(Status::Bogus, _)))
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let apex = &zone.apex;
    let mut servers = BTreeSet::new();
    let mut questions = BTreeSet::new();
    let mut owners = BTreeSet::new();
    let mut evidence = BTreeSet::new();
    for (&address, server) in &zone.servers {
        for (question, (id, answer)) in &server.answers {
            let is_negative = matches!(answer.kind, AnswerKind::NoName | AnswerKind::NoType);
            let owner = is_negative.then(|| foreign(context, *id, apex)).flatten();
            if let Some(owner) = owner {
                servers.insert(address);
                questions.insert(asked(question));
                owners.insert(owner);
                evidence.insert(*id);
            }
        }
    }
    let owner = owners.first()?;
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let message = format!(
        "negative answers to {} have the SOA of {} and not that of {apex}{at}",
        list(questions),
        list(&owners)
    );
    let statement = Statement::new(apex, message)
        .reach(reach)
        .about("owner", owner)
        .fix(format!(
            "load {apex} on that server, or have it put the SOA of {apex} into negative answers"
        ))
        .shown_by(evidence);
    Some(statement.at_servers(context, &servers))
}

/// The owner of the first SOA when none is that of the zone. That of a zone below is no fault: the server
/// has both zones, and who asked did not know of the cut.
fn foreign(context: &Context<'_>, id: ExchangeId, apex: &Name) -> Option<Name> {
    let message = context.view.get(id)?.message.as_ref()?;
    let soas = || {
        let authority = message.authority.iter();
        authority.filter(|record| record.rtype == RecordType::SOA)
    };
    let is_own = soas().any(|soa| soa.owner.is_at_or_below(apex));
    soas()
        .next()
        .filter(|_| !is_own)
        .map(|soa| soa.owner.clone())
}
