//! NSEC3 records whose spans overlap.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::{Parameters, Record, hash_of_owner, records};
use crate::checks::denial::conflict::between;
use crate::checks::signatures::chained;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::validate::JudgedZone;

declare! {
    /// # nsec3-overlapping-ranges
    ///
    /// The span of one NSEC3 holds the owner of another one of the same server and the same parameters.
    ///
    /// ## Why it matters
    ///
    /// In a chain each record leads to the next, so that no span holds another record. Where one does,
    /// it denies a name that the other one shows. The answer to that name changes with the record that
    /// the server, or a cache, takes; somebody who asks for a name beside it makes the other one vanish.
    ///
    /// ## What resolvers do
    ///
    /// Each answer alone validates. Resolvers that use cached NSEC3 to answer by themselves (RFC 8198)
    /// answer NXDOMAIN for names that exist, for as long as the record stays in the cache.
    ///
    /// ## How to put it right
    ///
    /// Names were added and signed without the record before them being changed, or two chains were put
    /// together. Build the chain again:
    ///
    /// - BIND: `rndc sign example.com`; if it stays, `rndc signing -nsec3param 1 0 0 - example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com` (the column `ordername` must compare binary)
    /// - ldns: sign the unsigned file again with `ldns-signzone -n -t 0`, then `ldns-verify-zone
    ///   example.com.zone.signed`
    ///
    /// ## References
    ///
    /// RFC 5155, sections 7.1 and 3.1.7; RFC 8198, section 5. Neither DNSViz nor Zonemaster looks for it.
    "nsec3-overlapping-ranges", DenialNsec3, Error,
    rfc: ["RFC 5155 section 7.1"],
    explained_by: [],
    summary: "The spans of NSEC3 records overlap.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

/// The records of one chain at one server, by the hash that owns each.
type Links<'a> = BTreeMap<[u8; 20], Record<'a>>;

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let apex = &zone.apex;
    let mut chains: BTreeMap<(SocketAddr, Parameters), Links<'_>> = BTreeMap::new();
    for record in records(context, zone) {
        let is_usable = record.rtype == RecordType::NSEC3 && record.parameters.hash_algorithm == 1;
        let Some(hash) = hash_of_owner(apex, record.owner).filter(|_| is_usable) else {
            continue;
        };
        let chain = (record.server, record.parameters.clone());
        chains.entry(chain).or_default().insert(hash, record);
    }
    let mut servers = BTreeSet::new();
    let mut evidence = BTreeSet::new();
    let mut pairs = BTreeSet::new();
    for ((server, _), links) in &chains {
        for (record, inside) in overlaps(links) {
            servers.insert(*server);
            evidence.extend([record.id, inside.id]);
            pairs.insert((record.owner, inside.owner));
        }
    }
    let (first, _) = pairs.first()?;
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let words = pairs
        .iter()
        .take(3)
        .map(|(record, inside)| format!("the span of NSEC3 {record} holds NSEC3 {inside}"));
    let statement = Statement::new(apex, format!("{}{at}", list(words)))
        .reach(reach)
        .about("owner", first)
        .fix(format!(
            "build the NSEC3 chain again: `rndc sign {apex}`, `knotc zone-sign {apex}`, `pdnsutil rectify-zone {apex}`"
        ))
        .shown_by(evidence);
    Some(statement.at_servers(context, &servers))
}

/// Each record whose span holds the next one that is known. If it holds any, it holds that one.
fn overlaps<'l, 'a>(
    links: &'l Links<'a>,
) -> impl Iterator<Item = (&'l Record<'a>, &'l Record<'a>)> {
    let following = links.iter().cycle().skip(1);
    links
        .iter()
        .zip(following)
        .filter_map(|((own, record), (other, inside))| {
            let next = record.next.as_deref()?;
            let is_inside = own != other && next.len() == 20 && between(own, other, next);
            is_inside.then_some((record, inside))
        })
}
