//! The order in which outcomes come in has no influence on what is found.

use super::net::{Manner, Net, drive, settings, walk};
use super::trails::{HINTS, plain};
use crate::dns::RecordType;
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
