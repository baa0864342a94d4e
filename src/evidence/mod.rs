//! What servers said in one audit, and nothing about what it means.
//!
//! An [`Exchange`] is one question to one server over one transport with its [`Outcome`]. [`Evidence`]
//! is all exchanges of an audit together with what was configured when they were made (root hints and
//! trust anchors), so that it can be judged again at any instant, on any machine. The order in which
//! exchanges stand has no meaning: [`view::View`] and the [`archive`] sort them into the one [`order`].

pub mod archive;
pub mod hints;
pub mod instant;
pub mod order;
pub mod probes;
pub mod topology;
pub mod view;

use std::net::SocketAddr;
use std::time::Duration;

use crate::dns::message::Question;
use crate::dns::query::Query;
use crate::dns::{Name, Record, RecordType, Timestamp};

/// All exchanges of one audit, with the configuration they were made under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The name that is audited.
    pub name: Name,
    /// The type that is audited.
    pub rtype: RecordType,
    /// When the audit began.
    pub started: Timestamp,
    /// The root servers that were given: NS, A and AAAA records.
    pub hints: Vec<Record>,
    /// The trust anchors that were given: DS and DNSKEY records.
    pub anchors: Vec<Record>,
    /// The port of authoritative servers.
    pub port: u16,
    /// Whether addresses that cannot be global were asked (a private hierarchy).
    pub allow_private: bool,
    /// Whether the servers of the audited name's own zone were asked more than an audit needs, to try what
    /// else they can and cannot do.
    pub is_thorough: bool,
    /// The resolvers that were given, in that order.
    pub resolvers: Vec<Resolver>,
    /// What was asked and what came back.
    pub exchanges: Vec<Exchange>,
}

impl Evidence {
    /// Whether resolvers alone were asked.
    pub fn is_resolvers_only(&self) -> bool {
        let mut exchanges = self.exchanges.iter();
        !self.resolvers.is_empty()
            && exchanges.all(|e| e.query.recursion_desired && e.query.probe.is_none())
    }
}

/// A resolver whose view is wanted. What it was asked has RD set, what authoritative servers were asked
/// has not, so one address may be both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolver {
    /// As it was typed, without `@`.
    pub label: String,
    /// Where it is; `None` when its name has no address.
    pub address: Option<SocketAddr>,
    /// How it is asked first.
    pub transport: Transport,
}

impl Resolver {
    /// Whether this exchange was with this resolver.
    pub fn is_party_to(&self, exchange: &Exchange) -> bool {
        exchange.query.recursion_desired
            && exchange.query.probe.is_none()
            && Some(exchange.server) == self.address
            && exchange.transport.is_plain() == self.transport.is_plain()
            && (self.transport.is_plain() || exchange.transport == self.transport)
    }
}

/// One question to one server over one transport, with its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Who was asked.
    pub server: SocketAddr,
    /// Over which transport.
    pub transport: Transport,
    /// The query as sent, but for its message ID.
    pub query: Query,
    /// When it was sent.
    pub sent: Timestamp,
    /// How long until the outcome, in whole microseconds.
    pub elapsed: Duration,
    /// Datagrams received meanwhile that were not believed: wrong message ID, or no header.
    pub strays: u32,
    /// What came back.
    pub outcome: Outcome,
}

impl Exchange {
    /// What was asked.
    pub fn question(&self) -> &Question {
        &self.query.question
    }
}

/// How a question travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// A datagram.
    Udp,
    /// A stream with two-octet lengths (RFC 7766).
    Tcp,
    /// A TLS stream with two-octet lengths (RFC 7858).
    Tls,
    /// HTTP/2 over TLS (RFC 8484).
    Https,
}

impl Transport {
    /// Whether messages travel without encryption, where UDP and TCP go together.
    pub fn is_plain(self) -> bool {
        matches!(self, Self::Udp | Self::Tcp)
    }
}

impl std::fmt::Display for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
            Self::Https => "HTTPS",
        })
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The octets of a message with the right ID from the right address. It may still answer another
    /// question, or be malformed.
    Response(Vec<u8>),
    /// Nothing within the time given.
    Timeout,
    /// The network or the host said that nobody listens there (ICMP, RST, no route). The text is the
    /// kind of error.
    Unreachable(String),
    /// Nothing from the server, but a message with the right ID from this other address. Only a query that
    /// hears every address is told of it (RFC 2181, section 4.1; RFC 5452, section 9.1).
    Misdirected(SocketAddr),
    /// A TCP connection ended, or its stream was malformed, before a whole message came.
    Closed,
}
