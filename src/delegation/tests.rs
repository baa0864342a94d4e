//! Plans over hand-made keys: each server says what the test lets it say.

use super::*;
use crate::dns::{Ds, master};

const TTL_DS: u32 = 7_200;
const TTL_KEYS: u32 = 3_600;
const TTL_DATA: u32 = 900;
const NOW: Timestamp = Timestamp(1_800_000_000);

fn zone() -> Name {
    "a.test.".parse().unwrap()
}

fn key(number: u8) -> Dnskey {
    Dnskey {
        flags: 257,
        protocol: 3,
        algorithm: 13,
        key: vec![number; 64].into(),
    }
}

fn ds256(key: &Dnskey) -> Ds {
    ds_of(&zone(), key, DigestType::SHA256).unwrap()
}

fn address(last: u8) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, last], 53))
}

/// Two parent servers with `published`, two servers of the zone with `keys`, signed by `signers`.
fn facts(published: &[Ds], keys: &[Dnskey], signers: &[Dnskey]) -> Facts {
    let parent = |last| Parent {
        server: address(last),
        ds: Some(published.to_vec()),
        ttl: (!published.is_empty()).then_some(TTL_DS),
    };
    let child = |last| Child {
        server: address(last),
        said: if keys.is_empty() {
            Said::Unsigned
        } else {
            Said::Keys(keys.to_vec())
        },
        signers: signers.to_vec(),
        ttl: (!keys.is_empty()).then_some(TTL_KEYS),
        cds: Vec::new(),
        cdnskey: Vec::new(),
        algorithms: None,
        data_signers: Vec::new(),
    };
    Facts {
        zone: zone(),
        parent: Some("test.".parse().unwrap()),
        parents: vec![parent(1), parent(2)],
        children: vec![child(3), child(4)],
        data_ttl: TTL_DATA,
    }
}

fn planned(facts: &Facts) -> DsPlan {
    of_facts(facts, &[], NOW)
}

/// Each step: its action, the seconds until it is safe, how many records.
fn steps(plan: &DsPlan) -> Vec<(Action, i64, usize)> {
    let each = plan.steps.iter();
    each.map(|step| (step.action, step.earliest.since(NOW), step.records.len()))
        .collect()
}

#[test]
fn a_ds_that_leads_is_in_sync_and_the_same_list_is_to_be_pasted() {
    let plan = planned(&facts(&[ds256(&key(1))], &[key(1)], &[key(1)]));
    assert_eq!(plan.state, State::InSync, "{}", plan.summary);
    assert_eq!(steps(&plan), []);
    assert_eq!(ds(&plan), format!("{}\n", line(&zone(), &ds256(&key(1)))));
}

#[test]
fn a_stale_ds_is_replaced_at_once() {
    let plan = planned(&facts(&[ds256(&key(9))], &[key(1)], &[key(1)]));
    assert_eq!(plan.state, State::Broken);
    let expected = [(Action::Publish, 0, 1), (Action::Withdraw, 0, 1)];
    assert_eq!(steps(&plan), expected);
    assert_eq!(plan.steps[0].records, [line(&zone(), &ds256(&key(1)))]);
    assert_eq!(plan.steps[1].records, [line(&zone(), &ds256(&key(9)))]);
}

#[test]
fn a_leftover_ds_goes_after_the_ttl_of_the_keys() {
    let published = [ds256(&key(1)), ds256(&key(2))];
    let plan = planned(&facts(&published, &[key(2)], &[key(2)]));
    assert_eq!(plan.state, State::ToDo);
    let wait = i64::from(TTL_KEYS);
    assert_eq!(steps(&plan), [(Action::Withdraw, wait, 1)]);
}

#[test]
fn a_roll_asked_for_by_cds_runs_publish_withdraw_remove() {
    let mut facts = facts(&[ds256(&key(1))], &[key(1), key(2)], &[key(1), key(2)]);
    for child in &mut facts.children {
        child.cds = vec![ds256(&key(2))];
        child.cdnskey = vec![key(2)];
    }
    let plan = planned(&facts);
    let ttl = i64::from(TTL_DS);
    let expected = [
        (Action::Publish, 0, 1),
        (Action::Withdraw, ttl, 1),
        (Action::RemoveKey, 2 * ttl, 0),
    ];
    assert_eq!(steps(&plan), expected);
    assert_eq!(plan.wanted, [line(&zone(), &ds256(&key(2)))]);
}

#[test]
fn a_key_on_its_way_in_is_not_told_to_go() {
    // Double signature: the new key signs, its DS is not there, and CDS asks for the old one until the new has been
    // in the zone for a TTL (RFC 7583, section 3.3.1).
    let (old, new) = (key(1), key(2));
    let mut facts = facts(
        &[ds256(&old)],
        &[old.clone(), new.clone()],
        &[old.clone(), new.clone()],
    );
    for child in &mut facts.children {
        child.cds = vec![ds256(&old)];
    }
    let plan = planned(&facts);
    let step = plan.steps.last().unwrap();
    assert_eq!(step.action, Action::RemoveKey);
    assert!(
        step.text
            .contains("leave it there if its DS is still to come"),
        "{}",
        step.text
    );
    assert!(!plan.summary.contains("no use"), "{}", plan.summary);
    // A key whose DS is to be withdrawn is on its way out.
    for child in &mut facts.children {
        child.cds = vec![ds256(&new)];
    }
    let plan = planned(&facts);
    assert!(!plan.steps.last().unwrap().text.contains("still to come"));
}

#[test]
fn a_cds_that_would_break_the_zone_is_not_followed() {
    let mut facts = facts(&[ds256(&key(1))], &[key(1)], &[key(1)]);
    for child in &mut facts.children {
        child.cds = vec![ds256(&key(9))];
    }
    let plan = planned(&facts);
    assert_eq!(plan.state, State::InSync);
    assert!(plan.wish.contains("leads to no key"), "{}", plan.wish);
}

#[test]
fn cds_that_differ_between_servers_are_not_followed() {
    let mut facts = facts(&[ds256(&key(1))], &[key(1), key(2)], &[key(1), key(2)]);
    facts.children[0].cds = vec![ds256(&key(2))];
    let plan = planned(&facts);
    assert!(plan.wish.contains("do not have the same"), "{}", plan.wish);
    assert!(
        !plan
            .steps
            .iter()
            .any(|step| step.action == Action::Withdraw)
    );
}

#[test]
fn a_signed_zone_without_ds_waits_for_old_answers_to_leave_caches() {
    let plan = planned(&facts(&[], &[key(1)], &[key(1)]));
    assert_eq!(plan.state, State::ToDo);
    let wait = i64::from(TTL_KEYS);
    assert_eq!(steps(&plan), [(Action::Publish, wait, 1)]);
}

#[test]
fn a_request_for_no_ds_is_carried_out_and_then_at_rest() {
    let delete = master::read("a.test. CDS 0 0 0 00", &Name::root()).unwrap();
    let delete = Ds::parse(&delete[0].rdata).unwrap();
    for (published, state, count) in [
        (vec![ds256(&key(1))], State::ToDo, 1),
        (Vec::new(), State::InSync, 0),
    ] {
        let mut facts = facts(&published, &[key(1)], &[key(1)]);
        for child in &mut facts.children {
            child.cds = vec![delete.clone()];
        }
        let plan = planned(&facts);
        assert_eq!((plan.state, plan.steps.len()), (state, count));
    }
}

#[test]
fn a_ds_above_an_unsigned_zone_is_broken_and_silence_is_unknown() {
    let mut facts = facts(&[ds256(&key(1))], &[], &[]);
    let plan = planned(&facts);
    assert_eq!(plan.state, State::Broken);
    assert_eq!(steps(&plan), [(Action::Withdraw, 0, 1)]);
    facts
        .children
        .iter_mut()
        .for_each(|child| child.said = Said::Silent);
    assert_eq!(planned(&facts).state, State::Unknown);
    facts.parents.iter_mut().for_each(|parent| parent.ds = None);
    assert_eq!(planned(&facts).state, State::Unknown);
}

#[test]
fn a_parent_server_without_the_new_ds_is_waited_for() {
    let mut facts = facts(&[ds256(&key(1))], &[key(1), key(2)], &[key(1), key(2)]);
    facts.parents[0].ds = Some(vec![ds256(&key(1)), ds256(&key(2))]);
    let plan = planned(&facts);
    assert_eq!(steps(&plan), [(Action::Publish, 0, 1)]);
    assert_eq!(plan.steps[0].records, [line(&zone(), &ds256(&key(2)))]);
}

#[test]
fn a_ds_that_one_server_alone_rests_on_is_not_withdrawn() {
    // The second server signs with a key of its own that has no SEP flag.
    let mut other = key(7);
    other.flags = 256;
    let mut facts = facts(&[ds256(&key(1)), ds256(&other)], &[key(1)], &[key(1)]);
    facts.children[1].said = Said::Keys(vec![other.clone()]);
    facts.children[1].signers = vec![other.clone()];
    let plan = planned(&facts);
    let lines: Vec<_> = plan.steps.iter().flat_map(|step| &step.records).collect();
    assert!(
        !lines.contains(&&line(&zone(), &ds256(&other))),
        "{lines:?}"
    );
}

#[test]
fn sha1_is_shown_when_published_and_replaced_at_once_by_the_same_key() {
    let sha1 = ds_of(&zone(), &key(1), DigestType::SHA1).unwrap();
    let plan = planned(&facts(&[sha1, ds256(&key(1))], &[key(1)], &[key(1)]));
    let digests: Vec<_> = plan.keys[0].ds.iter().map(|ds| ds.digest_type).collect();
    assert_eq!(digests, [1, 2, 4]);
    assert_eq!(steps(&plan), [(Action::Withdraw, 0, 1)]);
    let plan = planned(&facts(&[ds256(&key(1))], &[key(1)], &[key(1)]));
    let digests: Vec<_> = plan.keys[0].ds.iter().map(|ds| ds.digest_type).collect();
    assert_eq!(digests, [2, 4]);
}

#[test]
fn digests_wished_for_replace_those_in_use() {
    let facts = facts(&[ds256(&key(1))], &[key(1)], &[key(1)]);
    let plan = of_facts(&facts, &[DigestType::SHA384], NOW);
    let actions: Vec<_> = plan.steps.iter().map(|step| step.action).collect();
    assert_eq!(actions, [Action::Publish, Action::Withdraw]);
}

#[test]
fn keys_of_a_file_are_those_that_a_ds_may_be_made_of() {
    let read = |text: &str, name: Option<&str>| {
        let records = master::read(text, &Name::root()).unwrap();
        let name = name.map(|name| name.parse().unwrap());
        from_records(&records, name.as_ref()).map(|keys| keys.keys.len())
    };
    let two = "a. DNSKEY 257 3 13 AQID\na. DNSKEY 256 3 13 AQIE\n";
    assert_eq!(read(two, None), Ok(1));
    assert_eq!(read("a. DNSKEY 256 3 13 AQIE\n", None), Ok(1));
    assert_eq!(
        read("a. DNSKEY 385 3 13 AQIE\n", None),
        Err(FileError::NoneUsable)
    );
    assert_eq!(read("a. A 192.0.2.1\n", None), Err(FileError::NoKey(None)));
    let several = format!("{two}b. DNSKEY 257 3 13 AQID\n");
    assert!(matches!(
        read(&several, None),
        Err(FileError::SeveralZones(..))
    ));
    assert_eq!(read(&several, Some("b.")), Ok(1));
}

#[test]
fn the_first_ds_waits_for_all_that_caches_hold_from_before_the_zone_was_signed() {
    let mut facts = facts(&[], &[key(1)], &[key(1)]);
    facts.data_ttl = 86_400;
    // A DNSKEY RRset of an hour, and addresses of a day that may be in caches without signatures.
    assert_eq!(steps(&planned(&facts)), [(Action::Publish, 86_400, 1)]);
}

#[test]
fn a_ds_that_makes_resolvers_pass_over_the_one_that_leads_waits_for_the_keys() {
    // RFC 4509, section 3: beside SHA-256 a DS with SHA-1 counts for nothing, so the chain rests on the new key,
    // which caches may not have yet.
    let sha1 = ds_of(&zone(), &key(1), DigestType::SHA1).unwrap();
    let mut facts = facts(&[sha1], &[key(1), key(2)], &[key(1), key(2)]);
    for child in &mut facts.children {
        child.cds = vec![ds256(&key(2))];
    }
    let (keys, all) = (i64::from(TTL_KEYS), i64::from(TTL_KEYS + TTL_DS));
    let steps = steps(&planned(&facts));
    assert_eq!(
        steps[..2],
        [(Action::Publish, keys, 1), (Action::Withdraw, all, 1)]
    );
}

#[test]
fn a_ds_of_an_algorithm_that_signs_the_keys_alone_waits_for_the_zone() {
    let other = Dnskey {
        algorithm: 15,
        key: vec![2; 32].into(),
        ..key(2)
    };
    let both = [key(1), other.clone()];
    let mut facts = facts(&[ds256(&key(1))], &both, &both);
    for child in &mut facts.children {
        child.algorithms = Some([13].into());
    }
    let plan = planned(&facts);
    let wait = i64::from(TTL_DATA.max(TTL_KEYS));
    assert_eq!(
        steps(&plan),
        [(Action::Repair, 0, 0), (Action::Publish, wait, 1)]
    );
    assert!(
        plan.steps[0].text.contains("ED25519"),
        "{}",
        plan.steps[0].text
    );
    for child in &mut facts.children {
        child.algorithms = Some([13, 15].into());
    }
    assert_eq!(steps(&planned(&facts)), [(Action::Publish, 0, 1)]);
}

#[test]
fn what_a_silent_server_has_is_to_be_found_out_before_anything_is_taken_away() {
    let published = [ds256(&key(1)), ds256(&key(2))];
    let mut facts = facts(&published, &[key(2)], &[key(2)]);
    facts.parents[1].ds = None;
    facts.children[1].said = Said::Silent;
    let plan = planned(&facts);
    let withdraw = plan
        .steps
        .iter()
        .find(|step| step.action == Action::Withdraw);
    let because = &withdraw.unwrap().because;
    assert!(because.contains("192.0.2.2, 192.0.2.4"), "{because}");
    facts.parents[1].ds = Some(published.to_vec());
    facts.children[1].said = facts.children[0].said.clone();
    let plan = planned(&facts);
    assert!(
        !plan.steps[0].because.contains("192.0.2"),
        "{}",
        plan.steps[0].because
    );
}

#[test]
fn a_key_that_signs_data_too_stays_until_caches_hold_none_of_it() {
    let mut facts = facts(
        &[ds256(&key(1)), ds256(&key(2))],
        &[key(1), key(2)],
        &[key(1), key(2)],
    );
    facts.data_ttl = 86_400;
    for child in &mut facts.children {
        child.cds = vec![ds256(&key(2))];
        child.data_signers = vec![key(1)];
    }
    let plan = planned(&facts);
    let last = plan.steps.last().unwrap();
    assert_eq!(last.action, Action::RemoveKey);
    assert!(last.earliest.since(NOW) >= 86_400, "{last:#?}");
    assert!(last.text.contains("signed with another key"), "{last:#?}");
}
