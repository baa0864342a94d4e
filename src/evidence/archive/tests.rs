//! Evidence comes back from a file as it was, and a file that was harmed is refused.

use std::time::Duration;

use arbtest::arbitrary::{Result as Draw, Unstructured};

use super::*;
use crate::dns::message::Question;
use crate::dns::probe::Probe;
use crate::dns::query::{Query, QueryEdns};
use crate::dns::{Class, Name, Record, RecordType, Timestamp, master};
use crate::evidence::{Outcome, Resolver, Transport};

fn name(u: &mut Unstructured<'_>) -> Draw<Name> {
    let mut name = Name::root();
    for _ in 0..u.int_in_range(0..=4)? {
        let label: Vec<u8> = u.arbitrary()?;
        let length = label.len().min(63);
        name = name.child(&label[..length]).unwrap_or(name);
    }
    Ok(name)
}

fn record(u: &mut Unstructured<'_>) -> Draw<Record> {
    let rtypes = [
        RecordType::NS,
        RecordType::A,
        RecordType::AAAA,
        RecordType::DS,
        RecordType::DNSKEY,
        RecordType::TXT,
        RecordType::RRSIG,
        RecordType(u.arbitrary()?),
    ];
    let rtype = *u.choose(&rtypes)?;
    let rdata: Vec<u8> = match u.arbitrary()? {
        true => name(u)?.wire().to_vec(),
        false => u.arbitrary()?,
    };
    Ok(Record {
        owner: name(u)?,
        rtype,
        class: Class::IN,
        ttl: u.arbitrary()?,
        fault: crate::dns::rdata::check(rtype, &rdata).err(),
        rdata: rdata.into(),
    })
}

fn query(u: &mut Unstructured<'_>) -> Draw<Query> {
    let edns = match u.arbitrary()? {
        true => Some(QueryEdns {
            udp_size: u.arbitrary()?,
            dnssec_ok: u.arbitrary()?,
            nsid: u.arbitrary()?,
        }),
        false => None,
    };
    Ok(Query {
        question: Question {
            name: name(u)?,
            rtype: RecordType(u.arbitrary()?),
            class: Class(u.arbitrary()?),
        },
        recursion_desired: u.arbitrary()?,
        checking_disabled: u.arbitrary()?,
        authentic_data: u.arbitrary()?,
        probe: probe(u)?,
        edns,
    })
}

fn exchange(u: &mut Unstructured<'_>) -> Draw<Exchange> {
    let address: std::net::IpAddr = u.arbitrary()?;
    Ok(Exchange {
        server: (address, u.arbitrary()?).into(),
        transport: transport(u)?,
        query: query(u)?,
        sent: Timestamp(u.arbitrary()?),
        elapsed: Duration::from_micros(u.arbitrary()?),
        strays: u.arbitrary()?,
        outcome: match u.int_in_range(0..=4)? {
            0 => Outcome::Response(u.arbitrary()?),
            1 => Outcome::Timeout,
            2 => Outcome::Unreachable(u.arbitrary()?),
            3 => Outcome::Misdirected(u.arbitrary::<(std::net::IpAddr, u16)>()?.into()),
            _ => Outcome::Closed,
        },
    })
}

fn list<T>(
    u: &mut Unstructured<'_>,
    draw: impl Fn(&mut Unstructured<'_>) -> Draw<T>,
) -> Draw<Vec<T>> {
    let count = u.int_in_range(0..=3)?;
    (0..count).map(|_| draw(u)).collect()
}

fn evidence(u: &mut Unstructured<'_>) -> Draw<Evidence> {
    Ok(Evidence {
        name: name(u)?,
        rtype: RecordType(u.arbitrary()?),
        started: Timestamp(u.arbitrary()?),
        hints: list(u, record)?,
        anchors: list(u, record)?,
        port: u.arbitrary()?,
        allow_private: u.arbitrary()?,
        is_thorough: u.arbitrary()?,
        resolvers: resolvers(u)?,
        exchanges: list(u, exchange)?,
    })
}

fn probe(u: &mut Unstructured<'_>) -> Draw<Option<Probe>> {
    Ok(match u.int_in_range(0..=3)? {
        0 => Some(Probe::CookieShown(u.arbitrary()?)),
        1 => Some(Probe::MixedCase),
        _ => None,
    })
}

fn resolvers(u: &mut Unstructured<'_>) -> Draw<Vec<Resolver>> {
    list(u, |u| {
        let address: Option<(std::net::IpAddr, u16)> = u.arbitrary()?;
        Ok(Resolver {
            label: u.arbitrary()?,
            address: address.map(Into::into),
            transport: transport(u)?,
        })
    })
}

fn transport(u: &mut Unstructured<'_>) -> Draw<Transport> {
    let all = [
        Transport::Udp,
        Transport::Tcp,
        Transport::Tls,
        Transport::Https,
    ];
    Ok(*u.choose(&all)?)
}

#[test]
fn what_is_written_is_read_back() {
    arbtest::arbtest(|u| {
        let mut evidence = evidence(u)?;
        let file = write(&evidence);
        let back = read(&file).unwrap();
        evidence.exchanges.sort_by(order::compare);
        assert_eq!(back, evidence);
        assert_eq!(write(&back), file);
        assert!(back.name.eq_case(&evidence.name));
        for (a, b) in back.exchanges.iter().zip(&evidence.exchanges) {
            assert!(a.question().name.eq_case(&b.question().name));
        }
        let records = back.hints.iter().chain(&back.anchors);
        for (a, b) in records.zip(evidence.hints.iter().chain(&evidence.anchors)) {
            assert!(a.owner.eq_case(&b.owner));
        }
        Ok(())
    })
    .budget_ms(500);
}

#[test]
fn the_order_of_arrival_leaves_no_trace() {
    arbtest::arbtest(|u| {
        let mut evidence = evidence(u)?;
        // The same exchange twice, and once more with its name in another case.
        if let Some(mut twin) = evidence.exchanges.first().cloned() {
            evidence.exchanges.push(twin.clone());
            twin.query.question.name = twin.query.question.name.to_lowercase();
            evidence.exchanges.push(twin);
        }
        let file = write(&evidence);
        evidence.exchanges.reverse();
        assert_eq!(write(&evidence), file);
        Ok(())
    });
}

fn sample() -> Evidence {
    let records = |text| master::read(text, &Name::root()).unwrap();
    let ask = |server: &str, outcome| Exchange {
        server: server.parse().unwrap(),
        transport: Transport::Udp,
        query: Query {
            question: Question {
                name: "wWw.Ex\\.ample\\000.".parse().unwrap(),
                rtype: RecordType(65399),
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
        },
        sent: Timestamp(1_790_000_000),
        elapsed: Duration::from_micros(1_234),
        strays: 0,
        outcome,
    };
    Evidence {
        name: "wWw.Ex\\.ample\\000.".parse().unwrap(),
        rtype: RecordType::A,
        started: Timestamp(1_790_000_000),
        hints: records(". 60 NS Ns.test.\nNs.test. 60 AAAA 2001:db8::1\n"),
        anchors: records(". DS 20326 8 2 AB\n"),
        port: 53,
        allow_private: false,
        is_thorough: false,
        resolvers: Vec::new(),
        exchanges: vec![
            ask("[2001:db8::1]:53", Outcome::Timeout),
            ask("192.0.2.1:53", Outcome::Response(vec![0xAB; 4])),
            ask(
                "192.0.2.2:53",
                Outcome::Unreachable("connection refused".to_owned()),
            ),
        ],
    }
}

#[test]
fn a_file_can_be_read_by_people() {
    let file = String::from_utf8(write(&sample())).unwrap();
    let expected = r#"{"schema":"anchorwatch.evidence/1","name":"wWw.Ex\\.ample\\000.","type":"A","started":"2026-09-21T14:13:20Z","port":53,"allow_private":false,"hints":[". 60 IN NS Ns.test.","Ns.test. 60 IN AAAA 2001:db8::1"],"anchors":[". 0 IN DS 20326 8 2 AB"]}
{"server":"192.0.2.1:53","transport":"udp","query":{"name":"wWw.Ex\\.ample\\000.","type":"TYPE65399","class":"IN","flags":["cd"],"edns":{"udp_size":1232,"do":true,"nsid":true}},"sent":"2026-09-21T14:13:20Z","elapsed_us":1234,"strays":0,"outcome":{"response":"q6urqw=="}}
{"server":"192.0.2.2:53","transport":"udp","query":{"name":"wWw.Ex\\.ample\\000.","type":"TYPE65399","class":"IN","flags":["cd"],"edns":{"udp_size":1232,"do":true,"nsid":true}},"sent":"2026-09-21T14:13:20Z","elapsed_us":1234,"strays":0,"outcome":{"unreachable":"connection refused"}}
{"server":"[2001:db8::1]:53","transport":"udp","query":{"name":"wWw.Ex\\.ample\\000.","type":"TYPE65399","class":"IN","flags":["cd"],"edns":{"udp_size":1232,"do":true,"nsid":true}},"sent":"2026-09-21T14:13:20Z","elapsed_us":1234,"strays":0,"outcome":"timeout"}
{"exchanges":3}
"#;
    assert_eq!(file, expected);
}

#[test]
fn a_thorough_look_is_one_field_more() {
    let mut evidence = sample();
    let file = String::from_utf8(write(&evidence)).unwrap();
    evidence.is_thorough = true;
    let thorough = String::from_utf8(write(&evidence)).unwrap();
    let expected = file.replacen("false,", "false,\"thorough\":true,", 1);
    assert_eq!(thorough, expected);
    assert!(read(thorough.as_bytes()).unwrap().is_thorough);
    assert!(!read(file.as_bytes()).unwrap().is_thorough);
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let file = write(&sample());
    // Without its final line end the file still holds everything.
    assert!(read(&file[..file.len() - 1]).is_ok());
    for length in 0..file.len() - 1 {
        let error = read(&file[..length]).unwrap_err();
        let is_named = matches!(
            error.problem,
            ArchiveProblem::Cut | ArchiveProblem::NotEvidence
        );
        assert!(is_named, "at {length}: {error}");
        assert_eq!(error.problem == ArchiveProblem::NotEvidence, length < 32);
    }
}

#[test]
fn what_was_changed_is_named_with_its_line() {
    let file = String::from_utf8(write(&sample())).unwrap();
    for (from, to, message) in [
        (
            "evidence/1",
            "evidence/2",
            "line 1: written by a newer version: the format is anchorwatch.evidence/2, this build reads anchorwatch.evidence/1",
        ),
        (
            "evidence/1",
            "evidence/0",
            "line 1: the format is anchorwatch.evidence/0, this build reads anchorwatch.evidence/1",
        ),
        (
            "evidence/1",
            "evidence/",
            "line 1: the format is anchorwatch.evidence/, this build reads anchorwatch.evidence/1",
        ),
        (
            "anchorwatch.e",
            "anchorwatch.r",
            "line 1: this is not an evidence file",
        ),
        (
            "\"port\":53,",
            "",
            "line 1: column 234: missing field `port`",
        ),
        (
            "\"port\":53,",
            "\"port\":53,\"port\":53,",
            "line 1: column 125: duplicate field `port`",
        ),
        (
            "\"port\":53,",
            "\"extra\":0,",
            "line 1: column 116: unknown field `extra`, expected one of `schema`, `name`, `type`, `started`, `port`, `allow_private`, `thorough`, `hints`, `anchors`, `resolvers`",
        ),
        (
            "2026-09-21T14:13:20Z\",\"port",
            "soon\",\"port",
            "line 1: `started`: `soon` is not an instant",
        ),
        (
            "AAAA 2001:db8::1",
            "AAAA nowhere",
            "line 1: `hints`: record 2: `nowhere` is not an address of this type",
        ),
        (
            "DS 20326 8 2 AB",
            "DS 20326 8 2 AB\\n. NS a.",
            "line 1: `anchors`: record 1: not exactly one record",
        ),
        (
            "\"192.0.2.2:53\"",
            "\"192.0.2.2\"",
            "line 3: `server`: `192.0.2.2` is not an address with a port",
        ),
        (
            "\"q6urqw==\"",
            "\"q6urqw=\"",
            "line 2: `outcome.response`: not Base64: invalid length at 4",
        ),
        (
            "\"timeout\"",
            "\"late\"",
            "line 4: column 256: unknown variant `late`, expected one of `response`, `timeout`, `unreachable`, `misdirected`, `closed`",
        ),
        (
            "\"cd\"",
            "\"do\"",
            "line 2: column 127: unknown variant `do`, expected one of `rd`, `ad`, `cd`",
        ),
        (
            "\"class\":\"IN\"",
            "\"class\":\"in\"",
            "line 2: `query.class`: `in` is not a class",
        ),
        (
            "ample\\\\000.\",\"type\":\"TYPE",
            "ample\\\\900.\",\"type\":\"TYPE",
            "line 2: `query.name`: `wWw.Ex\\.ample\\900.` is not a name: a backslash is not followed by a character or three digits",
        ),
        (
            "TYPE65399",
            "TYPE65599",
            "line 2: `query.type`: `TYPE65599` is not a record type (a mnemonic such as AAAA, or TYPE with a number)",
        ),
        (
            "{\"exchanges\":3}",
            "{\"exchanges\":4}",
            "line 5: the count says 4 exchanges but 3 came before it",
        ),
        (
            "{\"exchanges\":3}\n",
            "{\"exchanges\":3}\n\n",
            "line 5: column 12: unknown field `exchanges`, expected one of `server`, `transport`, `query`, `sent`, `elapsed_us`, `strays`, `outcome`",
        ),
    ] {
        let changed = file.replacen(from, to, 1);
        assert_ne!(changed, file, "{from}");
        assert_eq!(read(changed.as_bytes()).unwrap_err().to_string(), message);
    }
}

#[test]
fn limits_are_kept() {
    let file = String::from_utf8(write(&sample())).unwrap();
    let problem = |file: &str| read(file.as_bytes()).unwrap_err().problem;
    let hints = format!("\"hints\":[{}", "\". NS a.\",".repeat(MAX_RECORDS));
    assert_eq!(
        problem(&file.replace("\"hints\":[", &hints)),
        ArchiveProblem::TooLong("hints", MAX_RECORDS)
    );
    let wide = file.replace("q6urqw==", &"A".repeat(MAX_LINE));
    assert_eq!(
        problem(&wide),
        ArchiveProblem::TooLong("the line", MAX_LINE)
    );
    let long = file.replace("q6urqw==", &"AAAA".repeat(65_536 / 3 + 1));
    assert_eq!(
        problem(&long),
        ArchiveProblem::TooLong("the response", usize::from(u16::MAX))
    );
    let line = file.lines().nth(1).unwrap().to_owned() + "\n";
    let many = file.replacen(&line, &line.repeat(MAX_EXCHANGES + 1), 1);
    assert_eq!(
        problem(&many),
        ArchiveProblem::TooLong("the list of exchanges", MAX_EXCHANGES)
    );
    let mut greatest = sample();
    greatest.exchanges[0].outcome = Outcome::Response(vec![0; 65_535]);
    let longest = [
        vec![0xFF; 63],
        vec![0xFF; 63],
        vec![0xFF; 63],
        vec![0xFF; 61],
    ];
    greatest.exchanges[0].query.question.name =
        Name::from_labels(longest.iter().map(Vec::as_slice)).unwrap();
    assert!(read(&write(&greatest)).is_ok());
}
