//! Checks that look at a resolver beside what it hands out.

use super::world::{KSK, NOW, World, ds_of, key};
use crate::checks::{self, Context};
use crate::crypto::DigestType;
use crate::dns::{Ds, Rcode};
use crate::evidence::view::View;
use crate::evidence::{Resolver, Transport};
use crate::validate::resolver::Said;
use crate::validate::{Conduct, JudgedResolver, Status};

/// A resolver that hands out the healthy zone.
fn resolver(world: &World, conduct: Conduct) -> JudgedResolver {
    let said = Said {
        exchange: None,
        silence: None,
        rcode: Some(Rcode::NOERROR),
        is_authentic: false,
        is_recursion_available: true,
        is_checking_disabled: false,
        has_signatures: true,
        has_edns: true,
        extended_errors: Vec::new(),
    };
    JudgedResolver {
        is_same_data: true,
        resolver: Resolver {
            label: "192.0.2.53".to_owned(),
            address: Some("192.0.2.53:53".parse().unwrap()),
            transport: Transport::Udp,
        },
        checked: said.clone(),
        unchecked: said,
        validates_root: Some(true),
        view: View::default(),
        topology: world.topology.clone(),
        chain: world.chain.clone(),
        conduct,
    }
}

fn states(code: &str, world: &World, resolver: JudgedResolver) -> Vec<String> {
    let resolvers = [resolver];
    let context = Context::new(
        &world.view,
        &world.topology,
        &world.chain,
        &world.policy,
        NOW,
    );
    let context = context.with_resolvers(&resolvers, true);
    let check = checks::find(code).unwrap();
    (check.run)(&context)
        .into_iter()
        .map(|statement| statement.message)
        .collect()
}

#[test]
fn a_gap_is_what_not_every_validator_has() {
    const CODE: &str = "resolver-algorithm-gap";
    // The zone of this world is signed with Ed25519.
    let mut world = World::healthy();
    let gap = |world: &World| states(CODE, world, resolver(world, Conduct::NegativeTrustAnchor));
    assert!(
        gap(&world)[0].ends_with("rests on ED25519 alone"),
        "{:?}",
        gap(&world)
    );
    for conduct in [Conduct::Validates, Conduct::NotValidating] {
        assert!(states(CODE, &world, resolver(&world, conduct)).is_empty());
    }
    let rare = ds_of(&key(KSK, 1), DigestType::SHA384);
    let common = Ds {
        algorithm: 13,
        ..ds_of(&key(KSK, 1), DigestType::SHA256)
    };
    world.publish(&[Ds {
        algorithm: 13,
        ..rare.clone()
    }]);
    assert!(
        gap(&world)[0].ends_with("rests on SHA-384 alone"),
        "{:?}",
        gap(&world)
    );
    // One DS that every validator takes is enough, and what is bogus is no matter of support.
    world.publish(&[rare, common]);
    assert!(gap(&world).is_empty());
    let mut world = World::healthy();
    world.chain.status = Status::Bogus;
    assert!(gap(&world).is_empty());
}

#[test]
fn a_key_is_missing_where_its_sentinel_fails() {
    const CODE: &str = "resolver-trust-anchor-missing";
    let mut world = World::healthy();
    let fails = |world: &World| states(CODE, world, resolver(world, Conduct::ValidationFails));
    assert!(fails(&world).is_empty(), "an ordinary name");
    let sentinel = "root-key-sentinel-is-ta-38696.a.test.".parse().unwrap();
    world.chain.targets[0].question.name = sentinel;
    assert!(fails(&world)[0].contains("root key 38696"));
    assert!(states(CODE, &world, resolver(&world, Conduct::Validates)).is_empty());
    world.chain.status = Status::Bogus;
    assert!(fails(&world).is_empty());
}
