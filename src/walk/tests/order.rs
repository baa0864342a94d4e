//! The order in which outcomes come in has no influence on what is found.

use super::net::{Manner, Net, drive, drive_by, settings, walk};
use super::trails::{HINTS, plain};
use crate::dns::RecordType;
use crate::evidence::Outcome;
use crate::evidence::topology::{Basis, Topology};
use crate::evidence::view::View;
use crate::walk::Walk;

/// A hierarchy with an alias, a name server elsewhere, a lame and a silent server.
fn mixed() -> Net {
    plain()
        .zone(
            "test.",
            "@ 60 NS ns\nns 60 A 20.0.1.1\nexample 60 NS ns1.example\nexample 60 NS ns2.example\n\
             example 60 NS dns.other.\nns1.example 60 A 20.0.2.1\nns2.example 60 A 20.0.2.2\n\
             ns2.example 60 AAAA 2400::2",
        )
        .zone(
            "other.",
            "@ 60 NS ns\nns 60 A 20.0.3.1\ndns 60 A 20.0.4.1\ndns 60 AAAA 2400::4\nwww 60 A 20.1.1.1",
        )
        .host("20.0.2.1", &["example.test."], Manner::NoEdns)
        .host("20.0.2.2", &["example.test."], Manner::Lame)
        .host("2400::2", &["example.test."], Manner::Silent)
        .serve("20.0.4.1", &["example.test."])
}

#[test]
fn walks_in_any_order_find_the_same_zones() {
    let target = || settings("alias.example.test.", RecordType::A, HINTS);
    let expected = walk(&mixed(), target());
    assert!(expected.is_complete("www.other."));
    arbtest::arbtest(|u| {
        let mut picks: Vec<usize> = u.arbitrary()?;
        let pick = |count: usize| picks.pop().unwrap_or(0) % count;
        let done = drive(&mixed(), Walk::new(target()), pick);
        assert_eq!(done.topology(), &expected.topology);
        Ok(())
    })
    .budget_ms(1_000);
}

#[test]
fn a_topology_does_not_depend_on_the_order_of_exchanges() {
    let done = walk(
        &mixed(),
        settings("alias.example.test.", RecordType::A, HINTS),
    );
    let basis = Basis::of(&done.evidence);
    arbtest::arbtest(|u| {
        // Any part of the exchanges, in canonical order and in another one.
        let mut part = Vec::new();
        for exchange in &done.evidence.exchanges {
            if u.ratio(3, 4)? {
                part.push(exchange.clone());
            }
        }
        let expected = Topology::new(&View::new(part.clone()), &basis);
        let mut view = View::default();
        while !part.is_empty() {
            let at = u.choose_index(part.len())?;
            view.add(part.swap_remove(at));
        }
        assert_eq!(Topology::new(&view, &basis), expected);
        Ok(())
    })
    .budget_ms(1_000);
}

#[test]
fn bent_responses_neither_panic_nor_prolong_a_walk() {
    arbtest::arbtest(|u| {
        let net = mixed();
        let bend = |outcome: Outcome| -> arbtest::arbitrary::Result<Outcome> {
            let Outcome::Response(mut octets) = outcome else {
                return Ok(outcome);
            };
            for _ in 0..u.int_in_range(0..=2)? {
                let at = u.choose_index(octets.len())?;
                octets[at] = u.arbitrary()?;
            }
            if u.ratio(1, 8)? {
                octets.truncate(u.choose_index(octets.len())?);
            }
            Ok(Outcome::Response(octets))
        };
        let bend = std::cell::RefCell::new(bend);
        let answer = |ask: &_| {
            let good = net.ask(ask);
            (bend.borrow_mut())(good.clone()).unwrap_or(good)
        };
        let walk = Walk::new(settings("alias.example.test.", RecordType::A, HINTS));
        let evidence = drive_by(answer, walk, |_| 0).finish();
        assert!(evidence.exchanges.len() < 500);
        let view = View::new(evidence.exchanges.clone());
        Topology::new(&view, &Basis::of(&evidence));
        Ok(())
    })
    .budget_ms(1_000);
}
