//! Machines behind one address that sign differently.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::state_odd;
use crate::checks::{Context, Statement};
use crate::dns::{Message, RecordType, Rrsig};
use crate::evidence::topology::Zone;
use crate::evidence::view::{ExchangeId, Heard};
use crate::validate::JudgedZone;

declare! {
    /// # anycast-instance-differs
    ///
    /// One address gives answers of machines that name themselves differently (NSID), and their SOA records
    /// are signed by different keys, or signed by some and not by others. It shows when an address is asked
    /// more than once for it, as in a thorough look (`audit NAME --thorough`).
    ///
    /// ## Why it matters
    ///
    /// Clients meet one machine or another by where they are. A zone that validates from here may fail
    /// elsewhere, and a second look may not find again what the first one saw.
    ///
    /// ## What resolvers do
    ///
    /// Those that meet the machine without signatures, or with those of a key that is gone, fail the zone:
    /// extended errors 10 (RRSIGs Missing) or 6 (DNSSEC Bogus).
    ///
    /// ## How to put it right
    ///
    /// Find the machine by its identifier, `dig @ADDRESS example.com SOA +norecurse +nsid +dnssec`, and see
    /// why its copy of the zone is another one: `rndc zonestatus example.com`, `knotc zone-status
    /// example.com`, `nsd-control zonestatus example.com`.
    ///
    /// ## References
    ///
    /// RFC 5001; RFC 4035, section 3.1.1.
    "anycast-instance-differs", Transport, Warning,
    rfc: ["RFC 5001 section 1"],
    explained_by: ["signed-state-inconsistent", "server-without-dnssec"],
    summary: "Machines behind one address sign differently.",
}

type Instances = BTreeMap<Vec<u8>, (BTreeSet<String>, BTreeSet<ExchangeId>)>;

fn run(context: &Context<'_>) -> Vec<Statement> {
    let odd = context.zones().flat_map(|(zone, known)| {
        let servers = known.servers.keys();
        servers.filter_map(move |&server| different(context, zone, known, server))
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!("machines behind {servers} of {} sign differently: {what}", zone.apex),
            "find the machine by its identifier (dig +nsid) and see why its copy of the zone is another one".to_owned(),
        )
    })
}

fn different<'a>(
    context: &Context<'a>,
    zone: &'a JudgedZone,
    known: &Zone,
    server: SocketAddr,
) -> Option<super::Odd<'a>> {
    let instances = instances(context, known, server);
    let signers: BTreeSet<_> = instances.values().map(|(signers, _)| signers).collect();
    if signers.len() < 2 {
        return None;
    }
    let words = instances.iter().map(|(nsid, (signers, _))| {
        let signers: Vec<_> = signers.iter().map(String::as_str).collect();
        format!("{} by {}", nsid.escape_ascii(), signers.join(" or "))
    });
    let what = words.collect::<Vec<_>>().join(", ");
    let (_, ids) = instances.values().next_back()?;
    let id = *ids.first()?;
    Some(super::Odd {
        zone,
        server,
        id,
        what,
    })
}

/// By identifier, what its SOA records are signed by.
fn instances(context: &Context<'_>, zone: &Zone, server: SocketAddr) -> Instances {
    let mut instances = Instances::new();
    let ordinary = context.view.heard().iter().enumerate();
    for (id, heard) in ordinary.chain(context.view.probed()) {
        let is_asked = heard.exchange.server == server
            && heard.exchange.question().rtype == RecordType::SOA
            && heard.exchange.question().name == zone.apex
            && is_dnssec_wanted(heard);
        let Some(message) = heard.usable().filter(|_| is_asked) else {
            continue;
        };
        let Some((edns, signers)) = message.edns().zip(signers(message)) else {
            continue;
        };
        if let Some(nsid) = edns.nsid() {
            let entry = instances.entry(nsid.to_vec()).or_default();
            entry.0.insert(signers);
            entry.1.insert(id);
        }
    }
    instances
}

fn is_dnssec_wanted(heard: &Heard) -> bool {
    let edns = heard.exchange.query.edns.as_ref();
    edns.is_some_and(|edns| edns.dnssec_ok)
}

/// "keys 12345, 23456" or "no key"; `None` without an SOA record.
fn signers(message: &Message) -> Option<String> {
    let has_soa = message.answer.iter().any(|r| r.rtype == RecordType::SOA);
    let rrsigs = message
        .answer
        .iter()
        .filter(|r| r.rtype == RecordType::RRSIG);
    let tags: BTreeSet<_> = rrsigs
        .filter_map(|record| Rrsig::parse(&record.rdata).ok())
        .filter(|rrsig| rrsig.type_covered == RecordType::SOA)
        .map(|rrsig| rrsig.key_tag.to_string())
        .collect();
    let tags: Vec<_> = tags.into_iter().collect();
    has_soa.then(|| match tags.as_slice() {
        [] => "no key".to_owned(),
        tags => format!("key {}", tags.join(", ")),
    })
}
