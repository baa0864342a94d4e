//! Changes over the lab in memory: what each makes of the verdict, who sees what meanwhile, in which order it
//! does no harm; and what is never believed.

mod adverse;

use std::net::SocketAddr;
use std::time::Duration;

use super::base::Base;
use super::*;
use crate::checks::tests::lab::{self, evidence, straight};
use crate::crypto::DigestType;
use crate::delegation::ds_of;
use crate::dns::{Record, RecordType, Timestamp};
use crate::evidence::{Exchange, Outcome};
use crate::policy::Policy;
use crate::report::{Outlook, Report, Verdict};
use crate::validate::Supposed;
use crate::walk::{Ask, Settings, Walk};

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn heard(zone: &str) -> Evidence {
    evidence(zone, &[], true, straight)
}

fn nothing(zone: &str) -> Hypothesis {
    Hypothesis {
        zone: name(zone),
        ds_added: Vec::new(),
        ds_removed: Vec::new(),
        keys_added: Vec::new(),
        keys_removed: Vec::new(),
        servers: None,
        file: None,
    }
}

fn judged(evidence: &Evidence, supposed: &Supposed) -> Report {
    crate::audit_supposing(evidence, &Policy::default(), evidence.started, supposed)
}

fn weighed(heard: &Heard, hypothesis: &Hypothesis) -> (Report, Outlook) {
    let at = heard.now.started;
    let (report, ..) = weigh(heard, hypothesis, at, &judged);
    let outlook = report.outlook.clone().unwrap();
    (report, outlook)
}

fn alone(now: Evidence) -> Heard {
    Heard { now, then: None }
}

/// The SEP key of a zone, and its DS.
fn ksk(evidence: &Evidence) -> (Dnskey, Ds) {
    let base = Base::new(evidence, evidence.started);
    let keys = base.keys(&evidence.name);
    let key = keys.into_iter().find(Dnskey::is_sep).unwrap();
    let ds = ds_of(&evidence.name, &key, DigestType::SHA256).unwrap();
    (key, ds)
}

fn fresh_key(number: u8) -> Dnskey {
    Dnskey {
        flags: 257,
        protocol: 3,
        algorithm: 13,
        key: vec![number; 64].into(),
    }
}

#[test]
fn a_ds_makes_an_island_secure_and_a_wrong_one_makes_it_bogus() {
    let now = heard("no-ds.test");
    let (key, ds) = ksk(&now);
    let with = |ds| Hypothesis {
        ds_added: vec![ds],
        ..nothing("no-ds.test")
    };
    let (report, outlook) = weighed(&alone(now.clone()), &with(ds));
    assert_eq!(
        (outlook.now, outlook.then),
        (Verdict::Insecure, Verdict::Secure),
        "{report:#?}"
    );
    assert!(
        outlook.is_safe_at_once && outlook.steps.is_empty(),
        "{outlook:#?}"
    );
    let stranger = fresh_key(9);
    let wrong = ds_of(&name("no-ds.test"), &stranger, DigestType::SHA256).unwrap();
    assert_ne!(stranger.key_tag(), key.key_tag());
    let (_, outlook) = weighed(&alone(now), &with(wrong));
    assert_eq!(outlook.then, Verdict::Bogus);
    assert!(
        !outlook.is_safe_at_once && outlook.steps.is_empty(),
        "{outlook:#?}"
    );
}

#[test]
fn a_stale_ds_is_replaced_and_a_good_one_withdrawn() {
    let now = heard("stale-ds.test");
    let (_, ds) = ksk(&now);
    let base = Base::new(&now, now.started);
    let stale = base.ds(&now.name).iter().map(|ds| ds.key_tag).collect();
    let hypothesis = Hypothesis {
        ds_added: vec![ds],
        ds_removed: stale,
        ..nothing("stale-ds.test")
    };
    let (_, outlook) = weighed(&alone(now), &hypothesis);
    assert_eq!(
        (outlook.now, outlook.then),
        (Verdict::Bogus, Verdict::Secure)
    );
    assert!(
        outlook
            .removes
            .iter()
            .any(|code| code == "ds-no-secure-entry-point"),
        "{outlook:#?}"
    );
    for zone in ["valid.test", "nsec3-iter-0.test"] {
        let now = heard("valid.test");
        let (key, _) = ksk(&now);
        let hypothesis = Hypothesis {
            ds_removed: vec![key.key_tag()],
            ..nothing("valid.test")
        };
        let (report, outlook) = weighed(&alone(now), &hypothesis);
        assert_eq!(
            (outlook.now, outlook.then),
            (Verdict::Secure, Verdict::Insecure),
            "{zone}"
        );
        let codes: Vec<_> = report
            .findings
            .iter()
            .map(|finding| &finding.code)
            .collect();
        assert!(!codes.iter().any(|code| code.contains("nsec")), "{codes:?}");
    }
}

#[test]
fn a_roll_done_at_once_breaks_and_in_steps_does_not() {
    let now = heard("valid.test");
    let (old, _) = ksk(&now);
    // A key of another zone is as good as one that was just made.
    let (new, _) = ksk(&heard("no-ds.test"));
    let hypothesis = Hypothesis {
        ds_added: vec![ds_of(&name("valid.test"), &new, DigestType::SHA256).unwrap()],
        ds_removed: vec![old.key_tag()],
        keys_added: vec![new],
        keys_removed: vec![old.key_tag()],
        ..nothing("valid.test")
    };
    let (report, outlook) = weighed(&alone(now.clone()), &hypothesis);
    assert_eq!(outlook.then, Verdict::Secure, "{:#?}", report.findings);
    assert!(!outlook.is_safe_at_once);
    let bogus = outlook
        .meanwhile
        .iter()
        .filter(|one| one.verdict == Verdict::Bogus);
    assert_eq!(bogus.count(), 2, "{:#?}", outlook.meanwhile);
    let texts: Vec<_> = outlook
        .steps
        .iter()
        .map(|step| step.text.split(' ').next().unwrap())
        .collect();
    assert_eq!(texts.len(), 2, "{:#?}", outlook.steps);
    assert_eq!(texts[0], "publish", "the new key comes first");
    assert!(
        outlook.steps.last().unwrap().text.contains("take key"),
        "{texts:?}"
    );
    let instants: Vec<_> = outlook.steps.iter().map(|step| step.earliest).collect();
    assert_eq!(instants[0], now.started);
    assert!(instants.is_sorted() && instants[1] > instants[0]);
}

#[test]
fn a_key_that_signs_alone_cannot_be_taken_away() {
    let now = heard("valid.test");
    let (old, _) = ksk(&now);
    let hypothesis = Hypothesis {
        keys_removed: vec![old.key_tag()],
        ..nothing("valid.test")
    };
    let (_, outlook) = weighed(&alone(now), &hypothesis);
    assert_eq!(
        (outlook.now, outlook.then),
        (Verdict::Secure, Verdict::Bogus)
    );
    assert!(outlook.steps.is_empty());
}

#[test]
fn what_is_supposed_vouches_for_nothing_else() {
    // The DS supposed is of a key that the zone does not have and that signed nothing, so nothing but the
    // DS itself counts as signed; and beneath a parent that is bogus not even that.
    for (zone, then) in [
        ("valid.test", Verdict::Secure),
        ("rrsig-exp-all.test", Verdict::Bogus),
    ] {
        let now = heard(zone);
        let (key, ds) = ksk(&now);
        let hypothesis = Hypothesis {
            ds_added: vec![ds],
            keys_added: vec![key],
            ..nothing(zone)
        };
        let (_, outlook) = weighed(&alone(now), &hypothesis);
        assert_eq!(outlook.then, then, "{zone}");
    }
}

#[test]
fn an_ordinary_audit_believes_none_of_it() {
    let now = heard("no-ds.test");
    let (_, ds) = ksk(&now);
    let hypothesis = Hypothesis {
        ds_added: vec![ds],
        ..nothing("no-ds.test")
    };
    let at = now.started;
    let (report, evidence, supposed) = weigh(&alone(now), &hypothesis, at, &judged);
    assert_eq!(report.verdict, Verdict::Secure);
    assert!(!supposed.is_empty());
    let ordinary = crate::audit(&evidence, &Policy::default(), at);
    assert_eq!(
        ordinary.verdict,
        Verdict::Bogus,
        "nobody made that signature"
    );
    // Nor does it hold for the same evidence with another DS.
    let (key, _) = ksk(&evidence);
    let other = ds_of(&evidence.name, &key, DigestType::SHA384).unwrap();
    let hypothesis = Hypothesis {
        ds_added: vec![other],
        ..nothing("no-ds.test")
    };
    let (_, changed, _) = weigh(&alone(heard("no-ds.test")), &hypothesis, at, &judged);
    assert_eq!(judged(&changed, &supposed).verdict, Verdict::Bogus);
}

/// The second walk, with what the lab's servers say to what the stage does not know.
fn staged(now: &Evidence, hypothesis: &Hypothesis) -> Evidence {
    let stage = Stage::new(now, hypothesis);
    let mut walk = Walk::new(Settings {
        hints: now.hints.clone(),
        anchors: now.anchors.clone(),
        ..Settings::new(now.name.clone(), now.rtype, now.started)
    });
    loop {
        let asks = walk.next_asks();
        if asks.is_empty() {
            return walk.finish();
        }
        for ask in asks {
            let known = stage.known(ask.server, ask.transport, &ask.query);
            let asked = || stage.bend(answered(&ask, now.started));
            walk.absorb(known.unwrap_or_else(asked));
        }
    }
}

fn answered(ask: &Ask, at: Timestamp) -> Exchange {
    Exchange {
        server: ask.server,
        transport: ask.transport,
        query: ask.query.clone(),
        sent: at,
        elapsed: Duration::ZERO,
        strays: 0,
        outcome: lab::reply(ask).map_or(Outcome::Timeout, Outcome::Response),
    }
}

#[test]
fn servers_that_do_not_have_the_zone_are_found_out() {
    let now = heard("valid.test");
    // The servers of another zone.
    let other = heard("no-ds.test");
    let base = Base::new(&other, other.started);
    let addresses: BTreeSet<IpAddr> = base
        .servers(&name("no-ds.test"))
        .iter()
        .map(SocketAddr::ip)
        .collect();
    let own = Base::new(&now, now.started).servers(&name("valid.test"));
    let own: BTreeSet<IpAddr> = own.iter().map(SocketAddr::ip).collect();
    for (addresses, then) in [
        (own, Verdict::Secure),
        (
            BTreeSet::from(["127.9.9.9".parse().unwrap()]),
            Verdict::Indeterminate,
        ),
    ] {
        let host = name("new.valid.test");
        let hypothesis = Hypothesis {
            servers: Some(NameServers {
                names: BTreeSet::from([host.clone()]),
                addresses: BTreeMap::from([(host, addresses)]),
            }),
            ..nothing("valid.test")
        };
        let heard = Heard {
            then: Some(staged(&now, &hypothesis)),
            now: now.clone(),
        };
        let (report, outlook) = weighed(&heard, &hypothesis);
        assert_eq!(outlook.now, Verdict::Secure);
        let delegation = report.findings.iter().map(|finding| finding.code.as_str());
        let codes: Vec<_> = delegation.collect();
        if then == Verdict::Secure {
            assert_eq!(outlook.then, then, "{codes:?}");
            assert!(codes.contains(&"delegation-ns-sets-differ"), "{codes:?}");
        }
    }
    assert!(!addresses.is_empty());
}

/// All that the servers of a zone said of it, as if it were its file.
fn file_of(evidence: &Evidence, zone: &Name) -> Vec<Record> {
    let base = Base::new(evidence, evidence.started);
    let servers = base.servers(zone);
    let mut records: Vec<Record> = Vec::new();
    for heard in base.view.heard() {
        let Some(message) = &heard.message else {
            continue;
        };
        if !servers.contains(&heard.exchange.server) {
            continue;
        }
        for record in message.answer.iter().chain(&message.authority) {
            let is_own = record.owner.is_at_or_below(zone) && record.rtype != RecordType::OPT;
            let is_ds = edit::is_about(record, RecordType::DS);
            if is_own && !is_ds && !records.contains(record) {
                records.push(record.clone());
            }
        }
    }
    records
}

#[test]
fn a_zone_file_stands_in_for_the_servers() {
    for zone in ["valid.test", "nsec3-iter-51.test"] {
        let now = heard(zone);
        let mut records = file_of(&now, &name(zone));
        // The SOA of denials has a lower TTL than that of answers.
        records.dedup_by(|a, b| a.owner == b.owner && a.rtype == b.rtype && a.rdata == b.rdata);
        let whole = records.clone();
        records.retain(|record| {
            !edit::is_about(record, RecordType::A) || record.rtype != RecordType::RRSIG
        });
        for (records, then) in [(whole, Verdict::Secure), (records, Verdict::Bogus)] {
            let hypothesis = Hypothesis {
                file: ZoneFile::new(records),
                ..nothing(zone)
            };
            let heard = Heard {
                then: Some(staged(&now, &hypothesis)),
                now: now.clone(),
            };
            let (report, outlook) = weighed(&heard, &hypothesis);
            assert_eq!(
                (outlook.now, outlook.then),
                (Verdict::Secure, then),
                "{zone} {:#?}",
                report.findings
            );
            if then == Verdict::Secure {
                assert!(
                    report
                        .denials
                        .iter()
                        .all(|denial| denial.verdict == Verdict::Secure),
                    "{:#?}",
                    report.denials
                );
            }
        }
    }
}

fn source(text: &str) -> Source {
    let records = crate::dns::master::read_numbered(text, &Name::root()).unwrap();
    Source {
        label: "--with-ds new.ds".to_owned(),
        records,
    }
}

#[test]
fn what_does_not_fit_is_said_with_its_line() {
    let digest = "00".repeat(32);
    let line = |zone: &str| format!("{zone} IN DS 1 13 2 {digest}\n");
    let given = |text: String, tag: &[u16]| Given {
        with_ds: (!text.is_empty())
            .then(|| source(&text))
            .into_iter()
            .collect(),
        without_ds: tag.to_vec(),
        ..Given::default()
    };
    let now = heard("valid.test");
    let cases = [
        (
            given(line("valid.test.") + &line("other.test."), &[]),
            "--with-ds new.ds, line 2: a DS of other.test.",
        ),
        (
            given("valid.test. IN NS ns.test.\n".to_owned(), &[]),
            "--with-ds new.ds: no DS record in it; it has NS",
        ),
        (
            given(line("valid.test.").replace(" DS ", " CDS "), &[]),
            "--with-ds new.ds: no DS record in it; it has CDS",
        ),
        (
            given(line("valid.test.") + "valid.test. IN NS ns.test.\n", &[]),
            "--with-ds new.ds, line 2: NS is of no use here",
        ),
        (
            given(String::new(), &[1]),
            "--without-ds 1: no DS of valid.test. has this tag; there is",
        ),
    ];
    for (given, problem) in cases {
        let wrong = given.settle(&now).map(|_| ()).unwrap_err();
        assert!(wrong.to_string().starts_with(problem), "{wrong}");
    }
}

#[test]
fn a_zone_file_answers_as_servers_do() {
    let text = "$ORIGIN z.test.\n$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NSEC *.w SOA NSEC\n*.w A 192.0.2.1\n*.w NSEC z.test. A NSEC\n\
                one DNAME two\ntwo 30 DNAME three\nhost.three A 192.0.2.2\n";
    let records = crate::dns::master::read(text, &Name::root()).unwrap();
    let file = ZoneFile::new(records).unwrap();
    let ask =
        |owner: &str, rtype| file.answer(&crate::evidence::probes::question(&name(owner), rtype));
    // No record stands twice in the proof of a wildcard that does not have the type.
    let denial = ask("x.w.z.test", RecordType::TXT).authority;
    let mut owners: Vec<_> = denial
        .iter()
        .filter(|record| record.rtype == RecordType::NSEC)
        .map(|record| record.owner.clone())
        .collect();
    assert!(owners.contains(&name("*.w.z.test")), "{denial:?}");
    owners.sort();
    let before = owners.len();
    owners.dedup();
    assert_eq!(owners.len(), before, "{denial:?}");
    // Each DNAME comes with the CNAME made of it, and leads on from there.
    let answer = ask("host.one.z.test", RecordType::A).answer;
    let types: Vec<_> = answer
        .iter()
        .map(|record| (record.rtype, record.ttl))
        .collect();
    let (dname, cname) = (RecordType::DNAME, RecordType::CNAME);
    let expected = [
        (dname, 60),
        (cname, 60),
        (dname, 30),
        (cname, 30),
        (RecordType::A, 60),
    ];
    assert_eq!(types, expected, "{answer:?}");
    assert_eq!(answer[3].owner, name("host.two.z.test"));
}
