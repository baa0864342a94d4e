//! What servers should not make of odd questions.

use super::{AA, RCODE, TC, fail, is_above, is_first, straight};
use crate::checks::tests::edit::edit;
use crate::dns::probe::{CLIENT_COOKIE, Probe};
use crate::dns::{Class, Message, Name, Rcode, Record, RecordType};
use crate::evidence::Outcome;
use crate::walk::Ask;

const RA: u16 = 0x0080;
const COOKIE: u16 = 10;
const NSID: u16 = 3;
/// What servers that know cookies give.
const GIVEN: [u8; 8] = *b"of the s";

fn is(ask: &Ask, probe: &Probe) -> bool {
    ask.query.probe.as_ref() == Some(probe)
}

fn edit_if(is_wanted: bool, octets: Vec<u8>, bend: impl FnOnce(&mut Message)) -> Outcome {
    match is_wanted {
        true => edit(octets, bend),
        false => straight(octets),
    }
}

fn opt(message: &mut Message) -> &mut Record {
    let mut additional = message.additional.iter_mut();
    additional
        .find(|record| record.rtype == RecordType::OPT)
        .expect("the lab knows EDNS")
}

fn push_option(message: &mut Message, code: u16, data: &[u8]) {
    let opt = opt(message);
    let length = data.len() as u16;
    let option = [&code.to_be_bytes()[..], &length.to_be_bytes(), data].concat();
    opt.rdata = [&opt.rdata, &option[..]].concat().into();
}

pub fn authoritative_referral(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_if(is_above(ask), octets, |message| {
        let mut authority = message.authority.iter();
        let has_soa = authority.any(|record| record.rtype == RecordType::SOA);
        if message.answer.is_empty() && !has_soa {
            message.flags |= AA;
        }
    })
}

pub fn recursive(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_if(is(ask, &Probe::RecursionDesired), octets, |message| {
        let question = message.questions[0].clone();
        if question.name.is_root() {
            message.flags = message.flags & !(RCODE | AA) | RA;
            message.answer = vec![root_soa()];
        }
    })
}

/// Offers recursion, and refuses it.
pub fn recursion_refused(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_if(is(ask, &Probe::RecursionDesired), octets, |message| {
        message.flags |= RA;
    })
}

fn root_soa() -> Record {
    Record {
        owner: Name::root(),
        rtype: RecordType::SOA,
        class: Class::IN,
        ttl: 60,
        rdata: vec![0; 22].into(),
        fault: None,
    }
}

pub fn refuses_cd(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match is(ask, &Probe::CheckingDisabled) {
        true => fail(octets, Rcode::REFUSED),
        false => straight(octets),
    }
}

/// As servers do that limit the rate of their answers.
pub fn cut_probes(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_if(ask.query.probe.is_some(), octets, |message| {
        message.flags |= TC;
        message.answer.clear();
    })
}

/// Nothing is answered any more once the probes begin.
pub fn deaf_to_probes(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match ask.query.probe {
        Some(_) => Outcome::Timeout,
        None => straight(octets),
    }
}

/// All is answered but unknown options.
pub fn deaf_to_options(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match is(ask, &Probe::EdnsOption) {
        true => Outcome::Timeout,
        false => straight(octets),
    }
}

pub fn any_version(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_if(is(ask, &Probe::EdnsVersion), octets, |message| {
        opt(message).ttl &= 0x00FF_FFFF;
    })
}

pub fn flags_come_back(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_if(is(ask, &Probe::EdnsFlag), octets, |message| {
        opt(message).ttl |= 0x80;
    })
}

/// Silent to DO.
pub fn deaf_to_do(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let is_set = ask.query.edns.as_ref().is_some_and(|edns| edns.dnssec_ok);
    match is_set && is_first(ask) && !is_above(ask) {
        true => Outcome::Timeout,
        false => straight(octets),
    }
}

/// Silent to EDNS.
pub fn deaf_to_edns(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match ask.query.edns.is_some() && is_first(ask) && !is_above(ask) {
        true => Outcome::Timeout,
        false => straight(octets),
    }
}

/// Great answers get lost.
pub fn narrow(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match small_or_lost(ask) {
        Some(true) => edit(octets, |message| {
            message.flags |= TC;
            message.answer.clear();
        }),
        Some(false) => Outcome::Timeout,
        None => straight(octets),
    }
}

/// Answers get lost by accident.
pub fn lossy(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match small_or_lost(ask) {
        Some(false) => Outcome::Timeout,
        _ => straight(octets),
    }
}

/// Whether a small answer or any is asked of DNSKEY of the zone, at its first server.
fn small_or_lost(ask: &Ask) -> Option<bool> {
    let question = &ask.query.question;
    let is_asked = question.rtype == RecordType::DNSKEY && question.name.label_count() == 2;
    (is_asked && is_first(ask)).then(|| is(ask, &Probe::SmallPayload))
}

pub fn cookie_for_all(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |message| push_option(message, COOKIE, &[7; 24]))
}

/// Cookies as they should be.
pub fn cookies(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match &ask.query.probe {
        Some(Probe::CookieMalformed) => fail(octets, Rcode::FORMERR),
        Some(Probe::Cookie | Probe::CookieShown(_) | Probe::CookieForeign) => {
            edit(octets, |message| {
                push_option(message, COOKIE, &[CLIENT_COOKIE, GIVEN].concat());
            })
        }
        _ => straight(octets),
    }
}

pub fn cookie_left_out(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match &ask.query.probe {
        Some(Probe::CookieShown(_)) => straight(octets),
        _ => cookies(ask, octets),
    }
}

pub fn any_cookie(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match &ask.query.probe {
        Some(Probe::CookieMalformed) => straight(octets),
        _ => cookies(ask, octets),
    }
}

pub fn cookie_of_another(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_if(is(ask, &Probe::Cookie), octets, |message| {
        push_option(message, COOKIE, &[GIVEN, GIVEN].concat());
    })
}

pub fn small_letters(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_if(is(ask, &Probe::MixedCase), octets, |message| {
        let question = &mut message.questions[0];
        question.name = question.name.to_lowercase();
    })
}

/// Answers from an address beside it, to whoever listens.
pub fn from_elsewhere(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let is_own = is_first(ask) && !is_above(ask) && ask.query.question.name.label_count() > 1;
    match (is_own, is(ask, &Probe::AnySource)) {
        (true, true) => Outcome::Misdirected("127.0.0.9:53".parse().unwrap()),
        (true, false) => Outcome::Timeout,
        (false, _) => straight(octets),
    }
}

pub fn transfers(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_if(is(ask, &Probe::Transfer), octets, |message| {
        message.flags = message.flags & !RCODE | AA;
        message.answer = vec![Record {
            owner: ask.query.question.name.clone(),
            ..root_soa()
        }];
    })
}

pub fn dname_ttl_zero(_: &Ask, octets: Vec<u8>) -> Outcome {
    edit(octets, |message| {
        let mut answer = message.answer.iter_mut();
        let cname = answer.find(|record| record.rtype == RecordType::CNAME);
        cname.into_iter().for_each(|cname| cname.ttl = 0);
    })
}

/// The apex is an alias for those who ask for addresses.
pub fn alias_at_apex(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let question = &ask.query.question;
    let is_asked = question.rtype == RecordType::A && question.name.label_count() == 2;
    edit_if(is_asked && !is_above(ask), octets, |message| {
        let alias = "www.valid.test.".parse::<Name>().unwrap();
        message.answer = vec![Record {
            owner: question.name.clone(),
            rtype: RecordType::CNAME,
            rdata: alias.wire().into(),
            ..root_soa()
        }];
    })
}

pub fn deaf_to_types(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match ask.query.question.rtype == crate::evidence::probes::MISSING_TYPE && is_first(ask) {
        true => Outcome::Timeout,
        false => straight(octets),
    }
}

/// Another machine takes some questions; it has no signatures.
pub fn unsigned_instance(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_if(is(ask, &Probe::AuthenticData), octets, |message| {
        rename(message);
        message
            .answer
            .retain(|record| record.rtype != RecordType::RRSIG);
    })
}

/// Another machine takes some questions.
pub fn equal_instance(ask: &Ask, octets: Vec<u8>) -> Outcome {
    edit_if(is(ask, &Probe::AuthenticData), octets, rename)
}

fn rename(message: &mut Message) {
    opt(message).rdata = Vec::new().into();
    push_option(message, NSID, b"another");
}

/// Whatever an odd question may bring, none of it is true of the zone.
pub fn lies_to_probes(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let Some(probe) = &ask.query.probe else {
        return straight(octets);
    };
    match probe {
        Probe::RecursionDesired | Probe::MixedCase => fail(octets, Rcode::NXDOMAIN),
        Probe::CheckingDisabled | Probe::Cookie => fail(octets, Rcode::SERVFAIL),
        Probe::EdnsFlag => Outcome::Response(octets[..20].to_vec()),
        Probe::ReservedBit => Outcome::Unreachable("connection refused".to_owned()),
        _ => edit(octets, |message| {
            message.answer = vec![Record {
                owner: ask.query.question.name.clone(),
                ..root_soa()
            }];
            message.authority.clear();
        }),
    }
}

/// The resolver finds the name bogus where nobody can look on.
pub fn bogus_over_tls(ask: &Ask, octets: Vec<u8>) -> Outcome {
    let is_asked = !ask.transport.is_plain() && super::is_checking(ask);
    match is_asked {
        true => fail(octets, Rcode::SERVFAIL),
        false => straight(octets),
    }
}
