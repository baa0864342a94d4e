//! A name server that does not serve the zone.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::at;
use crate::checks::{Context, Statement};
use crate::dns::{Name, Rcode, RecordType};
use crate::evidence::probes;
use crate::evidence::view::{Reply, records};
use crate::validate::JudgedZone;

declare! {
    /// # delegation-lame
    ///
    /// A name server of the zone answers and does not serve the zone: it refuses, fails, or refers the
    /// question elsewhere.
    ///
    /// ## Why it matters
    ///
    /// Every question that goes to this server is lost time, and when all servers are like that the zone
    /// does not exist for anybody. A zone that lost a server this way has less redundancy than its NS
    /// RRset says.
    ///
    /// ## What resolvers do
    ///
    /// They try the other servers. If none serves the zone they answer SERVFAIL, with extended error 22
    /// (No Reachable Authority) from those that send one.
    ///
    /// ## How to put it right
    ///
    /// See what the server itself says: `dig +norecurse @ns2.example.com example.com SOA`. Then:
    ///
    /// - REFUSED: the zone is not configured there, or access is restricted (`allow-query` in BIND, an
    ///   `acl` in Knot)
    /// - SERVFAIL: it is configured and could not be loaded or transferred, or has expired:
    ///   `rndc zonestatus example.com` and `rndc retransfer example.com`; `knotc zone-status example.com`
    ///   and `knotc zone-retransfer example.com`; `nsd-control zonestatus example.com` and
    ///   `nsd-control force_transfer example.com`
    /// - a referral, or an answer without AA: the server is a resolver, or serves only the zone above
    ///
    /// If the server is not meant to serve the zone any more, take it out of the NS RRset, both in the
    /// zone and at the registrar.
    ///
    /// ## References
    ///
    /// RFC 1034, section 4.2.2; RFC 1912, section 2.8; RFC 9499, section 7. DNSViz:
    /// SERVER_NOT_AUTHORITATIVE. Zonemaster: IS_NOT_AUTHORITATIVE, B02_NS_NOT_AUTH.
    "delegation-lame", Delegation, Error,
    rfc: ["RFC 1034 section 4.2.2", "RFC 1912 section 2.8"],
    explained_by: [],
    summary: "A name server of the zone does not serve it.",
}

/// What to do when no root server serves the root.
const INTERCEPTED: &str = "see what answers in place of the root servers: a firewall or a resolver on the way may take \
     every query to port 53 for itself. Ask from another network, or name a resolver with @SERVER; in a private root, serve . \
     at these addresses";

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.flat_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    let question = probes::question(&zone.apex, RecordType::SOA);
    let mut lame: BTreeMap<String, Vec<(SocketAddr, usize)>> = BTreeMap::new();
    for server in zone.servers.keys() {
        let reply = context.view.reply(*server, &question);
        if let Some((reply, how)) = reply.and_then(|reply| Some((reply, how(&zone.apex, reply)?))) {
            lame.entry(how).or_default().push((*server, reply.id));
        }
    }
    let all = lame.values().flatten().map(|(server, _)| *server).collect();
    let reach = context.reach(&zone.apex, &all);
    let states = lame.into_iter().map(|(how, seen)| {
        let servers = seen.iter().map(|(server, _)| *server).collect();
        let at = at(context, &zone.apex, &servers);
        let fix = match at.is_empty() && zone.apex.is_root() {
            true => INTERCEPTED.to_owned(),
            false => format!(
                "configure {} there, or take the server out of the NS RRset in the zone and at the registrar",
                zone.apex
            ),
        };
        let message = format!(
            "{} is not served{}: the question for its SOA is answered with {how}",
            zone.apex,
            match at {
                text if text.is_empty() => " by any server that answers".to_owned(),
                text => text.replacen(", at", " by", 1),
            }
        );
        Statement::new(&zone.apex, message)
            .reach(reach)
            .about("rrtype", "SOA")
            .about("nameserver", context.servers(&zone.apex, &servers))
            .fact("response", how)
            .fix(fix)
            .shown_by(seen.iter().map(|(_, id)| *id))
    });
    states.collect()
}

/// How a reply shows that the server does not serve the zone.
fn how(apex: &Name, reply: Reply<'_>) -> Option<String> {
    /// "Server Not Authoritative for zone" (RFC 2136, section 2.2).
    const NOTAUTH: Rcode = Rcode(9);
    let message = reply.message;
    let rcode = message.rcode();
    if [Rcode::REFUSED, Rcode::SERVFAIL, NOTAUTH].contains(&rcode) {
        return Some(rcode.to_string());
    }
    let has_soa = |section| records(section, apex, RecordType::SOA).next().is_some();
    if message.is_authoritative() || has_soa(&message.answer) || has_soa(&message.authority) {
        return None;
    }
    let mut authority = message.authority.iter();
    match rcode {
        Rcode::NOERROR if authority.any(|record| record.rtype == RecordType::NS) => {
            Some("a referral".to_owned())
        }
        Rcode::NOERROR | Rcode::NXDOMAIN => Some(format!("{rcode} without AA and without SOA")),
        _ => None,
    }
}
