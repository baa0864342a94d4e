//! What judgements share never makes a signature good that is not.

use std::sync::Arc;

use super::*;
use crate::validate::judge::{Judge, Terms};
use crate::validate::signature::{JudgedRrset, judge_rrset};
use crate::validate::status::Status;
use crate::validate::{SignatureFault, Verified};

struct Run(Arc<Verified>);

impl Run {
    /// One judgement of the run, and how many signatures counted as computed.
    fn judge(&self, now: Timestamp, set: &Rrset, key: &Dnskey) -> (JudgedRrset, u32) {
        let terms = Terms {
            verified: Arc::clone(&self.0),
            ..Terms::default()
        };
        let mut judge = Judge::under(now, terms);
        let keys = std::slice::from_ref(key);
        let judged = judge_rrset(&mut judge, &name("example."), set, keys);
        (judged, judge.signatures_computed())
    }

    fn fault(&self, now: Timestamp, set: &Rrset, key: &Dnskey) -> Option<SignatureFault> {
        let (judged, _) = self.judge(now, set, key);
        let fault = judged.faults().next().map(|(_, fault)| fault.clone());
        assert_eq!(fault.is_none(), judged.status == Status::Secure);
        fault
    }
}

/// A key with other octets under the same tag: the tag is a sum over pairs of octets (RFC 4034, appendix B).
fn namesake(key: &Dnskey) -> Dnskey {
    let mut octets = key.key.to_vec();
    octets.swap(0, 2);
    octets.swap(1, 3);
    let other = Dnskey {
        key: octets.into(),
        ..key.clone()
    };
    assert!(other.key != key.key && other.key_tag() == key.key_tag());
    other
}

#[test]
fn a_bad_signature_beside_a_known_good_one_is_bad() {
    let signer = key(1, 256);
    let mut good = rrset("www.example.", RecordType::A, &[vec![192, 0, 2, 1]]);
    sign(&mut good, "example.", 1, &signer, |_| ());
    let run = Run(Arc::default());
    assert_eq!(run.fault(NOW, &good, &signer), None);

    let mismatch = Some(SignatureFault::Mismatch);
    let mut other_data = good.clone();
    other_data.rdata = vec![[192, 0, 2, 2].as_slice().into()];
    assert_eq!(run.fault(NOW, &other_data, &signer), mismatch);

    let mut other_octets = good.clone();
    other_octets.rrsigs[0].signature[0] ^= 1;
    assert_eq!(run.fault(NOW, &other_octets, &signer), mismatch);

    let mut other_times = good.clone();
    other_times.rrsigs[0].expiration = at(NOW.plus(2 * DAY));
    assert_eq!(run.fault(NOW, &other_times, &signer), mismatch);

    assert_eq!(run.fault(NOW, &good, &namesake(&signer)), mismatch);

    // What is known is the arithmetic; every other clause is tried again.
    let late = run.fault(NOW.plus(2 * DAY), &good, &signer);
    assert_eq!(late, Some(SignatureFault::Expired(NOW.plus(DAY))));
    let revoked = Dnskey {
        flags: 256 | 128,
        ..signer.clone()
    };
    assert!(run.fault(NOW, &good, &revoked).is_some());
    // None of these took anything away, or left anything there.
    assert_eq!(run.fault(NOW, &good, &signer), None);
    assert_eq!(run.fault(NOW, &other_data, &signer), mismatch);
}

#[test]
fn what_is_known_draws_on_the_budget_as_what_is_not() {
    let signer = key(1, 256);
    let mut set = rrset("www.example.", RecordType::A, &[vec![192, 0, 2, 1]]);
    sign(&mut set, "example.", 1, &signer, |_| ());
    let run = Run(Arc::default());
    let counts = [0, 1].map(|_| run.judge(NOW, &set, &signer).1);
    assert_eq!(counts, [1, 1]);
}
