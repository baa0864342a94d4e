//! Hints and anchors as lines of a master file.

use data_encoding::HEXUPPER;

use super::{ArchiveProblem, MAX_RECORDS};
use crate::dns::{Name, Record, master, present};

/// One line of a master file that gives this very record back: in the form of its type where the reader
/// knows that, else in the generic one.
pub(super) fn record_line(record: &Record) -> String {
    let line = present::record(record);
    let is_same = |read: &Record| {
        read == record && read.owner.eq_case(&record.owner) && read.rdata == record.rdata
    };
    if one_record(&line).as_ref().is_ok_and(is_same) {
        return line;
    }
    let Record {
        owner,
        ttl,
        class,
        rtype,
        rdata,
        ..
    } = record;
    let hex = HEXUPPER.encode(rdata);
    format!("{owner} {ttl} {class} {rtype} \\# {} {hex}", rdata.len())
}

/// Reads each line as one record.
pub(super) fn records(
    field: &'static str,
    lines: &[String],
) -> Result<Vec<Record>, ArchiveProblem> {
    if lines.len() > MAX_RECORDS {
        return Err(ArchiveProblem::TooLong(field, MAX_RECORDS));
    }
    let read = (1..).zip(lines).map(|(number, line)| {
        one_record(line)
            .map_err(|problem| ArchiveProblem::field(field, format!("record {number}: {problem}")))
    });
    read.collect()
}

fn one_record(line: &str) -> Result<Record, String> {
    let mut records = master::read(line, &Name::root()).map_err(|error| error.problem)?;
    match (records.pop(), records.is_empty()) {
        (Some(record), true) => Ok(record),
        _ => Err("not exactly one record".to_owned()),
    }
}
