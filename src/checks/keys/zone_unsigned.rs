//! A zone without keys.

use crate::checks::{Context, Statement};
use crate::validate::{AnswerKind, Arrival, JudgedZone, KeysReply, Status};

declare! {
    /// # zone-unsigned
    ///
    /// No server of the zone has a DNSKEY RRset, and no DS promises one.
    ///
    /// ## Why it matters
    ///
    /// Nobody can tell whether answers from this zone are what its owner published. Nothing is broken.
    ///
    /// ## What resolvers do
    ///
    /// They answer without AD: the zone is insecure.
    ///
    /// ## How to put it right
    ///
    /// Sign the zone, see that all of its servers serve it signed, and then publish the DS at the
    /// registrar:
    ///
    /// - BIND: `dnssec-policy default; inline-signing yes;` in the `zone`, then `rndc reconfig`
    /// - Knot: `dnssec-signing: on` in the zone, then `knotc reload`
    /// - PowerDNS: `pdnsutil secure-zone example.com`, then `pdnsutil rectify-zone example.com`
    /// - NSD serves what another program signed: `ldns-keygen -a ECDSAP256SHA256 -k example.com` and
    ///   `ldns-signzone example.com.zone KEYFILE`
    ///
    /// `anchorwatch ds example.com` prints the DS when the zone is signed.
    ///
    /// ## References
    ///
    /// RFC 4035, section 2; RFC 9364. Zonemaster: DS07_NOT_SIGNED.
    "zone-unsigned", Keys, Notice,
    rfc: ["RFC 4035 section 2"],
    explained_by: [],
    summary: "No server of the zone has a DNSKEY RRset.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(state).collect()
}

fn state(zone: &JudgedZone) -> Option<Statement> {
    let Arrival::Ended(Status::Insecure, _) = zone.arrival else {
        return None;
    };
    let mut shown = Vec::new();
    for server in zone.servers.values() {
        match &server.keys {
            KeysReply::Given(..) => return None,
            KeysReply::Without(id, AnswerKind::NoType) => shown.push(*id),
            _ => {}
        }
    }
    if shown.is_empty() || !zone.published_ds().is_empty() {
        return None;
    }
    Some(
        Statement::new(
            &zone.apex,
            format!(
                "{} is not signed: none of its servers has a DNSKEY RRset",
                zone.apex
            ),
        )
        .about("rrtype", "DNSKEY")
        .fix("sign the zone, and publish its DS at the registrar when all servers have it signed")
        .shown_by(shown),
    )
}
