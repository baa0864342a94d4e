//! How much one audit asks, each number with its reason. Limits on zones and trails stand with the
//! topology, in [`crate::evidence::topology::limits`].

use std::collections::BTreeSet;

use crate::evidence::topology::Limit;
use crate::evidence::view::View;
use crate::evidence::{Exchange, Outcome};

/// Exchanges of one audit. The root, a top-level domain and a zone with 26 addresses each take some 900.
pub const EXCHANGES: usize = 6_000;

/// Octets of responses of one audit. A response has 600 octets on average; 8 MiB are twice what all
/// exchanges allowed then bring, and keep an audit small in memory.
pub const OCTETS: usize = 8 << 20;

/// How often a question is sent before it counts as unanswered. Two losses in a row are rare where one
/// packet in a hundred is lost; resolvers send three times and more (`outbound-msg-retry` in
/// unbound.conf(5)), but have somebody waiting.
pub const ATTEMPTS: u32 = 2;

/// Questions in flight at one address: enough that a zone's dozen questions take two round trips, and a
/// burst no greater than a busy resolver sends. Response rate limiting counts like answers to one client
/// (BIND's `responses-per-second`), and these differ.
pub const IN_FLIGHT: usize = 8;

/// Questions in a row that a server may leave unanswered after it once answered.
pub const IGNORED: u32 = 3;

/// TCP exchanges in a row that may fail at one address before no more are tried there.
pub const TCP_FAILURES: u32 = 2;

/// Servers asked at a time when one good reply is enough.
pub const RACERS: usize = 2;

/// Questions to one resolver. A name of eight labels with one alias as long takes some fifty.
pub const RESOLVER_QUESTIONS: usize = 160;

/// Questions in flight at one resolver.
pub const RESOLVER_IN_FLIGHT: usize = 16;

/// Questions in a row that a resolver may leave unanswered after it once answered: it answers some from
/// its cache, and gives up on others only after a while.
pub const RESOLVER_IGNORED: u32 = 8;

/// Probes of one thorough look: fourteen at each of 26 addresses, and as many again for what is repeated.
pub const PROBES: usize = 700;

/// Probes in flight at one address: they ask for the same RRset, and servers that limit the rate of equal
/// answers commonly allow five in a second (BIND's `responses-per-second` in its reference manual).
pub const PROBES_IN_FLIGHT: usize = 2;

/// Probes that may go unanswered at one address and still be repeated.
pub const PROBES_IGNORED: usize = 4;

/// Questions without an answer that are asked again with a smaller UDP payload, at one address.
pub const LOST: usize = 2;

/// Greatest length of a server's part of a cookie, in octets (RFC 7873, section 4).
pub const COOKIE: usize = 32;

/// What an audit may spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Exchanges.
    pub exchanges: usize,
    /// Octets of all responses; the last may go beyond.
    pub octets: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            exchanges: EXCHANGES,
            octets: OCTETS,
        }
    }
}

impl Budget {
    /// The limits that exchanges, such as those of saved evidence, have reached.
    pub fn reached(&self, view: &View) -> BTreeSet<Limit> {
        let heard = view.heard();
        let octets = heard.iter().map(|item| octets(&item.exchange)).sum();
        self.reached_by(heard.len(), octets)
    }

    pub(super) fn reached_by(&self, exchanges: usize, octets: usize) -> BTreeSet<Limit> {
        let spent = [
            (Limit::Exchanges, exchanges >= self.exchanges),
            (Limit::Octets, octets >= self.octets),
        ];
        let reached = spent.into_iter().filter(|(_, is_reached)| *is_reached);
        reached.map(|(limit, _)| limit).collect()
    }
}

/// The octets of a response; 0 without one.
pub(super) fn octets(exchange: &Exchange) -> usize {
    match &exchange.outcome {
        Outcome::Response(octets) => octets.len(),
        Outcome::Timeout | Outcome::Unreachable(_) | Outcome::Misdirected(_) | Outcome::Closed => 0,
    }
}
