//! What hostile data may cost: work grows with its octets, and not with the product of two counts. The numbers
//! are far above what fits into messages, so that a product takes many seconds and what is right a few
//! hundredths of one.

use std::time::{Duration, Instant};

use super::*;
use crate::validate::answer::JudgedDs;
use crate::validate::chain::distinct_ds;
use crate::validate::judge::Judge;
use crate::validate::keys::{EntryPoint, Outcome, authenticate};
use crate::validate::limits::{DS_RECORDS, Limits};
use crate::validate::signature::{JudgedRrset, judge_rrset};
use crate::validate::status::Status;

/// Far above what is right, and far below a product.
const ENOUGH: Duration = Duration::from_secs(5);

/// A key without use: its octets differ with `number`, its tag does not.
fn namesake(number: u16) -> Dnskey {
    let mut octets = vec![1; 252];
    // Two pairs of octets that add up to the same.
    octets[..2].copy_from_slice(&number.to_be_bytes());
    octets[2..4].copy_from_slice(&(u16::MAX - number).to_be_bytes());
    Dnskey {
        key: octets.into(),
        ..key(1, 256)
    }
}

/// KeyTrap's second half (CVE-2023-50387): many DS records for many keys of one tag.
#[test]
fn digests_are_computed_for_keys_and_not_for_pairs() {
    let keys: Vec<_> = (0..250).map(|number| namesake(number).rdata()).collect();
    let set = rrset("example.", RecordType::DNSKEY, &keys);
    let entries: Vec<_> = (0..8_000_u16)
        .map(|number| {
            let mut ds = ds_of(&name("example."), &namesake(0));
            ds.digest[..2].copy_from_slice(&number.to_be_bytes());
            EntryPoint::Ds(ds)
        })
        .collect();
    let start = Instant::now();
    let judge = &mut Judge::new(NOW, Limits::default());
    let judged = authenticate(judge, &name("example."), &set, &entries);
    assert!(start.elapsed() < ENOUGH, "{:?}", start.elapsed());
    assert_eq!(judged.status, Status::Bogus);
    let is_mismatch = |outcome: &Outcome| matches!(outcome, Outcome::DigestMismatch(_));
    let mismatches = judged.entries.iter().filter(|(_, one)| is_mismatch(one));
    assert!(mismatches.count() >= 7_999);
}

#[test]
fn signatures_without_a_key_cost_nothing() {
    let addresses: Vec<_> = (0..8_000_u32).map(|n| n.to_be_bytes().to_vec()).collect();
    let mut set = rrset("www.example.", RecordType::A, &addresses);
    let signer = key(1, 256);
    let mut one = rrset("www.example.", RecordType::A, &[]);
    sign(&mut one, "example.", 1, &signer, |rrsig| {
        rrsig.key_tag = rrsig.key_tag.wrapping_add(1);
    });
    set.rrsigs = vec![one.rrsigs[0].clone(); 4_000];
    let keys: Vec<_> = (0..250).map(namesake).chain([signer]).collect();
    let start = Instant::now();
    let judge = &mut Judge::new(NOW, Limits::default());
    let judged = judge_rrset(judge, &name("example."), &set, &keys);
    assert!(start.elapsed() < ENOUGH, "{:?}", start.elapsed());
    assert_eq!(judged.status, Status::Bogus);
    assert_eq!(judge.signatures_computed(), 0);
}

#[test]
fn keys_that_cannot_be_used_are_read_once() {
    let mut set = rrset("www.example.", RecordType::A, &[vec![192, 0, 2, 1]]);
    let keys: Vec<_> = (0..250).map(namesake).collect();
    sign(&mut set, "example.", 1, &keys[0], |_| ());
    set.rrsigs = vec![set.rrsigs[0].clone(); 4_000];
    let start = Instant::now();
    let judge = &mut Judge::new(NOW, Limits::default());
    let judged = judge_rrset(judge, &name("example."), &set, &keys);
    assert!(start.elapsed() < ENOUGH, "{:?}", start.elapsed());
    assert_eq!(judged.status, Status::Bogus);
}

#[test]
fn no_more_ds_records_are_read_than_a_zone_can_have() {
    let said: Vec<_> = (0_u16..20)
        .map(|server| {
            let rdata =
                (0..30_u16).map(|number| [server / 2, number].map(u16::to_be_bytes).concat());
            let rdata: Vec<_> = rdata.collect();
            let set = rrset("child.example.", RecordType::DS, &rdata);
            JudgedDs {
                rrset: Some(JudgedRrset::unjudged(set, Status::Secure)),
                denials: Vec::new(),
                denial: None,
                status: Status::Secure,
            }
        })
        .collect();
    assert_eq!(distinct_ds(said.iter().take(4)).len(), 60);
    assert_eq!(distinct_ds(said.iter()).len(), DS_RECORDS);
}
