//! Servers with different versions of the zone.

use std::collections::BTreeMap;

use super::{Group, Server, answer_set, group_by, in_words, peers, soa, state};
use crate::checks::{Context, Statement};
use crate::dns::{RecordType, Serial, Timestamp};
use crate::validate::JudgedZone;

/// How far versions of a zone may be apart that changes all the time: a transfer after NOTIFY takes
/// seconds, and an hour is a common SOA refresh. Seconds.
const TOLERATED_LAG: i64 = 3_600;
/// How far versions of a zone above may be apart: the root is signed twice a day, and a few minutes pass
/// until all of its servers have the new version. Seconds.
const TOLERATED_ABOVE: i64 = 86_400;

declare! {
    /// # soa-serial-inconsistent
    ///
    /// Servers of the zone have different SOA serials.
    ///
    /// ## Why it matters
    ///
    /// For the seconds of a transfer this is normal. When it lasts, a secondary no longer gets the zone:
    /// it serves old data, its signatures run out one after the other, and when the SOA expire time is
    /// over it stops serving the zone at all.
    ///
    /// ## What resolvers do
    ///
    /// They take whichever version they meet. All goes well as long as the signatures of the old version
    /// are valid and no key of it is gone.
    ///
    /// ## How to put it right
    ///
    /// At the server that is behind, see why it does not transfer (refused by the primary, TSIG, a
    /// firewall on TCP port 53, a full disk), then transfer:
    ///
    /// - BIND: `rndc zonestatus example.com`, `rndc retransfer example.com`
    /// - Knot: `knotc zone-status example.com`, `knotc zone-retransfer example.com`
    /// - NSD: `nsd-control zonestatus example.com`, `nsd-control force_transfer example.com`
    /// - PowerDNS: `pdns_control retrieve example.com`
    ///
    /// If serials went backwards at the primary, secondaries ignore the new version: raise the serial
    /// above the old one.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.3.5; RFC 1982. Zonemaster: MULTIPLE_SOA_SERIALS.
    "soa-serial-inconsistent", Servers, Warning,
    rfc: ["RFC 1034 section 4.3.5"],
    explained_by: ["secondary-serves-expired", "rrsig-expired", "signed-state-inconsistent"],
    summary: "Servers have different SOA serials.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.flat_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let classes = peers(zone);
    let states = classes.iter().filter_map(|servers| {
        let groups = group_by(servers, |server| {
            let (id, soa) = soa(zone, server)?;
            Some((soa.serial.0, id))
        });
        if groups.len() < 2 || is_routine(context, zone, servers, &groups) {
            return None;
        }
        let message = format!(
            "servers of {} have different serials: {}",
            zone.apex,
            in_words(context, &zone.apex, &groups)
        );
        Some(
            state(context, &zone.apex, &groups, message)
                .about("rrtype", "SOA")
                .fact("newest", newest(groups.keys().copied()))
                .fix(format!(
                    "at the servers that are behind: `rndc retransfer {zone}`, `knotc zone-retransfer {zone}`, `nsd-control force_transfer {zone}`",
                    zone = zone.apex
                )),
        )
    });
    states.collect()
}

/// The greatest serial by RFC 1982.
fn newest(serials: impl Iterator<Item = u32>) -> u32 {
    let later = |a: u32, b: u32| match Serial(b).is_after(Serial(a)) {
        Some(true) => b,
        _ => a,
    };
    serials.reduce(later).unwrap_or(0)
}

/// Whether the difference is one of a transfer under way, as large zones always have one.
fn is_routine(
    context: &Context<'_>,
    zone: &JudgedZone,
    servers: &[Server<'_>],
    groups: &BTreeMap<u32, Group>,
) -> bool {
    let is_target = context.is_target(&zone.apex);
    match lag_by_serial(groups.keys().copied(), context.now) {
        Some(lag) => lag <= TOLERATED_LAG,
        None if is_target => false,
        None => lag_by_signature(context, zone, servers).is_none_or(|lag| lag <= TOLERATED_ABOVE),
    }
}

/// How far apart serials are that count seconds since 1970, which zones have that change all the time.
fn lag_by_serial(serials: impl Iterator<Item = u32>, now: Timestamp) -> Option<i64> {
    const WEEK: i64 = 7 * 86_400;
    let times: Vec<_> = serials.map(|serial| Serial(serial).near(now)).collect();
    let is_recent = |time: &Timestamp| now.since(*time).abs() <= WEEK;
    let (first, last) = (times.iter().min()?, times.iter().max()?);
    times.iter().all(is_recent).then(|| last.since(*first))
}

/// How far apart the versions were signed.
fn lag_by_signature(
    context: &Context<'_>,
    zone: &JudgedZone,
    servers: &[Server<'_>],
) -> Option<i64> {
    let made = servers.iter().filter_map(|(_, server)| {
        let (_, set) = answer_set(zone, server, RecordType::SOA)?;
        let inceptions = set.rrset.rrsigs.iter().map(|rrsig| rrsig.inception);
        inceptions.map(|time| time.near(context.now)).max()
    });
    let made: Vec<_> = made.collect();
    Some(made.iter().max()?.since(*made.iter().min()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_serial_may_be_the_smaller_number() {
        assert_eq!(newest([u32::MAX, 1].into_iter()), 1);
        assert_eq!(
            newest([2_026_010_101, 2_026_010_102].into_iter()),
            2_026_010_102
        );
    }

    #[test]
    fn only_serials_that_count_seconds_give_a_lag() {
        let now = Timestamp(1_790_000_000);
        let lag = |serials: [u32; 2]| lag_by_serial(serials.into_iter(), now);
        assert_eq!(lag([1_789_999_990, 1_789_999_000]), Some(990));
        assert_eq!(lag([2_026_010_101, 2_026_010_102]), None);
        assert_eq!(lag([1, 2]), None);
    }
}
