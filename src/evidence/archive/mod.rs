//! Evidence as a file: text, one JSON object a line.
//!
//! ```text
//! {"schema":"anchorwatch.evidence/1","name":"www.example.","type":"A","started":…,"port":53,
//!  "allow_private":false,"hints":[…],"anchors":[…]}
//! {"server":"192.0.2.1:53","transport":"udp","query":{…},"sent":…,"elapsed_us":1200,"strays":0,
//!  "outcome":{"response":"…"}}
//! {"exchanges":1}
//! ```
//!
//! The first line (one line in the file) says what was asked for and configured: hints and anchors are
//! lines of a master file. Then comes a line for each exchange, in canonical order, so that equal
//! evidence is equal octets; a response is its octets in Base64. The last line counts the exchanges, so
//! that a file that was cut is noticed. Names keep their letter case and their escapes. Instants are
//! those of [`instant`](super::instant).
//!
//! A thorough look has `"thorough":true` in the first line, and after the other exchanges those of its
//! probes, whose query says what is odd about it: `"probe":"mixed-case"`.
//!
//! The reader takes exactly this format and no field beyond it: what an auditor replays must not leave
//! out something that was written. A field is added by counting the version up.
//!
//! Not kept: parts of a microsecond in the elapsed time, the flow label of an IPv6 socket address.
//! Hints and anchors are of class IN; that is the only one that the reader takes.

mod error;
mod line;
mod records;
#[cfg(test)]
mod tests;

pub use error::{ArchiveError, ArchiveProblem};

use super::{Evidence, Exchange, order};
use line::{ExchangeLine, Header, Trailer};

/// The name of the format, without its version.
pub const FORMAT: &str = "anchorwatch.evidence";
/// The version of the format that is read and written.
pub const VERSION: u32 = 1;
/// Name and version, as the first line has them.
pub const SCHEMA: &str = "anchorwatch.evidence/1";

/// Greatest size of a file, in octets. A walk ends after 8 MiB of responses, which are 11 MiB in Base64;
/// with 6,000 exchanges around them a file has some 14 MiB. This leaves room for greater budgets.
pub const MAX_FILE: usize = 64 << 20;
/// Greatest length of a header, in octets: as many as a file of hints or anchors may have that
/// [`master::read`](crate::dns::master::read) takes.
pub const MAX_HEADER: usize = crate::dns::master::MAX_INPUT;
/// Greatest length of any other line, in octets: the greatest response takes 87,380 in Base64, the
/// longest name 2,540 when each of its octets is escaped in the text and again in JSON.
pub const MAX_LINE: usize = 96 << 10;
/// Greatest number of exchanges, more than ten times those of the longest walk.
pub const MAX_EXCHANGES: usize = 100_000;
/// Greatest number of hints, and of anchors. The root has 39 hints and two anchors.
pub const MAX_RECORDS: usize = 4_096;
/// Greatest number of resolvers: more than anybody types or a monitor of one site is given.
pub const MAX_RESOLVERS: usize = 256;

/// Writes evidence as the octets of a file.
pub fn write(evidence: &Evidence) -> Vec<u8> {
    let mut exchanges: Vec<&Exchange> = evidence.exchanges.iter().collect();
    exchanges.sort_by(|a, b| order::compare(a, b));
    let mut file = Vec::new();
    push(&mut file, &Header::of(evidence));
    for exchange in &exchanges {
        push(&mut file, &ExchangeLine::of(exchange));
    }
    let count = exchanges.len() as u64;
    push(&mut file, &Trailer { exchanges: count });
    file
}

fn push(file: &mut Vec<u8>, line: &impl serde::Serialize) {
    serde_json::to_writer(&mut *file, line)
        .expect("texts and whole numbers are JSON, and memory takes all octets");
    file.push(b'\n');
}

/// Reads the octets of a file.
///
/// # Errors
/// [`ArchiveError`] with the first line that is wrong.
pub fn read(file: &[u8]) -> Result<Evidence, ArchiveError> {
    if file.len() > MAX_FILE {
        let problem = ArchiveProblem::TooLong("the file", MAX_FILE);
        return Err(ArchiveError { line: 1, problem });
    }
    let body = file.strip_suffix(b"\n").unwrap_or(file);
    let mut lines = (1..).zip(body.split(|&octet| octet == b'\n')).peekable();
    let mut evidence = match lines.next() {
        Some((line, octets)) => at(line, read_header(octets))?,
        None => return at(1, Err(ArchiveProblem::NotEvidence)),
    };
    while let Some((line, octets)) = lines.next() {
        if lines.peek().is_none() {
            at(line, check_count(octets, evidence.exchanges.len()))?;
            return Ok(evidence);
        }
        let exchange = at(line, read_exchange(octets, evidence.exchanges.len()))?;
        evidence.exchanges.push(exchange);
    }
    at(2, Err(ArchiveProblem::Cut))
}

fn at<T>(line: usize, result: Result<T, ArchiveProblem>) -> Result<T, ArchiveError> {
    result.map_err(|problem| ArchiveError { line, problem })
}

fn read_header(octets: &[u8]) -> Result<Evidence, ArchiveProblem> {
    if octets.len() > MAX_HEADER {
        return Err(ArchiveProblem::TooLong("the header", MAX_HEADER));
    }
    line::check_schema(octets)?;
    line::parse::<Header>(octets)?.read()
}

fn read_exchange(octets: &[u8], before: usize) -> Result<Exchange, ArchiveProblem> {
    if before == MAX_EXCHANGES {
        return Err(ArchiveProblem::TooLong(
            "the list of exchanges",
            MAX_EXCHANGES,
        ));
    }
    check_length(octets)?;
    line::parse::<ExchangeLine>(octets)?.read()
}

/// Takes the last line. Whatever else stands there, the file was cut before its count.
fn check_count(octets: &[u8], found: usize) -> Result<(), ArchiveProblem> {
    check_length(octets)?;
    let Ok(trailer) = line::parse::<Trailer>(octets) else {
        return Err(ArchiveProblem::Cut);
    };
    match found as u64 {
        found if found == trailer.exchanges => Ok(()),
        found => Err(ArchiveProblem::Count(trailer.exchanges, found)),
    }
}

fn check_length(octets: &[u8]) -> Result<(), ArchiveProblem> {
    if octets.len() > MAX_LINE {
        return Err(ArchiveProblem::TooLong("the line", MAX_LINE));
    }
    Ok(())
}
