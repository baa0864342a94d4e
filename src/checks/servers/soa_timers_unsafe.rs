//! Times in the SOA that do secondaries or caches no good.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::soa;
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::dns::Soa;
use crate::dns::time::humane;
use crate::validate::JudgedZone;

/// RFC 1912, section 2.2 asks for two to four weeks; less than a day no weekend survives.
const EXPIRE_LEAST: u32 = 86_400;
/// RFC 2308, section 5: values above one day have been found to be problematic.
const MINIMUM_MOST: u32 = 86_400;

declare! {
    /// # soa-timers-unsafe
    ///
    /// The Refresh, Retry, Expire and Minimum fields of the SOA contradict each other or are out of any
    /// sane range: Expire not longer than Refresh and Retry together, Retry not shorter than Refresh,
    /// Expire below a day, or Minimum above a day.
    ///
    /// ## Why it matters
    ///
    /// Secondaries ask for changes every Refresh, again after Retry when the primary is silent, and stop
    /// serving the zone after Expire. With an Expire that short they stop before they have asked twice.
    /// A long Minimum keeps every "does not exist" in caches, among them the answer that there is no DS:
    /// that is how long a new zone stays insecure, or a mistake stays visible.
    ///
    /// ## What resolvers do
    ///
    /// They keep denials for the Minimum at most; many cut it to an hour or three. Of a secondary that
    /// gave the zone up they get SERVFAIL or REFUSED and ask another.
    ///
    /// ## How to put it right
    ///
    /// Values that suit most zones: Refresh 2 hours, Retry 15 minutes, Expire 2 weeks and less than the
    /// life of signatures, Minimum 15 minutes to 1 hour.
    ///
    /// - BIND: in the zone file, then `rndc reload example.com`
    /// - Knot: in the zone file, then `knotc zone-reload example.com`
    /// - PowerDNS: `pdnsutil edit-zone example.com`, or `default-soa-content` for new zones
    /// - ldns and NSD: in the zone file, sign again, then `nsd-control reload example.com`
    ///
    /// The registrar has no part in it, although some registries test these values.
    ///
    /// ## References
    ///
    /// RFC 1912, section 2.2; RFC 2308, section 5. Zonemaster: EXPIRE_LOWER_THAN_REFRESH,
    /// EXPIRE_MINIMUM_VALUE_LOWER, SOA_DEFAULT_TTL_MAXIMUM_VALUE_HIGHER, and with stricter limits
    /// REFRESH_MINIMUM_VALUE_LOWER, RETRY_MINIMUM_VALUE_LOWER, SOA_DEFAULT_TTL_MAXIMUM_VALUE_LOWER, which
    /// are left unsaid here: short intervals harm nobody where NOTIFY works.
    "soa-timers-unsafe", Servers, Warning,
    rfc: ["RFC 1912 section 2.2", "RFC 2308 section 5"],
    explained_by: ["soa-fields-inconsistent"],
    summary: "The times in the SOA are out of a sane range.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones
        .filter(|zone| context.is_target(&zone.apex))
        .flat_map(|zone| of_zone(context, zone))
        .collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let mut found: BTreeMap<Vec<String>, (BTreeSet<SocketAddr>, BTreeSet<usize>)> = BTreeMap::new();
    for (address, server) in &zone.servers {
        let Some((id, soa)) = soa(zone, server) else {
            continue;
        };
        let faults = faults(&soa);
        if !faults.is_empty() {
            let (servers, evidence) = found.entry(faults).or_default();
            servers.insert(*address);
            evidence.insert(id);
        }
    }
    let stated = found.into_iter().map(|(faults, (servers, evidence))| {
        let reach = context.reach(&zone.apex, &servers);
        let at = context.at(&zone.apex, &servers, reach);
        let message = format!("in the SOA of {}, {}{at}", zone.apex, list(&faults));
        Statement::new(&zone.apex, message)
            .reach(reach)
            .about("rrtype", "SOA")
            .fix("set Refresh to 2 hours, Retry to 15 minutes, Expire to 2 weeks and below the life of signatures, Minimum to an hour or less")
            .shown_by(evidence)
    });
    stated.collect()
}

fn faults(soa: &Soa) -> Vec<String> {
    let words = |seconds: u32| humane(i64::from(seconds));
    let mut found = Vec::new();
    if soa.expire <= soa.refresh.saturating_add(soa.retry) {
        found.push(format!(
            "Expire ({}) is not longer than Refresh ({}) and Retry ({}) together",
            words(soa.expire),
            words(soa.refresh),
            words(soa.retry)
        ));
    } else if soa.expire < EXPIRE_LEAST {
        found.push(format!("Expire ({}) is below a day", words(soa.expire)));
    }
    if soa.retry >= soa.refresh {
        found.push(format!(
            "Retry ({}) is not shorter than Refresh ({})",
            words(soa.retry),
            words(soa.refresh)
        ));
    }
    if soa.minimum > MINIMUM_MOST {
        found.push(format!("Minimum ({}) is above a day", words(soa.minimum)));
    }
    found
}
