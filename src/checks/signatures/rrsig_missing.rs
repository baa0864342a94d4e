//! RRsets of a signed zone without RRSIG.

use std::collections::{BTreeMap, BTreeSet};

use super::{Given, chained, given, list_types};
use crate::checks::faults::Unsigned;
use crate::checks::{Context, Statement};
use crate::dns::{Name, RecordType};
use crate::policy::Reach;
use crate::validate::JudgedZone;

declare! {
    /// # rrsig-missing
    ///
    /// A server of a signed zone gives an RRset without any signature.
    ///
    /// ## Why it matters
    ///
    /// In a zone with a DS every authoritative RRset must be signed, or else anybody could put his own in
    /// its place: so validating resolvers refuse it. Over the DNSKEY RRset or the SOA it takes the whole
    /// zone away; over NSEC or NSEC3 every answer that something does not exist, and with that, answers
    /// from wildcards.
    ///
    /// ## What resolvers do
    ///
    /// SERVFAIL with extended error 10 (RRSIGs Missing) from Unbound, Knot Resolver and PowerDNS
    /// Recursor. BIND and Unbound ask another server first.
    ///
    /// ## How to put it right
    ///
    /// See whether the zone file or database behind the server holds the signatures: `dig @SERVER
    /// example.com SOA +dnssec +norecurse`. If they are there, something on the way removes them (see
    /// server-without-dnssec). If not, sign the zone as a whole, records of an update or an include too:
    ///
    /// - BIND: `rndc sign example.com`; `rndc zonestatus example.com` shows whether it is signed at all
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`; a zone that is signed elsewhere must be marked:
    ///   `pdnsutil set-presigned example.com`
    /// - ldns: `ldns-signzone example.com.zone Kexample.com.+013+12345`
    ///
    /// BIND as a secondary takes a zone without NSEC or NSEC3PARAM at its apex for an unsigned one and
    /// sends no signatures although it has them.
    ///
    /// ## References
    ///
    /// RFC 4035, sections 2.2 and 3.1.1. DNSViz: MISSING_RRSIG. Zonemaster:
    /// DS08_MISSING_RRSIG_IN_RESPONSE, DS09_MISSING_RRSIG_IN_RESPONSE.
    "rrsig-missing", Signatures, Bogus,
    rfc: ["RFC 4035 section 2.2", "RFC 4035 section 3.1.1"],
    explained_by: [
        "ds-present-zone-unsigned",
        "signed-state-inconsistent",
        "server-without-dnssec",
        "dnssec-records-unobtainable",
    ],
    summary: "An RRset of a signed zone has no signature.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .flat_map(|zone| state_zone(context, zone))
        .collect()
}

fn state_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let sets = given(context, zone);
    let mut groups: BTreeMap<_, Vec<&Unsigned>> = BTreeMap::new();
    let unsigned = context.faults.unsigned.iter();
    for found in unsigned.filter(|found| found.zone == zone.apex) {
        if has_malformed(&sets, found) || may_be_below_a_cut(context, zone, found) {
            continue;
        }
        let reach = super::given::reach(&sets, &found.owner, found.rtype, &found.servers);
        let apart = (reach == Reach::SomeServers).then(|| found.servers.clone());
        groups.entry((reach, apart)).or_default().push(found);
    }
    groups
        .into_iter()
        .map(|((reach, _), group)| state(context, &zone.apex, reach, &group))
        .collect()
}

/// An RRSIG that cannot be read is another fault.
fn has_malformed(sets: &[Given<'_>], found: &Unsigned) -> bool {
    sets.iter()
        .map(|given| &given.set.rrset)
        .any(|set| set.malformed_rrsigs > 0 && set.rtype == found.rtype && set.owner == found.owner)
}

/// The address of a name server several labels below the apex may lie in an unsigned zone of its own that
/// the same server has. Nobody asked for the DS in between.
fn may_be_below_a_cut(context: &Context<'_>, zone: &JudgedZone, found: &Unsigned) -> bool {
    let is_address = matches!(found.rtype, RecordType::A | RecordType::AAAA);
    let is_deep = found.owner.label_count() > zone.apex.label_count() + 1;
    let mut targets = context.chain.targets.iter();
    is_address && is_deep && !targets.any(|target| target.question.name == found.owner)
}

fn state(context: &Context<'_>, zone: &Name, reach: Reach, group: &[&Unsigned]) -> Statement {
    let types = list_types(group.iter().map(|found| found.rtype));
    let owners: BTreeSet<_> = group.iter().map(|found| &found.owner).collect();
    let of = match owners.first().filter(|_| owners.len() == 1) {
        Some(owner) => format!("of {owner}"),
        None => format!("in {zone}"),
    };
    let servers: BTreeSet<_> = group
        .iter()
        .flat_map(|found| &found.servers)
        .copied()
        .collect();
    let at = context.at(zone, &servers, reach);
    let fix = format!(
        "sign the whole zone again: `rndc sign {zone}`, `knotc zone-sign {zone}`, `pdnsutil rectify-zone {zone}`"
    );
    Statement::new(zone, format!("{types} {of} without RRSIG{at}"))
        .reach(reach)
        .about("rrtype", &types)
        .about("owner", &group[0].owner)
        .fix(fix)
        .shown_by(group.iter().flat_map(|found| &found.evidence).copied())
        .at_servers(context, &servers)
}
