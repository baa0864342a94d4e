//! Servers against one another.

use super::world::{
    KSK, NOW, World, ZSK, address, answer, denied, ds, ds_set, fires, is_silent, judged_keys, key,
    ns_rdata, nsec3, signed, soa_rdata,
};
use crate::dns::{Dnskey, RecordType};
use crate::policy::Reach;
use crate::validate::{AnswerKind, EntryPoint, KeysReply, Outcome, SignatureFault, Status};

fn set_soa(world: &mut World, number: u8, serial: u32, minimum: u32, signer: &Dnskey) {
    let set = signed(RecordType::SOA, vec![soa_rdata(serial, minimum)], &[signer]);
    *world.set(number, RecordType::SOA) = set;
}

/// Makes a server give this RRset beside a denial.
fn deny(world: &mut World, number: u8, set: crate::validate::JudgedRrset) {
    let denial = (1, answer(AnswerKind::NoType, vec![set]));
    world.server(number).answers.insert(denied(), denial);
}

#[test]
fn serials_and_soa_fields_are_compared() {
    let stated = fires("soa-serial-inconsistent", |world| {
        set_soa(world, 2, 6, 300, &key(ZSK, 2));
    });
    assert_eq!(stated.facts["newest"], "7");
    assert!(
        stated.subject["nameserver"].contains("ns2.a.test."),
        "{stated:?}"
    );
    is_silent("soa-serial-inconsistent", |world| {
        let now = u32::try_from(NOW.0).unwrap();
        for number in 1..=3 {
            set_soa(world, number, now - u32::from(number), 300, &key(ZSK, 2));
        }
    });
    fires("soa-fields-inconsistent", |world| {
        set_soa(world, 2, 7, 301, &key(ZSK, 2))
    });
    is_silent("soa-fields-inconsistent", |world| {
        set_soa(world, 2, 6, 301, &key(ZSK, 2))
    });
}

#[test]
fn several_signers_have_their_own_serials() {
    is_silent("soa-serial-inconsistent", |world| {
        set_soa(world, 2, 6, 300, &key(ZSK, 6))
    });
}

#[test]
fn copies_of_the_zone_are_compared() {
    fires("signed-state-inconsistent", |world| {
        world.server(2).keys = KeysReply::Without(1, AnswerKind::NoType);
    });
    is_silent("signed-state-inconsistent", |world| {
        world.server(2).keys = KeysReply::Silent
    });
    fires("ns-set-inconsistent", |world| {
        let set = signed(
            RecordType::NS,
            vec![ns_rdata("ns1.a.test.")],
            &[&key(ZSK, 2)],
        );
        *world.set(2, RecordType::NS) = set;
    });
    is_silent("ns-set-inconsistent", |world| {
        let hosts = ["NS3.a.test.", "ns1.A.test.", "ns2.a.test."];
        let rdata = hosts.map(ns_rdata).into();
        *world.set(2, RecordType::NS) = signed(RecordType::NS, rdata, &[&key(ZSK, 2)]);
    });
}

#[test]
fn ways_to_deny_are_compared() {
    let nsec = || {
        signed(
            RecordType::NSEC,
            vec![ns_rdata("b.a.test.")],
            &[&key(ZSK, 2)],
        )
    };
    fires("denial-mode-inconsistent", |world| {
        deny(world, 1, nsec());
        deny(world, 2, nsec3(0, &[]));
    });
    is_silent("denial-mode-inconsistent", |world| {
        deny(world, 1, nsec());
        deny(world, 2, nsec());
    });
    fires("nsec3-parameters-inconsistent", |world| {
        deny(world, 1, nsec3(0, &[]));
        deny(world, 2, nsec3(0, &[1]));
    });
    is_silent("nsec3-parameters-inconsistent", |world| {
        deny(world, 1, nsec3(1, &[1]));
        deny(world, 2, nsec3(1, &[1]));
    });
}

#[test]
fn parent_servers_are_compared() {
    let other = ds(&key(KSK, 5));
    fires("ds-content-inconsistent", |world| {
        let (_, judged) = world.zone().delegation.get_mut(&address(102)).unwrap();
        judged.rrset = Some(ds_set(std::slice::from_ref(&other)));
    });
    let stated = fires("ds-presence-inconsistent", |world| {
        let (_, judged) = world.zone().delegation.get_mut(&address(102)).unwrap();
        judged.rrset = None;
    });
    assert_eq!(stated.zone, super::world::apex());
}

/// Gives a server keys of its own, by which it signs everything.
fn sign_apart(world: &mut World, number: u8, keys: &[Dnskey]) {
    let entry = EntryPoint::Ds(ds(&keys[0]));
    *world.keys(number) = judged_keys(keys, vec![(entry, Outcome::Holds)]);
    for rtype in [RecordType::SOA, RecordType::NS] {
        let set = world.set(number, rtype);
        let rdata = set.rrset.rdata.iter().map(|rdata| rdata.to_vec()).collect();
        *set = signed(rtype, rdata, &[&keys[1]]);
    }
}

#[test]
fn signers_must_know_the_keys_of_one_another() {
    let code = "multi-signer-dnskey-incomplete";
    let stated = fires(code, |world| {
        sign_apart(world, 2, &[key(KSK, 5), key(ZSK, 6)])
    });
    assert!(stated.fix.contains("IN DNSKEY 256"), "{}", stated.fix);
    let complete = |world: &mut World| {
        sign_apart(world, 2, &[key(KSK, 5), key(ZSK, 6), key(ZSK, 2)]);
        for number in [1, 3] {
            world.keys(number).dnskeys.push(key(ZSK, 6));
        }
        world.publish(&[ds(&key(KSK, 1)), ds(&key(KSK, 5))]);
    };
    for code in [code, "dnskey-missing-on-server", "soa-serial-inconsistent"] {
        is_silent(code, complete);
    }
}

#[test]
fn a_key_that_one_server_lacks_matters_when_the_ds_needs_it() {
    let waiting = fires("dnskey-missing-on-server", |world| {
        for number in [1, 3] {
            world.keys(number).dnskeys.push(key(ZSK, 6));
        }
    });
    assert_eq!(waiting.reach, Reach::Harmless);
    let needed = fires("dnskey-missing-on-server", |world| {
        let entry = EntryPoint::Ds(ds(&key(KSK, 1)));
        *world.keys(2) = judged_keys(&[key(KSK, 5), key(ZSK, 2)], vec![(entry, Outcome::NoKey)]);
        world.server(2).key_status = Status::Bogus;
    });
    assert_eq!(needed.reach, Reach::SomeServers);
    assert!(needed.message.contains("ns2.a.test."), "{}", needed.message);
}

#[test]
fn ends_of_signatures_are_compared() {
    fires("rrsig-expiry-inconsistent", |world| {
        let signature = &mut world.set(2, RecordType::SOA).signatures[0];
        signature.rrsig.expiration = NOW.plus(86_400).serial();
    });
    is_silent("rrsig-expiry-inconsistent", |world| {
        let signature = &mut world.set(2, RecordType::SOA).signatures[0];
        signature.rrsig.expiration = NOW.plus(6 * 86_400 + 3_600).serial();
    });
    let expire = |world: &mut World, number| {
        let set = world.set(number, RecordType::SOA);
        set.signatures[0].result = Err(SignatureFault::Expired(NOW.plus(-60)));
        set.status = Status::Bogus;
    };
    let stated = fires("secondary-serves-expired", |world| expire(world, 2));
    assert!(stated.message.contains("ns2.a.test."), "{}", stated.message);
    is_silent("secondary-serves-expired", |world| {
        (1..=3).for_each(|number| expire(world, number));
    });
}
