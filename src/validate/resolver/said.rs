//! What a resolver answered to the question audited.

use std::fmt;
use std::net::SocketAddr;

use super::has_signature;
use crate::dns::edns::ExtendedError;
use crate::dns::message::Question;
use crate::dns::{Message, Rcode};
use crate::evidence::Outcome;
use crate::evidence::view::{ExchangeId, Heard, View};

/// What came back, taken at its word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The exchange that counts.
    pub exchange: Option<ExchangeId>,
    /// Why there is no answer; `None` when there is one.
    pub silence: Option<Silence>,
    /// Response code of the answer.
    pub rcode: Option<Rcode>,
    /// AD: the resolver calls the data authentic.
    pub is_authentic: bool,
    /// RA: it offers recursion.
    pub is_recursion_available: bool,
    /// CD, which it must copy from the query (RFC 4035, section 3.2.2).
    pub is_checking_disabled: bool,
    /// Whether RRSIG records came with it.
    pub has_signatures: bool,
    /// Whether an OPT record came with it.
    pub has_edns: bool,
    /// Extended errors, as hints.
    pub extended_errors: Vec<ExtendedError>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// Nothing came in time.
    Timeout,
    /// The network, the host or TLS refused: the kind of error.
    Unreachable(String),
    /// A connection ended before an answer came.
    Closed,
    /// What came is no answer: cut short, or to another question.
    Garbled,
    /// It was not asked.
    NotAsked,
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("no answer in time"),
            Self::Unreachable(why) => f.write_str(why),
            Self::Closed => f.write_str("it closed the connection"),
            Self::Garbled => f.write_str("what came back does not answer the question"),
            Self::NotAsked => f.write_str("it was not asked"),
        }
    }
}

impl Said {
    /// Reads the reply that counts, or why there is none.
    pub fn read(view: &View, server: Option<SocketAddr>, question: &Question) -> Self {
        let reply = server.and_then(|server| view.reply(server, question));
        match reply {
            Some(reply) => Self::answer(reply.id, reply.message),
            None => Self::none(view, server, question),
        }
    }

    fn answer(id: ExchangeId, message: &Message) -> Self {
        let edns = message.edns();
        Self {
            exchange: Some(id),
            silence: None,
            rcode: Some(message.rcode()),
            is_authentic: message.is_authentic_data(),
            is_recursion_available: message.is_recursion_available(),
            is_checking_disabled: message.is_checking_disabled(),
            has_signatures: has_signature(message),
            has_edns: edns.is_some(),
            extended_errors: edns.map(|edns| edns.extended_errors()).unwrap_or_default(),
        }
    }

    fn none(view: &View, server: Option<SocketAddr>, question: &Question) -> Self {
        let attempts = server.map(|server| view.attempts(server, question));
        // What says most: rather garbled than silent.
        let said = attempts
            .into_iter()
            .flatten()
            .max_by_key(|(_, heard)| heard.message.is_some());
        Self {
            exchange: said.map(|(id, _)| id),
            silence: Some(said.map_or(Silence::NotAsked, |(_, heard)| silence(heard))),
            rcode: None,
            is_authentic: false,
            is_recursion_available: false,
            is_checking_disabled: false,
            has_signatures: false,
            has_edns: false,
            extended_errors: Vec::new(),
        }
    }

    /// Whether it gives data or the absence of data.
    pub fn is_answer(&self) -> bool {
        matches!(self.rcode, Some(Rcode::NOERROR | Rcode::NXDOMAIN))
    }

    /// Whether it says that it failed.
    pub fn is_failure(&self) -> bool {
        self.rcode.is_some() && !self.is_answer()
    }

    /// The response code, or why there is none.
    pub fn in_words(&self) -> String {
        match (&self.rcode, &self.silence) {
            (Some(rcode), _) => rcode.to_string(),
            (None, Some(silence)) => silence.to_string(),
            (None, None) => String::new(),
        }
    }
}

fn silence(heard: &Heard) -> Silence {
    match &heard.exchange.outcome {
        Outcome::Response(_) => Silence::Garbled,
        Outcome::Timeout => Silence::Timeout,
        Outcome::Unreachable(why) => Silence::Unreachable(why.clone()),
        Outcome::Misdirected(source) => Silence::Unreachable(format!("an answer from {source}")),
        Outcome::Closed => Silence::Closed,
    }
}
