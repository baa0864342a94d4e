//! One address: what is still to be asked there, and whether anybody answers.
//!
//! An address starts *unknown* and is sent one question at a time, its scout, until it answers. Then it is
//! *alive* and gets all its questions, a few at a time. One that does not answer its scout, or stops
//! answering, is *dead* for all zones and gets no more. So a dead server costs one time-out.

use std::collections::{HashMap, VecDeque};

use super::limits;
use crate::dns::message::Question;
use crate::evidence::{Outcome, Transport};

/// What is known of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing came from it yet.
    Unknown,
    /// It answered.
    Alive,
    /// It does not answer, or no longer.
    Dead,
}

/// A question as it is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Errand {
    pub question: Question,
    pub transport: Transport,
    pub has_edns: bool,
}

impl Errand {
    pub fn new(question: Question) -> Self {
        Self {
            question,
            transport: Transport::Udp,
            has_edns: true,
        }
    }
}

/// One address.
#[derive(Debug)]
pub(super) struct Server {
    state: State,
    urgent: VecDeque<Errand>,
    patient: VecDeque<Errand>,
    /// Every question that was queued, and whether a good reply to it may still come soon.
    known: HashMap<Question, bool>,
    in_flight: usize,
    /// Questions in a row that were not answered.
    ignored: u32,
    tcp_failures: u32,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            state: State::Unknown,
            urgent: VecDeque::new(),
            patient: VecDeque::new(),
            known: HashMap::new(),
            in_flight: 0,
            ignored: 0,
            tcp_failures: 0,
        }
    }
}

impl Server {
    pub fn state(&self) -> State {
        self.state
    }

    /// Whether this question was queued before.
    pub fn knows(&self, question: &Question) -> bool {
        self.known.contains_key(question)
    }

    /// Whether this question is on its way and has not failed yet.
    pub fn expects(&self, question: &Question) -> bool {
        self.known.get(question).copied().unwrap_or(false)
    }

    /// Queues a question, once.
    pub fn want(&mut self, question: &Question, is_urgent: bool) {
        if self.knows(question) {
            return;
        }
        self.known
            .insert(question.clone(), self.state != State::Dead);
        if self.state != State::Dead {
            let queue = match is_urgent {
                true => &mut self.urgent,
                false => &mut self.patient,
            };
            queue.push_back(Errand::new(question.clone()));
        }
    }

    /// Queues the next attempt at a question that was asked.
    pub fn retry(&mut self, errand: Errand) {
        let is_given_up =
            errand.transport == Transport::Tcp && self.tcp_failures >= limits::TCP_FAILURES;
        if self.state != State::Dead && !is_given_up {
            self.urgent.push_front(errand);
        }
    }

    /// Takes the next question that may be sent now.
    pub fn next(&mut self) -> Option<Errand> {
        let room = match self.state {
            State::Unknown => 1,
            State::Alive => limits::IN_FLIGHT,
            State::Dead => 0,
        };
        if self.in_flight >= room {
            return None;
        }
        let errand = self
            .urgent
            .pop_front()
            .or_else(|| self.patient.pop_front())?;
        self.in_flight += 1;
        Some(errand)
    }

    /// Notes how a question ended; `attempts` is how often an unknown server is tried.
    pub fn note(&mut self, errand: &Errand, outcome: &Outcome, is_message: bool, attempts: u32) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(expected) = self.known.get_mut(&errand.question) {
            *expected = false;
        }
        match (errand.transport, is_message) {
            (Transport::Udp, true) => self.revive(),
            (_, true) => {
                self.tcp_failures = 0;
                self.revive();
            }
            (Transport::Udp, false) => self.note_silence(outcome, attempts),
            (_, false) => self.note_tcp_failure(),
        }
    }

    fn revive(&mut self) {
        self.ignored = 0;
        if self.state == State::Unknown {
            self.state = State::Alive;
        }
    }

    fn note_silence(&mut self, outcome: &Outcome, attempts: u32) {
        self.ignored += 1;
        let patience = match self.state {
            State::Unknown if matches!(outcome, Outcome::Unreachable(_)) => 0,
            State::Unknown => attempts,
            State::Alive => limits::IGNORED,
            State::Dead => return,
        };
        if self.ignored >= patience {
            self.state = State::Dead;
            self.urgent.clear();
            self.patient.clear();
            self.known
                .values_mut()
                .for_each(|expected| *expected = false);
        }
    }

    fn note_tcp_failure(&mut self) {
        self.tcp_failures += 1;
        if self.tcp_failures >= limits::TCP_FAILURES {
            for queue in [&mut self.urgent, &mut self.patient] {
                queue.retain(|errand| errand.transport == Transport::Udp);
            }
        }
    }
}
