//! Anchors as records: in a file in the syntax of a master file, and inside evidence.
//!
//! A DS or DNSKEY record has no room for an interval. In evidence, where none may be lost, a TXT record
//! of the same owner follows such an anchor: `"valid-from=2024-07-18T00:00:00Z"`, `"valid-until=…"`, or
//! both. A file does not take this form; there a record is an anchor without end.

use super::{AnchorError, AnchorKind, AnchorProblem, TrustAnchor};
use crate::dns::wire::Reader;
use crate::dns::{Class, Dnskey, Ds, Name, Record, RecordType, Timestamp, master};
use crate::evidence::instant;

const FROM: &str = "valid-from=";
const UNTIL: &str = "valid-until=";

/// Reads a file; each anchor with its line.
pub(super) fn read(text: &str) -> Result<Vec<(usize, TrustAnchor)>, AnchorError> {
    let numbered = master::read_numbered(text, &Name::root()).map_err(|error| {
        let is_configuration = ["trust-anchor", "managed-keys", "trusted-keys", "server:"]
            .iter()
            .any(|word| text.contains(word));
        let hint = match is_configuration {
            true => " (the records of a configuration file, not the file, are wanted here)",
            false => "",
        };
        AnchorProblem::Syntax(error.problem + hint).at(error.line)
    })?;
    let anchors = numbered.into_iter().map(|(line, record)| {
        let anchor = anchor(&record).map_err(|problem| problem.at(line))?;
        Ok((line, anchor))
    });
    anchors.collect()
}

fn anchor(record: &Record) -> Result<TrustAnchor, AnchorProblem> {
    let unfit = |_| AnchorProblem::Rdata(record.rtype);
    let kind = match record.rtype {
        RecordType::DS => AnchorKind::Ds(Ds::parse(&record.rdata).map_err(unfit)?),
        RecordType::DNSKEY => AnchorKind::Dnskey(Dnskey::parse(&record.rdata).map_err(unfit)?),
        other => return Err(AnchorProblem::Type(other)),
    };
    Ok(TrustAnchor {
        zone: record.owner.clone(),
        kind,
        valid_from: None,
        valid_until: None,
    })
}

/// The records that evidence keeps of these anchors.
pub fn to_records(anchors: &[TrustAnchor]) -> Vec<Record> {
    let mut records = Vec::with_capacity(anchors.len());
    for anchor in anchors {
        let (rtype, rdata) = match &anchor.kind {
            AnchorKind::Ds(ds) => (RecordType::DS, ds.rdata()),
            AnchorKind::Dnskey(key) => (RecordType::DNSKEY, key.rdata()),
        };
        records.push(record(anchor, rtype, rdata));
        let interval = interval(anchor);
        if !interval.is_empty() {
            records.push(record(anchor, RecordType::TXT, interval));
        }
    }
    records
}

fn record(anchor: &TrustAnchor, rtype: RecordType, rdata: Vec<u8>) -> Record {
    Record {
        owner: anchor.zone.clone(),
        rtype,
        class: Class::IN,
        ttl: 0,
        fault: None,
        rdata: rdata.into(),
    }
}

/// The interval as the character-strings of a TXT record; empty when there is none.
fn interval(anchor: &TrustAnchor) -> Vec<u8> {
    let mut rdata = Vec::new();
    for (label, time) in [(FROM, anchor.valid_from), (UNTIL, anchor.valid_until)] {
        if let Some(time) = time {
            let text = format!("{label}{}", instant::write(time));
            // A label and an instant are far shorter than the 255 octets that a string may have.
            rdata.push(text.len() as u8);
            rdata.extend(text.bytes());
        }
    }
    rdata
}

/// The anchors that evidence kept as these records.
///
/// # Errors
/// [`AnchorError`], without a line, when a record is neither an anchor nor the interval of the one before.
pub fn from_records(records: &[Record]) -> Result<Vec<TrustAnchor>, AnchorError> {
    let mut anchors: Vec<TrustAnchor> = Vec::new();
    for record in records {
        if record.rtype == RecordType::TXT {
            let last = anchors.last_mut().filter(|last| last.zone == record.owner);
            set_interval(last, &record.rdata)
                .ok_or(AnchorProblem::Rdata(RecordType::TXT).in_file())?;
        } else {
            anchors.push(anchor(record).map_err(AnchorProblem::in_file)?);
        }
    }
    for anchor in &anchors {
        anchor.check().map_err(AnchorProblem::in_file)?;
    }
    Ok(anchors)
}

/// Reads an interval into the anchor before it; `None` when there is no such anchor, or it already has
/// one, or the text is another.
fn set_interval(anchor: Option<&mut TrustAnchor>, rdata: &[u8]) -> Option<()> {
    let anchor = anchor?;
    let mut reader = Reader::new(rdata);
    while reader.remaining() > 0 {
        let text = std::str::from_utf8(&reader.text().ok()?[1..]).ok()?;
        let (place, time) = match text.strip_prefix(FROM) {
            Some(time) => (&mut anchor.valid_from, time),
            None => (&mut anchor.valid_until, text.strip_prefix(UNTIL)?),
        };
        let time: Timestamp = instant::read(time)?;
        if place.replace(time).is_some() {
            return None;
        }
    }
    Some(())
}
