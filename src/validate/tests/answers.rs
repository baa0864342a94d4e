//! RFC 4035, sections 5.3.4 and 5.4, RFC 6672: what stands beside an answer, and what it was made from.

use super::*;
use crate::dns::message::Question;
use crate::dns::{Message, Record};
use crate::evidence::probes::question;
use crate::validate::answer::{AnswerKind, JudgedAnswer, Trust, judge_answer, judge_ds};
use crate::validate::judge::Judge;
use crate::validate::keys::{AuthenticatedKeys, EntryPoint, authenticate};
use crate::validate::limits::Limits;
use crate::validate::status::Status;

/// The keys of example., which has one.
fn trusted() -> AuthenticatedKeys {
    let signer = key(1, 257);
    let mut set = rrset("example.", RecordType::DNSKEY, &[signer.rdata()]);
    sign(&mut set, "example.", 1, &signer, |_| ());
    let entry = EntryPoint::Ds(ds_of(&name("example."), &signer));
    let judge = &mut Judge::new(NOW, Limits::default());
    authenticate(judge, &name("example."), &set, &[entry])
        .keys
        .unwrap()
}

/// A response with these RRsets in its answer section.
fn message(question: &Question, sets: &[Rrset]) -> Message {
    Message {
        id: 0,
        flags: 0x8400,
        questions: vec![question.clone()],
        answer: sets.iter().flat_map(records).collect(),
        authority: Vec::new(),
        additional: Vec::new(),
        faults: Vec::new(),
    }
}

fn records(set: &Rrset) -> Vec<Record> {
    let record = |rtype, rdata: &[u8]| Record {
        owner: set.owner.clone(),
        rtype,
        class: set.class,
        ttl: 300,
        rdata: rdata.into(),
        fault: None,
    };
    let rrsigs = set.rrsigs.iter();
    let rrsigs = rrsigs.map(|rrsig| [&rrsig.signed_head()[..], &rrsig.signature].concat());
    let data = set.rdata.iter().map(|rdata| record(set.rtype, rdata));
    data.chain(rrsigs.map(|rdata| record(RecordType::RRSIG, &rdata)))
        .collect()
}

fn judged(question: &Question, sets: &[Rrset]) -> JudgedAnswer {
    let keys = trusted();
    judge_answer(
        &mut Judge::new(NOW, Limits::default()),
        &name("example."),
        Trust::Keys(&keys),
        question,
        &message(question, sets),
    )
}

#[test]
fn the_cname_that_a_dname_gives_needs_no_signature_whatever_was_asked() {
    let to = |owner: &str, rtype, target: &str| {
        let target = name(target).wire().to_vec();
        rrset(owner, rtype, &[target])
    };
    let mut dname = to("d.example.", RecordType::DNAME, "e.example.");
    sign(&mut dname, "example.", 1, &key(1, 257), |_| ());
    for rtype in [RecordType::A, RecordType::CNAME] {
        let question = question(&name("x.d.example."), rtype);
        let good = to("x.d.example.", RecordType::CNAME, "x.e.example.");
        let answer = judged(&question, &[dname.clone(), good.clone()]);
        assert_eq!(answer.kind, AnswerKind::Alias(name("x.e.example.")));
        assert_eq!(answer.status, Status::Secure, "{rtype}");

        let wrong = to("x.d.example.", RecordType::CNAME, "x.evil.example.");
        let answer = judged(&question, &[dname.clone(), wrong]);
        assert!(answer.is_synthesis_wrong && answer.status == Status::Bogus);

        let mut unsigned = dname.clone();
        unsigned.rrsigs.clear();
        assert_eq!(
            judged(&question, &[unsigned, good.clone()]).status,
            Status::Bogus
        );
        // A DNAME beside the name or at it redirects nothing, and a CNAME is signed like other data.
        for owner in ["c.example.", "x.d.example.", "d.other."] {
            let mut beside = dname.clone();
            beside.owner = name(owner);
            let status = judged(&question, &[beside, good.clone()]).status;
            assert_eq!(status, Status::Bogus, "{rtype} {owner}");
        }
    }
}

#[test]
fn a_ds_out_of_a_wildcard_is_no_ds() {
    let signer = key(1, 257);
    let child = name("child.example.");
    let ds = ds_of(&child, &key(3, 257)).rdata();
    let status = |signed_as: &str| {
        let mut set = rrset(signed_as, RecordType::DS, std::slice::from_ref(&ds));
        sign(&mut set, "example.", 1, &signer, |_| ());
        set.owner = child.clone();
        let question = question(&child, RecordType::DS);
        let keys = trusted();
        let said = judge_ds(
            &mut Judge::new(NOW, Limits::default()),
            &name("example."),
            Trust::Keys(&keys),
            &child,
            &message(&question, &[set]),
        );
        said.unwrap().status
    };
    assert_eq!(status("child.example."), Status::Secure);
    assert_eq!(status("*.example."), Status::Bogus);
}
