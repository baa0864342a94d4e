//! Proofs that lack something, and right records as the wrong proof.

use super::{RCODE, fail, instead, is_first, is_soa, name, straight};
use crate::checks::tests::edit::{drop_from, edit, of_type, said, said_by};
use crate::dns::{Rcode, RecordType};
use crate::evidence::Outcome;
use crate::evidence::probes::MISSING_TYPE;
use crate::walk::Ask;

/// Denies a name below a DNAME with the NSEC of the DNAME, which says nothing of names below it.
pub fn past_dname(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let owner = name("old.dname.test.");
    if !ask.query.question.name.is_below(&owner) {
        return straight(octets);
    }
    let mut denial = said(ask, &owner, RecordType::TXT);
    denial.flags |= Rcode::NXDOMAIN.0;
    instead(octets, denial)
}

pub fn no_expansion_proof(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |message| {
        if !message.answer.is_empty() {
            drop_from(&mut message.authority, RecordType::NSEC);
        }
    })
}

/// Has the second server of the zone answer for all, to the question for a type that is not there.
pub fn nsec3_of_second(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let question = &ask.query.question;
    if question.rtype != MISSING_TYPE || question.name.label_count() < 2 {
        return straight(octets);
    }
    let address = ask.server.ip().to_string();
    let (network, _) = address.rsplit_once('.').unwrap();
    let second = format!("{network}.2");
    instead(
        octets,
        said_by(&second, ask, &question.name, question.rtype),
    )
}

pub fn no_soa(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |message| {
        drop_from(&mut message.authority, RecordType::SOA);
    })
}

/// Drops the NSEC of the apex, which covers the wildcard.
pub fn no_denial_of_wildcard(ask: &Ask, octets: Vec<u8>) -> Outcome {
    if ask.query.question.name != name("zz.valid.test.") {
        return straight(octets);
    }
    let apex = name("valid.test.");
    edit(octets, |message| {
        message
            .authority
            .retain(|record| record.owner != apex || is_soa(record));
    })
}

/// Says of a name that it exists, beside the proof that it does not.
pub fn nodata_for_missing(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match ask.query.question.name == name("zz.valid.test.") {
        true => edit(octets, |message| message.flags &= !RCODE),
        false => straight(octets),
    }
}

/// Denies a type at the apex with the NSEC of another name.
pub fn nodata_of_www(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let question = &ask.query.question;
    match question.rtype == MISSING_TYPE && question.name == name("valid.test.") {
        true => instead(octets, said(ask, &name("www.valid.test."), MISSING_TYPE)),
        false => straight(octets),
    }
}

/// Expands the wildcard at the apex for a name below another one that exists; the NSEC is that of its
/// denial.
pub fn wildcard_over_ent(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let question = &ask.query.question;
    if question.name != name("x.ent.wildcard-apex.test.") {
        return straight(octets);
    }
    let mut expanded = said(ask, &name("any.wildcard-apex.test."), question.rtype);
    let denial = said(ask, &question.name, question.rtype).authority;
    for record in &mut expanded.answer {
        record.owner = question.name.clone();
    }
    expanded.authority = denial;
    expanded.authority.retain(|record| !is_soa(record));
    instead(octets, expanded)
}

/// Denies a name that has others below it.
pub fn ancestor_missing(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match ask.query.question.name == name("ent.valid.test.") {
        true => edit(octets, |message| message.flags |= Rcode::NXDOMAIN.0),
        false => straight(octets),
    }
}

/// Denies a host altogether where it lacks one type.
pub fn host_without_aaaa_missing(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let question = &ask.query.question;
    match question.rtype == RecordType::AAAA && question.name == name("ns1.valid.test.") {
        true => edit(octets, |message| message.flags |= Rcode::NXDOMAIN.0),
        false => straight(octets),
    }
}

/// Puts the SOA of the parent beside the denial of a name.
pub fn foreign_soa(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match ask.query.question.name == name("zz.valid.test.") {
        true => edit(octets, |message| {
            let owner = name("test.");
            let soas = message.authority.iter_mut().filter(|record| is_soa(record));
            soas.for_each(|record| record.owner = owner.clone());
        }),
        false => straight(octets),
    }
}

/// Writes the owner of the SOA in capitals.
pub fn soa_in_capitals(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match ask.query.question.name == name("zz.valid.test.") {
        true => edit(octets, |message| {
            of_type(&mut message.authority, RecordType::SOA, |record| {
                record.owner = name("VALID.TEST.");
            });
        }),
        false => straight(octets),
    }
}

/// Gives the NSEC3PARAM of another name.
pub fn nsec3param_elsewhere(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let question = &ask.query.question;
    match question.rtype == RecordType::NSEC3PARAM && question.name.label_count() > 1 {
        true => edit(octets, |message| {
            for record in &mut message.answer {
                record.owner = record.owner.child(b"www").unwrap();
            }
        }),
        false => straight(octets),
    }
}

pub fn one_fails_nsec3param(ask: &Ask, octets: Vec<u8>) -> Outcome {
    one_fails(ask, octets, RecordType::NSEC3PARAM)
}

pub fn one_fails_nsec(ask: &Ask, octets: Vec<u8>) -> Outcome {
    one_fails(ask, octets, RecordType::NSEC)
}

fn one_fails(ask: &Ask, octets: Vec<u8>, rtype: RecordType) -> Outcome {
    let question = &ask.query.question;
    let is_asked = question.rtype == rtype && question.name.label_count() > 1;
    match is_asked && is_first(ask) {
        true => fail(octets, Rcode::SERVFAIL),
        false => straight(octets),
    }
}

pub fn dsync_to_nowhere(ask: &Ask, octets: Vec<u8>) -> Outcome {
    dsync(ask, octets, &[0])
}

pub fn dsync_to_somewhere(ask: &Ask, octets: Vec<u8>) -> Outcome {
    dsync(ask, octets, b"\x06notify\x04test\x00")
}

/// Has the parent say that it wants to hear of CDS at this host.
fn dsync(ask: &Ask, octets: Vec<u8>, target: &[u8]) -> Outcome {
    let question = &ask.query.question;
    match question.rtype == RecordType::DSYNC {
        true => edit(octets, |message| {
            message.flags &= !RCODE;
            let soa = message.authority.iter().find(|record| is_soa(record));
            let record = crate::dns::Record {
                owner: question.name.clone(),
                rtype: RecordType::DSYNC,
                rdata: [&[0, 59, 1, 0, 53], target].concat().into(),
                ..soa.unwrap().clone()
            };
            message.answer = vec![record];
            message.authority.clear();
        }),
        false => straight(octets),
    }
}
