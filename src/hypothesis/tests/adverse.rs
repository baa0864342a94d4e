//! Changes that look harmless at the best server, or in what is there now, and are not: none of them may be called
//! safe.

use super::super::base::Base;
use super::super::*;
use super::{alone, file_of, fresh_key, heard, ksk, name, nothing, staged, weighed};
use crate::crypto::DigestType;
use crate::delegation::ds_of;
use crate::dns::RecordType;
use crate::report::{Outlook, Verdict};

/// The tags of the keys with the SEP flag, that of the first DS at the parent first.
fn entry_tags(evidence: &Evidence) -> Vec<u16> {
    let base = Base::new(evidence, evidence.started);
    let ds: Vec<u16> = base
        .ds(&evidence.name)
        .iter()
        .map(|ds| ds.key_tag)
        .collect();
    let keys = base.keys(&evidence.name);
    let mut tags: Vec<u16> = keys
        .iter()
        .filter(|key| key.is_sep())
        .map(Dnskey::key_tag)
        .collect();
    tags.sort_by_key(|tag| ds.iter().position(|known| known == tag));
    tags
}

fn without_key(zone: &str, tag: u16) -> Hypothesis {
    Hypothesis {
        keys_removed: vec![tag],
        ..nothing(zone)
    }
}

fn assert_lossy(outlook: &Outlook, why: &str) {
    assert_eq!(outlook.now, Verdict::Secure, "{why}");
    assert!(
        !outlook.is_safe_at_once && outlook.steps.is_empty(),
        "{why}: {outlook:#?}"
    );
}

fn cautioned(outlook: &Outlook, of: &str) -> bool {
    outlook.cautions.iter().any(|line| line.contains(of))
}

#[test]
fn a_key_stays_while_one_server_of_the_parent_has_no_ds_but_its_own() {
    let zone = "child.ds-split.test";
    let now = heard(zone);
    let base = Base::new(&now, now.started);
    assert_eq!(base.ds(&now.name).len(), 2, "each has another one");
    for tag in entry_tags(&now) {
        let (_, outlook) = weighed(&alone(now.clone()), &without_key(zone, tag));
        assert_lossy(&outlook, &format!("key {tag}"));
        assert!(
            outlook.summary.contains("some resolvers fail"),
            "{}",
            outlook.summary
        );
    }
}

#[test]
fn a_ds_stays_while_one_server_of_the_zone_lacks_the_other_key() {
    let zone = "one-ns-ksk.test";
    let now = heard(zone);
    let base = Base::new(&now, now.started);
    let everywhere = |tag: u16| {
        base.servers(&now.name).iter().all(|&server| {
            let keys = base.keys_at(&now.name, server);
            keys.is_some_and(|keys| keys.dnskeys.iter().any(|key| key.key_tag() == tag))
        })
    };
    let (common, rare): (Vec<u16>, Vec<u16>) = entry_tags(&now)
        .into_iter()
        .partition(|tag| everywhere(*tag));
    let without = |tag: u16| Hypothesis {
        ds_removed: vec![tag],
        ..nothing(zone)
    };
    let (_, outlook) = weighed(&alone(now.clone()), &without(common[0]));
    assert_eq!(
        outlook.then,
        Verdict::Secure,
        "the other servers have the key"
    );
    assert_lossy(&outlook, "the second server has no other key");
    let (_, outlook) = weighed(&alone(now.clone()), &without(rare[0]));
    assert!(outlook.is_safe_at_once, "{outlook:#?}");
    assert!(
        cautioned(&outlook, &format!("rests on key {}", common[0])),
        "{outlook:#?}"
    );
}

#[test]
fn a_zone_whose_denials_are_bogus_is_no_better_for_its_good_address() {
    let zone = "valid.test";
    let now = heard(zone);
    let mut records = file_of(&now, &name(zone));
    records.dedup_by(|a, b| a.owner == b.owner && a.rtype == b.rtype && a.rdata == b.rdata);
    records.retain(|record| {
        !edit::is_about(record, RecordType::NSEC) || record.rtype != RecordType::RRSIG
    });
    let hypothesis = Hypothesis {
        file: ZoneFile::new(records),
        ..nothing(zone)
    };
    let heard = Heard {
        then: Some(staged(&now, &hypothesis)),
        now,
    };
    let (_, outlook) = weighed(&heard, &hypothesis);
    assert_eq!(outlook.then, Verdict::Secure, "the address is good");
    assert_lossy(&outlook, "nothing that is not there can be proven");
}

#[test]
fn what_a_key_did_before_may_be_in_caches() {
    let zone = "one-ns-key.test";
    let now = heard(zone);
    let base = Base::new(&now, now.started);
    let keys = base.keys(&now.name);
    let idle = keys
        .iter()
        .map(Dnskey::key_tag)
        .find(|tag| !base.is_signing(&now.name, *tag));
    let (_, outlook) = weighed(&alone(now.clone()), &without_key(zone, idle.unwrap()));
    assert!(outlook.is_safe_at_once, "{outlook:#?}");
    assert!(
        cautioned(&outlook, "signs nothing that was seen"),
        "{outlook:#?}"
    );
    // A second KSK without a DS may have had one.
    let now = heard("cds-mismatch.test");
    let tags = entry_tags(&now);
    let base = Base::new(&now, now.started);
    let has_ds = |tag: &u16| base.ds(&now.name).iter().any(|ds| ds.key_tag == *tag);
    let second = tags.iter().copied().find(|tag| !has_ds(tag)).unwrap();
    let (_, outlook) = weighed(
        &alone(now.clone()),
        &without_key("cds-mismatch.test", second),
    );
    assert!(
        cautioned(&outlook, &format!("no DS of key {second}")),
        "{outlook:#?}"
    );
}

#[test]
fn a_change_that_cds_does_not_ask_for_is_undone_by_who_acts_on_cds() {
    let now = heard("cds-matching.test");
    let tag = entry_tags(&now)[0];
    let without = Hypothesis {
        ds_removed: vec![tag],
        ..nothing("cds-matching.test")
    };
    let (_, outlook) = weighed(&alone(now), &without);
    assert!(
        cautioned(&outlook, "CDNSKEY of cds-matching.test."),
        "{outlook:#?}"
    );
    let now = heard("valid.test");
    let without = Hypothesis {
        ds_removed: entry_tags(&now),
        ..nothing("valid.test")
    };
    let (_, outlook) = weighed(&alone(now), &without);
    assert!(
        !cautioned(&outlook, "CDS"),
        "it asks for nothing: {outlook:#?}"
    );
}

#[test]
fn the_old_servers_and_those_that_said_nothing_are_named() {
    let now = heard("valid.test");
    let own = Base::new(&now, now.started).servers(&now.name);
    let host = name("new.valid.test");
    let hypothesis = Hypothesis {
        servers: Some(NameServers {
            names: BTreeSet::from([host.clone()]),
            addresses: BTreeMap::from([(host, own.iter().map(std::net::SocketAddr::ip).collect())]),
        }),
        ..nothing("valid.test")
    };
    let heard_both = Heard {
        then: Some(staged(&now, &hypothesis)),
        now,
    };
    let (_, outlook) = weighed(&heard_both, &hypothesis);
    assert!(
        cautioned(&outlook, "let the servers of now serve"),
        "{outlook:#?}"
    );
    assert!(!cautioned(&outlook, "did not say"), "{outlook:#?}");
    let silent = heard("one-ns-timeout.test");
    let tag = entry_tags(&silent)[0];
    let without = Hypothesis {
        ds_removed: vec![tag],
        ..nothing("one-ns-timeout.test")
    };
    let (_, outlook) = weighed(&alone(silent), &without);
    assert!(
        cautioned(&outlook, "did not say what it has"),
        "{outlook:#?}"
    );
}

#[test]
fn a_new_algorithm_has_to_sign_the_zone_before_its_ds_is_there() {
    let now = heard("valid.test");
    // Nobody but a signer could make a key of the other algorithm that signs; it is supposed to sign the keys.
    let key = Dnskey {
        algorithm: 15,
        key: vec![7; 32].into(),
        ..fresh_key(7)
    };
    let hypothesis = Hypothesis {
        ds_added: vec![ds_of(&name("valid.test"), &key, DigestType::SHA256).unwrap()],
        keys_added: vec![key],
        ..nothing("valid.test")
    };
    let (_, outlook) = weighed(&alone(now), &hypothesis);
    assert!(
        cautioned(&outlook, "sign the whole zone with the new algorithm"),
        "{outlook:#?}"
    );
    assert!(
        outlook
            .summary
            .ends_with("but for one that wants signatures of every algorithm"),
        "{}",
        outlook.summary
    );
}

#[test]
fn a_first_ds_waits_for_what_caches_hold_unsigned() {
    let now = heard("no-ds.test");
    let (_, ds) = ksk(&now);
    let with = Hypothesis {
        ds_added: vec![ds],
        ..nothing("no-ds.test")
    };
    let (_, outlook) = weighed(&alone(now), &with);
    assert!(cautioned(&outlook, "before it was signed"), "{outlook:#?}");
}

#[test]
fn data_outlives_the_delegation_and_the_keys_that_it_was_signed_with() {
    let zone = "valid.test";
    let now = heard(zone);
    let base = Base::new(&now, now.started);
    let longest = base.data_ttl(&name(zone));
    assert!(longest > 0 && base.ns_ttl(&name(zone)) > 0);
    let hypothesis = Hypothesis {
        file: ZoneFile::new(file_of(&now, &name(zone))),
        ..nothing(zone)
    };
    let heard = Heard {
        then: Some(staged(&now, &hypothesis)),
        now: now.clone(),
    };
    let (_, outlook) = weighed(&heard, &hypothesis);
    assert!(outlook.settled.since(now.started) >= i64::from(longest));
    let who: Vec<_> = outlook
        .meanwhile
        .iter()
        .map(|one| one.who.as_str())
        .collect();
    assert!(
        who.contains(&"resolvers that hold the old data and see the rest new"),
        "{who:#?}"
    );
}

#[test]
fn one_bogus_answer_makes_nothing_else_of_the_zone_worthless() {
    let zone = "rrsig-exp-a.test";
    let now = heard(zone);
    let tag = entry_tags(&now)[0];
    let (_, outlook) = weighed(&alone(now.clone()), &without_key(zone, tag));
    assert_eq!(
        (outlook.now, outlook.then),
        (Verdict::Bogus, Verdict::Bogus)
    );
    assert!(
        !outlook.is_safe_at_once && outlook.steps.is_empty(),
        "{outlook:#?}"
    );
    assert!(
        outlook.summary.contains("more of the zone"),
        "{}",
        outlook.summary
    );
    // Nor may a roll be done at once there.
    let (key, _) = ksk(&heard("no-ds.test"));
    let roll = Hypothesis {
        ds_added: vec![ds_of(&name(zone), &key, DigestType::SHA256).unwrap()],
        ds_removed: vec![tag],
        keys_added: vec![key],
        ..without_key(zone, tag)
    };
    let (_, outlook) = weighed(&alone(now), &roll);
    assert!(!outlook.is_safe_at_once, "{outlook:#?}");
    assert_eq!(outlook.steps.len(), 2, "{outlook:#?}");
    // Where all of a zone is bogus, nothing can be lost.
    let zone = "stale-ds.test";
    let now = heard(zone);
    let (_, outlook) = weighed(
        &alone(now.clone()),
        &without_key(zone, ksk(&now).0.key_tag()),
    );
    assert!(outlook.is_safe_at_once, "{outlook:#?}");
}

/// The evidence with another TTL of every address in the answer, or beside it.
fn with_ttl(mut now: Evidence, is_answer: bool, ttl: u32) -> Evidence {
    for exchange in &mut now.exchanges {
        let Some(mut message) = edit::message(exchange) else {
            continue;
        };
        let section = match is_answer {
            true => &mut message.answer,
            false => &mut message.additional,
        };
        let addresses = section
            .iter_mut()
            .filter(|record| record.rtype == RecordType::A);
        addresses.for_each(|record| record.ttl = ttl);
        *exchange = edit::with_message(exchange, &message);
    }
    now
}

/// When every cache has forgotten the old delegation, in seconds from now, where it is to lead to one server.
fn settled(now: &Evidence, zone: &str, host: &str, address: IpAddr) -> i64 {
    let host = name(host);
    let hypothesis = Hypothesis {
        servers: Some(NameServers {
            names: BTreeSet::from([host.clone()]),
            addresses: BTreeMap::from([(host, BTreeSet::from([address]))]),
        }),
        ..nothing(zone)
    };
    let heard = Heard {
        then: Some(staged(now, &hypothesis)),
        now: now.clone(),
    };
    let (_, outlook) = weighed(&heard, &hypothesis);
    outlook.settled.since(now.started)
}

#[test]
fn a_name_server_that_moves_is_held_as_long_as_its_address() {
    let now = with_ttl(heard("valid.test"), false, 400_000);
    let base = Base::new(&now, now.started);
    let servers = base.topology.zones[&now.name].servers.clone();
    let host = "ns1.valid.test";
    let own = servers
        .iter()
        .find(|(_, names)| format!("{names:?}").contains("ns1"));
    let own = own.unwrap().0.ip();
    assert_eq!(
        settled(&now, "valid.test", host, "127.9.9.9".parse().unwrap()),
        400_000
    );
    assert!(
        settled(&now, "valid.test", host, own) < 400_000,
        "it stays where it is"
    );
}

#[test]
fn a_name_that_is_delegated_is_held_as_long_as_what_stood_there() {
    let now = with_ttl(heard("www.valid.test"), true, 76_543);
    let address = "127.9.9.9".parse().unwrap();
    assert_eq!(
        settled(&now, "www.valid.test", "ns.no-ds.test", address),
        76_543
    );
}

#[test]
fn a_zone_stays_secure_on_the_way_where_it_can() {
    // Beside a DS with SHA-256 one with SHA-1 counts for nothing (RFC 4509, section 3), so the new DS cannot come
    // first. To withdraw the old one first breaks nobody either, and takes the chain away.
    let zone = "ds-sha1-only.test";
    let now = heard(zone);
    let tag = entry_tags(&now)[0];
    let (key, _) = ksk(&heard("no-ds.test"));
    let roll = Hypothesis {
        ds_added: vec![ds_of(&name(zone), &key, DigestType::SHA256).unwrap()],
        ds_removed: vec![tag],
        keys_added: vec![key],
        ..without_key(zone, tag)
    };
    let (_, outlook) = weighed(&alone(now), &roll);
    assert_eq!(
        (outlook.now, outlook.then),
        (Verdict::Secure, Verdict::Secure)
    );
    assert_eq!(outlook.steps.len(), 3, "{outlook:#?}");
    assert!(
        outlook.steps[0].text.starts_with("publish key"),
        "{outlook:#?}"
    );
    assert!(!outlook.summary.contains("insecure"), "{}", outlook.summary);
}
