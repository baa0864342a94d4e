//! Some parent servers have DS, others have none.

use std::collections::BTreeMap;

use super::{Group, in_words, state};
use crate::checks::{Context, Statement};
use crate::validate::JudgedZone;

declare! {
    /// # ds-presence-inconsistent
    ///
    /// Some servers of the parent zone publish DS records for the delegation, and others say that there
    /// are none.
    ///
    /// ## Why it matters
    ///
    /// The zone is signed for some resolvers and unsigned for others. A change at the parent is on its
    /// way, or one of its servers no longer gets changes. Until all agree, neither the old nor the new
    /// state may be relied on: no key may leave, no signing may stop.
    ///
    /// ## What resolvers do
    ///
    /// They believe whichever server they asked, for the TTL of what it said.
    ///
    /// ## How to put it right
    ///
    /// After a change, wait for the parent's servers to catch up and for the old TTL to run out. If it
    /// lasts longer than an hour or so, tell the operator of the parent zone which servers differ:
    ///
    /// - `dig +norecurse @ns1.parent.example example.com DS +dnssec`, at each server
    /// - `dig +norecurse @ns1.parent.example parent.example SOA`, to compare serials
    ///
    /// ## References
    ///
    /// RFC 4035, section 2.4; RFC 6781, section 4.1.2. Zonemaster: DS07_INCONSISTENT_DS,
    /// DS11_INCONSISTENT_DS.
    "ds-presence-inconsistent", Servers, Error,
    rfc: ["RFC 4035 section 2.4"],
    explained_by: ["delegation-inconsistent-at-parent"],
    summary: "Only some parent servers publish DS records.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let parent = zone.parent.as_ref()?;
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for (server, (id, judged)) in &zone.delegation {
        let has = if judged.rrset.is_some() {
            "DS"
        } else {
            "no DS"
        };
        let group = groups.entry(has).or_default();
        group.servers.insert(*server);
        group.evidence.insert(*id);
    }
    if groups.len() < 2 {
        return None;
    }
    let message = format!(
        "servers of {parent} do not agree on whether {} has a DS: {}",
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
