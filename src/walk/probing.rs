//! The probes of a thorough look: what each server of the zone makes of odd queries.
//!
//! They come last, when everything else was answered or given up, so that they can neither crowd out
//! nor anger anybody before the audit has what it needs. Their replies never enter the view of the walk.
//! A server is asked few at a time, since many count how often they give one answer to one client
//! (BIND's `responses-per-second`). One that leaves something unanswered is asked an ordinary question at
//! the end: if that is not answered either, silence says nothing about the probes.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::net::SocketAddr;

use super::{Ask, limits};
use crate::dns::edns::COOKIE;
use crate::dns::message::Question;
use crate::dns::probe::{CLIENT_COOKIE, Probe};
use crate::dns::query::Query;
use crate::dns::{Message, Name, Rcode, RecordType};
use crate::evidence::probes::question;
use crate::evidence::topology::Topology;
use crate::evidence::view::View;
use crate::evidence::{Exchange, Outcome, Transport};

/// What is tried at a server that answers as it should.
const TRIED: [Probe; 12] = [
    Probe::RecursionDesired,
    Probe::EdnsVersion,
    Probe::CheckingDisabled,
    Probe::EdnsFlag,
    Probe::AuthenticData,
    Probe::EdnsOption,
    Probe::ReservedBit,
    Probe::Cookie,
    Probe::MixedCase,
    Probe::CookieForeign,
    Probe::CookieMalformed,
    Probe::Transfer,
];

/// The probes under way.
#[derive(Debug, Default)]
pub(super) struct Probing {
    is_begun: bool,
    servers: BTreeMap<SocketAddr, Probed>,
    exchanges: Vec<Exchange>,
    sent: usize,
    in_flight: usize,
}

/// One address.
#[derive(Debug)]
struct Probed {
    apex: Name,
    waiting: VecDeque<Ask>,
    in_flight: usize,
    /// What was sent a second time.
    repeated: HashSet<Query>,
    unanswered: usize,
    is_checked: bool,
}

impl Probing {
    /// How many have no outcome yet.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// What may be sent now, given what the audit itself brought, which is complete.
    pub fn next_asks(&mut self, topology: &Topology, view: &View) -> Vec<Ask> {
        if !std::mem::replace(&mut self.is_begun, true) {
            self.begin(topology, view);
        }
        let mut asks = Vec::new();
        for server in self.servers.values_mut() {
            while server.in_flight < limits::PROBES_IN_FLIGHT && self.sent < limits::PROBES {
                let Some(ask) = server.waiting.pop_front() else {
                    break;
                };
                server.in_flight += 1;
                self.sent += 1;
                asks.push(ask);
            }
        }
        self.in_flight += asks.len();
        asks
    }

    fn begin(&mut self, topology: &Topology, view: &View) {
        for zone in topology.thorough_zones() {
            for &server in zone.servers.keys() {
                let waiting = first_asks(&zone.apex, server, view);
                let probed = Probed {
                    apex: zone.apex.clone(),
                    waiting: waiting.into(),
                    in_flight: 0,
                    repeated: HashSet::new(),
                    unanswered: 0,
                    is_checked: false,
                };
                self.servers.insert(server, probed);
            }
        }
    }

    /// Takes in an outcome.
    pub fn absorb(&mut self, exchange: Exchange) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(server) = self.servers.get_mut(&exchange.server) {
            server.note(&exchange);
        }
        self.exchanges.push(exchange);
    }

    /// All of them.
    pub fn into_exchanges(self) -> Vec<Exchange> {
        self.exchanges
    }
}

impl Probed {
    fn note(&mut self, exchange: &Exchange) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let message = match &exchange.outcome {
            Outcome::Response(octets) => Message::parse(octets).ok(),
            _ => None,
        };
        match message {
            Some(message) => self.show_cookie(exchange, &message),
            None if exchange.transport == Transport::Udp => self.note_silence(exchange),
            None => {}
        }
        let is_left = self.in_flight > 0 || !self.waiting.is_empty();
        if !is_left && self.unanswered > 0 && !std::mem::replace(&mut self.is_checked, true) {
            let query = Probe::Plain.query(&self.apex, RecordType::SOA);
            self.waiting.push_back(over_udp(exchange.server, query));
        }
    }

    fn note_silence(&mut self, exchange: &Exchange) {
        self.unanswered += 1;
        let is_first = self.repeated.insert(exchange.query.clone());
        if is_first && self.unanswered <= limits::PROBES_IGNORED && !self.is_checked {
            self.waiting.push_back(Ask {
                server: exchange.server,
                transport: exchange.transport,
                query: exchange.query.clone(),
            });
        }
    }

    /// Shows a server the cookie that it gave (RFC 7873, section 5.3).
    fn show_cookie(&mut self, exchange: &Exchange, message: &Message) {
        if exchange.query.probe != Some(Probe::Cookie) {
            return;
        }
        let edns = message.edns();
        let cookie = edns.as_ref().and_then(|edns| edns.option(COOKIE));
        let given = cookie.and_then(|cookie| cookie.strip_prefix(&CLIENT_COOKIE[..]));
        if let Some(given @ [_, ..]) = given.filter(|given| given.len() <= limits::COOKIE) {
            let query = Probe::CookieShown(given.to_vec()).query(&self.apex, RecordType::SOA);
            self.waiting.push_back(over_udp(exchange.server, query));
        }
    }
}

fn over_udp(server: SocketAddr, query: Query) -> Ask {
    Ask {
        server,
        transport: Transport::Udp,
        query,
    }
}

/// What is tried at a server, which depends on how it answered for the SOA record of its zone.
fn first_asks(apex: &Name, server: SocketAddr, view: &View) -> Vec<Ask> {
    let soa = question(apex, RecordType::SOA);
    let ask = |probe: Probe| over_udp(server, probe.query(apex, RecordType::SOA));
    let Some(reply) = view.reply(server, &soa) else {
        let rescues = [Probe::AnySource, Probe::DnssecCleared, Probe::EdnsAbsent];
        return rescues.map(ask).into();
    };
    let heard = view.get(reply.id);
    let has_edns = heard.is_some_and(|heard| heard.exchange.query.edns.is_some());
    match reply.message.rcode() {
        // Told by the audit itself: it asks again without EDNS.
        _ if !has_edns => Vec::new(),
        Rcode::NOERROR => {
            let recursion = (!apex.is_root()).then(|| {
                over_udp(
                    server,
                    Probe::RecursionDesired.query(&Name::root(), RecordType::SOA),
                )
            });
            let tried = TRIED.map(|probe| match probe {
                Probe::Transfer => Ask {
                    server,
                    transport: Transport::Tcp,
                    query: probe.query(apex, RecordType::AXFR),
                },
                probe => ask(probe),
            });
            let lost = lost(apex, server, view)
                .map(|lost| over_udp(server, Probe::SmallPayload.query(&lost.name, lost.rtype)));
            tried.into_iter().chain(recursion).chain(lost).collect()
        }
        Rcode::SERVFAIL | Rcode::FORMERR | Rcode::NOTIMP => {
            [Probe::DnssecCleared, Probe::EdnsAbsent].map(ask).into()
        }
        _ => Vec::new(),
    }
}

/// Questions about the zone that this server never answered over UDP.
fn lost<'v>(
    apex: &'v Name,
    server: SocketAddr,
    view: &'v View,
) -> impl Iterator<Item = &'v Question> {
    let own = view.questions().filter(move |question| {
        let mut attempts = view.attempts(server, question).peekable();
        question.name.is_at_or_below(apex)
            && attempts.peek().is_some()
            && attempts.all(|(_, heard)| heard.exchange.outcome == Outcome::Timeout)
    });
    own.take(limits::LOST)
}
