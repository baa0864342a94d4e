//! A message back to octets: names in full, records in their order, the message ID as it was.

use super::{Message, Record};

/// The octets of `message`; it holds at most what a message can (RFC 1035, section 4.1.1).
pub fn octets(message: &Message) -> Vec<u8> {
    let sections = [&message.answer, &message.authority, &message.additional];
    let count = |length: usize| u16::try_from(length).unwrap_or(u16::MAX);
    let mut out = Vec::with_capacity(512);
    let head = [message.id, message.flags, count(message.questions.len())];
    let counts = sections.map(|section| count(section.len()));
    for field in head.into_iter().chain(counts) {
        out.extend(field.to_be_bytes());
    }
    for question in message.questions.iter().take(usize::from(u16::MAX)) {
        out.extend_from_slice(question.name.wire());
        out.extend(question.rtype.0.to_be_bytes());
        out.extend(question.class.0.to_be_bytes());
    }
    for section in sections {
        let records = section.iter().take(usize::from(u16::MAX));
        records.for_each(|record| push(&mut out, record));
    }
    out
}

fn push(out: &mut Vec<u8>, record: &Record) {
    out.extend_from_slice(record.owner.wire());
    out.extend(record.rtype.0.to_be_bytes());
    out.extend(record.class.0.to_be_bytes());
    out.extend(record.ttl.to_be_bytes());
    // RDATA came out of a 16-bit length field; expanded names may make it longer than fits, and no record
    // that is read here has room for so many.
    let length = u16::try_from(record.rdata.len()).unwrap_or(0);
    out.extend(length.to_be_bytes());
    out.extend_from_slice(&record.rdata[..usize::from(length)]);
}
