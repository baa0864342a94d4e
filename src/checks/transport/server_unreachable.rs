//! Server addresses that never answered anything.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::{ending, names};
use crate::checks::statement::list;
use crate::checks::{Context, Statement};
use crate::evidence::Outcome;
use crate::evidence::topology::Zone;
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;
use crate::validate::JudgedZone;

/// So many addresses of one family, and none that answers, are a fault of this host and not of theirs:
/// the root alone has 13 of each.
const BLIND: usize = 4;

/// How often each address was asked in vain, and how that ended.
type Silent = BTreeMap<SocketAddr, BTreeMap<String, Vec<ExchangeId>>>;

declare! {
    /// # server-unreachable
    ///
    /// An address of a name server of the zone did not answer a single question.
    ///
    /// ## Why it matters
    ///
    /// Resolvers meet it sooner or later, wait, and ask another one: answers get slower, and when several
    /// are silent some fail. If all are silent the zone is gone. It is seen from here only: a firewall, a
    /// route or a rate limit between may be the cause.
    ///
    /// ## What resolvers do
    ///
    /// They ask another address, and remember the silent one for some minutes. When none answers:
    /// SERVFAIL with extended error 22 (No Reachable Authority) or 23 (Network Error).
    ///
    /// ## How to put it right
    ///
    /// Ask by hand, over both transports, from here and from elsewhere: `dig @ADDRESS example.com SOA
    /// +norecurse +notcp` and `dig @ADDRESS example.com SOA +norecurse +tcp`. Then:
    ///
    /// - is the program running, and listening on that address: `ss -lnu sport = :53` on the server
    /// - does a firewall let port 53 through, UDP and TCP, for IPv4 and IPv6
    /// - if the server is gone for good, take its NS and address out of the zone and of the delegation at
    ///   the registrar
    ///
    /// ## References
    ///
    /// RFC 1035, section 4.2; RFC 7766, section 5; RFC 8914, sections 4.23 and 4.24. DNSViz:
    /// SERVER_UNRESPONSIVE_UDP, NETWORK_ERROR. Zonemaster: CN01_NO_RESPONSE_UDP, B02_NS_NO_RESPONSE.
    "server-unreachable", Transport, Error,
    rfc: ["RFC 1035 section 4.2", "RFC 7766 section 5"],
    explained_by: [
        "delegation-ns-address-special",
        "response-source-differs",
        "dnssec-downgrade-do",
        "dnssec-downgrade-edns",
    ],
    summary: "A name server's address answers no question at all.",
}

/// What to do when no root server answers, which is hardly ever their fault.
const DARK_ROOT: &str = "see whether this machine is connected, and may ask port 53 of any address over UDP and TCP; \
     where only a resolver may be asked, name it with @SERVER, and for a private root give --root-hints FILE";

fn run(context: &Context<'_>) -> Vec<Statement> {
    let silent = silent(context);
    context
        .zones()
        .filter_map(|(judged, zone)| state(context, judged, zone, &silent))
        .collect()
}

/// Every address that was asked and never answered, but for those of a family that is not to be had here.
fn silent(context: &Context<'_>) -> Silent {
    let mut silent = Silent::new();
    let mut answering = BTreeSet::new();
    for (id, heard) in context.view.heard().iter().enumerate() {
        let server = heard.exchange.server;
        if matches!(heard.exchange.outcome, Outcome::Response(_)) {
            answering.insert(server);
            continue;
        }
        let how = format!(
            "{} {}",
            heard.exchange.transport,
            ending(&heard.exchange.outcome)
        );
        let endings = silent.entry(server).or_default();
        endings.entry(how).or_default().push(id);
    }
    silent.retain(|server, _| !answering.contains(server));
    for is_v6 in [false, true] {
        let of_family = |server: &&SocketAddr| server.is_ipv6() == is_v6;
        let asked_in_vain = silent.keys().filter(of_family).count();
        let is_dark = !answering.iter().any(|server| of_family(&server));
        if is_dark && asked_in_vain >= BLIND && !answering.is_empty() {
            silent.retain(|server, _| server.is_ipv6() != is_v6);
        }
    }
    silent
}

fn state(
    context: &Context<'_>,
    judged: &JudgedZone,
    zone: &Zone,
    silent: &Silent,
) -> Option<Statement> {
    let servers: BTreeSet<_> = zone
        .servers
        .keys()
        .filter(|server| silent.contains_key(server))
        .copied()
        .collect();
    let is_dark = servers.len() == zone.servers.len();
    // One of many servers of a registry is not for the owner of a zone below it to mend.
    let is_far = !context.is_target(&zone.apex) && servers.len() * 2 < zone.servers.len();
    if servers.is_empty() || (is_far && !is_dark) {
        return None;
    }
    let endings = servers.iter().filter_map(|server| silent.get(server));
    let how: BTreeSet<_> = endings.clone().flat_map(BTreeMap::keys).collect();
    let evidence = endings.flat_map(BTreeMap::values).flatten().copied();
    let apex = &zone.apex;
    let message = format!(
        "no answer to any question from {} of {apex} ({})",
        context.servers(apex, &servers),
        list(how)
    );
    let reach = match is_dark {
        true => Reach::Everywhere,
        false => Reach::SomeServers,
    };
    let addresses: Vec<_> = servers.iter().map(|server| server.ip()).collect();
    Some(
        Statement::new(apex, message)
            .reach(reach)
            .about("nameserver", names(context, judged, &servers))
            .fact("addresses", list(&addresses))
            .fix(match is_dark && apex.is_root() {
                true => DARK_ROOT.to_owned(),
                false => format!(
                    "dig @{} {apex} SOA +norecurse\nand when the server is gone for good, remove it from {apex} and from its delegation",
                    addresses[0]
                ),
            })
            .shown_by(evidence),
    )
}
