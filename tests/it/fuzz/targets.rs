//! What must hold for any octets at all, one function for each reader of foreign input.
//!
//! Nothing panics, what comes out is bounded by what went in, and what is written again is read the
//! same. The bounded loop beside this file and the cargo-fuzz targets in `fuzz/` both call these.

use std::time::Duration;

use anchorwatch::dns::query::Query;
use anchorwatch::dns::{
    Class, Message, Name, Record, RecordType, Section, Timestamp, master, present, rdata, rrset,
};
use anchorwatch::evidence::view::View;
use anchorwatch::evidence::{Exchange, Outcome, Transport, archive, hints};
use anchorwatch::validate::anchor;

const SECTIONS: [Section; 3] = [Section::Answer, Section::Authority, Section::Additional];

/// Any message: all of it can be shown, grouped, put in canonical form, and written and read again.
pub fn message(octets: &[u8]) {
    let Ok(message) = Message::parse(octets) else {
        assert!(octets.len() < 12, "only a header that is cut is refused");
        return;
    };
    let records: Vec<&Record> = SECTIONS.iter().flat_map(|s| message.section(*s)).collect();
    // A record takes at least eleven octets; expanding adds at most a name for its owner and two inside.
    assert!(records.len() <= octets.len() / 11);
    let size: usize = records
        .iter()
        .map(|r| r.owner.wire().len() + r.rdata.len())
        .sum();
    assert!(size <= octets.len() + records.len() * 3 * 255);
    message
        .faults
        .iter()
        .for_each(|fault| is_one_line(&fault.to_string()));
    let errors = message.edns().map(|edns| edns.extended_errors());
    assert!(errors.is_none_or(|errors| errors.len() <= octets.len() / 4));
    for record in &records {
        assert!(rdata::canonical(record.rtype, &record.rdata).len() == record.rdata.len());
        comes_back_as_text(record);
    }
    for section in SECTIONS {
        sets_hold_all_records(message.section(section));
    }
    comes_back_as_octets(&records);
    is_indexed(octets, &message);
}

/// A record of a type that the master file reader knows, or that is written in generic form, is the same
/// after it was text.
fn comes_back_as_text(record: &Record) {
    let text = present::record(record);
    let is_only_shown = [
        RecordType::SPF,
        RecordType::RRSIG,
        RecordType::NSEC,
        RecordType::NSEC3,
        RecordType::NSEC3PARAM,
    ];
    if record.class != Class::IN || is_only_shown.contains(&record.rtype) {
        return;
    }
    let back = master::read(&text, &Name::root()).unwrap_or_else(|error| panic!("{text}: {error}"));
    let [back] = back.as_slice() else {
        panic!("{text}: {} records", back.len());
    };
    assert!(back.owner.eq_case(&record.owner), "{text}");
    assert_eq!((back.rtype, back.ttl), (record.rtype, record.ttl), "{text}");
    assert_eq!(back.rdata, record.rdata, "{text}");
}

fn sets_hold_all_records(section: &[Record]) {
    let sets = rrset::group(section);
    let of_type = |is_rrsig: bool| {
        section
            .iter()
            .filter(|r| r.rtype != RecordType::OPT && (r.rtype == RecordType::RRSIG) == is_rrsig)
            .count()
    };
    let data: usize = sets.iter().map(|set| set.rdata.len()).sum();
    let rrsigs: usize = sets
        .iter()
        .map(|set| set.rrsigs.len() + set.malformed_rrsigs)
        .sum();
    assert_eq!((data, rrsigs), (of_type(false), of_type(true)));
    for set in &sets {
        assert!(set.canonical_rdata().len() <= set.rdata.len());
        for rrsig in &set.rrsigs {
            let fits = usize::from(rrsig.labels) <= set.owner.rrsig_labels();
            assert!(fits || set.signed_data(rrsig).is_none());
        }
    }
}

/// Records without a fault, written without compression, are read as they were.
fn comes_back_as_octets(records: &[&Record]) {
    let mut octets = vec![0; 6];
    let sound: Vec<_> = records
        .iter()
        .filter(|record| record.fault.is_none())
        .collect();
    octets.extend((sound.len() as u16).to_be_bytes());
    octets.extend([0; 4]);
    for record in &sound {
        let Ok(length) = u16::try_from(record.rdata.len()) else {
            return;
        };
        octets.extend_from_slice(record.owner.wire());
        octets.extend(record.rtype.0.to_be_bytes());
        octets.extend(record.class.0.to_be_bytes());
        octets.extend(record.ttl.to_be_bytes());
        octets.extend(length.to_be_bytes());
        octets.extend_from_slice(&record.rdata);
    }
    let back = Message::parse(&octets).expect("the header is whole");
    assert_eq!(back.answer.len(), sound.len());
    for (back, record) in back.answer.iter().zip(sound) {
        assert_eq!(back, *record);
        assert!(back.owner.eq_case(&record.owner));
    }
}

/// The view of an exchange that asked what the message repeats, or the root's NS when it repeats nothing.
fn is_indexed(octets: &[u8], message: &Message) {
    let question = message.questions.first().cloned();
    let question = question
        .unwrap_or_else(|| anchorwatch::evidence::probes::question(&Name::root(), RecordType::NS));
    let server = "192.0.2.1:53".parse().expect("an address");
    let view = View::new(vec![Exchange {
        server,
        transport: Transport::Udp,
        query: Query {
            question: question.clone(),
            recursion_desired: false,
            checking_disabled: false,
            authentic_data: false,
            probe: None,
            edns: None,
        },
        sent: Timestamp(0),
        elapsed: Duration::ZERO,
        strays: 0,
        outcome: Outcome::Response(octets.to_vec()),
    }]);
    let reply = view.reply(server, &question);
    assert!(reply.is_none() || message.is_response());
}

/// Any file of trust anchors: what is read survives evidence.
pub fn anchors(octets: &[u8]) {
    match anchor::read(&String::from_utf8_lossy(octets)) {
        Ok(anchors) => {
            assert!((1..=anchor::MAX_ANCHORS).contains(&anchors.len()));
            let records = anchor::to_records(&anchors);
            assert_eq!(anchor::from_records(&records), Ok(anchors));
        }
        Err(error) => is_one_line(&error.to_string()),
    }
}

/// Any file of root hints: what is read is read again from its records.
pub fn hints(octets: &[u8]) {
    match hints::read_hints(&String::from_utf8_lossy(octets)) {
        Ok(records) => {
            let lines: Vec<String> = records.iter().map(present::record).collect();
            assert_eq!(hints::read_hints(&lines.join("\n")), Ok(records));
        }
        Err(error) => is_one_line(&error.to_string()),
    }
}

/// Any evidence file: what is read is written, and read, the same.
pub fn evidence(octets: &[u8]) {
    match archive::read(octets) {
        Ok(evidence) => {
            let file = archive::write(&evidence);
            assert!(file.len() <= 16 * octets.len() + (64 << 10));
            let back = archive::read(&file).expect("what was written can be read");
            assert_eq!(archive::write(&back), file);
            let count = evidence.exchanges.len();
            assert_eq!(View::new(evidence.exchanges).heard().len(), count);
        }
        Err(error) => is_one_line(&error.to_string()),
    }
}

fn is_one_line(message: &str) {
    assert!(!message.contains(char::is_control), "{message:?}");
    assert!(message.len() < 2_000, "{} octets", message.len());
}
