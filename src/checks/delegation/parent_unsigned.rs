//! A signed zone below an unsigned one.

use crate::checks::{Context, Statement};
use crate::validate::{Arrival, End, JudgedZone, KeysReply, Status};

declare! {
    /// # parent-unsigned
    ///
    /// The zone has keys, and its parent zone is not signed.
    ///
    /// ## Why it matters
    ///
    /// A DS in an unsigned zone cannot be trusted, so no chain can reach this zone from above: signing it
    /// protects only those who configured its keys as a trust anchor.
    ///
    /// ## What resolvers do
    ///
    /// They treat the zone as insecure and answer without AD.
    ///
    /// ## How to put it right
    ///
    /// The parent has to be signed first. If it is yours, sign it and publish its DS above:
    /// `dnssec-policy default; inline-signing yes;` in BIND, `dnssec-signing: on` in Knot,
    /// `pdnsutil secure-zone example.com` in PowerDNS. Within an organisation, validators can be
    /// given this zone's key as a trust anchor (`trust-anchors` in BIND, `trust-anchor-file` in
    /// Unbound).
    ///
    /// ## References
    ///
    /// RFC 4035, sections 2.4 and 5.2; RFC 4033, section 2 ("Island of Security").
    "parent-unsigned", Delegation, Notice,
    rfc: ["RFC 4035 section 2.4"],
    explained_by: [],
    summary: "A signed zone lies below an unsigned one.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.filter_map(|zone| state(context, zone)).collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let Arrival::Ended(Status::Insecure, End::Parent) = zone.arrival else {
        return None;
    };
    let parent = context.chain.zone(zone.parent.as_ref()?)?;
    if given(parent).next().is_some() || given(zone).next().is_none() {
        return None;
    }
    let message = format!(
        "{} is signed, and its parent {} is not",
        zone.apex, parent.apex
    );
    Some(
        Statement::new(&zone.apex, message)
            .about("rrtype", "DS")
            .fix(format!(
                "sign {} first, and publish its DS above it",
                parent.apex
            ))
            .shown_by(given(zone)),
    )
}

fn given(zone: &JudgedZone) -> impl Iterator<Item = usize> {
    let replies = zone.servers.values().map(|server| &server.keys);
    replies.filter_map(|keys| match keys {
        KeysReply::Given(id, _) => Some(*id),
        _ => None,
    })
}
