//! Keys, their algorithms, and trust anchors.

use super::world::{KSK, World, ZSK, fires, is_silent, judged_keys, key};
use crate::crypto::{Algorithm, KeyFault};
use crate::dns::{Dnskey, RecordType};
use crate::policy::Reach;
use crate::validate::{Arrival, End, EntryPoint, KeysReply, Outcome, Status};

/// Adds a key that signs nothing to every server.
fn add(world: &mut World, key: &Dnskey) {
    world.each_keys(|keys| keys.dnskeys.push(key.clone()));
}

/// An RSA key with this exponent and a modulus of so many octets.
fn rsa(algorithm: u8, exponent: &[u8], octets: usize) -> Dnskey {
    let mut field = vec![u8::try_from(exponent.len()).unwrap()];
    field.extend_from_slice(exponent);
    field.extend(vec![0xFF; octets]);
    Dnskey {
        flags: ZSK,
        protocol: 3,
        algorithm,
        key: field.into(),
    }
}

const F4: &[u8] = &[1, 0, 1];

fn with(bend: impl Fn(&mut Dnskey)) -> Dnskey {
    let mut key = key(ZSK, 3);
    bend(&mut key);
    key
}

#[test]
fn each_defect_of_a_key_has_its_code() {
    let cases: Vec<(&str, Dnskey)> = vec![
        ("dnskey-zero-length", with(|key| key.key = [].into())),
        ("dnskey-bad-length", with(|key| key.key = [1; 31].into())),
        (
            "dnskey-unparsable",
            rsa(8, &[1, 0, 1], 0).clone_with_even_modulus(),
        ),
        ("dnskey-rsa-too-small", rsa(8, F4, 63)),
        ("dnskey-rsa-too-small", rsa(10, F4, 96)),
        ("dnskey-rsa-too-large", rsa(8, F4, 513)),
        ("dnskey-rsa-below-recommended", rsa(8, F4, 128)),
        ("dnskey-rsa-weak-exponent", rsa(8, &[3], 256)),
        ("dnskey-rsa-weak-exponent", rsa(8, &[1], 256)),
        ("dnskey-rsa-weak-exponent", rsa(8, &[1, 0], 256)),
        ("dnskey-rsa-weak-exponent", rsa(8, &[0], 256)),
        ("dnskey-rsa-leading-zero", rsa(8, &[0, 1, 0, 1], 256)),
        ("dnskey-protocol-not-3", with(|key| key.protocol = 2)),
        ("dnskey-flags-invalid", with(|key| key.flags = 1)),
        ("dnskey-flags-invalid", with(|key| key.flags = 258)),
        ("dnskey-revoked-present", with(|key| key.flags = 385)),
        (
            "dnskey-revoked-not-self-signed",
            with(|key| key.flags = 385),
        ),
        ("dnskey-unused", key(ZSK, 3)),
        ("algorithm-must-not-use", with(|key| key.algorithm = 5)),
        ("algorithm-not-recommended", with(|key| key.algorithm = 10)),
        ("algorithm-unassigned", with(|key| key.algorithm = 100)),
        ("algorithm-unassigned", with(|key| key.algorithm = 253)),
        (
            "algorithm-not-for-zone-signing",
            with(|key| key.algorithm = 2),
        ),
        ("algorithm-unsupported", with(|key| key.algorithm = 17)),
    ];
    for (code, key) in cases {
        let stated = fires(code, |world| add(world, &key));
        assert!(
            stated
                .message
                .contains(&Algorithm(key.algorithm).to_string()),
            "{code}"
        );
        assert!(
            !stated.fix.is_empty() && !stated.evidence.is_empty(),
            "{code}"
        );
    }
}

trait Bent {
    fn clone_with_even_modulus(&self) -> Self;
}

impl Bent for Dnskey {
    fn clone_with_even_modulus(&self) -> Self {
        let field = [&self.key[..], &[0xFF; 255], &[0xFE]].concat();
        Self {
            key: field.into(),
            ..self.clone()
        }
    }
}

#[test]
fn a_good_rsa_key_is_left_alone() {
    let mut world = World::healthy();
    add(&mut world, &rsa(8, F4, 256));
    let codes = world.codes();
    assert!(
        codes.iter().all(|code| !code.starts_with("dnskey-rsa")),
        "{codes:?}"
    );
}

#[test]
fn a_key_that_a_ds_needs_weighs_more_than_one_in_waiting() {
    let short = with(|key| key.key = [1; 31].into());
    let spare = fires("dnskey-bad-length", |world| add(world, &short));
    assert_eq!(spare.reach, Reach::Harmless);
    let fault = KeyFault::Length {
        expected: 32,
        found: 31,
    };
    let needed = fires("dnskey-bad-length", |world| {
        world.each_keys(|keys| {
            let entry = EntryPoint::Dnskey(short.clone());
            *keys = judged_keys(
                &[short.clone(), key(ZSK, 2)],
                vec![(entry, Outcome::KeyUnusable(fault))],
            );
        });
    });
    assert_eq!(needed.reach, Reach::Everywhere);
}

#[test]
fn two_keys_with_one_tag_collide() {
    // The tag is a sum: octets two apart may change places.
    let (mut one, mut other) = ([1; 32], [1; 32]);
    (one[0], other[2]) = (2, 2);
    let keys = [one, other].map(|octets| with(|key| key.key = octets.into()));
    assert_eq!(keys[0].key_tag(), keys[1].key_tag());
    fires("dnskey-keytag-collision", |world| {
        keys.iter().for_each(|key| add(world, key));
    });
    is_silent("dnskey-keytag-collision", |world| add(world, &keys[0]));
}

#[test]
fn an_algorithm_needs_both_roles_or_a_key_that_has_both() {
    let of = |algorithm, flags| with(|key| (key.algorithm, key.flags) = (algorithm, flags));
    fires("dnskey-algorithm-lacks-role", |world| {
        add(world, &of(16, ZSK))
    });
    fires("dnskey-algorithm-lacks-role", |world| {
        add(world, &of(16, KSK))
    });
    is_silent("dnskey-algorithm-lacks-role", |world| {
        add(world, &of(16, ZSK));
        add(world, &of(16, KSK));
    });
    is_silent("dnskey-algorithm-lacks-role", |world| {
        let common = of(16, KSK);
        add(world, &common);
        for number in 1..=3 {
            let rrsig = super::world::rrsig(RecordType::SOA, &common);
            world.set(number, RecordType::SOA).rrset.rrsigs.push(rrsig);
        }
    });
}

#[test]
fn a_zone_needs_an_entry_point() {
    fires("dnskey-no-ksk", |world| {
        world.each_keys(|keys| *keys = judged_keys(&[key(ZSK, 1), key(ZSK, 2)], Vec::new()));
    });
    is_silent("dnskey-no-ksk", |world| {
        let only = key(ZSK, 1);
        let entry = EntryPoint::Dnskey(only.clone());
        world.each_keys(|keys| {
            *keys = judged_keys(
                std::slice::from_ref(&only),
                vec![(entry.clone(), Outcome::Holds)],
            );
        });
    });
}

#[test]
fn unsigned_zones_are_told_from_servers_that_fail() {
    use crate::validate::AnswerKind::{Failure, NoType};
    fires("zone-unsigned", |world| {
        world.zone().arrival = Arrival::Ended(Status::Insecure, End::NoDs);
        world.zone().delegation.clear();
        for number in 1..=3 {
            world.server(number).keys = KeysReply::Without(1, NoType);
        }
    });
    is_silent("zone-unsigned", |world| {
        for number in 1..=3 {
            world.server(number).keys = KeysReply::Without(1, NoType);
        }
    });
    let stated = fires("dnskey-query-failed", |world| {
        world.server(2).keys = KeysReply::Without(1, Failure(crate::dns::Rcode::SERVFAIL));
    });
    assert_eq!(stated.reach, Reach::SomeServers);
    fires("dnskey-query-failed", |world| {
        world.server(2).keys = KeysReply::Silent
    });
    is_silent("dnskey-query-failed", |world| {
        world.server(2).keys = KeysReply::Silent;
        world.server(2).answers.clear();
    });
}

/// Makes the outcome of the root's anchor this one.
fn anchored(world: &mut World, keys: &[Dnskey], outcome: &Outcome) {
    let anchor = EntryPoint::Dnskey(key(KSK, 8));
    for server in world.chain.zones[0].servers.values_mut() {
        let judged = judged_keys(keys, vec![(anchor.clone(), outcome.clone())]);
        server.key_status = judged.status;
        server.keys = KeysReply::Given(1, Box::new(judged));
    }
    world.chain.zones[0].status = Status::Bogus;
}

#[test]
fn anchors_that_lead_nowhere_are_told_apart() {
    let others = [key(KSK, 7), key(ZSK, 9)];
    let revoked = [key(385, 8), key(ZSK, 9)];
    for (code, keys, outcome) in [
        ("trust-anchor-not-signing", &others, Outcome::NoKey),
        ("trust-anchor-not-published", &others, Outcome::NoKey),
        ("trust-anchor-revoked", &revoked, Outcome::NoKey),
        (
            "trust-anchor-algorithm-unsupported",
            &others,
            Outcome::UnsupportedAlgorithm,
        ),
    ] {
        let stated = fires(code, |world| anchored(world, keys, &outcome));
        assert!(stated.zone.is_root(), "{code}");
    }
    is_silent("trust-anchor-not-published", |world| {
        anchored(world, &revoked, &Outcome::NoKey);
    });
}

#[test]
fn an_rsa_key_of_a_size_that_is_not_on_the_list_breaks_the_policy_and_other_keys_have_none() {
    let with_list = |world: &mut World, sizes: &[u32]| {
        add(world, &rsa(8, F4, 256));
        world.policy.allowed_rsa_bits = Some(sizes.iter().copied().collect());
    };
    let code = "algorithm-policy-violation";
    let stated = fires(code, |world| with_list(world, &[3_072, 4_096]));
    assert!(
        stated.message.contains("3072 and 4096"),
        "{}",
        stated.message
    );
    is_silent(code, |world| with_list(world, &[2_048, 4_096]));
    is_silent(code, |world| {
        world.policy.allowed_rsa_bits = Some([4_096].into());
    });
}
