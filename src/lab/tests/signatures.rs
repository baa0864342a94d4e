//! Healthy zones verify, and the ammunition of the hostile ones is live.

use super::*;
use crate::crypto::{Algorithm, PublicKey};
use crate::dns::{Dnskey, Rrset, Rrsig, rrset};
use crate::lab::cases::TWINS;
use crate::lab::key::{Key, KeyPlan, P256};

/// The RRsets of the answer to one question.
fn sets(lab: &Lab, apex: &str, text: &str, rtype: RecordType) -> Vec<Rrset> {
    let message = ask(lab, apex, text, rtype);
    rrset::group(&[message.answer, message.authority].concat())
}

fn keys(lab: &Lab, apex: &str) -> Vec<Dnskey> {
    let set = sets(lab, apex, apex, RecordType::DNSKEY).remove(0);
    let keys = set.rdata.iter().map(|rdata| Dnskey::parse(rdata).unwrap());
    keys.collect()
}

fn verifies(keys: &[Dnskey], set: &Rrset, rrsig: &Rrsig) -> bool {
    let data = set.signed_data(rrsig).unwrap();
    let candidates = keys.iter().filter(|key| key.key_tag() == rrsig.key_tag);
    candidates
        .map(|key| PublicKey::parse(Algorithm(key.algorithm), &key.key).unwrap())
        .any(|key| key.verify(&data, &rrsig.signature).is_ok())
}

#[test]
fn every_algorithm_signs_what_its_keys_verify() {
    let lab = Lab::new(NOW);
    for label in [
        "valid",
        "p384",
        "ed25519",
        "ed448",
        "rsa-512",
        "rsa-1024",
        "rsasha1",
        "rsasha256",
        "rsasha512",
        "nsec3-iter-0",
        "csk",
        "alg-roll",
        "key-tag-collision",
    ] {
        let apex = format!("{label}.test.");
        let keys = keys(&lab, &apex);
        for (text, rtype) in [
            (apex.clone(), RecordType::DNSKEY),
            (apex.clone(), RecordType::A),
            (format!("no.{apex}"), RecordType::A),
        ] {
            for set in sets(&lab, &apex, &text, rtype) {
                assert!(!set.rrsigs.is_empty(), "{apex} {} {}", set.owner, set.rtype);
                for rrsig in &set.rrsigs {
                    assert!(
                        verifies(&keys, &set, rrsig),
                        "{apex} {} {}",
                        set.owner,
                        set.rtype
                    );
                }
            }
        }
    }
}

#[test]
fn a_ds_leads_to_the_key_unless_its_case_bends_it() {
    let lab = Lab::new(NOW);
    let leads = |label: &str| {
        let apex = format!("{label}.test.");
        let set = sets(&lab, "test.", &apex, RecordType::DS).remove(0);
        let ds = crate::dns::Ds::parse(&set.rdata[0]).unwrap();
        keys(&lab, &apex)
            .iter()
            .any(|key| key.key_tag() == ds.key_tag)
    };
    assert!(leads("valid") && leads("zone-key-clear") && leads("bad-ksk") && leads("revoked-ksk"));
    assert!(
        !leads("ds-bad-tag") && !leads("stale-ds") && !leads("no-dnskey-257") && !leads("no-ksk")
    );
}

#[test]
fn twins_share_tag_and_nothing_else() {
    for (apex, label, number) in TWINS {
        let plan = if label == "ksk" {
            KeyPlan::ksk(P256)
        } else {
            KeyPlan::zsk(P256)
        };
        let of = |number| Key::new(&name(apex), plan.numbered(number)).dnskey;
        assert_eq!(of(0).key_tag(), of(number).key_tag(), "{apex}");
        assert_ne!(of(0), of(number), "{apex}");
    }
}

#[test]
fn the_key_trap_is_set() {
    let lab = Lab::new(NOW);
    let apex = "keytrap.test.";
    let keys = keys(&lab, apex);
    let address = sets(&lab, apex, apex, RecordType::A).remove(0);
    assert_eq!(address.rrsigs.len(), 100);
    let tag = address.rrsigs[0].key_tag;
    assert_eq!(keys.iter().filter(|key| key.key_tag() == tag).count(), 100);
    assert!(
        address
            .rrsigs
            .iter()
            .all(|rrsig| !verifies(&keys[95..], &address, rrsig))
    );
    let missing = sets(&lab, apex, "no.keytrap.test.", RecordType::A);
    assert!(verifies(&keys, &missing[0], &missing[0].rrsigs[0]));
}

#[test]
fn one_of_seventeen_signatures_is_good() {
    let lab = Lab::new(NOW);
    let apex = "many-bad-sigs.test.";
    let keys = keys(&lab, apex);
    let set = sets(&lab, apex, apex, RecordType::A).remove(0);
    let good = |rrsig: &Rrsig| verifies(&keys, &set, rrsig);
    let which: Vec<usize> = (0..17).filter(|at| good(&set.rrsigs[*at])).collect();
    assert_eq!((set.rrsigs.len(), which), (17, vec![4]));
}

#[test]
fn bent_signatures_are_bent_where_the_case_says() {
    let lab = Lab::new(NOW);
    let fails = |label: &str, rtype| {
        let apex = format!("{label}.test.");
        let keys = keys(&lab, &apex);
        let set = sets(&lab, &apex, &apex, rtype).remove(0);
        set.rrsigs.is_empty() || !set.rrsigs.iter().all(|rrsig| verifies(&keys, &set, rrsig))
    };
    for (label, rtype) in [
        ("rrsig-no-a", RecordType::A),
        ("rrsig-no-all", RecordType::SOA),
        ("bad-rrsig-ksk", RecordType::DNSKEY),
        ("bad-zsk", RecordType::A),
        ("no-zsk", RecordType::A),
        ("no-dnskey-256", RecordType::DNSKEY),
    ] {
        assert!(fails(label, rtype), "{label} {rtype}");
    }
    for (label, rtype) in [
        ("rrsig-no-a", RecordType::SOA),
        ("rrsig-exp-a", RecordType::A),
        ("bad-rrsig-ksk", RecordType::A),
        ("bad-zsk", RecordType::DNSKEY),
        ("no-zsk", RecordType::DNSKEY),
        ("zone-key-clear", RecordType::DNSKEY),
    ] {
        assert!(!fails(label, rtype), "{label} {rtype}");
    }
}
