//! A signer that has missed its own hour.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use crate::checks::rollover::when;
use crate::checks::{Context, Statement};
use crate::dns::Timestamp;
use crate::dns::time::humane;
use crate::history::Signer;
use crate::history::signer::latest;

declare! {
    /// # rrsig-refresh-stalled
    ///
    /// Signatures have less time left than their signer ever let them have before it made new ones.
    ///
    /// ## Why it matters
    ///
    /// The signer, or the way from it to this server, stands still. Nothing has expired yet, and the zone
    /// is bogus when it does. Nearly every outage by expired signatures could be seen days before.
    ///
    /// How much is left at a refresh is learned from what each server showed: BIND leaves 5 days of
    /// 14, Knot from two hours (3.2) to two days and a half, PowerDNS a week, those that sign while
    /// they answer nearly all. Before two refreshes were seen, and below all that was learned, the
    /// floor is what caches keep: the longest TTL of the zone, or an eighth of the life of
    /// signatures that live no longer than that.
    ///
    /// ## What resolvers do
    ///
    /// Nothing yet. Signatures that have expired are extended error 7.
    ///
    /// ## How to put it right
    ///
    /// Look at the signer, then at the transfers from it:
    ///
    /// - BIND: `rndc zonestatus example.com`, `rndc sign example.com`
    /// - Knot DNS: `knotc zone-status example.com`, `knotc zone-sign example.com`
    /// - PowerDNS: `pdnsutil check-zone example.com`, `pdns_control notify example.com`
    /// - NSD: `nsd-control zonestatus example.com`, `nsd-control force_transfer example.com`
    ///
    /// ## References
    ///
    /// RFC 6781, section 4.4.2.
    "rrsig-refresh-stalled", Signatures, Warning,
    rfc: ["RFC 6781 section 4.4.2"],
    explained_by: ["rrsig-expired", "soa-serial-inconsistent"],
    summary: "Signatures are older than their signer ever let them become.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let Some((history, look, zone)) = context.remembered() else {
        return Vec::new();
    };
    let rows = look.servers.iter();
    let late: Vec<(SocketAddr, Timestamp, Late)> = rows
        .filter_map(|row| {
            let (signed, expires) = (row.signed?, row.expires?);
            let margin = history.signers.get(&row.address).and_then(Signer::margin);
            let floor = history.data_ttl().min(expires.since(signed) / 8);
            let late = is_late(margin, floor, expires.since(context.now))?;
            Some((row.address.parse().ok()?, expires, late))
        })
        .collect();
    let Some((_, expires, first)) = late.iter().min_by_key(|(_, expires, _)| *expires) else {
        return Vec::new();
    };
    let affected: BTreeSet<SocketAddr> = late.iter().map(|(address, ..)| *address).collect();
    let reach = context.reach(&zone.apex, &affected);
    let why = match first {
        Late::ThanUsual(margin) => {
            format!("{} was the least that was left before", humane(*margin))
        }
        Late::ForCaches(floor) => format!("caches may keep the data for {}", humane(*floor)),
    };
    let message = format!(
        "signatures at {} were not renewed in time: the first ends at {}, and {why}",
        context.servers(&zone.apex, &affected),
        when(*expires, context.now),
    );
    let fix = format!(
        "look at the signer and at the transfers from it: `rndc zonestatus {zone}`, `knotc zone-status {zone}`, `nsd-control zonestatus {zone}`",
        zone = zone.apex
    );
    let statement = Statement::new(&zone.apex, message).reach(reach);
    vec![
        statement
            .at_servers(context, &affected)
            .until(*expires)
            .fix(fix),
    ]
}

/// Against what a renewal is late, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Late {
    /// The least that the signer left before.
    ThanUsual(i64),
    /// What caches may keep: signatures would end there.
    ForCaches(i64),
}

/// Whether so much that is left is too little for this signer, or for any.
fn is_late(margin: Option<i64>, floor: i64, left: i64) -> Option<Late> {
    if left <= 0 {
        // What has expired is told as that.
        return None;
    }
    let usual = margin.filter(|margin| left < latest(*margin));
    let usual = usual.map(Late::ThanUsual);
    usual.or_else(|| (left < floor).then_some(Late::ForCaches(floor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    #[test]
    fn a_signer_is_held_to_what_it_did_before() {
        let usual = Some(5 * DAY);
        assert_eq!(is_late(usual, 3_600, 5 * DAY), None);
        assert_eq!(
            is_late(usual, 3_600, 4 * DAY),
            Some(Late::ThanUsual(5 * DAY))
        );
        assert_eq!(is_late(Some(2 * DAY), 3_600, 4 * DAY), None);
        assert_eq!(is_late(usual, 3_600, -1), None);
    }

    #[test]
    fn no_signer_may_leave_less_than_caches_keep() {
        assert_eq!(is_late(None, DAY, DAY + 1), None);
        assert_eq!(is_late(None, DAY, DAY - 1), Some(Late::ForCaches(DAY)));
        assert_eq!(
            is_late(Some(DAY / 4), DAY, DAY / 2),
            Some(Late::ForCaches(DAY))
        );
    }
}
