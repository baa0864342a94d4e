//! Name servers whose names are not secured themselves.

use super::list;
use crate::checks::{Context, Statement};
use crate::evidence::topology::{Purpose, Trail, Zone};
use crate::validate::Status;

declare! {
    /// # ns-host-zone-not-secure
    ///
    /// The zone is secure, and the name of one of its name servers lies in a zone that is insecure or
    /// bogus.
    ///
    /// ## Why it matters
    ///
    /// The address of the server can be forged, or fail to resolve, although the zone itself cannot be
    /// forged. Forged addresses make the zone unreachable, not untrue; a bogus host zone does so without
    /// any attack.
    ///
    /// ## What resolvers do
    ///
    /// They use addresses of servers without validating them, so that an insecure one changes nothing. In
    /// a bogus one some find no address, and answer SERVFAIL with extended error 22 (No Reachable
    /// Authority) when no other server is left.
    ///
    /// ## How to put it right
    ///
    /// Sign the zone of the host names, or use names inside the zone itself, with glue:
    ///
    /// - BIND: `dnssec-policy default; inline-signing yes;` in the `zone` of the hosts, then `rndc
    ///   reconfig`
    /// - Knot: `dnssec-signing: on` for it, then `knotc reload`
    /// - PowerDNS: `pdnsutil secure-zone provider.example`
    /// - ldns and NSD: `ldns-keygen -a ECDSAP256SHA256 -k provider.example`, then `ldns-signzone`
    ///
    /// Then have its registrar publish the DS. When the zone is a provider's, ask the provider.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5; RFC 9471, section 2. Neither DNSViz nor Zonemaster has a name for it. The
    /// zones of the hosts are looked at with `audit --thorough`.
    "ns-host-zone-not-secure", Delegation, Notice,
    rfc: ["RFC 4035 section 5"],
    explained_by: [],
    summary: "The name of a name server lies in a zone that is not secure.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.topology.thorough_zones();
    let secure = zones.filter(|zone| context.chain.status_of(&zone.apex) == Some(Status::Secure));
    secure.filter_map(|zone| state(context, zone)).collect()
}

fn state(context: &Context<'_>, zone: &Zone) -> Option<Statement> {
    let trails = context.topology.trails.iter();
    let hosts = trails.filter(|trail| {
        trail.purpose == Purpose::NameServer && zone.ns_names.contains(&trail.name)
    });
    let found: Vec<_> = hosts
        .filter_map(|trail| not_secure(context, trail))
        .collect();
    if found.is_empty() {
        return None;
    }
    let names = list(found.iter().map(|(trail, _)| &trail.name));
    let texts: Vec<_> = found.iter().map(|(_, text)| text).collect();
    let message = format!(
        "NS names of {} lie in zones that are not secure: {}",
        zone.apex,
        list(texts)
    );
    Some(
        Statement::new(&zone.apex, message)
            .about("nameserver", names)
            .fix("sign the zones of these hosts, or name the servers in the zone itself, with glue")
            .shown_by(found.iter().flat_map(|(trail, _)| shown(context, trail))),
    )
}

/// A trail whose last zone is insecure or bogus, in words. What could not be told is left out.
pub(super) fn not_secure<'a>(
    context: &Context<'_>,
    trail: &'a Trail,
) -> Option<(&'a Trail, String)> {
    let zone = trail.zones.last().filter(|_| trail.is_complete)?;
    let status = context.chain.status_of(zone)?;
    let is_told = matches!(status, Status::Insecure | Status::Bogus);
    is_told.then(|| (trail, format!("{} in {zone} ({status})", trail.name)))
}

/// The replies that tell the way to the host.
pub(super) fn shown(context: &Context<'_>, trail: &Trail) -> Vec<usize> {
    let zone = trail.zones.last().into_iter();
    let beside = context.chain.zones.iter().chain(&context.chain.beside);
    let judged = zone.filter_map(|apex| beside.clone().find(|zone| zone.apex == *apex));
    judged
        .flat_map(|zone| zone.delegation.values().map(|(id, _)| *id))
        .collect()
}
