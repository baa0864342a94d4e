//! From the octets of a query to what a server does with them.

use std::net::IpAddr;

use super::answer::{self, Draft};
use super::plan::Mode;
use super::writer::{self, Frame, Opt, Row, UDP_PAYLOAD};
use super::zone::Zone;
use super::{Action, Transport};
use crate::dns::edns::{Edns, NSID};
use crate::dns::message::Question;
use crate::dns::{Class, Message, Name, Rcode, RecordType};

const QR: u16 = 0x8000;
const AA: u16 = 0x0400;
const TC: u16 = 0x0200;
const OPCODE: u16 = 0x7800;
/// RD and CD come back as they were sent (RFC 1035, section 4.1.1; RFC 4035, section 3.1.6).
const ECHOED: u16 = 0x0110;
/// Least UDP payload that every client takes (RFC 1035, section 4.2.1).
const PLAIN_PAYLOAD: u16 = 512;

/// A query that was understood, and what it was sent over.
pub(super) struct Query {
    message: Message,
    edns: Option<Edns>,
    transport: Transport,
}

/// The server that was asked, as far as the question's name is concerned.
pub(super) struct Served<'a> {
    /// Its name, without the final dot.
    pub server: &'a str,
    /// What it does.
    pub mode: Mode,
    /// Its version of the zone.
    pub zone: &'a Zone,
    /// The root's NS records, for servers that refer upwards.
    pub root: &'a [(Name, IpAddr)],
}

impl Query {
    /// Reads a query; `None` for octets that nobody answers.
    pub fn read(octets: &[u8], transport: Transport) -> Option<Self> {
        let message = Message::parse(octets).ok()?;
        if message.is_response() {
            return None;
        }
        Some(Self {
            edns: message.edns(),
            message,
            transport,
        })
    }

    /// The one question of an ordinary query; else the response code to refuse it with.
    pub fn question(&self) -> Result<&Question, Rcode> {
        if self.message.flags & OPCODE != 0 {
            return Err(Rcode::NOTIMP);
        }
        let [question] = &self.message.questions[..] else {
            return Err(Rcode::FORMERR);
        };
        if !self.message.faults.is_empty() {
            return Err(Rcode::FORMERR);
        }
        if self.edns.as_ref().is_some_and(|edns| edns.version > 0) {
            return Err(Rcode::BADVERS);
        }
        let is_transfer = matches!(question.rtype, RecordType::AXFR | RecordType::IXFR);
        if question.class != Class::IN || is_transfer {
            return Err(Rcode::REFUSED);
        }
        Ok(question)
    }

    /// A response with a code and nothing else.
    pub fn fail(&self, rcode: Rcode, server: &str) -> Action {
        Action::Reply(self.write(rcode, 0, server, self.is_dnssec_ok(), [&[], &[], &[]]))
    }

    /// What a server that has the zone does.
    pub fn answer(&self, question: &Question, served: &Served<'_>) -> Action {
        match served.mode {
            Mode::Silent => Action::Silence,
            Mode::Refuse => self.fail(Rcode::REFUSED, served.server),
            Mode::ReferUp => self.refer_up(served),
            Mode::StripDnssec => self.reply(question, served, false),
            Mode::Answer => self.reply(question, served, self.is_dnssec_ok()),
        }
    }

    fn is_dnssec_ok(&self) -> bool {
        self.edns.as_ref().is_some_and(|edns| edns.dnssec_ok)
    }

    fn reply(&self, question: &Question, served: &Served<'_>, has_dnssec: bool) -> Action {
        let draft: Draft<'_> = answer::draft(served.zone, question, has_dnssec);
        let authoritative = if draft.is_authoritative { AA } else { 0 };
        let write = |flags: u16, sections: [&[Row<'_>]; 3]| {
            self.write(draft.rcode, flags, served.server, has_dnssec, sections)
        };
        let whole = write(
            authoritative,
            [&draft.answer, &draft.authority, &draft.additional],
        );
        if whole.len() <= self.limit() {
            return Action::Reply(whole);
        }
        Action::Reply(write(authoritative | TC, [&[], &[], &[]]))
    }

    fn refer_up(&self, served: &Served<'_>) -> Action {
        let rows: Vec<Row<'_>> = served
            .root
            .iter()
            .map(|(name, _)| Row {
                owner: Name::root(),
                rtype: RecordType::NS,
                ttl: super::zone::TTL,
                rdata: name.wire().into(),
            })
            .collect();
        let dnssec_ok = self.is_dnssec_ok();
        let sections: [&[Row<'_>]; 3] = [&[], &rows, &[]];
        Action::Reply(self.write(Rcode::NOERROR, 0, served.server, dnssec_ok, sections))
    }

    /// The greatest response in octets.
    fn limit(&self) -> usize {
        match (self.transport, &self.edns) {
            (Transport::Tcp, _) => usize::from(u16::MAX),
            (Transport::Udp, None) => usize::from(PLAIN_PAYLOAD),
            (Transport::Udp, Some(edns)) => {
                usize::from(edns.udp_size.clamp(PLAIN_PAYLOAD, UDP_PAYLOAD))
            }
        }
    }

    fn write(
        &self,
        rcode: Rcode,
        flags: u16,
        server: &str,
        dnssec_ok: bool,
        sections: [&[Row<'_>]; 3],
    ) -> Vec<u8> {
        let query = &self.message;
        let opt = self.edns.as_ref().map(|edns| Opt {
            // The response codes of the lab have at most twelve bits.
            extended_rcode: (rcode.0 >> 4) as u8,
            dnssec_ok,
            nsid: edns
                .options
                .iter()
                .any(|option| option.0 == NSID)
                .then_some(server),
        });
        let frame = Frame {
            id: query.id,
            flags: QR | query.flags & (OPCODE | ECHOED) | flags | rcode.0 & 0xF,
            question: query.questions.first(),
            opt,
        };
        writer::write(&frame, sections)
    }
}
