//! The records of a zone as octets in segments: no object for each record, and nothing said twice.
//!
//! Records that follow one another with the same owner are a *run*: the name once, then type, TTL, line and
//! RDATA of each. A run lies within one segment; a segment that is full is sealed and never changes, so that
//! it can be verified while the next is being read. Owner names are in lower case and RDATA is in canonical
//! form (RFC 4034, section 6.2): what signatures and digests cover is there as it is.

use std::sync::Arc;

use crate::dns::RecordType;
use crate::dns::rdata;

/// A segment is sealed when it is longer than this, in octets.
const SEGMENT: usize = 1 << 20;
/// Octets before the owner name of a run: length of the name, file, length of what follows the name.
const RUN_HEAD: usize = 7;
/// Octets before RDATA: type, TTL, length, line.
const RECORD_HEAD: usize = 12;

/// Some of the records, in the order of the file.
#[derive(Debug, Default)]
pub struct Segment {
    octets: Vec<u8>,
    runs: Vec<u32>,
}

/// Where a run lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId {
    /// Index of the segment.
    pub segment: u32,
    /// Where in its octets.
    pub at: u32,
}

/// Records with the same owner, as they follow one another in the file.
#[derive(Debug, Clone, Copy)]
pub struct Run<'s> {
    /// Owner name in wire form, in lower case.
    pub owner: &'s [u8],
    /// Index of the file.
    pub file: u16,
    body: &'s [u8],
    body_at: u32,
}

/// One record.
#[derive(Debug, Clone, Copy)]
pub struct Rec<'s> {
    /// RR type.
    pub rtype: RecordType,
    /// TTL in seconds.
    pub ttl: u32,
    /// The line it begins on, from 1.
    pub line: u32,
    /// Index of the file.
    pub file: u16,
    /// RDATA in canonical form.
    pub rdata: &'s [u8],
    /// Where in the segment, by which signatures are told apart.
    pub at: u32,
}

impl Segment {
    /// Each run, in order.
    pub fn runs(&self) -> impl Iterator<Item = (u32, Run<'_>)> {
        self.runs.iter().map(|at| (*at, self.run(*at)))
    }

    /// The run that begins there.
    pub fn run(&self, at: u32) -> Run<'_> {
        let start = at as usize;
        let head = &self.octets[start..start + RUN_HEAD];
        let owner_at = start + RUN_HEAD;
        let body_at = owner_at + usize::from(head[0]);
        let length = u32::from_be_bytes([head[3], head[4], head[5], head[6]]) as usize;
        Run {
            owner: &self.octets[owner_at..body_at],
            file: u16::from_be_bytes([head[1], head[2]]),
            body: &self.octets[body_at..body_at + length],
            body_at: body_at as u32,
        }
    }
}

impl<'s> Run<'s> {
    /// Its records, in the order of the file.
    pub fn records(self) -> impl Iterator<Item = Rec<'s>> {
        let mut rest = self.body;
        let mut at = self.body_at;
        let file = self.file;
        std::iter::from_fn(move || {
            let (head, after) = rest.split_first_chunk::<RECORD_HEAD>()?;
            let length = usize::from(u16::from_be_bytes([head[6], head[7]]));
            let (rdata, after) = after.split_at(length);
            let record = Rec {
                rtype: RecordType(u16::from_be_bytes([head[0], head[1]])),
                ttl: u32::from_be_bytes([head[2], head[3], head[4], head[5]]),
                line: u32::from_be_bytes([head[8], head[9], head[10], head[11]]),
                file,
                rdata,
                at,
            };
            rest = after;
            at += (RECORD_HEAD + length) as u32;
            Some(record)
        })
    }
}

/// A zone that is being read.
#[derive(Debug, Default)]
pub struct Builder {
    open: Segment,
    sealed: Vec<Arc<Segment>>,
    /// The run at hand; its length is not written yet.
    run: Option<usize>,
    file: u16,
    lower: Vec<u8>,
}

impl Builder {
    /// Adds a record. Gives the segment that is full by now, if one is, and its index.
    pub fn push(&mut self, record: &crate::dns::master::Entry<'_>) -> Option<(u32, Arc<Segment>)> {
        self.lower.clear();
        self.lower.extend_from_slice(record.owner);
        self.lower.make_ascii_lowercase();
        // More files than this are not read.
        let file = record.file.min(usize::from(u16::MAX)) as u16;
        let same = self
            .run
            .is_some_and(|at| self.open.run_owner(at) == self.lower)
            && file == self.file;
        let mut sealed = None;
        if !same || self.open.octets.len() > 4 * SEGMENT {
            self.end_run();
            if self.open.octets.len() > SEGMENT {
                sealed = self.seal();
            }
            self.begin_run(file);
        }
        self.append(record);
        sealed
    }

    fn begin_run(&mut self, file: u16) {
        let at = self.open.octets.len();
        self.open.runs.push(at as u32);
        self.open.octets.push(self.lower.len() as u8);
        self.open.octets.extend(file.to_be_bytes());
        self.open.octets.extend([0; 4]);
        self.open.octets.extend_from_slice(&self.lower);
        self.run = Some(at);
        self.file = file;
    }

    fn append(&mut self, record: &crate::dns::master::Entry<'_>) {
        let octets = &mut self.open.octets;
        octets.extend(record.rtype.0.to_be_bytes());
        octets.extend(record.ttl.to_be_bytes());
        // The reader gives no more than 65,535 octets, and canonical form has as many.
        octets.extend((record.rdata.len() as u16).to_be_bytes());
        octets.extend(u32::try_from(record.line).unwrap_or(u32::MAX).to_be_bytes());
        let start = octets.len();
        match record.rtype {
            RecordType::NS | RecordType::CNAME | RecordType::PTR | RecordType::DNAME => {
                octets.extend_from_slice(record.rdata);
                octets[start..].make_ascii_lowercase();
            }
            RecordType::RRSIG => {
                octets.extend_from_slice(record.rdata);
                lower_signer(&mut octets[start..]);
            }
            other => octets.extend_from_slice(&rdata::canonical(other, record.rdata)),
        }
    }

    fn end_run(&mut self) {
        if let Some(at) = self.run.take() {
            let owner = usize::from(self.open.octets[at]);
            let length = (self.open.octets.len() - at - RUN_HEAD - owner) as u32;
            self.open.octets[at + 3..at + RUN_HEAD].copy_from_slice(&length.to_be_bytes());
        }
    }

    fn seal(&mut self) -> Option<(u32, Arc<Segment>)> {
        if self.open.octets.is_empty() {
            return None;
        }
        let mut segment = std::mem::take(&mut self.open);
        segment.octets.shrink_to_fit();
        let segment = Arc::new(segment);
        let index = self.sealed.len() as u32;
        self.sealed.push(Arc::clone(&segment));
        self.open.octets.reserve(SEGMENT + SEGMENT / 8);
        Some((index, segment))
    }

    /// Ends the last run; gives all segments.
    pub fn finish(mut self) -> Vec<Arc<Segment>> {
        self.end_run();
        self.seal();
        self.sealed
    }
}

impl Segment {
    fn run_owner(&self, at: usize) -> &[u8] {
        &self.octets[at + RUN_HEAD..at + RUN_HEAD + usize::from(self.octets[at])]
    }
}

/// Lowers the signer name in RRSIG RDATA, if it is one.
fn lower_signer(rdata: &mut [u8]) {
    const SIGNER: usize = 18;
    let mut at = SIGNER;
    while let Some(&length) = rdata.get(at) {
        let end = at + 1 + usize::from(length);
        match rdata.get_mut(at + 1..end) {
            Some(label) if length > 0 => label.make_ascii_lowercase(),
            _ => return,
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::master::Entry;

    #[test]
    fn what_goes_in_comes_out_in_canonical_form() {
        let mut builder = Builder::default();
        let mut push = |owner: &[u8], rtype, ttl, rdata: &[u8], line| {
            builder.push(&Entry {
                owner,
                rtype,
                ttl,
                rdata,
                file: 0,
                line,
            });
        };
        push(b"\x01A\x00", RecordType::NS, 5, b"\x02NS\x00", 1);
        push(b"\x01a\x00", RecordType::TXT, 6, b"\x01X", 2);
        push(b"\x01b\x00", RecordType::A, 7, &[1, 2, 3, 4], 3);
        let all = builder.finish();
        assert_eq!(all.len(), 1);
        let seen: Vec<_> = all[0]
            .runs()
            .map(|(_, run)| {
                let records = run
                    .records()
                    .map(|r| (r.rtype, r.ttl, r.line, r.rdata.to_vec()));
                (run.owner.to_vec(), records.collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(
            seen,
            [
                (
                    b"\x01a\x00".to_vec(),
                    vec![
                        (RecordType::NS, 5, 1, b"\x02ns\x00".to_vec()),
                        (RecordType::TXT, 6, 2, b"\x01X".to_vec())
                    ]
                ),
                (
                    b"\x01b\x00".to_vec(),
                    vec![(RecordType::A, 7, 3, vec![1, 2, 3, 4])]
                ),
            ]
        );
    }
}
