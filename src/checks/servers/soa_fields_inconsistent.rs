//! One serial, different SOA records.

use std::collections::BTreeMap;

use super::{group_by, in_words, peers, soa, state};
use crate::checks::{Context, Statement};
use crate::dns::Soa;
use crate::validate::JudgedZone;

declare! {
    /// # soa-fields-inconsistent
    ///
    /// Servers of the zone have the same SOA serial and differ in other fields of the SOA.
    ///
    /// ## Why it matters
    ///
    /// The same serial should mean the same zone. When it does not, somebody edits at more than one
    /// place, or changed the zone without raising the serial, and secondaries never notice the change.
    /// Other data may differ just as well.
    ///
    /// ## What resolvers do
    ///
    /// Nothing, except that the SOA minimum decides how long they keep negative answers.
    ///
    /// ## How to put it right
    ///
    /// Raise the serial at the primary and let all servers transfer the zone: edit the zone file and
    /// `rndc reload example.com`; `knotc zone-reload example.com`; `pdnsutil increase-serial example.com`.
    /// Then compare: `dig +norecurse @ns1.example.com example.com SOA`, at each server.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.3.5; RFC 1912, section 2.2. Zonemaster: MULTIPLE_SOA_MNAMES,
    /// MULTIPLE_SOA_RNAMES, MULTIPLE_SOA_TIME_PARAMETER_SET.
    "soa-fields-inconsistent", Servers, Notice,
    rfc: ["RFC 1034 section 4.3.5"],
    explained_by: ["soa-serial-inconsistent"],
    summary: "Servers with the same serial differ in other SOA fields.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.flat_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let classes = peers(zone);
    let states = classes.iter().filter_map(|servers| {
        let groups: BTreeMap<String, _> = group_by(servers, |server| {
            let (id, soa) = soa(zone, server)?;
            Some((in_text(&soa), id))
        });
        let serials = group_by(servers, |server| {
            let (id, soa) = soa(zone, server)?;
            Some((soa.serial.0, id))
        });
        if groups.len() < 2 || serials.len() > 1 {
            return None;
        }
        let message = format!(
            "servers of {} have one serial and different SOA records: {}",
            zone.apex,
            in_words(context, &zone.apex, &groups)
        );
        let stated = state(context, &zone.apex, &groups, message).about("rrtype", "SOA");
        Some(stated.fix("raise the serial at the primary, and let all servers transfer the zone"))
    });
    states.collect()
}

/// All fields; names in lower case, since their case means nothing.
fn in_text(soa: &Soa) -> String {
    format!(
        "{} {} {} {} {} {} {}",
        soa.mname.to_lowercase(),
        soa.rname.to_lowercase(),
        soa.serial,
        soa.refresh,
        soa.retry,
        soa.expire,
        soa.minimum
    )
}
