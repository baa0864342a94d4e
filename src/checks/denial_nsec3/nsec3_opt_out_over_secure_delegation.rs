//! Opt-Out spans that hold a delegation with DS.

use std::collections::BTreeSet;

use super::records;
use crate::checks::denial::conflict::{self, Conflict, Denied};
use crate::checks::signatures::chained;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::validate::JudgedZone;

declare! {
    /// # nsec3-opt-out-over-secure-delegation
    ///
    /// A delegation with a DS falls into the span of an NSEC3 with the Opt-Out flag: it has no NSEC3 of its
    /// own.
    ///
    /// ## Why it matters
    ///
    /// Opt-Out leaves out unsigned delegations alone. The span says that any delegation in it is
    /// insecure, so that somebody on the way may answer for the signed child with a referral without DS
    /// and that record as proof: the child's protection is gone for whoever gets it. Nobody notices as
    /// long as the server sends the DS.
    ///
    /// ## What resolvers do
    ///
    /// With the DS before them they validate the child as usual. One that is given the span instead, by an
    /// attacker or by a server with an old version of the zone, takes the child for insecure, without AD
    /// and without an error.
    ///
    /// ## How to put it right
    ///
    /// The DS was added without the chain being changed. Build it again:
    ///
    /// - BIND: `rndc sign example.com`
    /// - Knot: `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil rectify-zone example.com`
    /// - ldns: sign the unsigned file again with `ldns-signzone -n -p -t 0`, then `ldns-verify-zone
    ///   example.com.zone.signed`
    ///
    /// A registry: have the software that adds DS records add the NSEC3 in the same update. The child's
    /// operator can do nothing but report it.
    ///
    /// ## References
    ///
    /// RFC 5155, sections 6, 7.1 and 12.2. Neither DNSViz nor Zonemaster looks for it.
    "nsec3-opt-out-over-secure-delegation", DenialNsec3, Error,
    rfc: ["RFC 5155 section 6", "RFC 5155 section 7.1"],
    explained_by: ["nsec3-overlapping-ranges"],
    summary: "A delegation with DS lies in an Opt-Out span.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let all = records(context, zone);
    let opt_out: BTreeSet<_> = all
        .iter()
        .filter(|record| record.rtype == RecordType::NSEC3 && record.flags & 0x01 != 0)
        .map(|record| record.owner)
        .collect();
    if opt_out.is_empty() {
        return None;
    }
    let wanted = |conflict: &Conflict, denied| {
        denied == Denied::Name
            && conflict.rtype == RecordType::DS
            && opt_out.contains(&conflict.denier)
    };
    let found = conflict::find(context, zone, &wanted);
    let (first, _) = found.first_key_value()?;
    let apex = &zone.apex;
    let servers = found.values().flat_map(|seen| seen.servers.iter().copied());
    let servers: BTreeSet<_> = servers.collect();
    let reach = context.reach(apex, &servers);
    let at = context.at(apex, &servers, reach);
    let words: BTreeSet<_> = found
        .keys()
        .map(|conflict| {
            format!(
                "the delegation of {}, which has a DS, lies in the Opt-Out span of NSEC3 {}",
                conflict.name, conflict.denier
            )
        })
        .collect();
    let statement = Statement::new(apex, format!("{}{at}", list(words)))
        .reach(reach)
        .about("owner", &first.name)
        .fix(format!(
            "build the NSEC3 chain of {apex} again: `rndc sign {apex}`, `knotc zone-sign {apex}`, `pdnsutil rectify-zone {apex}`"
        ))
        .shown_by(found.values().flat_map(|seen| seen.evidence.iter().copied()));
    Some(statement.at_servers(context, &servers))
}
