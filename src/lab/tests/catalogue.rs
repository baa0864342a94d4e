//! The list of cases is complete, consistent and reachable.

use std::collections::BTreeSet;

use super::*;
use crate::dns::{Rcode, master};
use crate::lab::plan::Mode;
use crate::lab::{Expect, Group};

#[test]
fn the_63_published_cases_are_all_there() {
    let lab = Lab::new(NOW);
    let of = |group: Group| lab.cases().iter().filter(move |case| case.group == group);
    assert_eq!(of(Group::Published).count(), 45);
    // Multicast over IPv4 is ours.
    assert_eq!(of(Group::Glue).count(), 18 + 1);
    assert!(of(Group::Operations).count() >= 55);
}

#[test]
fn every_name_is_asked_once_and_lies_in_its_zone() {
    let lab = Lab::new(NOW);
    let mut names = BTreeSet::new();
    for case in lab.cases() {
        assert!(names.insert(case.name.clone()), "{} twice", case.name);
        assert!(case.name.is_at_or_below(&case.zone), "{}", case.name);
        assert!(
            lab.zones.hierarchy.find(&case.zone).is_some(),
            "{}",
            case.zone
        );
    }
}

#[test]
fn codes_are_well_formed_and_do_not_contradict_each_other() {
    for case in Lab::new(NOW).cases() {
        for code in case.codes.iter().chain(case.not_codes) {
            let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(code.chars().all(is_kebab), "{code}");
        }
        let both = case.codes.iter().find(|code| case.not_codes.contains(code));
        assert_eq!(both, None, "{}", case.name);
        assert!(case.fault.ends_with('.') && !case.fault.contains('\t'));
        let is_broken = case.expect == Expect::Bogus || case.expect_missing == Expect::Bogus;
        assert!(!is_broken || !case.codes.is_empty(), "{}", case.name);
    }
}

#[test]
fn every_server_that_answers_has_the_soa_of_its_zone() {
    let lab = Lab::new(NOW);
    let mut asked = 0;
    for site in lab
        .zones
        .hierarchy
        .sites
        .iter()
        .filter(|site| site.plan.is_served)
    {
        for (server, plan) in site.servers.iter().zip(&site.plan.servers) {
            let mut question = query(".", RecordType::SOA);
            question.question.name = site.plan.apex.clone();
            question.edns = None;
            let wire = question.to_wire(7);
            let action = lab.respond(server.1, Transport::Udp, &wire);
            if plan.mode == Mode::Silent {
                assert_eq!(action, Action::Silence);
                continue;
            }
            let message = reply(&lab, server.1, Transport::Udp, &question);
            let is_served = matches!(plan.mode, Mode::Answer | Mode::StripDnssec);
            assert_eq!(message.is_authoritative(), is_served, "{}", server.0);
            assert_eq!(
                count(&message.answer, RecordType::SOA),
                usize::from(is_served)
            );
            asked += 1;
        }
    }
    assert!(asked > 200);
}

#[test]
fn addresses_are_loopback_and_those_of_glue_cases_are_not_bound() {
    let lab = Lab::new(NOW);
    let addresses = lab.addresses();
    assert!(addresses.iter().all(IpAddr::is_loopback));
    assert!(addresses.is_sorted());
    let refused = Action::Silence;
    let wire = query("v4-loopback.test.", RecordType::SOA).to_wire(1);
    let nobody = "127.0.0.1".parse().unwrap();
    assert_eq!(lab.respond(nobody, Transport::Udp, &wire), refused);
    let message = reply(
        &lab,
        "::1".parse().unwrap(),
        Transport::Udp,
        &query("v6-localhost.test.", RecordType::SOA),
    );
    assert_eq!(message.rcode(), Rcode::REFUSED);
}

#[test]
fn hints_and_anchor_can_be_read_and_lead_to_the_root() {
    let lab = Lab::new(NOW);
    let hints = master::read(&lab.root_hints(), &Name::root()).unwrap();
    assert_eq!(outline(&hints).len(), 4);
    let anchor = &master::read(&lab.trust_anchor(), &Name::root()).unwrap()[0];
    let keys = ask(&lab, ".", ".", RecordType::DNSKEY).answer;
    let tag = u16::from_be_bytes([anchor.rdata[0], anchor.rdata[1]]);
    let is_anchor = |rdata: &[u8]| crate::dns::Dnskey::parse(rdata).unwrap().key_tag() == tag;
    let keys = keys.iter().filter(|key| key.rtype == RecordType::DNSKEY);
    assert_eq!(keys.filter(|key| is_anchor(&key.rdata)).count(), 1);
}

#[test]
fn the_table_has_a_line_for_each_case() {
    let lab = Lab::new(NOW);
    let table = lab.cases_tsv();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), lab.cases().len() + 1);
    assert!(lines.iter().all(|line| line.split('\t').count() == 9));
}

#[test]
fn the_same_hour_gives_the_same_octets_and_another_the_same_keys() {
    let (lab, again) = (Lab::new(NOW), Lab::new(NOW.plus(60)));
    let later = Lab::new(NOW.plus(3_600));
    for apex in [
        "valid.test.",
        "ed448.test.",
        "rsa-1024.test.",
        "csk.test.",
        "example.",
    ] {
        let file = |lab: &Lab| lab.zone_file(&name(apex)).unwrap();
        assert_eq!(file(&lab), file(&again), "{apex}");
        assert_ne!(file(&lab), file(&later), "{apex}");
        let keys = |lab: &Lab| {
            let text = file(lab);
            let is_key = |line: &&str| line.contains("IN DNSKEY");
            text.lines()
                .filter(is_key)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(&lab), keys(&later), "{apex}");
    }
}
