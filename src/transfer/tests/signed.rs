//! Signatures over a sequence of messages (RFC 8945, section 5.3.1).

use super::*;
use crate::crypto::{Mac, MacHash};
use crate::transfer::tsig::{MOST_UNSIGNED, Refusal, TsigFault};

/// The server's side, from the text of the RFC.
struct Signer {
    secret: &'static [u8],
    name: &'static [u8],
    prior: Vec<u8>,
    unsigned: Vec<u8>,
    is_first: bool,
    time: u64,
    error: u16,
    other: Vec<u8>,
    mac_len: usize,
}

impl Signer {
    /// Answers a query whose MAC is the last field but three, two octets each.
    fn answering(query: &[u8]) -> Self {
        let end = query.len() - 6;
        Self {
            secret: b"a secret",
            name: b"\x03xfr\x04test\x00",
            prior: query[end - 32..end].to_vec(),
            unsigned: Vec::new(),
            is_first: true,
            time: NOW.0 as u64,
            error: 0,
            other: Vec::new(),
            mac_len: 32,
        }
    }

    fn sign(&mut self, message: &[u8]) -> Vec<u8> {
        let algorithm = b"\x0bhmac-sha256\x00";
        let timers = [&self.time.to_be_bytes()[2..], &300_u16.to_be_bytes()].concat();
        let tail = [
            &self.error.to_be_bytes()[..],
            &(self.other.len() as u16).to_be_bytes(),
            &self.other,
        ];
        let tail = tail.concat();
        let mut mac = Mac::new(MacHash::Sha256, self.secret);
        mac.update(&(self.prior.len() as u16).to_be_bytes());
        mac.update(&self.prior);
        mac.update(&self.unsigned);
        mac.update(message);
        if self.is_first {
            let class_and_ttl = [0, 255, 0, 0, 0, 0];
            mac.update(&[self.name, &class_and_ttl, algorithm, &timers, &tail].concat());
        } else {
            mac.update(&timers);
        }
        let mut code = mac.finish();
        code.truncate(self.mac_len);
        self.prior.clone_from(&code);
        self.unsigned.clear();
        self.is_first = false;
        let size = (code.len() as u16).to_be_bytes();
        let id = &message[..2];
        let rdata = [&algorithm[..], &timers, &size, &code, id, &tail].concat();
        let fixed = [0, 250, 0, 255, 0, 0, 0, 0];
        let length = (rdata.len() as u16).to_be_bytes();
        let mut signed = [message, self.name, &fixed, &length, &rdata].concat();
        signed[11] += 1;
        signed
    }

    fn leave(&mut self, message: &[u8]) -> Vec<u8> {
        self.unsigned.extend(message);
        message.to_vec()
    }
}

fn start() -> (Signer, Incoming) {
    let (query, incoming) = Incoming::new(Ask::whole(zone()), ID, Some(&key()), NOW);
    (Signer::answering(&query), incoming)
}

fn absorb(incoming: &mut Incoming, messages: &[Vec<u8>]) -> Result<Option<Outcome>, Fault> {
    let mut end = Ok(None);
    for message in messages {
        end = Ok(incoming.absorb(message, NOW, |_, _| Ok(()))?);
    }
    end
}

fn fault(fault: TsigFault) -> Result<Option<Outcome>, Fault> {
    let key = key().name;
    Err(Fault::Tsig { key, fault })
}

const WHOLE: Result<Option<Outcome>, Fault> = Ok(Some(Outcome::Whole(Serial(1))));

#[test]
fn the_first_the_last_and_every_hundredth_between() {
    let (mut signer, mut incoming) = start();
    let middle = axfr(&[a(1)]);
    let mut messages = vec![signer.sign(&axfr(&[soa(1)]))];
    for _ in 0..2 {
        messages.extend((0..MOST_UNSIGNED).map(|_| signer.leave(&middle)));
        messages.push(signer.sign(&middle));
    }
    messages.push(signer.leave(&middle));
    messages.push(signer.sign(&axfr(&[soa(1)])));
    assert_eq!(absorb(&mut incoming, &messages), WHOLE);

    let (mut signer, mut incoming) = start();
    let mut messages = vec![signer.sign(&axfr(&[soa(1)]))];
    messages.extend((0..=MOST_UNSIGNED).map(|_| signer.leave(&middle)));
    assert_eq!(
        absorb(&mut incoming, &messages),
        fault(TsigFault::TooManyUnsigned)
    );
}

#[test]
fn a_changed_octet_is_seen_wherever_it_is() {
    let good = |bend: Option<(usize, usize)>| {
        let (mut signer, mut incoming) = start();
        let mut messages = vec![
            signer.sign(&axfr(&[soa(1)])),
            signer.leave(&axfr(&[a(1)])),
            signer.sign(&axfr(&[a(2)])),
            signer.sign(&axfr(&[soa(1)])),
        ];
        if let Some((message, from_end)) = bend {
            let at = messages[message].len() - from_end;
            messages[message][at] ^= 1;
        }
        absorb(&mut incoming, &messages)
    };
    // The TSIG record is 84 octets long: its MAC ends 6 before its end, its time begins 50 before it.
    assert_eq!(good(None), WHOLE);
    for (message, from_end) in [(0, 7), (1, 1), (2, 85), (2, 7), (3, 7), (3, 38), (3, 43)] {
        let end = good(Some((message, from_end)));
        assert_eq!(end, fault(TsigFault::Signature), "{message} {from_end}");
    }
}

#[test]
fn a_message_that_is_left_out_is_missed() {
    let (mut signer, mut incoming) = start();
    let first = signer.sign(&axfr(&[soa(1)]));
    signer.sign(&axfr(&[a(2)]));
    let last = signer.sign(&axfr(&[soa(1)]));
    assert_eq!(
        absorb(&mut incoming, &[first, last]),
        fault(TsigFault::Signature)
    );
}

#[test]
fn the_first_and_the_last_message_must_be_signed() {
    let (_, mut incoming) = start();
    assert_eq!(
        absorb(&mut incoming, &[axfr(&[soa(1), soa(1)])]),
        fault(TsigFault::Absent)
    );
    let (mut signer, mut incoming) = start();
    let messages = [signer.sign(&axfr(&[soa(1)])), axfr(&[soa(1)])];
    assert_eq!(
        absorb(&mut incoming, &messages),
        fault(TsigFault::LastUnsigned)
    );
    // A plain refusal needs no signature.
    let (_, mut incoming) = start();
    let mut parts = Parts::answering(RecordType::AXFR, &[]);
    parts.flags = 0x8405;
    let refused = absorb(&mut incoming, &[parts.octets()]);
    assert_eq!(refused, Err(Fault::Rcode(crate::dns::Rcode::REFUSED)));
}

#[test]
fn wrong_secret_wrong_key_wrong_clock_and_a_short_mac_are_told_apart() {
    let zone = axfr(&[soa(1), soa(1)]);
    let with = |bend: &dyn Fn(&mut Signer)| {
        let (mut signer, mut incoming) = start();
        bend(&mut signer);
        let signed = signer.sign(&zone);
        absorb(&mut incoming, &[signed])
    };
    assert_eq!(with(&|_| ()), WHOLE);
    assert_eq!(
        with(&|s| s.secret = b"another"),
        fault(TsigFault::Signature)
    );
    assert_eq!(
        with(&|s| s.name = b"\x03abc\x04test\x00"),
        fault(TsigFault::Key)
    );
    assert_eq!(with(&|s| s.mac_len = 16), fault(TsigFault::Truncated(16)));
    let at = |seconds: i64| with(&move |s| s.time = (NOW.0 + seconds) as u64);
    assert_eq!((at(300), at(-300)), (WHOLE, WHOLE));
    for seconds in [301, -301] {
        let signed = NOW.plus(seconds);
        let expected = TsigFault::Time {
            signed,
            fudge: 300,
            now: NOW,
        };
        assert_eq!(at(seconds), fault(expected));
    }
}

#[test]
fn what_the_server_says_of_our_signature() {
    let refusal = |error, other: &[u8], mac_len, secret| {
        let (mut signer, mut incoming) = start();
        (signer.error, signer.mac_len, signer.secret) = (error, mac_len, secret);
        signer.other = other.to_vec();
        let mut parts = Parts::answering(RecordType::AXFR, &[]);
        parts.flags = 0x8409;
        let signed = signer.sign(&parts.octets());
        absorb(&mut incoming, &[signed])
    };
    let expected = |error, clock, is_signed| {
        fault(TsigFault::Refused(Refusal {
            error,
            clock,
            now: NOW,
            is_signed,
        }))
    };
    for error in [Refusal::BADSIG, Refusal::BADKEY] {
        assert_eq!(
            refusal(error, &[], 0, b"a secret"),
            expected(error, None, false)
        );
    }
    let clock = Timestamp(NOW.0 + 3600);
    let other = &clock.0.to_be_bytes()[2..];
    for (secret, is_signed) in [(&b"a secret"[..], true), (b"another", false)] {
        let end = refusal(Refusal::BADTIME, other, 32, secret);
        assert_eq!(end, expected(Refusal::BADTIME, Some(clock), is_signed));
    }
}

#[test]
fn a_signature_stands_last_and_alone() {
    let (mut signer, mut incoming) = start();
    let mut signed = signer.sign(&axfr(&[soa(1), soa(1)]));
    signed.extend(record(&[0], RecordType::A, &[192, 0, 2, 1]));
    signed[11] += 1;
    assert_eq!(
        absorb(&mut incoming, &[signed]),
        fault(TsigFault::Misplaced)
    );
    let (mut signer, mut incoming) = start();
    let mut signed = signer.sign(&axfr(&[soa(1), soa(1)]));
    // In the answer section, where no signature belongs.
    (signed[7], signed[11]) = (signed[7] + 1, 0);
    assert_eq!(
        absorb(&mut incoming, &[signed]),
        fault(TsigFault::Misplaced)
    );
}
