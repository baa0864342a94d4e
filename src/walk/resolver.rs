//! One resolver: what is still to be asked there, with checking and without.
//!
//! It is first asked the question audited with CD clear and with CD set, and the SOA of the root: a name
//! that validates wherever validation works. Three questions at once are also three tries, so that one
//! that does not answer costs one time-out. If it answers, it is asked with CD set for all that a
//! validator needs here: SOA and DS of every name on the way, DNSKEY of every apex found, the question at
//! each alias, and a name that should not exist.

use std::collections::{BTreeSet, VecDeque};

use super::{Ask, UDP_SIZE, limits};
use crate::dns::message::Question;
use crate::dns::query::{Query, QueryEdns};
use crate::dns::{Name, RecordType};
use crate::evidence::probes::{self, question};
use crate::evidence::topology::through::{path, through};
use crate::evidence::view::{Heard, View};
use crate::evidence::{Exchange, Resolver, Transport};

/// A question as it is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Errand {
    question: Question,
    is_checking_disabled: bool,
    transport: Transport,
    has_edns: bool,
}

impl Errand {
    fn of(exchange: &Exchange) -> Self {
        Self {
            question: exchange.question().clone(),
            is_checking_disabled: exchange.query.checking_disabled,
            transport: exchange.transport,
            has_edns: exchange.query.edns.is_some(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unknown,
    Alive,
    Dead,
}

/// One resolver under way.
#[derive(Debug)]
pub(super) struct Inquiry {
    pub resolver: Resolver,
    state: State,
    queue: VecDeque<Errand>,
    known: BTreeSet<(Question, bool)>,
    in_flight: usize,
    /// Questions in a row that were not answered.
    ignored: u32,
    is_stale: bool,
}

impl Inquiry {
    /// An inquiry for a name and type that has asked nothing yet.
    pub fn new(resolver: Resolver, name: &Name, rtype: RecordType) -> Self {
        let state = match resolver.address {
            Some(_) => State::Unknown,
            None => State::Dead,
        };
        let mut inquiry = Self {
            resolver,
            state,
            queue: VecDeque::new(),
            known: BTreeSet::new(),
            in_flight: 0,
            ignored: 0,
            is_stale: false,
        };
        inquiry.want(question(name, rtype), false);
        inquiry.want(question(name, rtype), true);
        inquiry.want(probes::known_good(), false);
        inquiry
    }

    fn want(&mut self, question: Question, is_checking_disabled: bool) {
        let is_room = self.known.len() < limits::RESOLVER_QUESTIONS;
        if is_room && self.known.insert((question.clone(), is_checking_disabled)) {
            self.queue.push_back(Errand {
                question,
                is_checking_disabled,
                transport: self.resolver.transport,
                has_edns: true,
            });
        }
    }

    /// All questions that may be sent now.
    pub fn next_asks(&mut self, view: &View, name: &Name, rtype: RecordType) -> Vec<Ask> {
        self.plan(view, name, rtype);
        let Some(server) = self.resolver.address.filter(|_| self.state != State::Dead) else {
            return Vec::new();
        };
        let room = limits::RESOLVER_IN_FLIGHT.saturating_sub(self.in_flight);
        let errands = self.queue.drain(..room.min(self.queue.len()));
        let asks: Vec<_> = errands
            .map(|errand| Ask {
                server,
                transport: errand.transport,
                query: query(errand),
            })
            .collect();
        self.in_flight += asks.len();
        asks
    }

    fn plan(&mut self, view: &View, name: &Name, rtype: RecordType) {
        let Some(server) = self.resolver.address else {
            return;
        };
        if self.state != State::Alive || !std::mem::take(&mut self.is_stale) {
            return;
        }
        let lens = view.through(&self.resolver, true);
        let topology = through(&lens, server, name, rtype);
        self.want(question(&Name::root(), RecordType::DNSKEY), true);
        for trail in &topology.trails {
            self.want(question(&trail.name, rtype), true);
            for at in path(&trail.name) {
                self.want(question(&at, RecordType::DS), true);
                self.want(question(&at, RecordType::SOA), true);
            }
            for apex in &trail.zones {
                self.want(question(apex, RecordType::DNSKEY), true);
            }
        }
        // Where the zone begins that answers is known only once all is told.
        let zone = topology.trails.first().and_then(|trail| trail.zones.last());
        if self.in_flight == 0 && self.queue.is_empty() {
            let missing = zone.and_then(probes::missing_name);
            missing
                .into_iter()
                .for_each(|question| self.want(question, true));
        }
    }

    /// Takes in an exchange with this resolver.
    pub fn note(&mut self, heard: &Heard, view: &View) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.is_stale = true;
        if heard.message.is_some() {
            self.state = State::Alive;
            self.ignored = 0;
        } else {
            self.ignored += 1;
        }
        let is_given_up = match self.state {
            State::Unknown => self.in_flight == 0,
            State::Alive => self.ignored >= limits::RESOLVER_IGNORED,
            State::Dead => true,
        };
        if is_given_up {
            self.state = State::Dead;
            self.queue.clear();
        } else if let Some(errand) = self.next_try(heard, view) {
            self.queue.push_front(errand);
        }
    }

    /// The same without EDNS, over TCP, or once more.
    fn next_try(&self, heard: &Heard, view: &View) -> Option<Errand> {
        let mut errand = Errand::of(&heard.exchange);
        if heard.rejects_edns() {
            errand.has_edns = false;
            return Some(errand);
        }
        if let Some(message) = heard.usable() {
            let is_cut = message.is_truncated() && errand.transport == Transport::Udp;
            errand.transport = Transport::Tcp;
            return is_cut.then_some(errand);
        }
        let lens = view.through(&self.resolver, errand.is_checking_disabled);
        let attempts = lens.attempts(heard.exchange.server, &errand.question);
        let same = attempts.filter(|(_, other)| Errand::of(&other.exchange) == errand);
        let is_left = same.count() < limits::ATTEMPTS as usize && self.state == State::Alive;
        is_left.then_some(errand)
    }
}

fn query(errand: Errand) -> Query {
    Query {
        question: errand.question,
        recursion_desired: true,
        checking_disabled: errand.is_checking_disabled,
        // DO asks for AD as well (RFC 6840, section 5.7); without EDNS there is no DO.
        authentic_data: !errand.has_edns,
        probe: None,
        edns: errand.has_edns.then_some(QueryEdns {
            udp_size: UDP_SIZE,
            dnssec_ok: true,
            nsid: true,
        }),
    }
}
