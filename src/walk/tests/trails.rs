//! Which zones are found on the way.

use super::net::{Done, Manner, Net, name, settings, walk};
use crate::dns::RecordType;
use crate::evidence::topology::{Basis, Limit, Purpose, Topology};

pub const HINTS: &str = ". 60 NS a.root.\na.root. 60 A 20.0.0.1\n";

/// A root, `test.` on its own server, and `example.test.` on two.
pub fn plain() -> Net {
    Net::default()
        .zone(
            ".",
            "@ 60 NS a.root.\na.root. 60 A 20.0.0.1\ntest. 60 NS ns.test.\nns.test. 60 A 20.0.1.1\n\
             other. 60 NS ns.other.\nns.other. 60 A 20.0.3.1",
        )
        .zone(
            "test.",
            "@ 60 NS ns\nns 60 A 20.0.1.1\nexample 60 NS ns1.example\nexample 60 NS ns2.example\n\
             ns1.example 60 A 20.0.2.1\nns2.example 60 A 20.0.2.2\nns2.example 60 AAAA 2400::2",
        )
        .zone(
            "example.test.",
            "@ 60 NS ns1\n@ 60 NS ns2\nns1 60 A 20.0.2.1\nns2 60 A 20.0.2.2\nns2 60 AAAA 2400::2\n\
             www 60 A 20.1.1.1\na.b.c 60 A 20.1.1.2\nalias 60 CNAME www.other.\n\
             @ 60 MX 10 www.other.\n@ 60 MX 20 ns1\nloop 60 CNAME pool\npool 60 CNAME loop\ntree 60 DNAME other.",
        )
        .zone("other.", "@ 60 NS ns\nns 60 A 20.0.3.1\nwww 60 A 20.1.1.3")
        .serve("20.0.0.1", &["."])
        .serve("20.0.1.1", &["test."])
        .serve("20.0.2.1", &["example.test."])
        .serve("20.0.2.2", &["example.test."])
        .serve("2400::2", &["example.test."])
        .serve("20.0.3.1", &["other."])
}

fn to(net: &Net, target: &str) -> Done {
    walk(net, settings(target, RecordType::A, HINTS))
}

#[test]
fn a_thorough_look_is_at_the_zone_of_the_name_alone() {
    for (target, zones) in [
        ("www.example.test.", vec!["example.test."]),
        ("example.test.", vec!["example.test."]),
        // The zone of an alias is another's.
        ("alias.example.test.", vec!["example.test."]),
        // A name that is not there leads to zones of others.
        ("nobody.test.", vec![]),
        ("nobody.", vec![]),
        ("test.", vec!["test."]),
        (".", vec!["."]),
    ] {
        for is_thorough in [true, false] {
            let mut settings = settings(target, RecordType::SOA, HINTS);
            settings.is_thorough = is_thorough;
            let done = walk(&plain(), settings);
            let found = done.topology.thorough_zones();
            let found: Vec<_> = found.map(|zone| zone.apex.to_string()).collect();
            let expected = if is_thorough { zones.clone() } else { vec![] };
            assert_eq!(found, expected, "{target}");
            assert_eq!(done.evidence.is_thorough, is_thorough);
        }
    }
}

#[test]
fn a_thorough_look_finds_where_mail_goes_and_asks_one_server_there() {
    let mut settings = settings("example.test.", RecordType::SOA, HINTS);
    settings.is_thorough = true;
    let done = walk(&plain(), settings);
    let mut trails = done.topology.trails.iter();
    let mail = trails
        .find(|trail| trail.name == name("www.other."))
        .unwrap();
    let purpose = Purpose::Dependency {
        from: name("example.test."),
        rtype: RecordType::MX,
    };
    assert_eq!(mail.purpose, purpose);
    assert_eq!(done.trail("www.other."), [".", "other."]);
    assert!(!done.zone("other.").is_main);
    assert!(
        done.asked("20.0.2.1")
            .contains(&"example.test. DS UDP".to_owned())
    );
    let mut beside = done.asked("20.0.3.1");
    beside.sort();
    assert_eq!(
        beside,
        ["other. DNSKEY UDP", "www.other. A UDP", "www.other. NS UDP"]
    );
    let replayed = Topology::new(&done.view, &Basis::of(&done.evidence));
    assert_eq!(replayed, done.topology);
}

#[test]
fn cuts_are_found_and_every_server_is_asked_everything() {
    let done = to(&plain(), "www.example.test.");
    assert_eq!(
        done.trail("www.example.test."),
        [".", "test.", "example.test."]
    );
    assert!(done.is_complete("www.example.test."));
    let expected = "anchorwatch-no-such-name.example.test. A UDP|example.test. CDNSKEY UDP|\
                    example.test. CDS UDP|example.test. DNSKEY UDP|example.test. NS UDP|\
                    example.test. NSEC3PARAM UDP|example.test. SOA UDP|example.test. TYPE65399 UDP|\
                    ns1.example.test. A UDP|ns1.example.test. AAAA UDP|ns2.example.test. A UDP|\
                    ns2.example.test. AAAA UDP|www.example.test. A UDP";
    for server in ["20.0.2.1", "20.0.2.2", "2400::2"] {
        let mut asked = done.asked(server);
        asked.retain(|question| question != "www.example.test. NS UDP");
        asked.sort();
        assert_eq!(asked.join("|"), expected, "{server}");
    }
    let parent = done.asked("20.0.1.1");
    for question in ["example.test. NS UDP", "example.test. DS UDP"] {
        assert!(parent.iter().any(|asked| asked == question), "{question}");
    }
    assert!(
        !done
            .asked("20.0.0.1")
            .iter()
            .any(|asked| asked.contains("CDS"))
    );
    // The root 8, test. 12, each server of example.test. 13, and two of them www.example.test. NS.
    assert_eq!(done.evidence.exchanges.len(), 61);
}

#[test]
fn a_replay_sees_the_same_topology() {
    let done = to(&plain(), "alias.example.test.");
    let replayed = Topology::new(&done.view, &Basis::of(&done.evidence));
    assert_eq!(replayed, done.topology);
}

#[test]
fn empty_non_terminals_are_passed() {
    for manner in [Manner::Good, Manner::NoEmptyNames] {
        let net = plain()
            .host("20.0.2.1", &["example.test."], manner)
            .host("20.0.2.2", &["example.test."], manner)
            .host("2400::2", &["example.test."], manner);
        let done = to(&net, "a.b.c.example.test.");
        assert!(done.is_complete("a.b.c.example.test."), "{manner:?}");
    }
}

#[test]
fn the_whole_name_helps_where_minimised_ones_are_mishandled() {
    let below = |net: Net| {
        net.zone(
            "test.",
            "@ 60 NS ns\nns 60 A 20.0.1.1\nexample.deep 60 NS ns.example.deep\n\
             ns.example.deep 60 A 20.0.2.1",
        )
        .zone(
            "example.deep.test.",
            "@ 60 NS ns\nns 60 A 20.0.2.1\nwww 60 A 20.1.1.1",
        )
        .serve("20.0.2.1", &["example.deep.test."])
    };
    for manner in [Manner::NoEmptyNames, Manner::FailsNs] {
        let net = below(plain()).host("20.0.1.1", &["test."], manner);
        let done = to(&net, "www.example.deep.test.");
        let zones = done.trail("www.example.deep.test.");
        assert_eq!(zones, [".", "test.", "example.deep.test."], "{manner:?}");
        assert!(done.is_complete("www.example.deep.test."), "{manner:?}");
    }
}

#[test]
fn servers_of_parent_and_child_at_once_show_the_cut_too() {
    let both = &["test.", "example.test."];
    let net = plain()
        .serve("20.0.1.1", both)
        .zone("test.", "@ 60 NS ns\nns 60 A 20.0.1.1\nexample 60 NS ns")
        .zone("example.test.", "@ 60 NS ns.test.\nwww 60 A 20.1.1.1");
    let done = to(&net, "www.example.test.");
    assert_eq!(
        done.trail("www.example.test."),
        [".", "test.", "example.test."]
    );
    let zone = done.zone("example.test.");
    assert!(zone.parent_ns.is_empty() && zone.child_ns.len() == 1);
    let asked = done.asked("20.0.1.1");
    assert!(asked.contains(&"example.test. DNSKEY UDP".to_owned()));
}

#[test]
fn an_alias_starts_a_trail_of_its_own() {
    for (target, end) in [
        ("alias.example.test.", "www.other."),
        ("www.tree.example.test.", "www.other."),
    ] {
        let done = to(&plain(), target);
        let purposes: Vec<_> = done.topology.trails.iter().map(|t| &t.purpose).collect();
        let from = target.parse().unwrap();
        assert_eq!(purposes, [&Purpose::Target, &Purpose::Alias { from }]);
        assert_eq!(done.trail(end), [".", "other."]);
        assert!(done.is_complete(end) && done.zone("other.").is_main);
    }
}

#[test]
fn aliases_end() {
    let done = to(&plain(), "loop.example.test.");
    assert_eq!(done.topology.trails.len(), 2);
    assert!(done.limits.is_empty());
    let chain: String = (0..20)
        .map(|i| format!("n{i} 60 CNAME n{}\n", i + 1))
        .collect();
    let net = plain().zone("example.test.", &chain);
    let done = to(&net, "n0.example.test.");
    assert_eq!(done.topology.trails.len(), 12);
    assert!(done.limits.contains(&Limit::Aliases));
}

#[test]
fn ds_is_asked_on_the_parent_side() {
    let done = walk(&plain(), settings("example.test.", RecordType::DS, HINTS));
    assert_eq!(done.trail("example.test."), [".", "test."]);
    assert!(
        done.asked("20.0.1.1")
            .contains(&"example.test. DS UDP".to_owned())
    );
    assert!(done.is_complete("example.test."));
    assert!(done.asked("20.0.2.1").is_empty());
}

#[test]
fn an_apex_is_answered_by_the_child() {
    for rtype in [RecordType::NS, RecordType::SOA, RecordType::DNSKEY] {
        let done = walk(&plain(), settings("example.test.", rtype, HINTS));
        assert_eq!(done.trail("example.test."), [".", "test.", "example.test."]);
        assert!(done.is_complete("example.test."), "{rtype}");
    }
}

#[test]
fn the_root_can_be_audited() {
    let done = walk(&plain(), settings(".", RecordType::NS, HINTS));
    assert_eq!(done.trail("."), ["."]);
    assert!(done.is_complete("."));
}

#[test]
fn referrals_to_nowhere_end() {
    for manner in [Manner::Upward, Manner::Circular, Manner::Lame] {
        let net = plain()
            .host("20.0.2.1", &["example.test."], manner)
            .host("20.0.2.2", &["example.test."], manner)
            .host("2400::2", &["example.test."], manner);
        let done = to(&net, "www.example.test.");
        assert_eq!(done.trail("www.example.test.").len(), 3, "{manner:?}");
        assert!(!done.is_complete("www.example.test."), "{manner:?}");
        assert!(done.evidence.exchanges.len() < 100);
    }
}

#[test]
fn one_lame_server_does_not_stop_the_walk() {
    for manner in [
        Manner::Upward,
        Manner::Circular,
        Manner::Lame,
        Manner::Closed,
    ] {
        let net = plain().host("20.0.2.1", &["example.test."], manner);
        let done = to(&net, "www.example.test.");
        assert!(done.is_complete("www.example.test."), "{manner:?}");
    }
}
