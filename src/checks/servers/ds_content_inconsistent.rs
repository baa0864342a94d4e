//! Parent servers with different DS RRsets.

use std::collections::BTreeMap;

use super::{Group, in_words, state};
use crate::checks::{Context, Statement};
use crate::dns::{Ds, present};
use crate::validate::JudgedZone;

declare! {
    /// # ds-content-inconsistent
    ///
    /// Servers of the parent zone publish different DS RRsets for the delegation.
    ///
    /// ## Why it matters
    ///
    /// Which keys of the zone are trusted depends on the server that a resolver asks. A change at the
    /// parent is on its way, or one of its servers no longer gets changes. Until all agree and the old
    /// TTL has run out, the keys of both the old and the new DS must go on signing.
    ///
    /// ## What resolvers do
    ///
    /// They believe whichever server they asked, for the TTL of the DS.
    ///
    /// ## How to put it right
    ///
    /// After a change, wait for the parent's servers to catch up. If it lasts longer than an hour or so,
    /// tell the operator of the parent zone which servers differ:
    ///
    /// - `dig +norecurse @ns1.parent.example example.com DS +dnssec`, at each server
    /// - `dig +norecurse @ns1.parent.example parent.example SOA`, to compare serials
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.4; RFC 6781, section 4.1.2.
    "ds-content-inconsistent", Servers, Error,
    rfc: ["RFC 4035 section 2.4"],
    explained_by: [],
    summary: "Parent servers publish different DS RRsets.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let parent = zone.parent.as_ref()?;
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for (server, (id, judged)) in &zone.delegation {
        let Some(set) = &judged.rrset else {
            continue;
        };
        let sorted = set.rrset.canonical_rdata();
        let texts: Vec<_> = sorted.iter().map(|rdata| in_text(rdata)).collect();
        let group = groups.entry(texts.join(" and ")).or_default();
        group.servers.insert(*server);
        group.evidence.insert(*id);
    }
    if groups.len() < 2 {
        return None;
    }
    let message = format!(
        "servers of {parent} have different DS RRsets for {}: {}",
        zone.apex,
        in_words(context, parent, &groups)
    );
    let stated = state(context, parent, &groups, message).about("rrtype", "DS").fix(format!(
        "wait until the servers of {parent} have caught up; if they do not, tell its operator which differ"
    ));
    Some(Statement {
        zone: zone.apex.clone(),
        ..stated
    })
}

fn in_text(rdata: &[u8]) -> String {
    Ds::parse(rdata).map_or_else(|_| "a malformed DS".to_owned(), |ds| present::ds_text(&ds))
}
