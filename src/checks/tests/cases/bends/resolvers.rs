//! What resolvers may say.

use super::{fail, is_checking, straight};
use crate::checks::tests::edit::{edit, of_type};
use crate::dns::{Rcode, RecordType};
use crate::evidence::Outcome;
use crate::walk::Ask;

pub fn no_recursion(ask: &Ask, mut octets: Vec<u8>) -> Outcome {
    if ask.query.recursion_desired {
        octets[3] &= !0x80;
    }
    straight(octets)
}

/// Sets AD in what resolvers answer with checking.
pub fn with_ad(ask: &Ask, mut octets: Vec<u8>) -> Outcome {
    let is_asked = ask.query.recursion_desired && !ask.query.checking_disabled;
    octets[3] |= 0x20 * u8::from(is_asked);
    straight(octets)
}

/// Clears AD but in what is said of the root.
pub fn without_ad(ask: &Ask, mut octets: Vec<u8>) -> Outcome {
    octets[3] &= !(0x20 * u8::from(is_checking(ask)));
    straight(octets)
}

/// Says Signature Expired before Valid in place of DNSKEY Missing.
pub fn with_another_error(_: &Ask, mut octets: Vec<u8>) -> Outcome {
    let given = [0, 15, 0, 2, 0, 9];
    let at = octets.windows(given.len()).position(|part| part == given);
    if let Some(at) = at {
        octets[at + 5] = 25;
    }
    straight(octets)
}

pub fn silent_when_checking(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match ask.query.recursion_desired && !ask.query.checking_disabled {
        true => Outcome::Timeout,
        false => straight(octets),
    }
}

pub fn fails_when_checking(ask: &Ask, octets: Vec<u8>) -> Outcome {
    match is_checking(ask) {
        true => fail(octets, Rcode::SERVFAIL),
        false => straight(octets),
    }
}

/// Cached Error (RFC 8914, section 4.14).
pub fn cached(ask: &Ask, octets: Vec<u8>) -> Outcome {
    with_error(ask, octets, 13)
}

/// Stale Answer (RFC 8914, section 4.4).
pub fn stale(ask: &Ask, octets: Vec<u8>) -> Outcome {
    with_error(ask, octets, 3)
}

/// Blocked (RFC 8914, section 4.16).
pub fn blocked(ask: &Ask, octets: Vec<u8>) -> Outcome {
    with_error(ask, octets, 15)
}

/// Adds an extended error to what resolvers answer with checking.
fn with_error(ask: &Ask, octets: Vec<u8>, code: u8) -> Outcome {
    if !is_checking(ask) {
        return straight(octets);
    }
    edit(octets, |message| {
        of_type(&mut message.additional, RecordType::OPT, |record| {
            record.rdata = [&record.rdata[..], &[0, 15, 0, 2, 0, code]].concat().into();
        });
    })
}
