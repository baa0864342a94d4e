//! Servers answer as RFC 1034, 4035 and 5155 want it, unless their case says otherwise.

use super::*;
use crate::dns::{Rcode, Rrsig};

#[test]
fn signatures_come_only_when_asked_for() {
    let lab = Lab::new(NOW);
    let server = address(&lab, "valid.test.", 1);
    let mut asked = query("www.valid.test.", RecordType::A);
    let with = reply(&lab, server, Transport::Udp, &asked);
    assert!(with.is_authoritative() && with.edns().unwrap().dnssec_ok);
    assert_eq!(with.edns().unwrap().nsid(), Some(&b"ns1.valid.test"[..]));
    assert_eq!(
        (with.answer.len(), count(&with.answer, RecordType::RRSIG)),
        (2, 1)
    );
    asked.edns = None;
    let without = reply(&lab, server, Transport::Udp, &asked);
    assert_eq!((without.answer.len(), without.additional.len()), (1, 0));
}

#[test]
fn the_case_of_the_question_is_kept() {
    let lab = Lab::new(NOW);
    let message = ask(&lab, "valid.test.", "WwW.vALid.Test.", RecordType::A);
    assert!(message.questions[0].name.eq_case(&name("WwW.vALid.Test.")));
    assert!(message.answer[0].owner.eq_case(&name("WwW.vALid.Test.")));
}

#[test]
fn negative_answers_carry_the_proofs_of_nsec() {
    let lab = Lab::new(NOW);
    let missing = ask(&lab, "valid.test.", "nope.valid.test.", RecordType::A);
    assert_eq!(missing.rcode(), Rcode::NXDOMAIN);
    let proof = [
        "valid.test. SOA",
        "host.ent.valid.test. NSEC",
        "valid.test. NSEC",
    ];
    assert_eq!(outline(&missing.authority), proof);
    assert_eq!(missing.authority[0].ttl, 900);
    let nodata = ask(&lab, "valid.test.", "www.valid.test.", RecordType::TXT);
    assert_eq!(nodata.rcode(), Rcode::NOERROR);
    assert_eq!(
        outline(&nodata.authority),
        ["valid.test. SOA", "www.valid.test. NSEC"]
    );
    let empty = ask(&lab, "valid.test.", "ent.valid.test.", RecordType::A);
    assert_eq!(empty.rcode(), Rcode::NOERROR);
    assert_eq!(
        outline(&empty.authority),
        ["valid.test. SOA", "valid.test. NSEC"]
    );
}

#[test]
fn negative_answers_carry_the_proofs_of_nsec3() {
    let lab = Lab::new(NOW);
    let apex = "nsec3-iter-1.test.";
    let records = |text: &str, rtype| {
        let message = ask(&lab, apex, text, rtype);
        (
            message.rcode(),
            count(&message.authority, RecordType::NSEC3),
        )
    };
    let (rcode, proofs) = records("a.b.nsec3-iter-1.test.", RecordType::A);
    assert!(rcode == Rcode::NXDOMAIN && (2..=3).contains(&proofs));
    assert_eq!(
        records("www.nsec3-iter-1.test.", RecordType::TXT),
        (Rcode::NOERROR, 1)
    );
    assert_eq!(
        records("ent.nsec3-iter-1.test.", RecordType::A),
        (Rcode::NOERROR, 1)
    );
}

#[test]
fn referrals_say_whether_there_is_a_ds() {
    let lab = Lab::new(NOW);
    let secure = ask(&lab, "test.", "www.valid.test.", RecordType::A);
    assert!(!secure.is_authoritative() && secure.answer.is_empty());
    assert_eq!(count(&secure.authority, RecordType::DS), 1);
    assert_eq!(count(&secure.authority, RecordType::RRSIG), 1);
    assert_eq!(outline(&secure.additional).len(), 2);
    let insecure = ask(&lab, "test.", "www.unsigned.test.", RecordType::A);
    assert_eq!(
        outline(&insecure.authority)[2..],
        ["unsigned.test. NSEC".to_owned()]
    );
    let opted_out = ask(
        &lab,
        "example.",
        "www.optout-insecure.example.",
        RecordType::A,
    );
    let proofs = count(&opted_out.authority, RecordType::NSEC3);
    assert!((1..=2).contains(&proofs), "{proofs}");
    let ds = ask(&lab, "test.", "valid.test.", RecordType::DS);
    assert!(ds.is_authoritative() && count(&ds.answer, RecordType::DS) == 1);
}

#[test]
fn wildcards_are_expanded_with_proof() {
    let lab = Lab::new(NOW);
    let apex = "wildcard-nsec.test.";
    let message = ask(&lab, apex, "host.wild.wildcard-nsec.test.", RecordType::A);
    let signature = Rrsig::parse(&message.answer[1].rdata).unwrap();
    assert_eq!(signature.labels, 3);
    assert_eq!(
        outline(&message.authority),
        ["*.wild.wildcard-nsec.test. NSEC"]
    );
    let nodata = ask(
        &lab,
        apex,
        "host.wild.wildcard-nsec.test.",
        RecordType::AAAA,
    );
    assert_eq!(nodata.rcode(), Rcode::NOERROR);
    assert_eq!(count(&nodata.authority, RecordType::NSEC), 1);
}

#[test]
fn aliases_are_followed_within_the_zone() {
    let lab = Lab::new(NOW);
    let dname = ask(&lab, "dname.test.", "host.old.dname.test.", RecordType::A);
    let chain = [
        "old.dname.test. DNAME",
        "host.old.dname.test. CNAME",
        "host.new.dname.test. A",
    ];
    assert_eq!(outline(&dname.answer), chain);
    assert_eq!(count(&dname.answer, RecordType::RRSIG), 2);
    let alias = ask(
        &lab,
        "cname-bogus.test.",
        "alias.cname-bogus.test.",
        RecordType::A,
    );
    assert_eq!(outline(&alias.answer), ["alias.cname-bogus.test. CNAME"]);
}

#[test]
fn what_does_not_fit_a_datagram_is_truncated() {
    let lab = Lab::new(NOW);
    let server = address(&lab, "tcp-dnskey.test.", 1);
    let asked = query("tcp-dnskey.test.", RecordType::DNSKEY);
    let cut = reply(&lab, server, Transport::Udp, &asked);
    assert!(cut.is_truncated() && cut.answer.is_empty());
    let whole = reply(&lab, server, Transport::Tcp, &asked);
    assert_eq!(count(&whole.answer, RecordType::DNSKEY), 22);
}

#[test]
fn queries_that_cannot_be_answered_are_refused_with_the_right_code() {
    let lab = Lab::new(NOW);
    let server = address(&lab, "valid.test.", 1);
    let rcode = |wire: &[u8]| match lab.respond(server, Transport::Udp, wire) {
        Action::Reply(octets) => Some(Message::parse(&octets).unwrap().rcode()),
        Action::Silence => None,
    };
    let good = query("valid.test.", RecordType::A).to_wire(1);
    let bent = |at: usize, octet: u8| {
        let mut wire = good.clone();
        wire[at] = octet;
        rcode(&wire)
    };
    assert_eq!(bent(2, 0x80), None);
    assert_eq!(bent(2, 0x20), Some(Rcode::NOTIMP));
    assert_eq!(bent(5, 0), Some(Rcode::FORMERR));
    let version = good.len() - 9;
    assert_eq!(bent(version, 1), Some(Rcode::BADVERS));
    assert_eq!(rcode(&good[..11]), None);
    assert_eq!(
        rcode(&query("test.", RecordType::A).to_wire(1)),
        Some(Rcode::REFUSED)
    );
}

#[test]
fn one_server_in_three_is_wrong_in_its_way() {
    let lab = Lab::new(NOW);
    let second = |label: &str, rtype| {
        let apex = format!("{label}.test.");
        reply(
            &lab,
            address(&lab, &apex, 2),
            Transport::Tcp,
            &query(&apex, rtype),
        )
    };
    assert_eq!(second("one-ns-lame", RecordType::A).rcode(), Rcode::REFUSED);
    let stripped = second("one-ns-strips-rrsig", RecordType::DNSKEY);
    assert_eq!(
        (
            stripped.answer.len(),
            count(&stripped.answer, RecordType::RRSIG)
        ),
        (2, 0)
    );
    assert!(!stripped.edns().unwrap().dnssec_ok);
    assert!(
        second("one-ns-unsigned", RecordType::DNSKEY)
            .answer
            .is_empty()
    );
    let expired = second("one-ns-expired", RecordType::A);
    let signature = Rrsig::parse(&expired.answer[1].rdata).unwrap();
    assert!(signature.expiration.near(NOW) < NOW);
    let up = second("all-lame", RecordType::A);
    assert_eq!(outline(&up.authority), [". NS", ". NS"]);
}

#[test]
fn any_octets_are_answered_or_not_but_never_with_a_panic() {
    let lab = Lab::new(NOW);
    let server = address(&lab, "valid.test.", 1);
    arbtest::arbtest(|u| {
        let wire: Vec<u8> = u.arbitrary()?;
        if let Action::Reply(octets) = lab.respond(server, Transport::Udp, &wire) {
            assert!(octets.len() <= 1232);
        }
        Ok(())
    });
}
