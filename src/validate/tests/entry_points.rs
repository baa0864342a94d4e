//! RFC 4035, section 5.2: from a DS to a key that signs the DNSKEY RRset.

use super::*;
use crate::validate::judge::Judge;
use crate::validate::keys::{EntryPoint, JudgedKeys, Outcome, authenticate};
use crate::validate::limits::Limits;
use crate::validate::status::Status;

/// The DNSKEY RRset of example. with these keys, signed by the keys made from `signers`.
fn keys(all: &[Dnskey], signers: &[(u8, &Dnskey)]) -> Rrset {
    let rdata: Vec<_> = all.iter().map(Dnskey::rdata).collect();
    let mut set = rrset("example.", RecordType::DNSKEY, &rdata);
    for (seed, signer) in signers {
        sign(&mut set, "example.", *seed, signer, |_| ());
    }
    set
}

fn follow(set: &Rrset, entries: &[Ds]) -> JudgedKeys {
    let entries: Vec<_> = entries.iter().cloned().map(EntryPoint::Ds).collect();
    authenticate(
        &mut Judge::new(NOW, Limits::default()),
        &name("example."),
        set,
        &entries,
    )
}

fn outcome(set: &Rrset, ds: &Ds) -> (Status, Outcome) {
    let judged = follow(set, std::slice::from_ref(ds));
    assert_eq!(judged.keys.is_some(), judged.status == Status::Secure);
    (judged.status, judged.entries[0].1.clone())
}

#[test]
fn a_ds_leads_to_the_key_that_signs() {
    let (ksk, zsk) = (key(1, 257), key(2, 256));
    let set = keys(&[ksk.clone(), zsk.clone()], &[(1, &ksk)]);
    let ds = ds_of(&name("example."), &ksk);
    assert_eq!(outcome(&set, &ds), (Status::Secure, Outcome::Holds));
    assert_eq!(follow(&set, &[ds]).keys.unwrap().keys(), [ksk, zsk]);
}

#[test]
fn a_matching_tag_proves_nothing() {
    let ksk = key(1, 257);
    let set = keys(std::slice::from_ref(&ksk), &[(1, &ksk)]);
    let mut ds = ds_of(&name("example."), &ksk);
    ds.digest[0] ^= 1;
    assert!(matches!(
        outcome(&set, &ds),
        (Status::Bogus, Outcome::DigestMismatch(_))
    ));
    let other = ds_of(&name("example."), &key(3, 257));
    assert_eq!(outcome(&set, &other), (Status::Bogus, Outcome::NoKey));
    let elsewhere = ds_of(&name("example.net."), &ksk);
    assert!(matches!(
        outcome(&set, &elsewhere),
        (Status::Bogus, Outcome::DigestMismatch(_))
    ));
}

#[test]
fn the_matched_key_itself_must_sign() {
    let (ksk, zsk) = (key(1, 257), key(2, 256));
    let ds = ds_of(&name("example."), &ksk);
    let by_other = keys(&[ksk.clone(), zsk.clone()], &[(2, &zsk)]);
    assert_eq!(
        outcome(&by_other, &ds),
        (Status::Bogus, Outcome::NotSigning)
    );
    let forged = keys(&[ksk.clone(), zsk.clone()], &[(2, &ksk), (2, &zsk)]);
    assert!(matches!(
        outcome(&forged, &ds),
        (Status::Bogus, Outcome::Signature(_))
    ));
}

#[test]
fn flags_and_protocol_of_the_matched_key_count() {
    for (bent, expected) in [
        (key(1, 1), Outcome::NotZoneKey),
        (key(1, 257 | 128), Outcome::Revoked),
        (
            Dnskey {
                protocol: 4,
                ..key(1, 257)
            },
            Outcome::Protocol(4),
        ),
    ] {
        let set = keys(std::slice::from_ref(&bent), &[(1, &bent)]);
        let ds = ds_of(&name("example."), &bent);
        assert_eq!(outcome(&set, &ds), (Status::Bogus, expected));
    }
    let csk = key(1, 256);
    let set = keys(std::slice::from_ref(&csk), &[(1, &csk)]);
    let without_sep = ds_of(&name("example."), &csk);
    assert_eq!(
        outcome(&set, &without_sep),
        (Status::Secure, Outcome::Holds)
    );
}

#[test]
fn what_is_not_supported_makes_the_zone_insecure_only_when_nothing_else_is_there() {
    let ksk = key(1, 257);
    let set = keys(std::slice::from_ref(&ksk), &[(1, &ksk)]);
    let good = ds_of(&name("example."), &ksk);
    let foreign_digest = Ds {
        digest_type: 200,
        ..good.clone()
    };
    let foreign_algorithm = Ds {
        algorithm: 200,
        ..good.clone()
    };
    let both = [foreign_digest, foreign_algorithm];
    assert_eq!(follow(&set, &both).status, Status::Insecure);
    assert_eq!(
        follow(&set, &[&both[..], &[good]].concat()).status,
        Status::Secure
    );
    let wrong = ds_of(&name("example."), &key(9, 257));
    assert_eq!(
        follow(&set, &[&both[..], &[wrong]].concat()).status,
        Status::Bogus
    );
}

#[test]
fn sha_1_is_ignored_beside_a_stronger_digest_rfc_4509() {
    let ksk = key(1, 257);
    let set = keys(std::slice::from_ref(&ksk), &[(1, &ksk)]);
    let zone = name("example.");
    let sha1 = Ds {
        digest_type: 1,
        digest: crypto::ds_digest(DigestType::SHA1, &zone.canonical_wire(), &ksk.rdata())
            .unwrap()
            .into(),
        ..ds_of(&zone, &ksk)
    };
    assert_eq!(outcome(&set, &sha1), (Status::Secure, Outcome::Holds));
    let mut wrong = ds_of(&zone, &ksk);
    wrong.digest[0] ^= 1;
    let judged = follow(&set, &[sha1.clone(), wrong]);
    assert_eq!(
        (judged.status, &judged.entries[0].1),
        (Status::Bogus, &Outcome::Sha1Ignored)
    );
    let unsupported = Ds {
        digest_type: 3,
        ..sha1.clone()
    };
    assert_eq!(follow(&set, &[sha1, unsupported]).status, Status::Secure);
}
