//! A DNS message as the wire gave it (RFC 1035, section 4).
//!
//! Order, duplicates, letter case, TTLs, unknown types and malformed RDATA are kept. Only a message
//! without a whole header is refused; whatever else is wrong is listed in [`Message::faults`], and what
//! could be read before it is there. Expanding all names of a message of 65,535 octets takes at most
//! 255 octets for each of the fewer than 6,000 records it can hold.

use std::fmt;

use super::edns::Edns;
use super::name::Name;
use super::rcode::Rcode;
use super::rdata::{self, RdataFault};
use super::rtype::{Class, RecordType};
use super::wire::{Reader, WireError};

/// A parsed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Message ID.
    pub id: u16,
    /// The 16 bits of flags, opcode and response code.
    pub flags: u16,
    /// Questions; one in practice.
    pub questions: Vec<Question>,
    /// Answer section.
    pub answer: Vec<Record>,
    /// Authority section.
    pub authority: Vec<Record>,
    /// Additional section, OPT included.
    pub additional: Vec<Record>,
    /// What is wrong with the message as a whole.
    pub faults: Vec<MessageFault>,
}

/// An entry of the question section.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Question {
    /// QNAME.
    pub name: Name,
    /// QTYPE.
    pub rtype: RecordType,
    /// QCLASS.
    pub class: Class,
}

/// A resource record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Owner name, in its case on the wire.
    pub owner: Name,
    /// RR type.
    pub rtype: RecordType,
    /// Class; the UDP payload size in an OPT record.
    pub class: Class,
    /// TTL in seconds, as the 32 bits on the wire.
    pub ttl: u32,
    /// RDATA with names expanded; the raw octets when `fault` is set.
    pub rdata: Box<[u8]>,
    /// What is wrong with the RDATA.
    pub fault: Option<RdataFault>,
}

/// The sections that hold records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Answer.
    Answer,
    /// Authority.
    Authority,
    /// Additional.
    Additional,
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answer => "answer",
            Self::Authority => "authority",
            Self::Additional => "additional",
        })
    }
}

/// What is wrong with a message as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageFault {
    /// The question section cannot be read to its end.
    Question(WireError),
    /// A record cannot be read: section, its index in it, why. Nothing after it was read.
    Record(Section, u16, WireError),
    /// So many octets follow the last record.
    Trailing(usize),
    /// More than one OPT record (RFC 6891, section 6.1.1).
    SeveralOpt(usize),
    /// The option list in OPT is cut off.
    Options,
}

impl fmt::Display for MessageFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Question(error) => write!(f, "question section: {error}"),
            Self::Record(section, index, error) => {
                write!(f, "record {} of the {section} section: {error}", index + 1)
            }
            Self::Trailing(octets) => write!(f, "{octets} octets after the last record"),
            Self::SeveralOpt(count) => write!(f, "{count} OPT records"),
            Self::Options => f.write_str("the option list in OPT is cut off"),
        }
    }
}

/// The octets are fewer than the twelve of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoHeader;

impl fmt::Display for NoHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("shorter than a DNS header")
    }
}

impl std::error::Error for NoHeader {}

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    /// [`NoHeader`] for fewer than twelve octets; everything else is read as far as it goes.
    pub fn parse(octets: &[u8]) -> Result<Self, NoHeader> {
        let mut reader = Reader::new(octets);
        let mut header = [0_u16; 6];
        for field in &mut header {
            *field = reader.u16().map_err(|_| NoHeader)?;
        }
        let [id, flags, questions, answers, authorities, additionals] = header;
        let mut message = Self {
            id,
            flags,
            questions: Vec::new(),
            answer: Vec::new(),
            authority: Vec::new(),
            additional: Vec::new(),
            faults: Vec::new(),
        };
        let counts = [answers, authorities, additionals];
        if message.read_questions(&mut reader, questions)
            && message.read_sections(&mut reader, counts)
            && reader.remaining() > 0
        {
            message
                .faults
                .push(MessageFault::Trailing(reader.remaining()));
        }
        message.note_opt_faults();
        Ok(message)
    }

    fn read_questions(&mut self, reader: &mut Reader<'_>, count: u16) -> bool {
        for _ in 0..count {
            match read_question(reader) {
                Ok(question) => self.questions.push(question),
                Err(error) => {
                    self.faults.push(MessageFault::Question(error));
                    return false;
                }
            }
        }
        true
    }

    fn read_sections(&mut self, reader: &mut Reader<'_>, counts: [u16; 3]) -> bool {
        let sections = [Section::Answer, Section::Authority, Section::Additional];
        for (section, count) in sections.into_iter().zip(counts) {
            for index in 0..count {
                match read_record(reader) {
                    Ok(record) => self.section_mut(section).push(record),
                    Err(error) => {
                        self.faults
                            .push(MessageFault::Record(section, index, error));
                        return false;
                    }
                }
            }
        }
        true
    }

    fn section_mut(&mut self, section: Section) -> &mut Vec<Record> {
        match section {
            Section::Answer => &mut self.answer,
            Section::Authority => &mut self.authority,
            Section::Additional => &mut self.additional,
        }
    }

    fn note_opt_faults(&mut self) {
        let opts: Vec<_> = self.opt_records().map(Edns::of).collect();
        if opts.len() > 1 {
            self.faults.push(MessageFault::SeveralOpt(opts.len()));
        }
        if opts.iter().any(|edns| edns.is_malformed) {
            self.faults.push(MessageFault::Options);
        }
    }

    fn opt_records(&self) -> impl Iterator<Item = &Record> {
        self.additional
            .iter()
            .filter(|record| record.rtype == RecordType::OPT)
    }

    /// The records of one section.
    pub fn section(&self, section: Section) -> &[Record] {
        match section {
            Section::Answer => &self.answer,
            Section::Authority => &self.authority,
            Section::Additional => &self.additional,
        }
    }

    /// The first OPT record.
    pub fn edns(&self) -> Option<Edns> {
        self.opt_records().next().map(Edns::of)
    }

    /// The response code, with the high bits from OPT.
    pub fn rcode(&self) -> Rcode {
        let high = self.opt_records().next().map_or(0, |opt| opt.ttl >> 24);
        Rcode((high as u16) << 4 | self.flags & 0x000F)
    }

    /// QR: whether this is a response.
    pub fn is_response(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// AA: whether the server answers with authority.
    pub fn is_authoritative(&self) -> bool {
        self.flags & 0x0400 != 0
    }

    /// TC: whether the response was cut to fit.
    pub fn is_truncated(&self) -> bool {
        self.flags & 0x0200 != 0
    }

    /// RA: whether the server offers recursion.
    pub fn is_recursion_available(&self) -> bool {
        self.flags & 0x0080 != 0
    }

    /// AD: whether the server calls the data authentic.
    pub fn is_authentic_data(&self) -> bool {
        self.flags & 0x0020 != 0
    }

    /// CD: whether checking is disabled.
    pub fn is_checking_disabled(&self) -> bool {
        self.flags & 0x0010 != 0
    }
}

fn read_question(reader: &mut Reader<'_>) -> Result<Question, WireError> {
    Ok(Question {
        name: reader.name()?,
        rtype: RecordType(reader.u16()?),
        class: Class(reader.u16()?),
    })
}

fn read_record(reader: &mut Reader<'_>) -> Result<Record, WireError> {
    let owner = reader.name()?;
    let rtype = RecordType(reader.u16()?);
    let class = Class(reader.u16()?);
    let ttl = reader.u32()?;
    let length = usize::from(reader.u16()?);
    let window = reader.window(length)?;
    let (rdata, fault) = match rdata::expand(rtype, window.clone()) {
        Ok(octets) => {
            let fault = rdata::check(rtype, &octets).err();
            (octets, fault)
        }
        Err(fault) => (window.clone().rest().to_vec(), Some(fault)),
    };
    Ok(Record {
        owner,
        rtype,
        class,
        ttl,
        rdata: rdata.into(),
        fault,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A response to `a. A` with the records given as raw octets in the answer section.
    fn response(answers: u16, records: &[u8]) -> Message {
        let mut octets = vec![0, 1, 0x84, 0, 0, 1];
        octets.extend(answers.to_be_bytes());
        octets.extend([0, 0, 0, 0]);
        octets.extend(b"\x01a\x00\x00\x01\x00\x01");
        octets.extend(records);
        Message::parse(&octets).unwrap()
    }

    const GOOD: &[u8] = b"\xC0\x0C\x00\x01\x00\x01\x00\x00\x00\x3C\x00\x04\xC0\x00\x02\x01";
    const SHORT_A: &[u8] = b"\xC0\x0C\x00\x01\x00\x01\x00\x00\x00\x3C\x00\x03\xC0\x00\x02";

    #[test]
    fn one_bad_record_loses_nothing_else() {
        let message = response(3, &[GOOD, SHORT_A, GOOD].concat());
        assert_eq!(message.answer.len(), 3);
        assert_eq!(message.answer[1].fault, Some(RdataFault::Length));
        assert_eq!(&*message.answer[1].rdata, [192, 0, 2]);
        assert_eq!(message.answer[2], message.answer[0]);
        assert!(message.faults.is_empty());
    }

    #[test]
    fn lying_counts_and_lengths_keep_what_came_before() {
        let message = response(3, GOOD);
        assert_eq!(message.answer.len(), 1);
        assert_eq!(
            message.faults,
            [MessageFault::Record(Section::Answer, 1, WireError::Short)]
        );
        let message = response(1, &[GOOD, b"xyz"].concat());
        assert_eq!(message.faults, [MessageFault::Trailing(3)]);
    }

    #[test]
    fn only_a_missing_header_is_refused() {
        assert_eq!(Message::parse(&[0; 11]), Err(NoHeader));
        assert!(Message::parse(&[0xFF; 12]).is_ok());
    }

    #[test]
    fn any_octets_are_read_without_a_panic() {
        arbtest::arbtest(|u| {
            let octets: Vec<u8> = u.arbitrary()?;
            if let Ok(message) = Message::parse(&octets) {
                let _ = (message.rcode(), message.edns().map(|e| e.extended_errors()));
            }
            Ok(())
        });
    }
}
