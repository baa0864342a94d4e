//! What is done to messages on their way, one thing at a time. Where a right record is to be the wrong
//! proof, it is taken from what the same server answers to another question.

pub(super) mod denial;
pub(super) mod messages;
pub(super) mod probes;
pub(super) mod resolvers;

use crate::checks::tests::edit::{drop_from, edit, of_type, rrsigs, said, said_by};
use crate::dns::{Message, Name, Rcode, Record, RecordType};
use crate::evidence::Outcome;
use crate::evidence::probes::known_good;
use crate::walk::Ask;

const REVOKE: u8 = 0x80;
const AA: u16 = 0x0400;
const TC: u16 = 0x0200;
const RCODE: u16 = 0x000F;

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn straight(octets: Vec<u8>) -> Outcome {
    Outcome::Response(octets)
}

fn fail(octets: Vec<u8>, rcode: Rcode) -> Outcome {
    edit(octets, |message| {
        message.flags = message.flags & !RCODE | rcode.0;
        message.answer.clear();
        message.authority.clear();
        message
            .additional
            .retain(|record| record.rtype == RecordType::OPT);
    })
}

/// Whether a server of `test.` is asked: they have the second network of the lab.
fn is_above(ask: &Ask) -> bool {
    ask.server.ip().to_string().starts_with("127.53.1.")
}

/// Whether the first server of a zone is asked.
fn is_first(ask: &Ask) -> bool {
    ask.server.ip().to_string().ends_with(".1")
}

/// Whether a resolver is asked to check, about another name than the root.
fn is_checking(ask: &Ask) -> bool {
    let query = &ask.query;
    query.recursion_desired && !query.checking_disabled && query.question != known_good()
}

// Trust anchors.

pub(super) fn revoke_root_ksk(_: &Ask, octets: Vec<u8>) -> Outcome {
    revoke_root_key(octets, 1)
}

pub(super) fn revoke_root_zsk(_: &Ask, octets: Vec<u8>) -> Outcome {
    revoke_root_key(octets, 0)
}

/// Sets REVOKE in the root's keys with this in the SEP flag.
fn revoke_root_key(octets: Vec<u8>, sep: u8) -> Outcome {
    edit(octets, |message| {
        of_type(&mut message.answer, RecordType::DNSKEY, |record| {
            if record.owner.is_root() && record.rdata[1] & 1 == sep {
                record.rdata[1] |= REVOKE;
            }
        });
    })
}

// Parent and child.

pub(super) fn glue_elsewhere(ask: &Ask, octets: Vec<u8>) -> Outcome {
    glue(ask, octets, |glue| {
        of_type(glue, RecordType::A, |record| {
            if record.owner == name("ns2.valid.test.") {
                record.rdata[3] = 99;
            }
        });
    })
}

pub(super) fn glue_for_one(ask: &Ask, octets: Vec<u8>) -> Outcome {
    glue(ask, octets, |glue| {
        glue.retain(|record| record.owner != name("ns2.valid.test."));
    })
}

fn glue(ask: &Ask, octets: Vec<u8>, bend: impl Fn(&mut Vec<Record>)) -> Outcome {
    match is_above(ask) {
        true => edit(octets, |message| bend(&mut message.additional)),
        false => straight(octets),
    }
}

pub(super) fn ns_in_capitals(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match is_above(ask) {
        true => edit(octets, |message| {
            of_type(&mut message.authority, RecordType::NS, capitals);
        }),
        false => straight(octets),
    }
}

/// Writes the name that is all of the RDATA in capitals.
fn capitals(record: &mut Record) {
    record.rdata.make_ascii_uppercase();
}

/// The first server of the parent refers to one server of two.
pub(super) fn one_parent_refers_to_one(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match is_above(ask) && is_first(ask) {
        true => edit(octets, |message| {
            let other = name("ns2.valid.test.");
            message
                .authority
                .retain(|record| *record.rdata != *other.wire());
        }),
        false => straight(octets),
    }
}

pub(super) fn no_ds_proof(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match is_above(ask) {
        true => edit(octets, |message| {
            drop_from(&mut message.authority, RecordType::NSEC);
        }),
        false => straight(octets),
    }
}

pub(super) fn parents_refuse_ds(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let is_cut = ask.query.question.name.label_count() == 2;
    match ask.query.question.rtype {
        RecordType::DS | RecordType::NS if is_above(ask) && is_cut => fail(octets, Rcode::REFUSED),
        _ => straight(octets),
    }
}

pub(super) fn one_parent_refuses_ds(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match is_first(ask) {
        true => parents_refuse_ds(ask, octets),
        false => straight(octets),
    }
}

/// Answers a question for DS as one for NS.
pub(super) fn ds_as_referral(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let question = &ask.query.question;
    match question.rtype == RecordType::DS && is_above(ask) && question.name.label_count() == 2 {
        true => instead(octets, said(ask, &question.name, RecordType::NS)),
        false => straight(octets),
    }
}

/// Answers a question for DS out of the child, as a server does that has both zones.
pub(super) fn child_answers_ds(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let question = &ask.query.question;
    let is_asked = question.name == name("valid.test.") && is_above(ask);
    match question.rtype {
        RecordType::DS | RecordType::NS if is_asked => instead(
            octets,
            said_by("127.53.3.1", ask, &question.name, question.rtype),
        ),
        _ => straight(octets),
    }
}

/// Leaves the DS out, and gives the NSEC of the delegation, which lists it.
pub(super) fn ds_in_proof(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let child = name("valid.test.");
    if !is_above(ask) {
        return straight(octets);
    }
    // This name sorts next to the delegation, whose NSEC denies it.
    let denial = said(ask, &name("valid0.test."), RecordType::A);
    let is_proof = |record: &&Record| {
        record.owner == child || ask.query.question.rtype == RecordType::DS && is_soa(record)
    };
    let proof: Vec<Record> = denial.authority.iter().filter(is_proof).cloned().collect();
    edit(octets, |message| {
        let has_ds = [&message.answer, &message.authority]
            .into_iter()
            .flatten()
            .any(|record| record.rtype == RecordType::DS && record.owner == child);
        if has_ds {
            drop_from(&mut message.answer, RecordType::DS);
            drop_from(&mut message.authority, RecordType::DS);
            message.authority.extend(proof);
        }
    })
}

/// Whether it is the SOA or a signature over it.
fn is_soa(record: &Record) -> bool {
    record.rtype == RecordType::SOA
        || record.rtype == RecordType::RRSIG && record.rdata[..2] == RecordType::SOA.0.to_be_bytes()
}

/// The question as it was, with all else from another message.
fn instead(octets: Vec<u8>, other: Message) -> Outcome {
    edit(octets, |message| {
        message.flags = other.flags;
        message.answer = other.answer;
        message.authority = other.authority;
        message.additional = other.additional;
    })
}

// Keys and signatures.

pub(super) fn one_fails_dnskey(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let question = &ask.query.question;
    let is_asked = question.rtype == RecordType::DNSKEY && question.name == name("valid.test.");
    match is_asked && is_first(ask) {
        true => fail(octets, Rcode::SERVFAIL),
        false => straight(octets),
    }
}

pub(super) fn longer_ttls(_: &Ask, octets: Vec<u8>) -> Outcome {
    with_ttls(octets, |ttl| ttl + 100)
}

pub(super) fn shorter_ttls(_: &Ask, octets: Vec<u8>) -> Outcome {
    with_ttls(octets, |ttl| ttl - 100)
}

fn with_ttls(octets: Vec<u8>, bend: fn(u32) -> u32) -> Outcome {
    edit(octets, |message| {
        of_type(&mut message.answer, RecordType::A, |r| r.ttl = bend(r.ttl));
        rrsigs(message, RecordType::A, |r| r.ttl = bend(r.ttl));
    })
}

pub(super) fn ttl_of_rrsig_alone(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |m| rrsigs(m, RecordType::A, |r| r.ttl -= 1))
}

pub(super) fn longer_ttl_of_rrsig_alone(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |m| rrsigs(m, RecordType::A, |r| r.ttl += 1))
}

pub(super) fn shorter_rrsig(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |m| {
        rrsigs(m, RecordType::A, |r| {
            r.rdata = r.rdata[..r.rdata.len() - 1].into();
        });
    })
}

/// Too short to have all of its fields.
pub(super) fn cut_rrsig(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |m| {
        rrsigs(m, RecordType::A, |r| r.rdata = r.rdata[..10].into());
    })
}

pub(super) fn no_labels(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |m| rrsigs(m, RecordType::A, |r| r.rdata[3] = 0))
}

pub(super) fn more_labels(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |m| rrsigs(m, RecordType::A, |r| r.rdata[3] += 1))
}

pub(super) fn signer_other(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |m| {
        rrsigs(m, RecordType::A, |r| r.rdata[19] = b'x');
    })
}

/// The signer's name begins behind eighteen octets; letters count the same in either case.
pub(super) fn signer_in_capitals(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |m| {
        rrsigs(m, RecordType::A, |r| {
            let length = usize::from(r.rdata[18]);
            r.rdata[19..19 + length].make_ascii_uppercase();
        });
    })
}
