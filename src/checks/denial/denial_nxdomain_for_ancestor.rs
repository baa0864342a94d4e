//! Names that are denied although something lies below them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::{Name, Rcode};
use crate::evidence::view::ExchangeId;
use crate::validate::{AnswerKind, Arrival, JudgedServer, JudgedZone, Status};

declare! {
    /// # denial-nxdomain-for-ancestor
    ///
    /// A server answers NXDOMAIN for a name and has records, or a delegation, below it.
    ///
    /// ## Why it matters
    ///
    /// A name without records exists if another one lies below it (an empty non-terminal), and NXDOMAIN
    /// says that nothing does. Resolvers that ask for one label more at a time (RFC 9156; on by default in
    /// today's BIND, Knot Resolver, PowerDNS Recursor and Unbound) meet this answer on the way and may
    /// stop there; others cache it and take all that lies below for missing (RFC 8020). Who asks for the
    /// whole name at once gets it.
    ///
    /// ## What resolvers do
    ///
    /// Some ask for the whole name after all; others answer NXDOMAIN for it. In a signed zone the proof
    /// beside a false NXDOMAIN does not hold: SERVFAIL with extended error 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// Have the server answer NOERROR without records for the name. PowerDNS needs its empty
    /// non-terminals in the database: `pdnsutil rectify-zone example.com`. BIND, Knot and NSD do it right
    /// by themselves; behind a load balancer or a server of one's own, add a record at the name (a TXT
    /// will do) until it is mended.
    ///
    /// ## References
    ///
    /// RFC 8020, section 2; RFC 4592, section 2.2.2; RFC 9156, section 3. DNSViz:
    /// INCONSISTENT_NXDOMAIN_ANCESTOR.
    "denial-nxdomain-for-ancestor", Denial, Error,
    rfc: ["RFC 8020 section 2", "RFC 4592 section 2.2.2"],
    explained_by: [],
    summary: "A name with others below it is answered with NXDOMAIN.",
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
    let mut evidence = BTreeSet::new();
    let mut pairs: BTreeMap<Name, Name> = BTreeMap::new();
    for (&address, server) in &zone.servers {
        let existing = existing(context, apex, address, server);
        for (question, (id, answer)) in &server.answers {
            if answer.kind != AnswerKind::NoName {
                continue;
            }
            let mut below = existing.iter();
            let found = below.find(|(name, _)| name.is_below(&question.name));
            if let Some((name, shown)) = found {
                servers.insert(address);
                evidence.extend([*id, *shown]);
                pairs.insert(question.name.clone(), name.clone());
            }
        }
    }
    let (first, _) = pairs.first_key_value()?;
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let words = pairs
        .iter()
        .map(|(name, below)| format!("NXDOMAIN for {name}, and {below} exists below it"));
    let statement = Statement::new(apex, format!("{}{at}", list(words)))
        .reach(reach)
        .about("owner", first)
        .fix(format!(
            "have the server answer NOERROR for {first}; PowerDNS: `pdnsutil rectify-zone {apex}`"
        ))
        .shown_by(evidence);
    Some(statement.at_servers(context, &servers))
}

/// The names that this server has: with records, as an alias, or as a delegation. What a DNAME gives does
/// not exist itself.
fn existing(
    context: &Context<'_>,
    apex: &Name,
    address: SocketAddr,
    server: &JudgedServer,
) -> Vec<(Name, ExchangeId)> {
    let answered = server
        .answers
        .iter()
        .filter(|(_, (_, answer))| answer.kind == AnswerKind::Data)
        .map(|(question, (id, _))| (question.name.clone(), *id));
    let children = context.chain.zones.iter();
    let children = children.filter(|child| child.parent.as_ref() == Some(apex));
    let delegated = children.filter_map(|child| {
        let (id, _) = child.delegation.get(&address)?;
        let message = context.view.get(*id)?.message.as_ref()?;
        (message.rcode() == Rcode::NOERROR).then(|| (child.apex.clone(), *id))
    });
    answered.chain(delegated).collect()
}
