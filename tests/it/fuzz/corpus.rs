//! The valid inputs that a run begins with.

use std::time::Duration;

use anchorwatch::dns::message::Question;
use anchorwatch::dns::query::{Query, QueryEdns};
use anchorwatch::dns::{Class, Name, RecordType, Timestamp, TypeBitmap};
use anchorwatch::evidence::{Evidence, Exchange, Outcome, Transport, archive, hints};
use anchorwatch::validate::anchor;

const ROOT_ANCHORS: &str = include_str!("../../../src/validate/anchor/root-anchors.xml");
const ROOT_HINTS: &str = include_str!("../../../src/evidence/root.hints");

/// `example.` at octet 12, where the question of each message here begins.
const EXAMPLE: &[u8] = b"\x07Example\x00";
/// A pointer to it.
const HERE: &[u8] = b"\xC0\x0C";

fn header(flags: u16, counts: [u16; 4]) -> Vec<u8> {
    let mut octets = vec![0xAB, 0xCD];
    octets.extend(flags.to_be_bytes());
    octets.extend(counts.into_iter().flat_map(u16::to_be_bytes));
    octets
}

fn question(octets: &mut Vec<u8>, rtype: RecordType) {
    octets.extend_from_slice(EXAMPLE);
    octets.extend(rtype.0.to_be_bytes());
    octets.extend([0, 1]);
}

fn record(octets: &mut Vec<u8>, owner: &[u8], rtype: RecordType, rdata: &[u8]) {
    octets.extend_from_slice(owner);
    octets.extend(rtype.0.to_be_bytes());
    octets.extend([0, 1, 0, 0, 0x0E, 0x10]);
    octets.extend((rdata.len() as u16).to_be_bytes());
    octets.extend_from_slice(rdata);
}

fn rrsig(covered: RecordType) -> Vec<u8> {
    let mut rdata = covered.0.to_be_bytes().to_vec();
    rdata.extend([13, 1, 0, 0, 0x0E, 0x10]);
    rdata.extend(1_800_000_000_u32.to_be_bytes());
    rdata.extend(1_790_000_000_u32.to_be_bytes());
    rdata.extend([0x12, 0x34]);
    rdata.extend_from_slice(EXAMPLE);
    rdata.extend([0x5A; 64]);
    rdata
}

fn opt(octets: &mut Vec<u8>) {
    let options = b"\x00\x03\x00\x03ns1\x00\x0F\x00\x09\x00\x07expired";
    octets.extend([0, 0, 41, 4, 208, 0, 0, 0x80, 0]);
    octets.extend((options.len() as u16).to_be_bytes());
    octets.extend_from_slice(options);
}

/// An answer with one record of many types, each pointing to the question.
fn answer() -> Vec<u8> {
    let name_after = |head: &[u8]| [head, HERE].concat();
    let soa = [b"\x02ns\xC0\x0C\x04host\xC0\x0C", &[0; 20][..]].concat();
    let nsec = [
        EXAMPLE,
        TypeBitmap::from_types([RecordType::A, RecordType(1234)]).wire(),
    ]
    .concat();
    let records: [(RecordType, &[u8]); 16] = [
        (RecordType::A, &[192, 0, 2, 1]),
        (RecordType::AAAA, &[0x20; 16]),
        (RecordType::NS, HERE),
        (RecordType::CNAME, &name_after(b"\x01a")),
        (RecordType::DNAME, b"\x01A\x00"),
        (RecordType::MX, &name_after(&[0, 10])),
        (RecordType::TXT, b"\x05a \"b\\\x00\x02\xFF\n"),
        (RecordType::SOA, &soa),
        (RecordType::SRV, b"\x00\x01\x00\x02\x00\x35\x01s\x00"),
        (RecordType::DS, b"\x12\x34\x0D\x02digest"),
        (RecordType::DNSKEY, b"\x01\x01\x03\x0Dkey"),
        (RecordType::RRSIG, &rrsig(RecordType::A)),
        (RecordType::NSEC, &nsec),
        (
            RecordType::NSEC3,
            b"\x01\x01\x00\x05\x02\xAA\xBB\x04hash\x00\x01\x40",
        ),
        (RecordType::NSEC3PARAM, &[1, 0, 0, 5, 0]),
        (RecordType(65534), b"private"),
    ];
    let mut octets = header(0x8400, [1, records.len() as u16, 0, 1]);
    question(&mut octets, RecordType::ANY);
    for (rtype, rdata) in records {
        record(&mut octets, HERE, rtype, rdata);
    }
    opt(&mut octets);
    octets
}

/// A referral with glue.
fn referral() -> Vec<u8> {
    let mut octets = header(0x8000, [1, 0, 3, 2]);
    question(&mut octets, RecordType::A);
    record(&mut octets, HERE, RecordType::NS, b"\x02ns\xC0\x0C");
    record(&mut octets, HERE, RecordType::DS, b"\x12\x34\x0D\x02digest");
    record(&mut octets, HERE, RecordType::RRSIG, &rrsig(RecordType::DS));
    record(
        &mut octets,
        b"\x02ns\xC0\x0C",
        RecordType::A,
        &[192, 0, 2, 53],
    );
    opt(&mut octets);
    octets
}

/// The query for an SOA record.
fn query() -> Query {
    Query {
        question: Question {
            name: Name::from_wire(EXAMPLE).unwrap(),
            rtype: RecordType::SOA,
            class: Class::IN,
        },
        recursion_desired: false,
        checking_disabled: true,
        authentic_data: false,
        probe: None,
        edns: Some(QueryEdns {
            udp_size: 1232,
            dnssec_ok: true,
            nsid: true,
        }),
    }
}

/// Messages.
pub fn messages() -> Vec<Vec<u8>> {
    vec![
        answer(),
        referral(),
        query().to_wire(7),
        header(0x8181, [0; 4]),
    ]
}

/// Files of trust anchors, of both kinds.
pub fn anchors() -> Vec<Vec<u8>> {
    let records = "; two zones\n. 172800 IN DS 38696 8 2 (\n\t683D2D0ACB8C9B712A1948B27F741219 \n\t\
                   298D0A450D612C483AF444A4C0FB2B16 )\n$ORIGIN test\n@ DNSKEY 257 3 13 a2V5\nsub DS 1 13 99 AB\n";
    let key = "<KeyDigest id=\"a\" validFrom=\"2020-01-01T00:00:00Z\" validUntil=\"2021-01-01T00:00:00Z\">\
               <KeyTag>1</KeyTag><Algorithm>13</Algorithm><DigestType>99</DigestType><Digest>AB CD</Digest>\
               </KeyDigest></TrustAnchor>";
    let xml = ROOT_ANCHORS.replace("</TrustAnchor>", key);
    [records, ROOT_ANCHORS, &xml]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
}

/// Files of root hints.
pub fn hints() -> Vec<Vec<u8>> {
    let own = "$TTL 1h\n@ NS ns ; a comment\n  IN NS n\\.s\\000.\nns A 127.0.0.1\n 60 AAAA ( ::1\n)\nN\\.S\\000. IN 5 A \\# 4 7F 000002\n";
    vec![ROOT_HINTS.into(), own.into()]
}

/// Evidence files.
pub fn evidence() -> Vec<Vec<u8>> {
    let outcomes = [
        Outcome::Response(referral()),
        Outcome::Timeout,
        Outcome::Unreachable("no route to host".to_owned()),
        Outcome::Closed,
    ];
    let exchanges = outcomes
        .into_iter()
        .zip(1_u8..)
        .map(|(outcome, number)| Exchange {
            server: ([192, 0, 2, number], 53).into(),
            transport: if number % 2 == 0 {
                Transport::Tcp
            } else {
                Transport::Udp
            },
            query: query(),
            sent: Timestamp(1_790_000_000),
            elapsed: Duration::from_micros(1_500),
            strays: 0,
            outcome,
        });
    let mut evidence = Evidence {
        name: "wWw.Ex\\.ample\\000.".parse().unwrap(),
        rtype: RecordType::A,
        started: Timestamp(1_790_000_000),
        hints: hints::built_in(),
        anchors: anchor::to_records(&anchor::built_in()),
        port: 53,
        allow_private: false,
        is_thorough: false,
        resolvers: Vec::new(),
        exchanges: exchanges.collect(),
    };
    let whole = archive::write(&evidence);
    evidence.hints.clear();
    evidence.anchors.truncate(2);
    evidence.exchanges.truncate(1);
    vec![whole, archive::write(&evidence)]
}
