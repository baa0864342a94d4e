//! Responses taken apart, changed and written anew.

use std::net::SocketAddr;

use super::lab;
use crate::dns::message::Question;
use crate::dns::query::Query;
use crate::dns::{Class, Message, Name, Record, RecordType};
use crate::evidence::Outcome;
use crate::walk::Ask;

/// The response, bent and written anew without compression.
pub fn edit(octets: Vec<u8>, bend: impl FnOnce(&mut Message)) -> Outcome {
    let mut message = Message::parse(&octets).unwrap();
    bend(&mut message);
    Outcome::Response(wire(&message))
}

/// The same for answers with data to questions of one type, below the top-level domains.
pub fn edit_answer(
    ask: &Ask,
    octets: Vec<u8>,
    rtype: RecordType,
    bend: impl FnOnce(&mut Message),
) -> Outcome {
    let question = &ask.query.question;
    match question.rtype == rtype && question.name.label_count() > 1 {
        true => edit(octets, |message| {
            if !message.answer.is_empty() {
                bend(message);
            }
        }),
        false => Outcome::Response(octets),
    }
}

/// What the same server answers to another question.
pub fn said(ask: &Ask, name: &Name, rtype: RecordType) -> Message {
    said_at(ask.server, ask, name, rtype)
}

/// What another server answers.
pub fn said_by(address: &str, ask: &Ask, name: &Name, rtype: RecordType) -> Message {
    let server = SocketAddr::new(address.parse().unwrap(), ask.server.port());
    said_at(server, ask, name, rtype)
}

fn said_at(server: SocketAddr, ask: &Ask, name: &Name, rtype: RecordType) -> Message {
    let question = Question {
        name: name.clone(),
        rtype,
        class: Class::IN,
    };
    let query = Query {
        question,
        ..ask.query.clone()
    };
    let octets = lab::reply(&Ask {
        server,
        query,
        ..ask.clone()
    });
    Message::parse(&octets.expect("servers of the lab that are bent answer")).unwrap()
}

/// Bends the records of one type.
pub fn of_type(records: &mut [Record], rtype: RecordType, bend: impl Fn(&mut Record)) {
    let same = records.iter_mut().filter(|record| record.rtype == rtype);
    same.for_each(bend);
}

/// The signatures over one type in the answer section.
pub fn rrsigs(message: &mut Message, covered: RecordType, bend: impl Fn(&mut Record)) {
    of_type(&mut message.answer, RecordType::RRSIG, |record| {
        if record.rdata[..2] == covered.0.to_be_bytes() {
            bend(record);
        }
    });
}

/// Leaves out the records of one type and the signatures over them.
pub fn drop_from(records: &mut Vec<Record>, rtype: RecordType) {
    records.retain(|record| {
        let is_over =
            record.rtype == RecordType::RRSIG && record.rdata[..2] == rtype.0.to_be_bytes();
        record.rtype != rtype && !is_over
    });
}

fn wire(message: &Message) -> Vec<u8> {
    let mut octets = Vec::new();
    let counts = [&message.answer, &message.authority, &message.additional].map(Vec::len);
    for field in [message.id, message.flags, message.questions.len() as u16]
        .into_iter()
        .chain(counts.map(|count| count as u16))
    {
        octets.extend(field.to_be_bytes());
    }
    for question in &message.questions {
        octets.extend_from_slice(question.name.wire());
        octets.extend(question.rtype.0.to_be_bytes());
        octets.extend(question.class.0.to_be_bytes());
    }
    for record in [&message.answer, &message.authority, &message.additional]
        .into_iter()
        .flatten()
    {
        octets.extend_from_slice(record.owner.wire());
        octets.extend(record.rtype.0.to_be_bytes());
        octets.extend(record.class.0.to_be_bytes());
        octets.extend(record.ttl.to_be_bytes());
        octets.extend((record.rdata.len() as u16).to_be_bytes());
        octets.extend_from_slice(&record.rdata);
    }
    octets
}
