//! Transfers as octets: every fault has a transfer that shows it, beside a good one that is as like it as
//! can be. The server's signatures are made here apart from the code that verifies them.

mod differences;
mod keys;
mod signed;
mod whole;

use super::tsig::{TsigAlgorithm, TsigKey};
use super::{Ask, Fault, Incoming, Outcome, Part};
use crate::dns::{Name, RecordType, Serial, Timestamp};

const ID: u16 = 0x1234;
const NOW: Timestamp = Timestamp(1_800_000_000);
/// QR and AA.
const RESPONSE: u16 = 0x8400;
/// A pointer to the name in the question section.
const APEX: &[u8] = &[0xC0, 12];

fn zone() -> Name {
    "Zone.test.".parse().unwrap()
}

fn key() -> TsigKey {
    TsigKey::new(
        "xfr.test.".parse().unwrap(),
        TsigAlgorithm::HmacSha256,
        b"a secret",
    )
}

fn record(owner: &[u8], rtype: RecordType, rdata: &[u8]) -> Vec<u8> {
    let fixed = [rtype.0, 1, 0, 60, rdata.len() as u16];
    let fixed: Vec<u8> = fixed.into_iter().flat_map(u16::to_be_bytes).collect();
    [owner, &fixed, rdata].concat()
}

fn soa(serial: u32) -> Vec<u8> {
    let rdata = [b"\x02ns\xC0\x0C\x00", &serial.to_be_bytes()[..], &[0; 16]].concat();
    record(APEX, RecordType::SOA, &rdata)
}

fn a(last: u8) -> Vec<u8> {
    let owner = [b"\x01a", APEX].concat();
    record(&owner, RecordType::A, &[192, 0, 2, last])
}

/// The octets of a message of which every part may be bent.
struct Parts {
    id: u16,
    flags: u16,
    question: Vec<u8>,
    answer: Vec<Vec<u8>>,
    authority: Vec<Vec<u8>>,
}

impl Parts {
    fn answering(rtype: RecordType, answer: &[Vec<u8>]) -> Self {
        let question = [b"\x04zone\x04TEST\x00", &rtype.0.to_be_bytes()[..], &[0, 1]].concat();
        Self {
            id: ID,
            flags: RESPONSE,
            question,
            answer: answer.to_vec(),
            authority: Vec::new(),
        }
    }

    fn octets(&self) -> Vec<u8> {
        let questions = u16::from(!self.question.is_empty());
        let counts = [self.answer.len(), self.authority.len()].map(|count| count as u16);
        let header = [self.id, self.flags, questions, counts[0], counts[1], 0];
        let mut octets: Vec<u8> = header.into_iter().flat_map(u16::to_be_bytes).collect();
        octets.extend(&self.question);
        octets.extend(self.answer.concat());
        octets.extend(self.authority.concat());
        octets
    }
}

fn axfr(answer: &[Vec<u8>]) -> Vec<u8> {
    Parts::answering(RecordType::AXFR, answer).octets()
}

fn ixfr(answer: &[Vec<u8>]) -> Vec<u8> {
    Parts::answering(RecordType::IXFR, answer).octets()
}

/// What a transfer hands on, a line a record, and how it ends; `None` as long as it has not ended.
type Taken = (Vec<String>, Result<Option<Outcome>, Fault>);

fn take(since: Option<u32>, messages: &[Vec<u8>]) -> Taken {
    let ask = Ask {
        zone: zone(),
        since: since.map(Serial),
    };
    let (_, mut incoming) = Incoming::new(ask, ID, None, NOW);
    let mut lines = Vec::new();
    let mut end = Ok(None);
    for message in messages {
        end = incoming.absorb(message, NOW, |part, record| {
            let sign = match part {
                Part::Zone => "",
                Part::Removed => "-",
                Part::Added => "+",
            };
            let last = match record.rtype {
                RecordType::SOA => record.rdata[record.rdata.len() - 17],
                _ => *record.rdata.last().unwrap(),
            };
            let owner = Name::from_wire(record.owner).unwrap();
            lines.push(format!("{sign}{owner} {} {last}", record.rtype));
            Ok(())
        });
        if end.is_err() {
            break;
        }
    }
    (lines, end)
}
