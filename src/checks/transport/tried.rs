//! What servers made of the probes of a thorough look.
//!
//! Silence tells something only of a server that answered an ordinary question afterwards, and an answer
//! that is cut short is as good as a whole one: servers that limit their rate cut answers.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::{Odd, state_odd};
use crate::checks::{Context, Statement};
use crate::dns::edns::Edns;
use crate::dns::message::Question;
use crate::dns::probe::Probe;
use crate::dns::{Message, Rcode, RecordType};
use crate::evidence::view::{ExchangeId, Heard, View};
use crate::evidence::{Outcome, Transport};
use crate::validate::JudgedZone;

/// How one server took a probe.
#[derive(Debug, Clone, Copy)]
pub struct Tried<'a> {
    /// The zone whose server it is.
    pub zone: &'a JudgedZone,
    /// The exchange: of several, one that was answered.
    pub id: ExchangeId,
    /// What was heard.
    pub heard: &'a Heard,
    /// What was odd about the question.
    pub probe: &'a Probe,
}

/// How each server took the probes that are wanted.
pub fn tried<'a>(context: &Context<'a>, is_wanted: impl Fn(&Probe) -> bool) -> Vec<Tried<'a>> {
    let mut best: BTreeMap<(SocketAddr, &Question, &Probe), (ExchangeId, &'a Heard)> =
        BTreeMap::new();
    for (id, heard) in context.view.probed() {
        let Some(probe) = heard.exchange.query.probe.as_ref().filter(|p| is_wanted(p)) else {
            continue;
        };
        let key = (heard.exchange.server, heard.exchange.question(), probe);
        let known = best.entry(key).or_insert((id, heard));
        if known.1.message.is_none() && heard.message.is_some() {
            *known = (id, heard);
        }
    }
    let zones = || {
        let zones = context.zones();
        zones.filter(|(_, known)| known.is_thorough)
    };
    let tried = best
        .into_iter()
        .filter_map(|((server, _, probe), (id, heard))| {
            let (zone, _) = zones().find(|(_, known)| known.servers.contains_key(&server))?;
            Some(Tried {
                zone,
                id,
                heard,
                probe,
            })
        });
    tried.collect()
}

impl<'a> Tried<'a> {
    /// The message, if it answers the question.
    pub fn message(&self) -> Option<&'a Message> {
        self.heard.usable()
    }

    /// The EDNS of that.
    pub fn edns(&self) -> Option<Edns> {
        self.message().and_then(Message::edns)
    }

    /// Whether it was answered with an SOA record.
    pub fn has_soa(&self) -> bool {
        self.message().is_some_and(|message| {
            let mut answer = message.answer.iter();
            message.rcode() == Rcode::NOERROR && answer.any(|r| r.rtype == RecordType::SOA)
        })
    }

    /// The server.
    pub fn server(&self) -> SocketAddr {
        self.heard.exchange.server
    }

    /// What is odd about it.
    pub fn odd(&self, what: impl Into<String>) -> Odd<'a> {
        Odd {
            zone: self.zone,
            server: self.server(),
            id: self.id,
            what: what.into(),
        }
    }

    /// Whether the server left it unanswered and did answer an ordinary question later.
    pub fn is_ignored(&self, view: &View) -> bool {
        let is_silent = self.heard.message.is_none()
            && self.heard.exchange.transport == Transport::Udp
            && self.heard.exchange.outcome == Outcome::Timeout;
        is_silent
            && view.probed().any(|(_, other)| {
                other.exchange.query.probe == Some(Probe::Plain)
                    && other.exchange.server == self.server()
                    && other.message.is_some()
            })
    }

    /// How the answer differs from the SOA record that an ordinary question brings, if it does.
    pub fn difference(&self, view: &View) -> Option<String> {
        let Some(message) = self.message() else {
            let is_garbled = self.heard.message.is_some();
            return match is_garbled {
                true => Some("an answer to another question".to_owned()),
                false => self.is_ignored(view).then(|| "no answer".to_owned()),
            };
        };
        if message.is_truncated() {
            return None;
        }
        let has_soa = || {
            let mut answer = message.answer.iter();
            answer.any(|r| r.rtype == RecordType::SOA && r.owner == self.zone.apex)
        };
        match message.rcode() {
            Rcode::NOERROR if has_soa() => None,
            Rcode::NOERROR => Some("no SOA record".to_owned()),
            rcode => Some(rcode.to_string()),
        }
    }
}

/// Servers that failed the ordinary question about the zone, and answer it asked in this way. It is asked so
/// only of them.
pub fn rescued(context: &Context<'_>, by: &Probe, what: &str) -> Vec<Statement> {
    let tried = tried(context, |probe| probe == by);
    let odd = tried.iter().filter(|one| one.has_soa());
    state_odd(
        context,
        odd.map(|one| one.odd(what)),
        |zone, what, servers| {
            (
                format!("{servers} of {} answer only with {what}", zone.apex),
                format!(
                    "update the server, or let what stands in front of it pass EDNS; this must answer: dig @ADDRESS {} SOA +norecurse +dnssec",
                    zone.apex
                ),
            )
        },
    )
}
