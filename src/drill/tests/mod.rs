//! Every conclusion, each from answers put together by hand.

mod conclusions;
mod lists;

use std::time::Duration;

use super::*;
use crate::dns::{RecordType, Timestamp};
use crate::evidence::{Outcome, Transport};

const RESPONSE: u16 = 0x8180;
const AD: u16 = 0x20;
const SERVFAIL: u16 = 2;

/// What a resolver does with one question; `None` for silence.
type Reply = Option<u16>;

/// Four broken names, two good ones, one unsigned, two algorithms, and a zone for sentinels.
fn names() -> Vec<DrillName> {
    names::read(
        "a.bad. A bogus validation\n\
         b.bad. A bogus validation\n\
         c.bad. A bogus validation\n\
         d.bad. A bogus validation\n\
         a.good. A secure validation\n\
         b.good. A secure validation\n\
         plain. A insecure validation\n\
         ed.good. A secure ED25519\n\
         ed.bad. A bogus ED25519\n\
         md5. A insecure RSAMD5\n\
         sentinel. A secure root-keys\n",
    )
    .unwrap()
}

fn keys() -> Vec<RootKey> {
    let key = |tag, from| RootKey {
        tag,
        valid_from: Some(Timestamp(from)),
    };
    vec![key(20326, 1), key(38696, 2)]
}

/// One question as a resolver sees it: the name, CD, and how often it was asked already.
struct Asked<'a> {
    name: &'a str,
    cd: bool,
    times: usize,
}

impl Asked<'_> {
    fn is_bad(&self) -> bool {
        self.name.ends_with("bad.")
    }

    fn is_signed(&self) -> bool {
        !["plain.", "md5."].contains(&self.name)
    }
}

/// A resolver with Ed25519 that trusts both keys.
fn validating(asked: &Asked<'_>) -> Reply {
    let fails = asked.is_bad() || asked.name.contains("not-ta");
    Some(match (asked.cd, fails) {
        (false, true) => RESPONSE | SERVFAIL,
        (false, false) if asked.is_signed() => RESPONSE | AD,
        _ => RESPONSE,
    })
}

fn plain(_: &Asked<'_>) -> Reply {
    Some(RESPONSE)
}

/// A response without records, or with the signature over the keys of the root.
fn response(errand: &Errand, flags: u16, has_signatures: bool) -> Outcome {
    let is_keys = errand.subject == Subject::RootKeys && has_signatures;
    let question = &errand.question;
    let cd = if errand.is_checking_disabled { 0x10 } else { 0 };
    let mut octets = vec![0, 0];
    octets.extend((flags | cd).to_be_bytes());
    octets.extend([0, 1, 0, u8::from(is_keys), 0, 0, 0, 0]);
    octets.extend_from_slice(question.name.wire());
    octets.extend(question.rtype.0.to_be_bytes());
    octets.extend([0, 1]);
    if is_keys {
        octets.extend([0, 0, 46, 0, 1, 0, 0, 0, 0, 0, 20]);
        octets.extend([0, 48, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        octets.extend(20326_u16.to_be_bytes());
        octets.extend([0, 1]);
    }
    Outcome::Response(octets)
}

fn interview(reply: impl Fn(&Asked<'_>) -> Reply, has_signatures: bool) -> Interview {
    let plan = errands(&names(), &keys());
    let address = "192.0.2.53:53".parse().unwrap();
    let mut times = BTreeMap::new();
    let heard = plan.iter().map(|errand| {
        let (name, cd) = (
            errand.question.name.to_string(),
            errand.is_checking_disabled,
        );
        let count: &mut usize = times.entry((name.clone(), cd)).or_default();
        *count += 1;
        let asked = Asked {
            name: &name,
            cd,
            times: *count - 1,
        };
        let flags = reply(&asked);
        vec![Exchange {
            server: address,
            transport: Transport::Udp,
            query: errand.query(),
            sent: Timestamp(1_790_000_000),
            elapsed: Duration::ZERO,
            strays: 0,
            outcome: flags.map_or(Outcome::Timeout, |flags| {
                response(errand, flags, has_signatures)
            }),
        }]
    });
    Interview {
        heard: heard.collect(),
        resolver: Resolver {
            label: "192.0.2.53".to_owned(),
            address: Some(address),
            transport: Transport::Udp,
        },
    }
}

fn drill(reply: impl Fn(&Asked<'_>) -> Reply) -> Judged {
    judge_all(&names(), &keys(), &[interview(reply, true)])
        .resolvers
        .remove(0)
}

fn codes(judged: &Judged) -> Vec<&str> {
    judged.findings.iter().map(|finding| finding.code).collect()
}
