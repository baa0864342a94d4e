//! A network that lets no query through, or answers it in place of the root servers: what is advised is not to touch
//! the root or its trust anchors.

use super::edit::edit;
use super::lab::{Bend, report};
use crate::dns::Rcode;
use crate::evidence::Outcome;

const AA: u16 = 0x0400;
const RCODE: u16 = 0x000F;

fn emptied(octets: Vec<u8>, rcode: Rcode) -> Outcome {
    edit(octets, |message| {
        message.flags = message.flags & !(AA | RCODE) | rcode.0;
        message.answer.clear();
        message.authority.clear();
        message.additional.clear();
    })
}

/// What is advised about the finding of this code.
fn advice(code: &str, bend: Bend) -> String {
    let report = report("valid.test.", &[], bend);
    let mut all = report.findings.iter().chain(&report.folded);
    let found = all.find(|finding| finding.code == code);
    let found = found.unwrap_or_else(|| panic!("no {code} in {report:?}"));
    assert!(found.zone.is_root(), "{found:?}");
    found.fix.clone()
}

#[test]
fn a_dark_network_is_not_the_fault_of_the_root() {
    let advice = advice("server-unreachable", |_, _| Outcome::Timeout);
    assert!(
        advice.starts_with("see whether this machine is connected"),
        "{advice}"
    );
}

#[test]
fn who_answers_in_place_of_the_root_is_looked_for() {
    let refused = advice("delegation-lame", |_, octets| {
        emptied(octets, Rcode::REFUSED)
    });
    assert!(
        refused.starts_with("see what answers in place of"),
        "{refused}"
    );
    let empty = advice("trust-anchor-not-signing", |_, octets| {
        emptied(octets, Rcode::NOERROR)
    });
    assert!(
        empty.contains("leave the trust anchors as they are"),
        "{empty}"
    );
}
