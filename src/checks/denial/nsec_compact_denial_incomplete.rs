//! Compact denial that does not tell a missing name from one without records.

use std::collections::BTreeSet;

use crate::checks::{Context, Statement};
use crate::dns::{Name, Nsec, RecordType, TypeBitmap};
use crate::evidence::probes;
use crate::evidence::view::ExchangeId;
use crate::validate::{AnswerKind, JudgedServer, JudgedZone, Status};

declare! {
    /// # nsec-compact-denial-incomplete
    ///
    /// A server that signs as it answers says of a name that does not exist that it does, without records
    /// (compact denial), and its NSEC lacks the type NXNAME.
    ///
    /// ## Why it matters
    ///
    /// With compact denial one NSEC takes the place of two or three, and the price is that NXDOMAIN
    /// becomes NOERROR. NXNAME in the list of types says that the name does not exist all the same.
    /// Without it nobody can tell a missing name from an empty one: no resolver can give NXDOMAIN back to
    /// its clients, and statistics, search lists and filters that count on NXDOMAIN go wrong. Nothing is
    /// broken.
    ///
    /// ## What resolvers do
    ///
    /// They answer NOERROR without records, with AD. With NXNAME, those that know RFC 9824 answer NXDOMAIN.
    ///
    /// ## How to put it right
    ///
    /// It is the software of the server that has to learn it: servers that made such answers before RFC 9824
    /// are brought up to date, or the provider is asked for it. BIND, NSD and PowerDNS do not deny in this
    /// way; Knot does with `mod-onlinesign`, and not with `dnssec-signing: on`.
    ///
    /// ## References
    ///
    /// RFC 9824, sections 3.1 and 5. Neither DNSViz nor Zonemaster looks for it.
    "nsec-compact-denial-incomplete", Denial, Notice,
    rfc: ["RFC 9824 section 3.1"],
    explained_by: [],
    summary: "Compact denial of a missing name lacks NXNAME.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones
        .filter(|zone| context.is_target(&zone.apex))
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let mut servers = BTreeSet::new();
    let mut evidence = BTreeSet::new();
    for (&address, server) in &zone.servers {
        if let Some(id) = bare(&zone.apex, server) {
            servers.insert(address);
            evidence.insert(id);
        }
    }
    if servers.is_empty() {
        return None;
    }
    let apex = &zone.apex;
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let message = format!(
        "{apex} answers NOERROR for a name that does not exist, and its NSEC does not say so with NXNAME{at}"
    );
    let statement = Statement::new(apex, message)
        .reach(reach)
        .about("rrtype", RecordType::NSEC)
        .fix("have the software that signs the answers add NXNAME to the types of names that do not exist (RFC 9824)")
        .shown_by(evidence);
    Some(statement.at_servers(context, &servers))
}

/// The exchange in which the server says of a name that nobody has that it is there and has nothing but the
/// NSEC that says so. An empty non-terminal looks the same, which this name is not; a wildcard lists the
/// types it has.
fn bare(apex: &Name, server: &JudgedServer) -> Option<ExchangeId> {
    let question = probes::missing_name(apex)?;
    let (id, answer) = server.answers.get(&question)?;
    let next = question.name.child(&[0]).ok()?;
    let nothing = TypeBitmap::from_types([RecordType::RRSIG, RecordType::NSEC]);
    let is_bare = answer.rrsets.iter().any(|set| {
        let rrset = &set.rrset;
        let is_there = rrset.rtype == RecordType::NSEC && rrset.owner == question.name;
        is_there && set.status == Status::Secure && {
            let records = rrset.rdata.iter();
            let mut records = records.filter_map(|rdata| Nsec::parse(rdata).ok());
            records.any(|nsec| nsec.next == next && nsec.types == nothing)
        }
    });
    (answer.kind == AnswerKind::NoType && is_bare).then_some(*id)
}
