//! DS records, and what the parent says of servers.

use super::world::{
    KSK, NOW, World, ZSK, address, apex, ds, ds_of, fires, is_silent, judged_keys, key,
};
use crate::crypto::DigestType;
use crate::dns::{Dnskey, Ds, RecordType};
use crate::evidence::probes;
use crate::evidence::topology::{Limit, SpecialAddress};
use crate::evidence::view::View;
use crate::evidence::{Exchange, Outcome as Heard, Transport};
use crate::policy::Reach;
use crate::validate::{
    AnswerKind, Arrival, DenialFault, End, EntryPoint, KeysReply, Outcome, SignatureFault, Status,
};

/// Publishes these DS records, which come to these ends at every server.
fn follow(world: &mut World, ends: &[(Ds, Outcome)]) {
    let entries: Vec<_> = ends
        .iter()
        .map(|(ds, outcome)| (EntryPoint::Ds(ds.clone()), outcome.clone()))
        .collect();
    let published: Vec<_> = ends.iter().map(|(ds, _)| ds.clone()).collect();
    world.publish(&published);
    world.zone().arrival =
        Arrival::Delegation(entries.iter().map(|(entry, _)| entry.clone()).collect());
    let holds = ends.iter().any(|(_, outcome)| *outcome == Outcome::Holds);
    let status = if holds { Status::Secure } else { Status::Bogus };
    world.zone().status = status;
    for number in 1..=3 {
        world.server(number).key_status = status;
        let keys = world.keys(number);
        keys.entries.clone_from(&entries);
        keys.status = status;
    }
}

fn good() -> (Ds, Outcome) {
    (ds(&key(KSK, 1)), Outcome::Holds)
}

#[test]
fn a_healthy_zone_is_left_alone() {
    let codes = World::healthy().codes();
    assert!(codes.is_empty(), "{codes:?}");
}

#[test]
fn each_end_of_a_ds_has_its_code() {
    let other = ds(&key(KSK, 5));
    let mismatch = Ds {
        digest: [7; 32].into(),
        ..ds(&key(KSK, 1))
    };
    for (code, ds, outcome) in [
        ("ds-no-matching-dnskey", other.clone(), Outcome::NoKey),
        (
            "ds-digest-mismatch",
            mismatch,
            Outcome::DigestMismatch(vec![1; 32]),
        ),
        (
            "ds-key-not-signing-dnskey-rrset",
            other.clone(),
            Outcome::NotSigning,
        ),
        ("ds-no-secure-entry-point", other, Outcome::NoKey),
    ] {
        let stated = fires(code, |world| {
            follow(world, &[(ds.clone(), outcome.clone())])
        });
        assert_eq!(stated.reach, Reach::Everywhere, "{code}");
        if code != "ds-no-secure-entry-point" {
            let beside = fires(code, |world| {
                follow(world, &[good(), (ds.clone(), outcome.clone())])
            });
            assert_eq!(beside.reach, Reach::Harmless, "{code}");
        }
    }
}

#[test]
fn a_flag_that_was_changed_is_found_behind_the_ds_that_matches_nothing() {
    for (code, flags) in [("ds-dnskey-revoked", 385), ("ds-dnskey-zone-bit-clear", 1)] {
        let bend = |world: &mut World| {
            follow(world, &[(ds(&key(KSK, 1)), Outcome::NoKey)]);
            world.each_keys(|keys| keys.dnskeys = vec![key(flags, 1), key(ZSK, 2)]);
        };
        let stated = fires(code, bend);
        assert!(
            stated.message.contains(&format!("flags {flags}")),
            "{}",
            stated.message
        );
    }
    is_silent("ds-dnskey-revoked", |world| {
        follow(world, &[(ds(&key(KSK, 1)), Outcome::NoKey)]);
        world.each_keys(|keys| keys.dnskeys = vec![key(385, 6), key(ZSK, 2)]);
    });
}

#[test]
fn a_wrong_field_of_a_ds_is_named() {
    let wrong_tag = Ds {
        key_tag: 1,
        ..ds(&key(KSK, 1))
    };
    let stated = fires("ds-no-matching-dnskey", |world| {
        follow(world, &[(wrong_tag.clone(), Outcome::NoKey)]);
    });
    assert!(
        stated.message.contains("its key tag is not"),
        "{}",
        stated.message
    );
}

#[test]
fn several_signers_each_with_their_own_ds_are_fine() {
    is_silent("ds-no-matching-dnskey", |world| {
        let (one, other) = (key(KSK, 1), key(KSK, 5));
        let entries = |held: &Dnskey| {
            [&one, &other].map(|key| {
                let outcome = if key == held {
                    Outcome::Holds
                } else {
                    Outcome::NoKey
                };
                (EntryPoint::Ds(ds(key)), outcome)
            })
        };
        follow(
            world,
            &[(ds(&one), Outcome::Holds), (ds(&other), Outcome::NoKey)],
        );
        for (number, held) in [(1, &one), (2, &other), (3, &other)] {
            *world.keys(number) = judged_keys(&[held.clone(), key(ZSK, 2)], entries(held).into());
        }
    });
}

#[test]
fn digests_are_held_against_the_registry() {
    let key = key(KSK, 1);
    let of = |digest_type: u8, octets: usize| Ds {
        digest_type,
        digest: vec![1; octets].into(),
        ..ds(&key)
    };
    for (code, ds) in [
        ("ds-digest-must-not-use", ds_of(&key, DigestType::SHA1)),
        ("ds-digest-unassigned", of(100, 32)),
        ("ds-digest-unassigned", of(0, 1)),
        ("ds-digest-unsupported", of(5, 32)),
        ("ds-digest-length-wrong", of(2, 20)),
    ] {
        fires(code, |world| {
            world.publish(&[super::world::ds(&key), ds.clone()])
        });
    }
    fires("ds-digest-sha256-missing", |world| {
        world.publish(&[ds_of(&key, DigestType::SHA384)]);
    });
    let sha1 = ds_of(&key, DigestType::SHA1);
    fires("ds-sha1-ignored", |world| {
        follow(world, &[good(), (sha1.clone(), Outcome::Sha1Ignored)]);
    });
    is_silent("ds-digest-mismatch", |world| {
        follow(world, &[good(), (sha1.clone(), Outcome::Sha1Ignored)]);
    });
    let wrong = Ds {
        digest: [7; 20].into(),
        ..sha1
    };
    fires("ds-digest-mismatch", |world| {
        follow(world, &[good(), (wrong.clone(), Outcome::Sha1Ignored)]);
    });
}

#[test]
fn algorithms_of_the_ds_must_sign() {
    let promised = Ds {
        algorithm: 13,
        ..ds(&key(KSK, 1))
    };
    fires("ds-algorithm-without-signing-key", |world| {
        follow(world, &[good(), (promised.clone(), Outcome::NoKey)]);
    });
    fires("ds-all-unsupported", |world| {
        let unknown = Ds {
            algorithm: 100,
            ..ds(&key(KSK, 1))
        };
        follow(world, &[(unknown, Outcome::UnsupportedAlgorithm)]);
    });
    fires("ds-dnskey-sep-bit-clear", |world| {
        let plain = key(ZSK, 1);
        world.each_keys(|keys| keys.dnskeys[0] = plain.clone());
        follow(world, &[(ds(&plain), Outcome::Holds)]);
        world.each_keys(|keys| keys.dnskeys[0] = key(ZSK, 1));
    });
}

#[test]
fn a_missing_side_is_told_from_a_broken_one() {
    fires("ds-present-zone-unsigned", |world| {
        for number in 1..=3 {
            world.server(number).keys = KeysReply::Without(1, AnswerKind::NoType);
        }
        world.zone().status = Status::Bogus;
    });
    fires("ds-missing-for-signed-zone", |world| {
        world.zone().arrival = Arrival::Ended(Status::Insecure, End::NoDs);
    });
    fires("parent-unsigned", |world| {
        world.zone().arrival = Arrival::Ended(Status::Insecure, End::Parent);
        for server in world.chain.zones[0].servers.values_mut() {
            server.keys = KeysReply::Without(1, AnswerKind::NoType);
        }
    });
    fires("ds-rrset-unsigned-or-invalid", |world| {
        for (_, judged) in world.zone().delegation.values_mut() {
            let set = judged.rrset.as_mut().unwrap();
            set.status = Status::Bogus;
            set.signatures[0].result = Err(SignatureFault::Mismatch);
        }
    });
    let stated = fires("ds-absence-unproven", |world| {
        for (_, judged) in world.zone().delegation.values_mut() {
            judged.rrset = None;
            judged.denial = Some(Err(DenialFault::NoRecords));
        }
    });
    assert!(stated.zone.is_root());
}

#[test]
fn verdicts_are_stated_where_the_chain_turned() {
    for (code, status) in [
        ("chain-bogus", Status::Bogus),
        ("chain-indeterminate", Status::Indeterminate),
    ] {
        let stated = fires(code, |world| {
            world.chain.targets[0].status = status;
            world.chain.zones[0].status = status;
            world.zone().status = status;
            world.zone().arrival = Arrival::Ended(status, End::Parent);
        });
        assert!(stated.zone.is_root(), "{code}");
    }
}

#[test]
fn what_lies_above_an_anchor_is_no_reason() {
    let stated = fires("chain-indeterminate", |world| {
        world.chain.targets[0].status = Status::Indeterminate;
        world.chain.zones[0].status = Status::Indeterminate;
        world.chain.zones[0].arrival = Arrival::Ended(Status::Indeterminate, End::NoAnchor);
        world.zone().status = Status::Indeterminate;
        world.zone().arrival = Arrival::Anchors(Vec::new());
    });
    assert_eq!(stated.zone, apex());
    assert!(
        stated
            .message
            .contains("no server of a.test. gives its DNSKEY RRset")
    );
}

#[test]
fn aliases_that_go_on_are_told() {
    let stated = fires("chain-indeterminate", |world| {
        world.topology.limits.insert(Limit::Aliases);
    });
    assert!(stated.message.contains("the aliases go on behind a.test."));
}

/// Nothing is known of what lies behind the last alias that was followed, however secure all before it is.
#[cfg(feature = "agent")]
#[test]
fn aliases_that_go_on_leave_the_verdict_open() {
    use super::lab;
    use crate::evidence::topology::{Basis, Topology};
    use crate::validate::{Limits, anchor, chain};

    let evidence = lab::evidence("valid.test", &[], true, lab::straight);
    let view = View::new(evidence.exchanges.clone());
    let anchors = anchor::from_records(&evidence.anchors).unwrap();
    let mut topology = Topology::new(&view, &Basis::of(&evidence));
    let status = |topology: &Topology| {
        let limits = Limits::default();
        chain::judge(&view, topology, &anchors, limits, evidence.started).status
    };
    assert_eq!(status(&topology), Status::Secure);
    topology.limits.insert(Limit::Aliases);
    assert_eq!(status(&topology), Status::Indeterminate);
}

/// What the first parent server answered to the question for DS: the octets behind the header's counts
/// are given.
fn heard(outcome: Heard) -> View {
    View::new(vec![Exchange {
        server: address(101),
        transport: Transport::Udp,
        query: crate::dns::query::Query {
            question: probes::question(&apex(), RecordType::DS),
            recursion_desired: false,
            checking_disabled: false,
            authentic_data: false,
            probe: None,
            edns: None,
        },
        sent: NOW,
        elapsed: std::time::Duration::ZERO,
        strays: 0,
        outcome,
    }])
}

/// A response without AA that holds an NS record of the zone in its authority section.
fn referral() -> Vec<u8> {
    let name = apex();
    let mut octets = vec![0, 0, 0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0];
    octets.extend_from_slice(name.wire());
    octets.extend([0, 43, 0, 1]);
    octets.extend_from_slice(name.wire());
    octets.extend([0, 2, 0, 1, 0, 0, 0, 60]);
    octets.extend(u16::try_from(name.wire().len()).unwrap().to_be_bytes());
    octets.extend_from_slice(name.wire());
    octets
}

#[test]
fn questions_for_ds_must_be_answered() {
    fires("ds-query-referral", |world| {
        world.view = heard(Heard::Response(referral()));
    });
    is_silent("ds-query-referral", |world| {
        let mut octets = referral();
        octets[2] |= 0x04;
        world.view = heard(Heard::Response(octets));
    });
    let stated = fires("ds-query-failed", |world| {
        world.view = heard(Heard::Timeout);
        world.zone().arrival = Arrival::Ended(Status::Indeterminate, End::DsUnknown);
    });
    assert_eq!(stated.evidence.len(), 1);
}

#[test]
fn names_and_addresses_of_servers_are_compared() {
    fires("delegation-ns-sets-differ", |world| {
        let extra = "ns9.a.test.".parse().unwrap();
        world.known().parent_ns.insert(extra);
    });
    fires("delegation-ns-unresolvable", |world| {
        let lost = "ns9.a.test.".parse().unwrap();
        world.known().addressless.insert(lost);
    });
    fires("delegation-glue-differs", |world| {
        let known = world.known();
        let (_, glue) = known.parent_addresses.iter_mut().next().unwrap();
        glue.insert(address(99).ip());
    });
    fires("delegation-ns-address-special", |world| {
        let special = SpecialAddress {
            address: address(1).ip(),
            ns_name: "ns1.a.test.".parse().unwrap(),
            why: "documentation",
        };
        world.known().special_addresses.insert(special);
    });
}
