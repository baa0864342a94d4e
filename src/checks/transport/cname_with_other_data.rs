//! Names that are an alias and have records of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::replies;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::{Message, Name, Nsec, RecordType};
use crate::evidence::view::ExchangeId;
use crate::validate::JudgedZone;

declare! {
    /// # cname-with-other-data
    ///
    /// A name has a CNAME record and records of other types, as one server's answers or an NSEC record of the
    /// zone show. Often it is the apex, where SOA and NS stand already.
    ///
    /// ## Why it matters
    ///
    /// A CNAME says that all about the name is elsewhere. What clients get depends on what they asked first:
    /// with the CNAME in their cache, mail and DNSSEC records of the name are gone for a while.
    ///
    /// ## What resolvers do
    ///
    /// They hand out what they have, the CNAME or the records, by chance.
    ///
    /// ## How to put it right
    ///
    /// Remove one or the other. At an apex, put the address records themselves in place of the CNAME, or use
    /// what the provider offers for it (ALIAS, ANAME, flattening). `named-checkzone example.com
    /// example.com.zone` and `kzonecheck -o example.com example.com.zone` find it in zone files.
    ///
    /// ## References
    ///
    /// RFC 1034, section 3.6.2; RFC 2181, section 10.1; RFC 4034, section 3. DNSViz: CNAME_WITH_OTHER_DATA.
    "cname-with-other-data", Transport, Error,
    rfc: ["RFC 2181 section 10.1"],
    explained_by: [],
    summary: "A name has a CNAME and other records.",
}

/// Types and exchanges by server and owner name.
type Seen = BTreeMap<(SocketAddr, Name), (BTreeSet<RecordType>, BTreeSet<ExchangeId>)>;

fn run(context: &Context<'_>) -> Vec<Statement> {
    let mut zones: BTreeMap<&Name, (&JudgedZone, Seen)> = BTreeMap::new();
    for (zone, id, heard, message) in replies(context) {
        let (_, seen) = zones.entry(&zone.apex).or_insert((zone, Seen::new()));
        for (owner, types) in held(message).filter(|(owner, _)| owner.is_at_or_below(&zone.apex)) {
            let entry = seen
                .entry((heard.exchange.server, owner.clone()))
                .or_default();
            entry.0.extend(types);
            entry.1.insert(id);
        }
    }
    let zones = zones.into_values();
    zones
        .flat_map(|(zone, seen)| state(context, zone, seen))
        .collect()
}

/// What a name has at once, as some servers show it.
#[derive(Debug, Default)]
struct Mixture {
    types: BTreeSet<RecordType>,
    servers: BTreeSet<SocketAddr>,
    ids: BTreeSet<ExchangeId>,
}

fn state(context: &Context<'_>, zone: &JudgedZone, seen: Seen) -> Vec<Statement> {
    let mut names: BTreeMap<Name, Mixture> = BTreeMap::new();
    for ((server, owner), (types, ids)) in seen {
        if types.len() > 1 && types.contains(&RecordType::CNAME) {
            let mixture = names.entry(owner).or_default();
            mixture.types.extend(types);
            mixture.servers.insert(server);
            mixture.ids.extend(ids);
        }
    }
    let statements = names.into_iter().map(|(owner, mixture)| {
        let types = list(mixture.types);
        let at = context.servers(&zone.apex, &mixture.servers);
        Statement::new(&zone.apex, format!("{owner} has {types} at once, at {at}"))
            .reach(context.reach(&zone.apex, &mixture.servers))
            .about("owner", &owner)
            .fact("types", types)
            .fix(format!(
                "remove the CNAME of {owner}, or everything else there"
            ))
            .shown_by(mixture.ids)
    });
    statements.collect()
}

/// The types that a message says a name has; those that may stand beside a CNAME are left out.
fn held(message: &Message) -> impl Iterator<Item = (&Name, Vec<RecordType>)> {
    let may_stand_beside = |rtype: &RecordType| {
        const KEY: RecordType = RecordType(25);
        matches!(*rtype, RecordType::RRSIG | RecordType::NSEC | KEY)
    };
    let answer = message
        .answer
        .iter()
        .map(|record| (&record.owner, vec![record.rtype]));
    let records = message.answer.iter().chain(&message.authority);
    let listed = records.filter(|record| record.rtype == RecordType::NSEC);
    let listed = listed.filter_map(|record| {
        let nsec = Nsec::parse(&record.rdata).ok()?;
        Some((&record.owner, nsec.types.types().collect()))
    });
    answer
        .chain(listed)
        .map(move |(owner, mut types): (_, Vec<_>)| {
            types.retain(|rtype| !may_stand_beside(rtype));
            (owner, types)
        })
}
