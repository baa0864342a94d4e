//! Messages that servers should not send.

use super::{AA, RCODE, TC, straight};
use crate::checks::tests::edit::{edit, edit_answer, of_type};
use crate::dns::{Class, Message, Record, RecordType};
use crate::evidence::{Outcome, Transport};
use crate::walk::Ask;

/// Bends the answers for the address of a name.
fn edit_address(ask: &Ask, octets: Vec<u8>, bend: impl FnOnce(&mut Message)) -> Outcome {
    edit_answer(ask, octets, RecordType::A, bend)
}

pub fn alias_of_itself(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_address(ask, octets, |message| {
        let owner = ask.query.question.name.clone();
        message.answer = vec![Record {
            rtype: RecordType::CNAME,
            class: Class::IN,
            rdata: owner.wire().into(),
            owner,
            ..message.additional[0].clone()
        }];
    })
}

pub fn bare_dname(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |message| {
        message
            .answer
            .retain(|record| record.rtype != RecordType::CNAME);
    })
}

pub fn dname_other(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |message| {
        of_type(&mut message.answer, RecordType::CNAME, |r| r.rdata[1] ^= 1);
    })
}

pub fn dname_in_capitals(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |message| {
        of_type(&mut message.answer, RecordType::CNAME, super::capitals);
    })
}

pub fn formerr_with_edns(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match ask.query.edns {
        Some(_) => edit(octets, |message| {
            message.flags = message.flags & !RCODE | 1;
            message.answer.clear();
            message.authority.clear();
            message.additional.clear();
        }),
        None => straight(octets),
    }
}

pub fn opt_less(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_address(ask, octets, |message| {
        message
            .additional
            .retain(|record| record.rtype != RecordType::OPT);
    })
}

pub fn foreign_class(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |message| {
        of_type(&mut message.answer, RecordType::A, |r| r.class = Class(3));
    })
}

pub fn not_authoritative(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_address(ask, octets, |message| message.flags &= !AA)
}

pub fn cut_off(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match ask.query.question.rtype {
        RecordType::A => Outcome::Response(octets[..20].to_vec()),
        _ => straight(octets),
    }
}

pub fn no_tcp(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match ask.transport {
        Transport::Udp => edit_answer(ask, octets, RecordType::DNSKEY, |message| {
            message.flags |= TC;
            message.answer.clear();
        }),
        _ => Outcome::Closed,
    }
}

pub fn padded(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_address(ask, octets, |message| {
        let padding = Record {
            rtype: RecordType::TXT,
            rdata: [255; 256].into(),
            ..message.answer[0].clone()
        };
        message.additional.splice(0..0, vec![padding; 6]);
    })
}
