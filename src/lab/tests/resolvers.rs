//! Each resolver does what its line says, and the one that validates says what the table says.

use super::*;
use crate::dns::Rcode;
use crate::lab::Expect;
use crate::lab::resolver::{EXCEPTED_ZONE, STALE_ZONE};

fn resolver(lab: &Lab, label: &str) -> IpAddr {
    let resolvers = lab.resolvers();
    let found = resolvers.iter().find(|resolver| resolver.label == label);
    found.unwrap_or_else(|| panic!("no {label}")).address
}

fn action(lab: &Lab, label: &str, text: &str, rtype: RecordType, cd: bool) -> Action {
    let mut query = query(text, rtype);
    query.recursion_desired = true;
    query.checking_disabled = cd;
    lab.respond(resolver(lab, label), Transport::Tcp, &query.to_wire(7))
}

fn answer(lab: &Lab, label: &str, text: &str, rtype: RecordType, cd: bool) -> Message {
    match action(lab, label, text, rtype, cd) {
        Action::Reply(octets) => {
            let message = Message::parse(&octets).unwrap();
            assert!(message.faults.is_empty(), "{:?}", message.faults);
            assert!(message.is_recursion_available() && !message.is_authoritative());
            message
        }
        Action::Silence => panic!("{label} is silent on {text}"),
    }
}

/// Response code and AD, without checking and with it.
fn both(lab: &Lab, label: &str, text: &str) -> [(Rcode, bool); 2] {
    [true, false].map(|cd| {
        let message = answer(lab, label, text, RecordType::A, cd);
        (message.rcode(), message.is_authentic_data())
    })
}

const BARE: (Rcode, bool) = (Rcode::NOERROR, false);
const AUTHENTIC: (Rcode, bool) = (Rcode::NOERROR, true);
const FAILS: (Rcode, bool) = (Rcode::SERVFAIL, false);

#[test]
fn the_validating_one_agrees_with_the_table() {
    let lab = Lab::new(NOW);
    let mut missing = 0;
    for case in lab.cases() {
        let told = |name: &str, rtype| {
            let ask = |cd| answer(&lab, "validating", name, rtype, cd);
            (ask(false), ask(true))
        };
        let agrees = |(checked, unchecked): &(Message, Message), expect: Expect| {
            let is_failure = checked.rcode() == Rcode::SERVFAIL;
            let has_data = unchecked.rcode() != Rcode::SERVFAIL;
            assert!(!unchecked.is_authentic_data() && unchecked.is_checking_disabled());
            (is_failure, checked.is_authentic_data(), has_data)
                == match expect {
                    Expect::Secure => (false, true, true),
                    Expect::Insecure => (false, false, true),
                    Expect::Bogus => (true, false, true),
                    Expect::Indeterminate => (true, false, false),
                }
        };
        let name = told(&case.name.to_string(), case.rtype);
        assert!(agrees(&name, case.expect), "{} {name:?}", case.name);
        let absent = told(&format!("no-such-name.{}", case.zone), RecordType::A);
        if absent.1.rcode() == Rcode::NXDOMAIN {
            assert!(
                agrees(&absent, case.expect_missing),
                "missing at {}",
                case.zone
            );
            missing += 1;
        }
    }
    assert!(missing > 80, "{missing}");
}

#[test]
fn one_does_not_validate_and_hands_on_signatures() {
    let lab = Lab::new(NOW);
    for text in ["valid.test.", "stale-ds.test.", "."] {
        assert!(!both(&lab, "plain", text).iter().any(|(_, ad)| *ad));
        let message = answer(&lab, "plain", text, RecordType::SOA, false);
        assert_eq!(message.rcode(), Rcode::NOERROR);
        assert_eq!(count(&message.answer, RecordType::RRSIG), 1, "{text}");
    }
}

#[test]
fn one_strips_what_belongs_to_dnssec() {
    let lab = Lab::new(NOW);
    for (text, rtype) in [
        ("valid.test.", RecordType::A),
        (".", RecordType::DNSKEY),
        ("valid.test.", RecordType::DS),
        ("missing.valid.test.", RecordType::A),
    ] {
        let message = answer(&lab, "stripping", text, rtype, true);
        assert!(message.edns().is_none() && !message.is_checking_disabled());
        for section in [&message.answer, &message.authority, &message.additional] {
            for rtype in [RecordType::RRSIG, RecordType::NSEC, RecordType::NSEC3] {
                assert_eq!(count(section, rtype), 0, "{text}");
            }
        }
        assert!(!message.answer.is_empty() || !message.authority.is_empty());
    }
}

#[test]
fn one_holds_the_old_ds_of_one_zone() {
    let lab = Lab::new(NOW);
    assert_eq!(both(&lab, "stale", STALE_ZONE), [BARE, FAILS]);
    assert_eq!(both(&lab, "stale", "valid.test."), [BARE, AUTHENTIC]);
    assert_eq!(both(&lab, "validating", STALE_ZONE), [BARE, AUTHENTIC]);
    let ds = |label: &str| answer(&lab, label, STALE_ZONE, RecordType::DS, true).answer;
    let (old, new) = (ds("stale"), ds("validating"));
    assert_eq!(outline(&old), outline(&new));
    assert_ne!(old[0].rdata, new[0].rdata);
    assert!(old[0].ttl < new[0].ttl);
    assert_eq!(count(&old, RecordType::RRSIG), 1);
    assert!(answer(&lab, "stale", STALE_ZONE, RecordType::DS, false).is_authentic_data());
}

#[test]
fn one_has_a_negative_trust_anchor_for_one_zone() {
    let lab = Lab::new(NOW);
    let ask = |text: &str| both(&lab, "negative-anchor", text);
    assert_eq!(ask(EXCEPTED_ZONE), [BARE, BARE]);
    assert_eq!(ask("valid.test."), [BARE, AUTHENTIC]);
    assert_eq!(ask("rrsig-exp-all.test."), [BARE, FAILS]);
}

#[test]
fn one_ignores_cd() {
    let lab = Lab::new(NOW);
    assert_eq!(both(&lab, "ignores-cd", EXCEPTED_ZONE), [FAILS, FAILS]);
    assert_eq!(
        both(&lab, "ignores-cd", "valid.test."),
        [AUTHENTIC, AUTHENTIC]
    );
    let message = answer(&lab, "ignores-cd", "valid.test.", RecordType::A, true);
    assert!(!message.is_checking_disabled());
}

#[test]
fn some_give_no_answer() {
    let lab = Lab::new(NOW);
    let message = answer(&lab, "refusing", "valid.test.", RecordType::A, false);
    assert_eq!(message.rcode(), Rcode::REFUSED);
    let silent = action(&lab, "silent", "valid.test.", RecordType::A, false);
    assert_eq!(silent, Action::Silence);
    let message = answer(&lab, "garbled", "valid.test.", RecordType::A, false);
    assert_ne!(message.questions[0].name, name("valid.test."));
}

#[test]
fn a_failure_names_its_cause_as_a_hint() {
    let lab = Lab::new(NOW);
    for (text, code) in [
        ("stale-ds.test.", 9),
        ("rrsig-exp-all.test.", 7),
        ("allow-query-none.test.", 22),
    ] {
        let message = answer(&lab, "validating", text, RecordType::A, false);
        let errors = message.edns().unwrap().extended_errors();
        let codes: Vec<_> = errors.iter().map(|error| error.code).collect();
        assert_eq!(codes, [code], "{text}");
    }
}

#[test]
fn the_table_has_a_line_for_each_resolver() {
    let lab = Lab::new(NOW);
    let table = lab.resolvers_tsv();
    assert_eq!(table.lines().count(), lab.resolvers().len() + 1);
    let addresses = lab.addresses();
    for resolver in lab.resolvers() {
        assert!(addresses.contains(&resolver.address));
        let line = format!(
            "{}\t{}\t{}\n",
            resolver.label, resolver.address, resolver.does
        );
        assert!(table.contains(&line));
        assert!(resolver.does.ends_with('.'));
    }
    for apex in [STALE_ZONE, EXCEPTED_ZONE] {
        assert!(lab.cases().iter().any(|case| case.zone == name(apex)));
    }
}

#[test]
fn a_fault_put_into_a_resolver_changes_what_it_does_and_no_zone() {
    let lab = Lab::new(NOW);
    let put = |lines| lab.with_faults(&crate::lab::read_faults(lines).unwrap());
    let plain = put("@validating plain\n").unwrap();
    assert_eq!(both(&lab, "validating", "stale-ds.test")[1], FAILS);
    assert_eq!(both(&plain, "validating", "stale-ds.test")[1], BARE);
    assert_eq!(both(&plain, "stale", "stale-ds.test")[1], FAILS);
    assert!(std::sync::Arc::ptr_eq(&lab.zones, &plain.zones));
    let both_kinds = put("@validating plain\nvalid.test stale-ds\n").unwrap();
    assert_eq!(both(&both_kinds, "validating", "valid.test")[1], BARE);
    assert_eq!(both(&both_kinds, "stale", "valid.test")[1], FAILS);
}
