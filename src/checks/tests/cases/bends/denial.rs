//! Proofs that lack something, and right records as the wrong proof.

use super::{RCODE, instead, is_soa, name, straight};
use crate::checks::tests::edit::{drop_from, edit, said, said_by};
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
