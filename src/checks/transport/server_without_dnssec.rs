//! One server gives no DNSSEC data for a zone that others serve signed.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::replies;
use crate::checks::signatures::chained;
use crate::checks::{Context, Statement};
use crate::dns::{Message, RecordType, Section};
use crate::evidence::view::ExchangeId;
use crate::policy::Reach;
use crate::validate::{JudgedZone, KeysReply};

declare! {
    /// # server-without-dnssec
    ///
    /// A server answers with the zone's keys and records, and never with a signature, although DO asks
    /// for them and other servers of the zone send them.
    ///
    /// ## Why it matters
    ///
    /// A resolver that asks this server gets data that it must refuse. Most then ask another one, some do
    /// not, so answers come and go: slow for some, SERVFAIL for others. Something at this server, or in
    /// front of it, removes RRSIG, NSEC and NSEC3.
    ///
    /// ## What resolvers do
    ///
    /// BIND and Unbound ask another server. PowerDNS Recursor 4.8 does not, and failed for 7 of 10 cold
    /// starts with one such server of two; Knot Resolver now and then. The extended error is 10 (RRSIGs
    /// Missing) or 12 (NSEC Missing).
    ///
    /// ## How to put it right
    ///
    /// Compare: `dig @ADDRESS example.com SOA +dnssec +norecurse` at this server and at another. Then:
    ///
    /// - BIND before 9.16: `dnssec-enable no;` must not be set
    /// - BIND as a secondary sends no signatures of a zone that has neither NSEC nor NSEC3PARAM at its
    ///   apex
    /// - PowerDNS as a secondary: `pdnsutil set-presigned example.com`
    /// - a proxy, load balancer or protection service in front: let it pass EDNS with DO, and RRSIG,
    ///   NSEC, NSEC3
    ///
    /// ## References
    ///
    /// RFC 4035, section 3.1; RFC 3225, section 3. Zonemaster: DS03_SERVER_NO_DNSSEC_SUPPORT,
    /// DS05_SERVER_NO_DNSSEC.
    "server-without-dnssec", Transport, Error,
    rfc: ["RFC 4035 section 3.1", "RFC 3225 section 3"],
    explained_by: ["signed-state-inconsistent", "edns-intolerant", "tcp-fallback-broken"],
    summary: "A server gives no signatures for a zone that others serve signed.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    chained(context)
        .filter_map(|zone| state(context, zone))
        .collect()
}

fn state(context: &Context<'_>, zone: &JudgedZone) -> Option<Statement> {
    let stripping = stripping(context, zone);
    if stripping.is_empty() {
        return None;
    }
    let apex = &zone.apex;
    let servers: BTreeSet<_> = stripping.keys().copied().collect();
    let message = format!(
        "no RRSIG in any answer about {apex} from {}, which other servers send signed",
        context.servers(apex, &servers)
    );
    let statement = Statement::new(apex, message)
        .reach(Reach::SomeServers)
        .fix(format!(
            "compare with another server: dig @ADDRESS {apex} SOA +dnssec +norecurse\nand let what stands in front of it pass EDNS with DO, and RRSIG, NSEC, NSEC3"
        ))
        .shown_by(stripping.values().flatten().copied());
    Some(statement.at_servers(context, &servers))
}

/// Servers that give the zone's keys and never a signature, while others do; with what they answered.
pub fn stripping(
    context: &Context<'_>,
    zone: &JudgedZone,
) -> BTreeMap<SocketAddr, BTreeSet<ExchangeId>> {
    let mut is_signed: BTreeMap<SocketAddr, bool> = BTreeMap::new();
    let mut answers: BTreeMap<SocketAddr, BTreeSet<ExchangeId>> = BTreeMap::new();
    let about = replies(context).filter(|(of, ..)| of.apex == zone.apex);
    for (_, id, heard, message) in about {
        let server = heard.exchange.server;
        *is_signed.entry(server).or_default() |= has_signature(message);
        answers.entry(server).or_default().insert(id);
    }
    if !is_signed.values().any(|is_signed| *is_signed) {
        return BTreeMap::new();
    }
    // A copy without keys is an unsigned version of the zone, which is another fault.
    let has_keys = |server: &SocketAddr| {
        let judged = zone.servers.get(server);
        judged.is_some_and(|judged| matches!(judged.keys, KeysReply::Given(..)))
    };
    answers.retain(|server, _| !is_signed[server] && has_keys(server));
    answers
}

fn has_signature(message: &Message) -> bool {
    let sections = [Section::Answer, Section::Authority].into_iter();
    let mut records = sections.flat_map(|section| message.section(section));
    records.any(|record| record.rtype == RecordType::RRSIG)
}
