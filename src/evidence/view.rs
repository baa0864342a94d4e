//! Exchanges read once and indexed: what each server answered to each question.
//!
//! For one server and question the best outcome counts: a usable response before a failure, one that
//! takes EDNS as it was sent before one that rejects it, a whole one before a truncated one, TCP before
//! UDP, the earlier before the later. All exchanges keep an [`ExchangeId`], which is their place in the
//! canonical order and so the same however they arrived.
//!
//! Replies to probes stand apart: neither [`View::heard`] nor any index has them, so that none can be taken
//! for what a server says of its zone. Only [`View::probed`] gives them, and [`View::get`] by identifiers
//! that follow those of all others.
//!
//! A view answers for authoritative servers, which are asked without RD. What a resolver said is seen
//! [`through`](View::through) it: the same exchanges under the same identifiers, another index.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use super::{Exchange, Outcome, Resolver, Transport, order};
use crate::dns::message::{MessageFault, Question};
use crate::dns::{Message, Name, Rcode, Record, RecordType};

/// The place of an exchange in the canonical order of its evidence, from 0.
pub type ExchangeId = usize;

/// An exchange with its response parsed.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The exchange.
    pub exchange: Exchange,
    /// The response, when one came that has a header.
    pub message: Option<Message>,
    is_usable: bool,
}

/// Exchanges in canonical order with an index by question and server.
#[derive(Debug, Clone, Default)]
pub struct View {
    heard: Arc<Vec<Heard>>,
    probed: Arc<Vec<Heard>>,
    index: BTreeMap<Question, BTreeMap<SocketAddr, Vec<ExchangeId>>>,
    silent: BTreeMap<SocketAddr, bool>,
}

/// What one server answered to one question: the exchange that counts and its message.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'v> {
    /// Who answered.
    pub server: SocketAddr,
    /// The exchange that counts.
    pub id: ExchangeId,
    /// What it holds.
    pub message: &'v Message,
}

impl View {
    /// Reads exchanges; their order has no influence on the result.
    pub fn new(exchanges: Vec<Exchange>) -> Self {
        let mut heard: Vec<Heard> = exchanges.into_iter().map(Heard::read).collect();
        heard.sort_by(|a, b| order::compare(&a.exchange, &b.exchange));
        let mut view = Self::default();
        for item in heard {
            view.push(item);
        }
        view
    }

    /// Adds one exchange at the end, as the walk does while exchanges come in. Identifiers are then in
    /// order of arrival. A probe is added apart.
    pub fn add(&mut self, exchange: Exchange) -> ExchangeId {
        self.push(Heard::read(exchange))
    }

    fn push(&mut self, item: Heard) -> ExchangeId {
        if item.exchange.query.probe.is_some() {
            Arc::make_mut(&mut self.probed).push(item);
            return self.heard.len() + self.probed.len() - 1;
        }
        let id = self.heard.len();
        if !item.exchange.query.recursion_desired {
            self.note(id, &item);
        }
        Arc::make_mut(&mut self.heard).push(item);
        id
    }

    fn note(&mut self, id: ExchangeId, item: &Heard) {
        let servers = self
            .index
            .entry(item.exchange.question().clone())
            .or_default();
        servers.entry(item.exchange.server).or_default().push(id);
        let silent = self.silent.entry(item.exchange.server).or_insert(true);
        *silent &= item.message.is_none();
    }

    /// The view of what this resolver said, asked with CD set or clear.
    pub fn through(&self, resolver: &Resolver, is_checking_disabled: bool) -> Self {
        let mut lens = Self {
            heard: Arc::clone(&self.heard),
            probed: Arc::clone(&self.probed),
            ..Self::default()
        };
        for (id, item) in self.heard.iter().enumerate() {
            let exchange = &item.exchange;
            if exchange.query.checking_disabled == is_checking_disabled
                && resolver.is_party_to(exchange)
            {
                lens.note(id, item);
            }
        }
        lens
    }

    /// The exchanges in canonical order.
    pub fn into_exchanges(self) -> Vec<Exchange> {
        let mut heard = Arc::unwrap_or_clone(self.heard);
        heard.extend(Arc::unwrap_or_clone(self.probed));
        heard.sort_by(|a, b| order::compare(&a.exchange, &b.exchange));
        heard.into_iter().map(|item| item.exchange).collect()
    }

    /// Whether this server was asked something and never sent a message.
    pub fn is_silent(&self, server: SocketAddr) -> bool {
        self.silent.get(&server).copied().unwrap_or(false)
    }

    /// All exchanges but the probes, in order of their identifiers.
    pub fn heard(&self) -> &[Heard] {
        &self.heard
    }

    /// The exchange with this identifier.
    pub fn get(&self, id: ExchangeId) -> Option<&Heard> {
        let probe = || self.probed.get(id.checked_sub(self.heard.len())?);
        self.heard.get(id).or_else(probe)
    }

    /// The probes with their identifiers.
    pub fn probed(&self) -> impl Iterator<Item = (ExchangeId, &Heard)> {
        (self.heard.len()..).zip(self.probed.iter())
    }

    /// Every exchange of this server on this question.
    pub fn attempts(
        &self,
        server: SocketAddr,
        question: &Question,
    ) -> impl Iterator<Item = (ExchangeId, &Heard)> {
        let ids = self
            .index
            .get(question)
            .and_then(|servers| servers.get(&server));
        ids.into_iter().flatten().map(|&id| (id, &self.heard[id]))
    }

    /// What this server answered to this question: a response to that very question, whole if there is
    /// a whole one. `None` when no usable response came.
    pub fn reply(&self, server: SocketAddr, question: &Question) -> Option<Reply<'_>> {
        let ids = self.index.get(question)?.get(&server)?;
        self.best(server, ids)
    }

    /// What each server answered to this question, by server; those without a usable response are left
    /// out.
    pub fn replies<'v>(&'v self, question: &Question) -> impl Iterator<Item = Reply<'v>> + use<'v> {
        let servers = self.index.get(question).into_iter().flatten();
        servers.filter_map(|(&server, ids)| self.best(server, ids))
    }

    fn best(&self, server: SocketAddr, ids: &[ExchangeId]) -> Option<Reply<'_>> {
        let usable = |&id: &ExchangeId| Some((id, &self.heard[id], self.heard[id].usable()?));
        ids.iter()
            .filter_map(usable)
            .min_by(|a, b| {
                let rank = a.1.rank(a.2).cmp(&b.1.rank(b.2));
                rank.then_with(|| order::compare(&a.1.exchange, &b.1.exchange))
            })
            .map(|(id, _, message)| Reply {
                server,
                id,
                message,
            })
    }

    /// Every server asked this question.
    pub fn servers_asked(&self, question: &Question) -> impl Iterator<Item = SocketAddr> {
        self.index
            .get(question)
            .into_iter()
            .flat_map(|servers| servers.keys().copied())
    }

    /// Every question that was asked.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.index.keys()
    }
}

impl Heard {
    fn read(exchange: Exchange) -> Self {
        let message = match &exchange.outcome {
            Outcome::Response(octets) => Message::parse(octets).ok(),
            _ => None,
        };
        let is_usable = message
            .as_ref()
            .is_some_and(|message| message.is_response() && is_on_topic(&exchange, message));
        Self {
            exchange,
            message,
            is_usable,
        }
    }

    /// How good the message is among several to one question; less is better.
    fn rank(&self, message: &Message) -> impl Ord + use<> {
        (
            self.rejects_edns(),
            message.is_truncated(),
            self.exchange.transport == Transport::Udp,
        )
    }

    /// Whether the server could not cope with EDNS in the query: FORMERR or NOTIMP without an OPT record
    /// (RFC 6891, section 7), or BADVERS (section 6.1.3).
    pub fn rejects_edns(&self) -> bool {
        let message = match &self.message {
            Some(message) if self.exchange.query.edns.is_some() => message,
            _ => return false,
        };
        match message.rcode() {
            Rcode::BADVERS => true,
            Rcode::FORMERR | Rcode::NOTIMP => message.edns().is_none(),
            _ => false,
        }
    }

    /// The message when it is a response to the question that was asked, whatever it says.
    pub fn usable(&self) -> Option<&Message> {
        self.message.as_ref().filter(|_| self.is_usable)
    }
}

/// Whether the message repeats the question. A server may leave the question out of an error, such as
/// FORMERR, but neither put another one there nor one that cannot be read.
fn is_on_topic(exchange: &Exchange, message: &Message) -> bool {
    match message.questions.as_slice() {
        [] => message.answer.is_empty() && message.authority.is_empty() && !is_garbled(message),
        [question] => question == exchange.question(),
        _ => false,
    }
}

fn is_garbled(message: &Message) -> bool {
    let mut faults = message.faults.iter();
    faults.any(|fault| matches!(fault, MessageFault::Question(_)))
}

/// The records of `rtype` at `owner` in `section`.
pub fn records<'m, 'o>(
    section: &'m [Record],
    owner: &'o Name,
    rtype: RecordType,
) -> impl Iterator<Item = &'m Record> + use<'m, 'o> {
    section
        .iter()
        .filter(move |record| record.rtype == rtype && record.owner == *owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::probe::Probe;
    use crate::dns::query::Query;
    use crate::dns::{Class, Timestamp};
    use std::time::Duration;

    fn exchange(transport: Transport, outcome: Outcome) -> Exchange {
        Exchange {
            server: "192.0.2.1:53".parse().unwrap(),
            transport,
            query: Query {
                question: question(),
                recursion_desired: false,
                checking_disabled: false,
                authentic_data: false,
                probe: None,
                edns: None,
            },
            sent: Timestamp(0),
            elapsed: Duration::ZERO,
            strays: 0,
            outcome,
        }
    }

    fn question() -> Question {
        Question {
            name: "a.".parse().unwrap(),
            rtype: RecordType::A,
            class: Class::IN,
        }
    }

    fn response(flags: u16, name: &[u8]) -> Outcome {
        let mut octets = vec![0, 0];
        octets.extend(flags.to_be_bytes());
        octets.extend([0, 1, 0, 0, 0, 0, 0, 0]);
        octets.extend_from_slice(name);
        octets.extend([0, 1, 0, 1]);
        Outcome::Response(octets)
    }

    #[test]
    fn the_best_attempt_counts_in_any_order() {
        let mut exchanges = vec![
            exchange(Transport::Udp, Outcome::Timeout),
            exchange(Transport::Udp, response(0x8600, b"\x01a\x00")),
            exchange(Transport::Tcp, response(0x8400, b"\x01a\x00")),
            exchange(Transport::Tcp, response(0x8400, b"\x01b\x00")),
        ];
        let server = exchanges[0].server;
        for _ in 0..4 {
            exchanges.rotate_left(1);
            let view = View::new(exchanges.clone());
            let reply = view.reply(server, &question()).unwrap();
            let heard = view.get(reply.id).unwrap();
            assert_eq!(heard.exchange.transport, Transport::Tcp);
            assert!(!reply.message.is_truncated());
        }
    }

    #[test]
    fn what_a_probe_brings_is_never_a_reply() {
        let ordinary = exchange(Transport::Udp, response(0x8400, b"\x01a\x00"));
        let mut probe = exchange(Transport::Tcp, response(0x8403, b"\x01a\x00"));
        probe.query.probe = Some(Probe::Plain);
        let server = probe.server;
        let resolver = Resolver {
            label: "r".to_owned(),
            address: Some(server),
            transport: Transport::Udp,
        };
        for exchanges in [
            vec![ordinary.clone(), probe.clone()],
            vec![probe.clone(), ordinary.clone()],
        ] {
            let view = View::new(exchanges);
            assert_eq!(view.reply(server, &question()).unwrap().id, 0);
            assert_eq!(view.replies(&question()).count(), 1);
            assert_eq!(view.attempts(server, &question()).count(), 1);
            assert_eq!(view.heard().len(), 1);
            let probed: Vec<_> = view
                .probed()
                .map(|(id, heard)| (id, &heard.exchange))
                .collect();
            assert_eq!(probed, [(1, &probe)]);
            assert_eq!(view.get(1).unwrap().exchange, probe);
            assert!(view.get(2).is_none());
            assert_eq!(view.into_exchanges(), [ordinary.clone(), probe.clone()]);
        }
        // Neither for a server that says nothing else, nor with RD set for a resolver of that address.
        probe.query.recursion_desired = true;
        let view = View::new(vec![probe]);
        assert!(view.reply(server, &question()).is_none() && !view.is_silent(server));
        assert!(
            view.through(&resolver, false)
                .replies(&question())
                .next()
                .is_none()
        );
        assert!(view.questions().next().is_none() && view.heard().is_empty());
    }

    #[test]
    fn an_answer_to_another_question_is_not_a_reply() {
        let view = View::new(vec![exchange(
            Transport::Udp,
            response(0x8400, b"\x01b\x00"),
        )]);
        assert!(
            view.reply("192.0.2.1:53".parse().unwrap(), &question())
                .is_none()
        );
    }

    #[test]
    fn a_question_that_cannot_be_read_is_not_one_left_out() {
        let octets =
            |count: u8| [vec![0, 0, 0x84, 1, 0, count], vec![0; 6], vec![0xFF; 9]].concat();
        for (count, is_reply) in [(0, true), (1, false)] {
            let outcome = Outcome::Response(octets(count));
            let view = View::new(vec![exchange(Transport::Udp, outcome)]);
            let reply = view.reply("192.0.2.1:53".parse().unwrap(), &question());
            assert_eq!(reply.is_some(), is_reply, "{count}");
        }
    }
}
