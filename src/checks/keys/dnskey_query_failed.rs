//! Servers that answer, but not for DNSKEY.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use crate::checks::delegation::at;
use crate::checks::{Context, Statement};
use crate::dns::RecordType;
use crate::evidence::probes;
use crate::validate::{AnswerKind, Arrival, JudgedServer, JudgedZone, KeysReply};

declare! {
    /// # dnskey-query-failed
    ///
    /// A server of a zone that should be signed answers other questions and gives nothing usable to the
    /// question for DNSKEY.
    ///
    /// ## Why it matters
    ///
    /// Without the keys no answer of the zone can be checked. The DNSKEY response is the largest that
    /// many zones have: when it alone is missing, large responses are lost on the way, or a filter drops
    /// a type that it does not know.
    ///
    /// ## What resolvers do
    ///
    /// They ask the zone's other servers. If none gives keys: SERVFAIL, with extended error 9 (DNSKEY
    /// Missing) from those that send one.
    ///
    /// ## How to put it right
    ///
    /// Ask with and without room for a large response, and over TCP:
    ///
    /// - `dig +norecurse +dnssec @ns1.example.com example.com DNSKEY`
    /// - `dig +norecurse +dnssec +bufsize=1232 +notcp +ignore @ns1.example.com example.com DNSKEY`
    /// - `dig +norecurse +dnssec +tcp @ns1.example.com example.com DNSKEY`
    ///
    /// If only the first or only TCP fails, open TCP port 53 and let fragments pass, or lower the
    /// server's UDP size to 1232 (`max-udp-size 1232;` in BIND, `udp-max-payload: 1232` in Knot,
    /// `ipv4-edns-size: 1232` and `ipv6-edns-size: 1232` in NSD). If all fail, look at firewalls that
    /// filter by type, and at the server's log.
    ///
    /// ## References
    ///
    /// RFC 4035, section 5.2; RFC 7766, section 5. Zonemaster: DS07_NO_RESPONSE_DNSKEY. DNSViz:
    /// NO_RESPONSE_DNSKEY.
    "dnskey-query-failed", Keys, Error,
    rfc: ["RFC 4035 section 5.2"],
    explained_by: [
        "delegation-lame",
        "tcp-fallback-broken",
        "server-unreachable",
        "dnssec-records-unobtainable",
    ],
    summary: "A server gives nothing usable to the question for DNSKEY.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let zones = context.chain.zones.iter();
    zones.flat_map(|zone| of_zone(context, zone)).collect()
}

fn of_zone(context: &Context<'_>, zone: &JudgedZone) -> Vec<Statement> {
    if matches!(zone.arrival, Arrival::Ended(..)) {
        return Vec::new();
    }
    let soa = probes::question(&zone.apex, RecordType::SOA);
    let question = probes::question(&zone.apex, RecordType::DNSKEY);
    let mut failed: BTreeMap<String, BTreeSet<SocketAddr>> = BTreeMap::new();
    for (address, server) in &zone.servers {
        let serves = server.answers.get(&soa);
        let serves = serves.is_some_and(|(_, answer)| answer.kind == AnswerKind::Data);
        if let Some(how) = how(server).filter(|_| serves) {
            failed.entry(how).or_default().insert(*address);
        }
    }
    let states = failed.into_iter().map(|(how, servers)| {
        let asked = servers.iter().flat_map(|server| {
            let attempts = context.view.attempts(*server, &question);
            attempts.map(|(id, _)| id)
        });
        let message = format!(
            "the question for DNSKEY of {} is answered with {how}{}",
            zone.apex,
            at(context, &zone.apex, &servers)
        );
        Statement::new(&zone.apex, message)
            .reach(context.reach(&zone.apex, &servers))
            .about("rrtype", "DNSKEY")
            .about("nameserver", context.servers(&zone.apex, &servers))
            .fact("response", how)
            .fix("see whether large responses and TCP on port 53 reach clients, and what the server's log says")
            .shown_by(asked)
    });
    states.collect()
}

fn how(server: &JudgedServer) -> Option<String> {
    match &server.keys {
        KeysReply::Silent => Some("nothing usable".to_owned()),
        KeysReply::Without(_, AnswerKind::Failure(rcode)) => Some(rcode.to_string()),
        KeysReply::Without(_, AnswerKind::Referral) => Some("a referral".to_owned()),
        _ => None,
    }
}
