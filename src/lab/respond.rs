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

/// RA: recursion is offered.
pub(super) const RA: u16 = 0x0080;
/// AD: the data is authentic (RFC 4035, section 3.2.3).
pub(super) const AD: u16 = 0x0020;
/// CD: checking is disabled (RFC 4035, section 3.2.2).
pub(super) const CD: u16 = 0x0010;
const QR: u16 = 0x8000;
const AA: u16 = 0x0400;
const TC: u16 = 0x0200;
const OPCODE: u16 = 0x7800;
/// RD comes back as it was sent (RFC 1035, section 4.1.1).
const RD: u16 = 0x0100;
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

/// Who answers, and how much of DNSSEC and EDNS it speaks.
#[derive(Clone, Copy)]
pub(super) struct Sender<'a> {
    /// What it answers to NSID.
    pub server: &'a str,
    /// Whether an OPT record in a query is answered with one.
    pub has_edns: bool,
    /// Whether DO comes back set.
    pub dnssec_ok: bool,
    /// Whether CD comes back as it was sent (RFC 4035, section 3.1.6 and 3.2.2).
    pub copies_cd: bool,
    /// INFO-CODE of an extended error (RFC 8914).
    pub extended_error: Option<u16>,
}

impl<'a> Sender<'a> {
    fn authority(server: &'a str, dnssec_ok: bool) -> Self {
        Self {
            server,
            has_edns: true,
            dnssec_ok,
            copies_cd: true,
            extended_error: None,
        }
    }
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
        let sender = Sender::authority(server, self.is_dnssec_ok());
        self.reply(&sender, rcode, 0, [&[], &[], &[]])
    }

    /// What a server that has the zone does.
    pub fn answer(&self, question: &Question, served: &Served<'_>) -> Action {
        match served.mode {
            Mode::Silent => Action::Silence,
            Mode::Refuse => self.fail(Rcode::REFUSED, served.server),
            Mode::ReferUp => self.refer_up(served),
            Mode::StripDnssec => self.give(question, served, false),
            Mode::Answer => self.give(question, served, self.is_dnssec_ok()),
        }
    }

    /// Whether DO is set.
    pub fn is_dnssec_ok(&self) -> bool {
        self.edns.as_ref().is_some_and(|edns| edns.dnssec_ok)
    }

    /// Whether a flag of the header is set.
    pub fn has_flag(&self, flag: u16) -> bool {
        self.message.flags & flag != 0
    }

    fn give(&self, question: &Question, served: &Served<'_>, has_dnssec: bool) -> Action {
        let draft: Draft<'_> = answer::draft(served.zone, question, has_dnssec);
        let flags = if draft.is_authoritative { AA } else { 0 };
        let sender = Sender::authority(served.server, has_dnssec);
        let sections: [&[Row<'_>]; 3] = [&draft.answer, &draft.authority, &draft.additional];
        self.reply(&sender, draft.rcode, flags, sections)
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
        let sender = Sender::authority(served.server, self.is_dnssec_ok());
        self.reply(&sender, Rcode::NOERROR, 0, [&[], &rows, &[]])
    }

    /// A response; without its records when they do not fit.
    pub fn reply(
        &self,
        sender: &Sender<'_>,
        rcode: Rcode,
        flags: u16,
        sections: [&[Row<'_>]; 3],
    ) -> Action {
        let question = self.message.questions.first();
        let whole = self.write(sender, question, rcode, flags, sections);
        if whole.len() <= self.limit() {
            return Action::Reply(whole);
        }
        let empty: [&[Row<'_>]; 3] = [&[], &[], &[]];
        Action::Reply(self.write(sender, question, rcode, flags | TC, empty))
    }

    /// A response to a question that nobody asked.
    pub fn reply_to_another(&self, sender: &Sender<'_>, flags: u16) -> Action {
        let question = Question {
            name: "another-question.test.".parse().expect("a fixed name"),
            rtype: RecordType::TXT,
            class: Class::IN,
        };
        let empty: [&[Row<'_>]; 3] = [&[], &[], &[]];
        Action::Reply(self.write(sender, Some(&question), Rcode::NOERROR, flags, empty))
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
        sender: &Sender<'_>,
        question: Option<&Question>,
        rcode: Rcode,
        flags: u16,
        sections: [&[Row<'_>]; 3],
    ) -> Vec<u8> {
        let query = &self.message;
        let edns = self.edns.as_ref().filter(|_| sender.has_edns);
        let opt = edns.map(|edns| Opt {
            // The response codes of the lab have at most twelve bits.
            extended_rcode: (rcode.0 >> 4) as u8,
            dnssec_ok: sender.dnssec_ok,
            nsid: edns
                .options
                .iter()
                .any(|option| option.0 == NSID)
                .then_some(sender.server),
            extended_error: sender.extended_error,
        });
        let copied = if sender.copies_cd { RD | CD } else { RD };
        let frame = Frame {
            id: query.id,
            flags: QR | query.flags & (OPCODE | copied) | flags | rcode.0 & 0xF,
            question,
            opt,
        };
        writer::write(&frame, sections)
    }
}
