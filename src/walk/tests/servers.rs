//! Who is asked, and how hard the walk tries.

use super::net::{Manner, Net, at, name, settings, walk};
use super::trails::{HINTS, plain};
use crate::dns::RecordType;
use crate::evidence::Transport;
use crate::evidence::topology::{Limit, Purpose};
use crate::walk::limits::{Budget, IN_FLIGHT};

const TARGET: &str = "www.example.test.";

fn to_target() -> crate::walk::Settings {
    settings(TARGET, RecordType::A, HINTS)
}

#[test]
fn a_dead_server_is_sent_its_scout_only() {
    let net = plain().host("20.0.2.1", &["example.test."], Manner::Silent);
    let done = walk(&net, to_target());
    let asked = done.asked("20.0.2.1");
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0], asked[1]);
    assert!(done.is_complete(TARGET));
    assert!(done.view.is_silent(at("20.0.2.1")));
    let net = plain().host("20.0.2.1", &["example.test."], Manner::Closed);
    assert_eq!(walk(&net, to_target()).asked("20.0.2.1").len(), 1);
}

#[test]
fn a_server_that_ignores_some_types_is_still_asked_the_others() {
    let net = plain().host("20.0.2.1", &["example.test."], Manner::IgnoresNewTypes);
    let asked = walk(&net, to_target()).asked("20.0.2.1");
    for question in ["example.test. DNSKEY UDP", "www.example.test. A UDP"] {
        assert!(asked.iter().any(|asked| asked == question), "{question}");
    }
    assert!(asked.len() <= 13 + 4 + 1);
}

#[test]
fn truncation_leads_to_tcp_and_formerr_to_plain_dns() {
    let net = plain().host("20.0.2.1", &["example.test."], Manner::Truncates);
    let done = walk(&net, to_target());
    let by_tcp: Vec<_> = done
        .asked("20.0.2.1")
        .into_iter()
        .filter(|a| a.contains("TCP"))
        .collect();
    assert_eq!(by_tcp, ["example.test. DNSKEY TCP"]);
    let net = plain().host("20.0.2.1", &["example.test."], Manner::NoEdns);
    let done = walk(&net, to_target());
    let question = crate::evidence::probes::question(&name(TARGET), RecordType::A);
    let reply = done.view.reply(at("20.0.2.1"), &question).unwrap();
    let counted = &done.view.get(reply.id).unwrap().exchange;
    assert_eq!(
        (counted.query.edns.is_none(), counted.transport),
        (true, Transport::Udp)
    );
    assert_eq!(reply.message.answer.len(), 1);
}

#[test]
fn truncation_without_tcp_says_nothing_and_ends_soon() {
    let net = plain().host("20.0.1.1", &["test."], Manner::TruncatesAll);
    let done = walk(&net, to_target());
    assert_eq!(done.trail(TARGET), [".", "test."]);
    assert!(!done.is_complete(TARGET));
    let asked = done.asked("20.0.1.1");
    let by_tcp = asked.iter().filter(|asked| asked.contains("TCP")).count();
    // Those in flight when the first failed, and one more attempt.
    assert!((1..=IN_FLIGHT + 1).contains(&by_tcp), "{by_tcp}");
}

/// `example.test.` served by hosts elsewhere.
fn elsewhere(ns: &str) -> Net {
    plain()
        .zone("test.", &format!("@ 60 NS ns\nns 60 A 20.0.1.1\n{ns}"))
        .zone(
            "example.test.",
            &format!("{}\nwww 60 A 20.1.1.1", ns.replace("example ", "@ ")),
        )
        .serve("20.0.4.1", &["example.test."])
        .serve("2400::4", &["example.test."])
}

#[test]
fn name_servers_elsewhere_are_looked_up() {
    let net = elsewhere("example 60 NS dns.other.\n").zone(
        "other.",
        "@ 60 NS ns\nns 60 A 20.0.3.1\ndns 60 A 20.0.4.1\ndns 60 AAAA 2400::4",
    );
    let done = walk(&net, to_target());
    assert!(done.is_complete(TARGET));
    let servers: Vec<_> = done.zone("example.test.").servers.keys().copied().collect();
    assert_eq!(servers, [at("20.0.4.1"), at("2400::4")]);
    assert!(!done.zone("other.").is_main);
    assert!(
        done.topology
            .trails
            .iter()
            .any(|trail| trail.purpose == Purpose::NameServer)
    );
    // A zone on the way to an address is not audited.
    assert!(
        !done
            .asked("20.0.3.1")
            .iter()
            .any(|asked| asked.contains("DNSKEY"))
    );
}

#[test]
fn glue_from_those_who_cannot_know_is_not_taken() {
    let lie = "example 60 NS dns.other.\n$ORIGIN .\ndns.other. 60 A 20.9.9.9\n";
    let net = elsewhere("example 60 NS dns.other.\n")
        .zone("test.", &format!("@ 60 NS ns\nns 60 A 20.0.1.1\n{lie}"));
    let done = walk(&net, to_target());
    assert!(done.asked("20.9.9.9").is_empty());
    assert!(
        done.zone("example.test.")
            .addressless
            .contains(&name("dns.other."))
    );
}

#[test]
fn name_servers_that_need_one_another_end() {
    let net = elsewhere("example 60 NS ns.x.other.\n").zone(
        "other.",
        "@ 60 NS ns\nns 60 A 20.0.3.1\nx 60 NS ns.y\ny 60 NS ns.x\n",
    );
    let done = walk(&net, to_target());
    assert!(!done.is_complete(TARGET));
    assert!(done.evidence.exchanges.len() < 60);
    let chain: String = (0..9)
        .map(|i| format!("z{i} 60 NS ns.z{}\n", i + 1))
        .collect();
    let net = elsewhere("example 60 NS ns.z0.other.\n")
        .zone("other.", &format!("@ 60 NS ns\nns 60 A 20.0.3.1\n{chain}"));
    let done = walk(&net, to_target());
    assert!(done.limits.contains(&Limit::NameServerDepth));
}

#[test]
fn a_delegation_to_many_names_is_cut_short() {
    let ns: String = (0..200)
        .map(|i| format!("example 60 NS n{i}.other.\n"))
        .collect();
    let done = walk(&elsewhere(&ns), to_target());
    assert!(done.limits.contains(&Limit::NsNames));
    assert!(done.evidence.exchanges.len() < 200);
}

#[test]
fn addresses_that_cannot_be_global_are_asked_only_in_a_private_hierarchy() {
    let glue = "ns1.example 60 A 127.0.0.1\nns1.example 60 A 20.0.4.1\n\
                ns1.example 60 A 0.0.0.0\nns1.example 60 AAAA ::ffff:7f00:1\n";
    let net = elsewhere("example 60 NS ns1.example\n").zone(
        "test.",
        &format!("@ 60 NS ns\nns 60 A 20.0.1.1\nexample 60 NS ns1.example\n{glue}"),
    );
    let done = walk(&net, to_target());
    let zone = done.zone("example.test.");
    assert_eq!((zone.not_asked.len(), zone.special_addresses.len()), (3, 3));
    assert!(done.asked("127.0.0.1").is_empty() && done.is_complete(TARGET));

    let mut private = to_target();
    private.allow_private = true;
    let done = walk(&net, private);
    let zone = done.zone("example.test.");
    assert_eq!((zone.not_asked.len(), zone.special_addresses.len()), (2, 3));
    assert_eq!(done.asked("127.0.0.1").len(), 2);
    assert!(done.asked("0.0.0.0").is_empty());

    let hints = ". 60 NS a.root.\na.root. 60 A 20.0.0.1\na.root. 60 A 127.0.0.9\n";
    let done = walk(&net, settings(TARGET, RecordType::A, hints));
    assert_eq!(done.asked("127.0.0.1").len(), 2);
}

#[test]
fn the_budget_ends_a_walk() {
    let mut settings = to_target();
    settings.budget = Budget {
        exchanges: 20,
        ..Budget::default()
    };
    let budget = settings.budget;
    let done = walk(&plain(), settings);
    assert_eq!(done.evidence.exchanges.len(), 20);
    assert_eq!(budget.reached(&done.view), [Limit::Exchanges].into());
    assert_eq!(done.limits, [Limit::Exchanges].into());
}

mod probes {
    use super::*;
    use crate::dns::probe::{CLIENT_COOKIE, Probe};
    use crate::dns::{Message, RecordType};
    use crate::evidence::topology::Topology;
    use crate::evidence::{Exchange, Outcome};
    use crate::walk::limits;
    use crate::walk::tests::net::{Done, drive_by};
    use crate::walk::{Ask, Walk};

    /// A thorough walk in which `answer` may answer in place of the net.
    fn thorough(net: &Net, answer: impl Fn(&Ask) -> Option<Outcome>) -> Done {
        let mut settings = settings("example.test.", RecordType::SOA, HINTS);
        settings.is_thorough = true;
        let answer = |ask: &Ask| answer(ask).unwrap_or_else(|| net.ask(ask));
        let walk = drive_by(answer, Walk::new(settings), |_| 0);
        let topology: Topology = walk.topology().clone();
        let evidence = walk.finish();
        Done {
            topology,
            limits: std::collections::BTreeSet::new(),
            view: crate::evidence::view::View::new(evidence.exchanges.clone()),
            evidence,
        }
    }

    fn probes<'d>(done: &'d Done, server: &str) -> Vec<&'d Exchange> {
        let all = done.view.probed().map(|(_, heard)| &heard.exchange);
        all.filter(|exchange| exchange.server == at(server))
            .collect()
    }

    fn count(done: &Done, server: &str, wanted: &Probe) -> usize {
        let all = probes(done, server);
        let same = all
            .iter()
            .filter(|e| e.query.probe.as_ref() == Some(wanted));
        same.count()
    }

    #[test]
    fn the_servers_of_the_zone_are_probed_and_no_others() {
        let done = thorough(&plain(), |_| None);
        for server in ["20.0.2.1", "20.0.2.2", "2400::2"] {
            assert_eq!(probes(&done, server).len(), 13, "{server}");
        }
        for server in ["20.0.0.1", "20.0.1.1", "20.0.3.1"] {
            assert_eq!(probes(&done, server).len(), 0, "{server}");
        }
        let ordinary = walk(&plain(), settings("example.test.", RecordType::SOA, HINTS));
        assert_eq!(
            done.view.heard().len(),
            ordinary.evidence.exchanges.len() + 4 * 3 + 1 + 5,
            "beside what an audit needs NSEC, CSYNC, MX and DS of three servers, DSYNC of the parent, and five \
             about the zone of the name server elsewhere"
        );
    }

    #[test]
    fn a_cookie_that_is_given_is_shown() {
        let done = thorough(&plain(), |ask| {
            let is_first = ask.query.probe == Some(Probe::Cookie);
            is_first.then(|| Outcome::Response(with_cookie(&ask.query.to_wire(0), b"serverpart")))
        });
        let shown = Probe::CookieShown(b"serverpart".to_vec());
        assert_eq!(count(&done, "20.0.2.1", &shown), 1);
    }

    /// The query as a response that gives a cookie.
    fn with_cookie(query: &[u8], given: &[u8]) -> Vec<u8> {
        let mut octets = query.to_vec();
        let end = octets.len() - (4 + CLIENT_COOKIE.len()) - (4 + 2);
        octets.truncate(end);
        octets[2] |= 0x80;
        let cookie = [&CLIENT_COOKIE[..], given].concat();
        let length = cookie.len() as u8;
        octets.extend([0, 4 + length, 0, 10, 0, length]);
        octets.extend(cookie);
        assert!(Message::parse(&octets).unwrap().edns().is_some());
        octets
    }

    #[test]
    fn silence_is_tried_again_and_then_checked() {
        let drops = |ask: &Ask| {
            let is_dropped = ask.query.probe == Some(Probe::EdnsOption);
            is_dropped.then_some(Outcome::Timeout)
        };
        let done = thorough(&plain(), drops);
        assert_eq!(count(&done, "20.0.2.1", &Probe::EdnsOption), 2);
        assert_eq!(count(&done, "20.0.2.1", &Probe::Plain), 1);
        assert_eq!(count(&done, "20.0.2.1", &Probe::MixedCase), 1, "asked once");
        // One that no longer answers at all is soon left alone.
        let done = thorough(&plain(), |ask| {
            ask.query.probe.is_some().then_some(Outcome::Timeout)
        });
        let all = probes(&done, "20.0.2.1").len();
        assert_eq!(all, 13 + limits::PROBES_IGNORED + 1);
    }

    #[test]
    fn a_server_that_is_silent_is_asked_how_it_might_answer() {
        let net = plain().host("20.0.2.2", &["example.test."], Manner::Silent);
        let done = thorough(&net, |_| None);
        for probe in [Probe::AnySource, Probe::DnssecCleared, Probe::EdnsAbsent] {
            assert_eq!(count(&done, "20.0.2.2", &probe), 2, "{probe:?}");
        }
        assert_eq!(probes(&done, "20.0.2.2").len(), 7);
        let net = plain().host("20.0.2.2", &["example.test."], Manner::Lame);
        assert_eq!(probes(&thorough(&net, |_| None), "20.0.2.2").len(), 0);
    }

    #[test]
    fn what_was_lost_is_asked_for_with_a_smaller_payload() {
        let loses = |ask: &Ask| {
            let query = &ask.query;
            let is_lost = query.question.rtype == RecordType::DNSKEY && query.probe.is_none();
            is_lost.then_some(Outcome::Timeout)
        };
        let done = thorough(&plain(), loses);
        let all = probes(&done, "20.0.2.1");
        let small = all
            .iter()
            .find(|e| e.query.probe == Some(Probe::SmallPayload));
        assert_eq!(
            small.unwrap().question().rtype,
            RecordType::DNSKEY,
            "and nothing else"
        );
    }
}
