//! RFC 4035, section 5.3.1 to 5.3.3, clause by clause.

use super::*;
use crate::validate::judge::Judge;
use crate::validate::limits::{Limit, Limits};
use crate::validate::signature::{JudgedRrset, SignatureFault, judge_rrset};
use crate::validate::status::Status;

const ADDRESS: [u8; 4] = [192, 0, 2, 1];

fn judge_at(now: Timestamp, set: &Rrset, keys: &[Dnskey]) -> JudgedRrset {
    judge_rrset(
        &mut Judge::new(now, Limits::default()),
        &name("example."),
        set,
        keys,
    )
}

/// The fault of the only signature over an address of www.example., bent by `bend`.
fn fault(signer: &Dnskey, bend: impl FnOnce(&mut Rrsig)) -> Option<SignatureFault> {
    let mut set = rrset("www.example.", RecordType::A, &[ADDRESS.to_vec()]);
    sign(&mut set, "example.", 1, signer, bend);
    let judged = judge_at(NOW, &set, std::slice::from_ref(signer));
    assert_eq!(judged.signatures.len(), 1);
    let fault = judged.faults().next().map(|(_, fault)| fault.clone());
    assert_eq!(fault.is_none(), judged.status == Status::Secure);
    fault
}

#[test]
fn a_good_signature_is_secure() {
    assert_eq!(fault(&key(1, 256), |_| ()), None);
}

#[test]
fn the_signer_must_be_the_zone() {
    for other in ["www.example.", ".", "example.net."] {
        assert_eq!(
            fault(&key(1, 256), |rrsig| rrsig.signer = name(other)),
            Some(SignatureFault::SignerNotZone(name("example.")))
        );
    }
    assert_eq!(
        fault(&key(1, 256), |rrsig| rrsig.signer = name("EXAMPLE.")),
        None
    );
}

#[test]
fn labels_must_not_exceed_the_owner_nor_fall_below_the_zone() {
    assert_eq!(
        fault(&key(1, 256), |rrsig| rrsig.labels = 3),
        Some(SignatureFault::LabelsExceedOwner(2))
    );
    assert_eq!(
        fault(&key(1, 256), |rrsig| rrsig.labels = 0),
        Some(SignatureFault::LabelsBelowSigner(1))
    );
}

#[test]
fn times_are_inclusive_and_without_grace() {
    let end = |offset: i64| {
        fault(&key(1, 256), move |rrsig| {
            rrsig.expiration = at(NOW.plus(offset))
        })
    };
    assert_eq!(end(0), None);
    assert_eq!(end(-1), Some(SignatureFault::Expired(NOW.plus(-1))));
    let start = |offset: i64| {
        fault(&key(1, 256), move |rrsig| {
            rrsig.inception = at(NOW.plus(offset))
        })
    };
    assert_eq!(start(0), None);
    assert_eq!(start(1), Some(SignatureFault::NotYetValid(NOW.plus(1))));
    let reversed = fault(&key(1, 256), |rrsig| {
        (rrsig.inception, rrsig.expiration) = (rrsig.expiration, rrsig.inception);
    });
    assert!(matches!(
        reversed,
        Some(SignatureFault::ExpirationBeforeInception(..))
    ));
}

#[test]
fn a_signature_that_crosses_2106_is_judged_by_serial_arithmetic() {
    let now = Timestamp((1 << 32) - 60);
    let signer = key(1, 256);
    let mut set = rrset("www.example.", RecordType::A, &[ADDRESS.to_vec()]);
    sign(&mut set, "example.", 1, &signer, |rrsig| {
        rrsig.inception = at(now.plus(-DAY));
        rrsig.expiration = at(now.plus(DAY));
    });
    for (offset, status) in [
        (0, Status::Secure),
        (DAY, Status::Secure),
        (DAY + 1, Status::Bogus),
    ] {
        assert_eq!(
            judge_at(now.plus(offset), &set, std::slice::from_ref(&signer)).status,
            status
        );
    }
}

#[test]
fn the_key_must_be_there_and_be_a_zone_key() {
    let other = key(2, 256);
    let mut set = rrset("www.example.", RecordType::A, &[ADDRESS.to_vec()]);
    sign(&mut set, "example.", 1, &key(1, 256), |_| ());
    let faults = judge_at(NOW, &set, &[other]);
    assert_eq!(
        faults.faults().next().map(|(_, f)| f),
        Some(&SignatureFault::NoKey)
    );
    assert_eq!(fault(&key(1, 0), |_| ()), Some(SignatureFault::NotZoneKey));
    assert_eq!(
        fault(&key(1, 256 | 128), |_| ()),
        Some(SignatureFault::Revoked)
    );
    let foreign = Dnskey {
        protocol: 2,
        ..key(1, 256)
    };
    assert_eq!(fault(&foreign, |_| ()), Some(SignatureFault::Protocol(2)));
}

#[test]
fn every_bit_of_the_signed_data_counts() {
    let signer = key(1, 256);
    let mut set = rrset("www.example.", RecordType::A, &[ADDRESS.to_vec()]);
    sign(&mut set, "example.", 1, &signer, |_| ());
    let mut other = set.clone();
    other.rdata[0] = [192, 0, 2, 2].into();
    let bent = |bend: fn(&mut Rrsig)| {
        let mut set = set.clone();
        bend(&mut set.rrsigs[0]);
        judge_at(NOW, &set, std::slice::from_ref(&signer)).status
    };
    assert_eq!(
        judge_at(NOW, &other, std::slice::from_ref(&signer)).status,
        Status::Bogus
    );
    assert_eq!(bent(|rrsig| rrsig.original_ttl += 1), Status::Bogus);
    assert_eq!(bent(|rrsig| rrsig.expiration.0 += 1), Status::Bogus);
    assert_eq!(
        bent(|rrsig| rrsig.signature = rrsig.signature[1..].into()),
        Status::Bogus
    );
    let mut cased = set.clone();
    cased.owner = name("WWW.Example.");
    cased.ttls = vec![7];
    assert_eq!(
        judge_at(NOW, &cased, std::slice::from_ref(&signer)).status,
        Status::Secure
    );
}

#[test]
fn a_wildcard_is_verified_under_its_own_name() {
    let signer = key(1, 256);
    let mut set = rrset("*.example.", RecordType::A, &[ADDRESS.to_vec()]);
    sign(&mut set, "example.", 1, &signer, |_| ());
    set.owner = name("a.b.example.");
    let judged = judge_at(NOW, &set, &[signer]);
    assert_eq!(judged.status, Status::Secure);
    assert_eq!(judged.expanded_from(), Some(name("*.example.")));
}

#[test]
fn one_good_signature_suffices_and_the_bad_ones_are_named() {
    let signer = key(1, 256);
    let mut set = rrset("www.example.", RecordType::A, &[ADDRESS.to_vec()]);
    for _ in 0..16 {
        sign(&mut set, "example.", 2, &signer, |_| ());
    }
    sign(&mut set, "example.", 1, &signer, |_| ());
    let judged = judge_at(NOW, &set, &[signer]);
    assert_eq!(
        (judged.status, judged.faults().count()),
        (Status::Secure, 16)
    );
}

#[test]
fn a_search_without_end_is_ended_and_said() {
    let signer = key(1, 256);
    let mut set = rrset("www.example.", RecordType::A, &[ADDRESS.to_vec()]);
    for seed in 2..=60 {
        sign(&mut set, "example.", seed, &signer, |_| ());
    }
    let mut judge = Judge::new(NOW, Limits::default());
    let judged = judge_rrset(&mut judge, &name("example."), &set, &[signer]);
    assert_eq!(judged.status, Status::Bogus);
    let last = judged.faults().last().map(|(_, fault)| fault.clone());
    assert_eq!(
        last,
        Some(SignatureFault::NotTried(Limit::SignaturesPerRrset))
    );
    assert!(judge.reached.contains(&Limit::SignaturesPerRrset));
    assert_eq!(
        judge.signatures_computed(),
        Limits::default().signatures_per_rrset
    );
}

#[test]
fn moving_on_never_revives_a_signature() {
    let signer = key(1, 256);
    arbtest::arbtest(|u| {
        let mut set = rrset("www.example.", RecordType::A, &[ADDRESS.to_vec()]);
        let (start, length): (i64, i64) =
            (u.int_in_range(-DAY..=DAY)?, u.int_in_range(0..=30 * DAY)?);
        sign(&mut set, "example.", 1, &signer, |rrsig| {
            rrsig.inception = at(NOW.plus(start));
            rrsig.expiration = at(NOW.plus(start + length));
        });
        let first = NOW.plus(start + u.int_in_range(0..=60 * DAY)?);
        let later = first.plus(u.int_in_range(0..=60 * DAY)?);
        let is_good =
            |now| judge_at(now, &set, std::slice::from_ref(&signer)).status == Status::Secure;
        assert!(is_good(first) || !is_good(later));
        Ok(())
    });
}
