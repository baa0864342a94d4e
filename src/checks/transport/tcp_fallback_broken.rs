//! Answers that need TCP, at servers without it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use super::{Odd, asked, ending, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::message::Question;
use crate::evidence::Transport;
use crate::evidence::view::Heard;

declare! {
    /// # tcp-fallback-broken
    ///
    /// A server cuts an answer off over UDP, and does not answer over TCP.
    ///
    /// ## Why it matters
    ///
    /// What does not fit a datagram cannot be had from this server at all. With DNSSEC that is often the
    /// DNSKEY RRset during a rollover, and without it the whole zone is refused. DNS over TCP is not
    /// optional.
    ///
    /// ## What resolvers do
    ///
    /// They ask another server. When it is the same at all of them: SERVFAIL with extended error 22 (No
    /// Reachable Authority) or 9 (DNSKEY Missing).
    ///
    /// ## How to put it right
    ///
    /// Let TCP to port 53 through: `dig @ADDRESS example.com DNSKEY +dnssec +norecurse +tcp` must answer,
    /// from outside too.
    ///
    /// - a firewall or load balancer that knows DNS as UDP only
    /// - a server that does not listen on TCP: `ss -lnt sport = :53`; in NSD `tcp-count` above 0
    /// - all connections in use: `tcp-clients` in BIND, `tcp-count` in NSD, `tcp-max-clients` in Knot
    ///
    /// Smaller answers help until then: fewer keys, ECDSA in the place of RSA.
    ///
    /// ## References
    ///
    /// RFC 7766, section 5; RFC 9210, section 3. Zonemaster: CN02_NO_RESPONSE_TCP.
    "tcp-fallback-broken", Transport, Bogus,
    rfc: ["RFC 7766 section 5"],
    explained_by: [],
    summary: "An answer is cut off over UDP and TCP fails.",
}

fn run(context: &Context<'_>) -> Vec<Statement> {
    let failures = tcp_failures(context);
    let odd = context.heard().filter_map(|(zone, id, heard)| {
        let exchange = &heard.exchange;
        let how = failures.get(&exchange.server)?;
        let is_lost = is_cut(heard) && !has_whole(context, exchange.server, exchange.question());
        is_lost.then(|| Odd {
            zone,
            server: exchange.server,
            id,
            what: format!("{} ({})", asked(exchange.question()), super::list(how)),
        })
    });
    state_odd(context, odd, |zone, what, servers| {
        (
            format!(
                "answers about {} are cut off over UDP, and TCP fails, at {servers}: {what}",
                zone.apex
            ),
            format!(
                "let TCP to port 53 through; this must answer: dig @ADDRESS {} DNSKEY +dnssec +norecurse +tcp",
                zone.apex
            ),
        )
    })
}

/// Servers where TCP was tried and never worked, with how it ended.
fn tcp_failures(context: &Context<'_>) -> BTreeMap<SocketAddr, BTreeSet<String>> {
    let mut failures: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let mut working = BTreeSet::new();
    let heard = context.view.heard().iter();
    for heard in heard.filter(|heard| heard.exchange.transport == Transport::Tcp) {
        let server = heard.exchange.server;
        if heard.message.is_some() {
            working.insert(server);
        } else {
            let how = format!("TCP {}", ending(&heard.exchange.outcome));
            failures.entry(server).or_default().insert(how);
        }
    }
    failures.retain(|server, _| !working.contains(server));
    failures
}

fn is_cut(heard: &Heard) -> bool {
    heard.exchange.transport == Transport::Udp
        && heard
            .usable()
            .is_some_and(crate::dns::Message::is_truncated)
}

fn has_whole(context: &Context<'_>, server: SocketAddr, question: &Question) -> bool {
    let reply = context.view.reply(server, question);
    reply.is_some_and(|reply| !reply.message.is_truncated())
}
