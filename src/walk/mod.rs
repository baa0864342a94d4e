//! The walk from the root down to the name, without a socket: it says what to ask and takes in outcomes.
//!
//! [`Walk::next_asks`] gives all questions that may be sent now, [`Walk::absorb`] takes one outcome, in any
//! order, and [`Walk::finish`] hands over the [`Evidence`]. What is wanted is a pure function of the
//! topology and the replies so far (the file `plan`); this module subtracts what was asked, and decides how hard
//! to try: again after silence, over TCP after truncation, without EDNS when a server cannot read it.
//!
//! The walk invents neither times nor message IDs; who sends the questions does.

pub mod limits;
mod news;
mod plan;
mod probing;
mod resolver;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use self::limits::Budget;
use self::news::News;
use self::plan::{Any, Plan};
use self::probing::Probing;
use self::resolver::Inquiry;
use self::server::{Errand, Server, State};
pub use crate::dns::query::UDP_SIZE;
use crate::dns::query::{Query, QueryEdns};
use crate::dns::{Name, Record, RecordType, Timestamp};
use crate::evidence::topology::{Basis, Limit, Topology};
use crate::evidence::view::{ExchangeId, View};
use crate::evidence::{Evidence, Exchange, Resolver, Transport, order};

/// What an audit walks to, and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name that is audited.
    pub name: Name,
    /// The type that is audited.
    pub rtype: RecordType,
    /// When the audit begins.
    pub started: Timestamp,
    /// The root servers: NS, A and AAAA records.
    pub hints: Vec<Record>,
    /// The trust anchors, carried along into the evidence.
    pub anchors: Vec<Record>,
    /// The port of authoritative servers.
    pub port: u16,
    /// Whether addresses that cannot be global are asked.
    pub allow_private: bool,
    /// Whether the servers of the zone of the name are asked more than an audit needs.
    pub is_thorough: bool,
    /// Resolvers to ask.
    pub resolvers: Vec<Resolver>,
    /// Whether authoritative servers are asked.
    pub is_iterating: bool,
    /// How often a question is sent before it counts as unanswered.
    pub attempts: u32,
    /// What the audit may spend.
    pub budget: Budget,
}

impl Settings {
    /// The settings for a name and type with everything else as on the Internet. Hints and anchors are
    /// still to be given.
    pub fn new(name: Name, rtype: RecordType, started: Timestamp) -> Self {
        Self {
            name,
            rtype,
            started,
            hints: Vec::new(),
            anchors: Vec::new(),
            port: 53,
            allow_private: false,
            is_thorough: false,
            resolvers: Vec::new(),
            is_iterating: true,
            attempts: limits::ATTEMPTS,
            budget: Budget::default(),
        }
    }

    fn basis(&self) -> Basis<'_> {
        Basis {
            name: &self.name,
            rtype: self.rtype,
            hints: &self.hints,
            port: self.port,
            allow_private: self.allow_private,
            is_thorough: self.is_thorough,
        }
    }
}

/// A question to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ask {
    /// To whom.
    pub server: SocketAddr,
    /// Over which transport.
    pub transport: Transport,
    /// What; the message ID is up to the sender.
    pub query: Query,
}

/// A walk under way.
#[derive(Debug)]
pub struct Walk {
    settings: Settings,
    view: View,
    topology: Topology,
    servers: BTreeMap<SocketAddr, Server>,
    inquiries: Vec<Inquiry>,
    /// Servers whose queues changed since questions were last taken from them.
    awake: BTreeSet<SocketAddr>,
    /// Questions to which one good reply is enough, as last planned.
    any: Vec<Any>,
    probing: Probing,
    is_stale: bool,
    /// Whether CDS or CDNSKEY came. Then the topology is read once more when all is answered, since signals
    /// may be due (RFC 9615).
    is_signalling: bool,
    in_flight: usize,
    sent: usize,
    octets: usize,
}

impl Walk {
    /// A walk that has asked nothing yet.
    pub fn new(settings: Settings) -> Self {
        let inquiry =
            |resolver: &Resolver| Inquiry::new(resolver.clone(), &settings.name, settings.rtype);
        Self {
            inquiries: settings.resolvers.iter().map(inquiry).collect(),
            is_stale: settings.is_iterating,
            is_signalling: false,
            settings,
            view: View::default(),
            topology: Topology::default(),
            servers: BTreeMap::new(),
            awake: BTreeSet::new(),
            any: Vec::new(),
            probing: Probing::default(),
            in_flight: 0,
            sent: 0,
            octets: 0,
        }
    }

    /// All questions that may be sent now; each is given once. Absorb a batch of outcomes before asking
    /// for more: the topology is read anew for each call that follows a reply which may change it.
    pub fn next_asks(&mut self) -> Vec<Ask> {
        self.replan();
        self.race();
        let mut asks = self.resolver_asks();
        for address in std::mem::take(&mut self.awake) {
            let Some(server) = self.servers.get_mut(&address) else {
                continue;
            };
            let budget = &self.settings.budget;
            while budget.reached_by(self.sent, self.octets).is_empty() {
                let Some(errand) = server.next() else { break };
                asks.push(ask(address, errand));
                self.sent += 1;
            }
        }
        let is_answered = self.in_flight == self.probing.in_flight();
        if asks.is_empty() && is_answered && std::mem::take(&mut self.is_signalling) {
            self.is_stale = true;
            return self.next_asks();
        }
        if asks.is_empty() && is_answered && self.settings.is_thorough && self.is_affordable() {
            asks = self.probing.next_asks(&self.topology, &self.view);
        }
        self.in_flight += asks.len();
        asks
    }

    /// Whether the budget is not used up. Probes have a number of their own, and are few.
    fn is_affordable(&self) -> bool {
        let spent = self.settings.budget.reached_by(self.sent, self.octets);
        spent.is_empty()
    }

    /// Resolvers answer in their own time, so they come first.
    fn resolver_asks(&mut self) -> Vec<Ask> {
        let Settings { name, rtype, .. } = &self.settings;
        let inquiries = self.inquiries.iter_mut();
        let asks: Vec<_> = inquiries
            .flat_map(|inquiry| inquiry.next_asks(&self.view, name, *rtype))
            .collect();
        self.sent += asks.len();
        asks
    }

    /// Takes in the outcome of a question that [`Walk::next_asks`] gave.
    pub fn absorb(&mut self, exchange: Exchange) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.octets += limits::octets(&exchange);
        if exchange.query.probe.is_some() {
            self.probing.absorb(exchange);
            return;
        }
        let id = self.view.add(exchange);
        let Some(heard) = self.view.get(id) else {
            return;
        };
        if heard.exchange.query.recursion_desired {
            let mut inquiries = self.inquiries.iter_mut();
            let of = inquiries.find(|inquiry| inquiry.resolver.is_party_to(&heard.exchange));
            if let Some(inquiry) = of {
                inquiry.note(heard, &self.view);
            }
            return;
        }
        let (address, errand) = (heard.exchange.server, errand_of(&heard.exchange));
        let next = self.next_errand(id, &errand);
        let is_news = heard.message.as_ref().is_some_and(|message| {
            let news = News {
                topology: &self.topology,
                server: address,
                question: &errand.question,
                message,
            };
            news.is_any()
        });
        let server = self.servers.entry(address).or_default();
        let (outcome, is_message) = (&heard.exchange.outcome, heard.message.is_some());
        server.note(&errand, outcome, is_message, self.settings.attempts);
        next.into_iter().for_each(|errand| server.retry(errand));
        // A trail may have to go on without a server that just died.
        self.is_stale |= is_news || server.state() == State::Dead;
        // One good reply may have been enough; of NS it is known by what it tells.
        let is_any = |any: &Any| any.question == errand.question;
        self.is_stale |= errand.question.rtype != RecordType::NS && self.any.iter().any(is_any);
        let is_signal = matches!(errand.question.rtype, RecordType::CDS | RecordType::CDNSKEY);
        let message = heard.message.as_ref().filter(|_| is_signal);
        let has_signal = message.is_some_and(|message| !message.answer.is_empty());
        self.is_signalling |=
            has_signal && errand.question.name.labels().next() != Some(b"_dsboot");
        self.awake.insert(address);
    }

    /// Whether nothing is in flight and nothing more is to be asked. Meaningful after
    /// [`Walk::next_asks`].
    pub fn is_done(&self) -> bool {
        self.in_flight == 0 && !self.is_stale && self.awake.is_empty()
    }

    /// Everything that was asked and heard, also when the walk is not done.
    pub fn finish(self) -> Evidence {
        let mut exchanges = self.view.into_exchanges();
        exchanges.extend(self.probing.into_exchanges());
        exchanges.sort_by(order::compare);
        Evidence {
            name: self.settings.name,
            rtype: self.settings.rtype,
            started: self.settings.started,
            hints: self.settings.hints,
            anchors: self.settings.anchors,
            port: self.settings.port,
            allow_private: self.settings.allow_private,
            is_thorough: self.settings.is_thorough,
            resolvers: self.settings.resolvers,
            exchanges,
        }
    }

    /// The zones and trails as last read, which may be before the latest outcomes.
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// The limits reached so far.
    pub fn limits(&self) -> BTreeSet<Limit> {
        let spent = self.settings.budget.reached_by(self.sent, self.octets);
        self.topology.limits.union(&spent).copied().collect()
    }

    /// How many questions were given out.
    pub fn sent(&self) -> usize {
        self.sent
    }

    /// How many of them have no outcome yet.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    fn replan(&mut self) {
        if !std::mem::take(&mut self.is_stale) {
            return;
        }
        self.topology = Topology::new(&self.view, &self.settings.basis());
        let plan = Plan::new(&self.topology, &self.view);
        for every in plan.every {
            for address in every.servers {
                let server = self.servers.entry(address).or_default();
                if !server.knows(&every.question) {
                    server.want(&every.question, every.is_urgent);
                    self.awake.insert(address);
                }
            }
        }
        self.any = plan.any;
    }

    /// Sees to it that questions for whichever server are on their way to as many as may race.
    fn race(&mut self) {
        for any in std::mem::take(&mut self.any) {
            while let Some(address) = self.racer(&any) {
                let server = self.servers.entry(address).or_default();
                server.want(&any.question, true);
                self.awake.insert(address);
            }
            self.any.push(any);
        }
    }

    /// The next server to try, those first that are known to answer. A question that waits behind the
    /// scout of a server which may be silent does not keep it from one that is not.
    fn racer(&self, any: &Any) -> Option<SocketAddr> {
        let state = |address: &SocketAddr| match self.servers.get(address) {
            Some(server) => server.state(),
            None => State::Unknown,
        };
        let count = |wanted: State| {
            let servers = any.servers.iter().filter(|a| state(a) == wanted);
            let racing = servers.filter_map(|address| self.servers.get(address));
            racing.filter(|s| s.expects(&any.question)).count()
        };
        let is_new = |address: &SocketAddr| {
            let server = self.servers.get(address);
            server.is_none_or(|server| !server.knows(&any.question))
        };
        let alive = count(State::Alive);
        let pick = |wanted: State| {
            let mut servers = any.servers.iter().copied();
            servers.find(|address| state(address) == wanted && is_new(address))
        };
        if alive >= limits::RACERS {
            return None;
        }
        pick(State::Alive).or_else(|| {
            let racing = alive + count(State::Unknown);
            (racing < limits::RACERS).then(|| pick(State::Unknown))?
        })
    }

    /// What an outcome calls for: the same over TCP, without EDNS, or once more.
    fn next_errand(&self, id: ExchangeId, errand: &Errand) -> Option<Errand> {
        let heard = self.view.get(id)?;
        let again = || Some(errand.clone());
        if heard.rejects_edns() {
            let has_edns = false;
            return again().map(|errand| Errand { has_edns, ..errand });
        }
        if let Some(message) = heard.usable() {
            let transport = Transport::Tcp;
            let is_cut = message.is_truncated() && errand.transport == Transport::Udp;
            return again().filter(|_| is_cut).map(|errand| Errand {
                transport,
                ..errand
            });
        }
        let attempts = self.view.attempts(heard.exchange.server, &errand.question);
        let same = attempts.filter(|(_, other)| errand_of(&other.exchange) == *errand);
        again().filter(|_| same.count() < self.settings.attempts as usize)
    }
}

fn errand_of(exchange: &Exchange) -> Errand {
    Errand {
        question: exchange.question().clone(),
        transport: exchange.transport,
        has_edns: exchange.query.edns.is_some(),
    }
}

fn ask(server: SocketAddr, errand: Errand) -> Ask {
    Ask {
        server,
        transport: errand.transport,
        query: Query {
            question: errand.question,
            recursion_desired: false,
            checking_disabled: false,
            authentic_data: false,
            probe: None,
            edns: errand.has_edns.then_some(QueryEdns {
                udp_size: UDP_SIZE,
                dnssec_ok: true,
                nsid: true,
            }),
        },
    }
}

#[cfg(test)]
mod tests;
