//! One thing is bent at a time in what the lab's servers send for a healthy name, and the finding appears
//! that names it. The same name unbent is its near miss.

use super::lab::{Bend, NOW, codes, evidence, judge, straight};
use crate::audit;
use crate::dns::{Class, Message, Name, Record, RecordType};
use crate::evidence::{Outcome, Transport};
use crate::policy::Policy;
use crate::walk::Ask;

const VALID: &str = "valid.test.";
const NSEC: &str = "host.wild.wildcard-nsec.test.";
const DNAME: &str = "host.old.dname.test.";

/// The code, the name, the bend.
const BENT: &[(&str, &str, Bend)] = &[
    ("rrsig-ttl-differs-from-rrset", VALID, |_, octets| {
        edit(octets, |m| rrsigs(m, RecordType::A, |r| r.ttl -= 1))
    }),
    ("rrset-ttl-exceeds-original", VALID, |_, octets| {
        edit(octets, |m| {
            of_type(&mut m.answer, RecordType::A, |r| r.ttl += 100);
            rrsigs(m, RecordType::A, |r| r.ttl += 100);
        })
    }),
    ("rrsig-bad-length", VALID, |_, octets| {
        edit(octets, |m| rrsigs(m, RecordType::A, |r| shorten(r, 1)))
    }),
    ("rrsig-malformed", VALID, |_, octets| {
        edit(octets, |m| {
            rrsigs(m, RecordType::A, |r| r.rdata = r.rdata[..10].into())
        })
    }),
    ("rrsig-labels-exceed-owner", VALID, |_, octets| {
        edit(octets, |m| rrsigs(m, RecordType::A, |r| r.rdata[3] = 9))
    }),
    ("rrsig-labels-below-signer", VALID, |_, octets| {
        edit(octets, |m| rrsigs(m, RecordType::A, |r| r.rdata[3] = 0))
    }),
    ("rrsig-signer-not-zone", VALID, |_, octets| {
        edit(octets, |m| rrsigs(m, RecordType::A, |r| r.rdata[19] ^= 1))
    }),
    ("response-foreign-class", VALID, |_, octets| {
        edit(octets, |m| {
            of_type(&mut m.answer, RecordType::A, |r| r.class = Class(3))
        })
    }),
    ("response-not-authoritative", VALID, |ask, octets| {
        edit_at(ask, octets, RecordType::A, |m| m.flags &= !0x0400)
    }),
    ("server-invalid-response", VALID, |ask, octets| {
        match ask.query.question.rtype {
            RecordType::A => Outcome::Response(octets[..20].to_vec()),
            _ => Outcome::Response(octets),
        }
    }),
    ("udp-response-oversized", VALID, |ask, octets| {
        edit_at(ask, octets, RecordType::A, |m| {
            let padding = Record {
                rtype: RecordType::TXT,
                rdata: [255; 256].into(),
                ..m.answer[0].clone()
            };
            m.additional.splice(0..0, vec![padding; 6]);
        })
    }),
    ("edns-intolerant", VALID, |ask, octets| {
        match ask.query.edns {
            Some(_) => edit(octets, |m| {
                m.flags = m.flags & !0xF | 1;
                m.answer.clear();
                m.authority.clear();
                m.additional.clear();
            }),
            None => Outcome::Response(octets),
        }
    }),
    ("edns-opt-missing-or-gratuitous", VALID, |ask, octets| {
        edit_at(ask, octets, RecordType::A, |m| {
            m.additional
                .retain(|record| record.rtype != RecordType::OPT)
        })
    }),
    ("referral-upward", VALID, |ask, octets| {
        match ask.server.ip().to_string().as_str() {
            "127.53.3.1" => edit(octets, up),
            _ => Outcome::Response(octets),
        }
    }),
    ("tcp-fallback-broken", VALID, |ask, octets| {
        match ask.transport {
            Transport::Udp => edit_at(ask, octets, RecordType::DNSKEY, |m| {
                m.flags |= 0x0200;
                m.answer.clear();
            }),
            _ => Outcome::Closed,
        }
    }),
    ("cname-loop", VALID, |ask, octets| {
        edit_at(ask, octets, RecordType::A, |m| {
            let owner = ask.query.question.name.clone();
            m.answer = vec![Record {
                rtype: RecordType::CNAME,
                rdata: owner.wire().into(),
                owner,
                ..m.additional[0].clone()
            }];
            m.answer[0].class = Class::IN;
        })
    }),
    ("dname-no-cname", DNAME, |_, octets| {
        edit(octets, |m| {
            m.answer.retain(|record| record.rtype != RecordType::CNAME)
        })
    }),
    ("dname-target-mismatch", DNAME, |_, octets| {
        edit(octets, |m| {
            of_type(&mut m.answer, RecordType::CNAME, |r| r.rdata[1] ^= 1)
        })
    }),
    ("denial-soa-missing", VALID, |_, octets| {
        edit(octets, |m| drop_from(&mut m.authority, RecordType::SOA))
    }),
    ("denial-missing-for-nodata", VALID, |_, octets| {
        edit(octets, |m| {
            if m.flags & 0xF == 0 {
                drop_from(&mut m.authority, RecordType::NSEC);
            }
        })
    }),
    ("denial-missing-for-wildcard", NSEC, |_, octets| {
        edit(octets, |m| {
            if !m.answer.is_empty() {
                drop_from(&mut m.authority, RecordType::NSEC);
            }
        })
    }),
];

#[test]
fn each_bend_is_told() {
    let mut complaints = Vec::new();
    for (code, name, bend) in BENT {
        let bent = judge(&evidence(name, &[], true, *bend));
        if !codes(&bent).contains(code) {
            complaints.push(format!("{code} is silent: {:?}", codes(&bent)));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_same_unbent_is_left_alone() {
    for name in [VALID, NSEC, DNAME] {
        let healthy = judge(&evidence(name, &[], true, straight));
        let told = |code: &&str| BENT.iter().any(|(bent, ..)| bent == code);
        let found: Vec<_> = codes(&healthy).into_iter().filter(told).collect();
        assert!(found.is_empty(), "{name}: {found:?}");
    }
    let opted_out = judge(&evidence("optout-missing.example.", &[], true, straight));
    assert!(codes(&opted_out).contains(&"nsec3-opt-out-set"));
}

/// The code and the seconds from the full hour at which a healthy zone is judged. Its signatures are valid
/// from a day before until fourteen days after.
const AT: &[(&str, i64)] = &[
    ("rrsig-inception-within-clock-skew", -86_400 + 60),
    ("rrsig-expiry-within-clock-skew", 14 * 86_400 - 60),
];

#[test]
fn the_edges_of_validity_are_told() {
    let heard = evidence(VALID, &[], true, straight);
    let hour = NOW.plus(-NOW.0.rem_euclid(3_600));
    for (code, offset) in AT {
        for (seconds, is_told) in [(*offset, true), (0, false)] {
            let report = audit(&heard, &Policy::default(), hour.plus(seconds));
            assert_eq!(
                codes(&report).contains(code),
                is_told,
                "{code} at {seconds}"
            );
        }
    }
}

/// The response, bent and written anew without compression.
fn edit(octets: Vec<u8>, bend: impl FnOnce(&mut Message)) -> Outcome {
    let mut message = Message::parse(&octets).unwrap();
    bend(&mut message);
    Outcome::Response(wire(&message))
}

/// The same for answers with data to questions of one type, below the top-level domains.
fn edit_at(
    ask: &Ask,
    octets: Vec<u8>,
    rtype: RecordType,
    bend: impl FnOnce(&mut Message),
) -> Outcome {
    let question = &ask.query.question;
    match question.rtype == rtype && question.name.label_count() > 1 {
        true => edit(octets, |message| {
            if !message.answer.is_empty() {
                bend(message);
            }
        }),
        false => Outcome::Response(octets),
    }
}

fn of_type(records: &mut [Record], rtype: RecordType, bend: impl Fn(&mut Record)) {
    let same = records.iter_mut().filter(|record| record.rtype == rtype);
    same.for_each(bend);
}

/// The signatures over one type in the answer section.
fn rrsigs(message: &mut Message, covered: RecordType, bend: impl Fn(&mut Record)) {
    of_type(&mut message.answer, RecordType::RRSIG, |record| {
        if record.rdata[..2] == covered.0.to_be_bytes() {
            bend(record);
        }
    });
}

fn drop_from(records: &mut Vec<Record>, rtype: RecordType) {
    records.retain(|record| {
        let is_over =
            record.rtype == RecordType::RRSIG && record.rdata[..2] == rtype.0.to_be_bytes();
        record.rtype != rtype && !is_over
    });
}

fn shorten(record: &mut Record, octets: usize) {
    record.rdata = record.rdata[..record.rdata.len() - octets].into();
}

fn up(message: &mut Message) {
    let opt = message.additional.pop().unwrap();
    message.flags &= !0x0400;
    message.answer.clear();
    message.additional.clear();
    message.authority = vec![Record {
        owner: Name::root(),
        rtype: RecordType::NS,
        class: Class::IN,
        ttl: 60,
        rdata: "ns1.root-servers.".parse::<Name>().unwrap().wire().into(),
        fault: None,
    }];
    message.additional.push(opt);
}

fn wire(message: &Message) -> Vec<u8> {
    let mut octets = Vec::new();
    let counts = [&message.answer, &message.authority, &message.additional].map(Vec::len);
    for field in [message.id, message.flags, message.questions.len() as u16]
        .into_iter()
        .chain(counts.map(|count| count as u16))
    {
        octets.extend(field.to_be_bytes());
    }
    for question in &message.questions {
        octets.extend_from_slice(question.name.wire());
        octets.extend(question.rtype.0.to_be_bytes());
        octets.extend(question.class.0.to_be_bytes());
    }
    for record in [&message.answer, &message.authority, &message.additional]
        .into_iter()
        .flatten()
    {
        octets.extend_from_slice(record.owner.wire());
        octets.extend(record.rtype.0.to_be_bytes());
        octets.extend(record.class.0.to_be_bytes());
        octets.extend(record.ttl.to_be_bytes());
        octets.extend((record.rdata.len() as u16).to_be_bytes());
        octets.extend_from_slice(&record.rdata);
    }
    octets
}
