//! The records of a zone as octets in segments: no object for each record, and nothing said twice.
//!
//! Records that follow one another with the same owner are a *run*: the name once, then type, TTL, line,
//! length and RDATA of each. TTL and line are written as what they differ by from the record before, and all
//! four numbers with seven bits in each octet, so that a record has four octets before its RDATA as a rule.
//! A run lies within one segment; a segment that is full is sealed and never changes, so that it can be
//! verified while the next is being read. Owner names are in lower case and RDATA is in canonical form
//! (RFC 4034, section 6.2): what signatures and digests cover is there as it is.

use std::sync::Arc;

use crate::dns::RecordType;
use crate::dns::rdata;

/// A segment is sealed when it is longer than this, in octets.
const SEGMENT: usize = 1 << 20;
/// Octets before the owner name of a run: length of the name, file, length of what follows the name.
const RUN_HEAD: usize = 7;

/// Some of the records, in the order of the file.
#[derive(Debug, Default)]
pub struct Segment {
    octets: Vec<u8>,
    /// How many runs it has.
    pub count: u32,
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
    /// Each run with its place, in order.
    pub fn runs(&self) -> impl Iterator<Item = (u32, Run<'_>)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let start = at;
            let run = (start < self.octets.len()).then(|| self.run(start as u32))?;
            at = run.body_at as usize + run.body.len();
            Some((start as u32, run))
        })
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
        let (mut rest, mut at) = (self.body, self.body_at);
        let (mut ttl, mut line) = (0, 0);
        let file = self.file;
        std::iter::from_fn(move || {
            let whole = rest.len();
            if whole == 0 {
                return None;
            }
            // Types have 16 bits.
            let rtype = RecordType(number(&mut rest) as u16);
            ttl ^= number(&mut rest);
            line = number(&mut rest).wrapping_add(line);
            let length = number(&mut rest) as usize;
            let (rdata, after) = rest.split_at(length);
            rest = after;
            let record = Rec {
                rtype,
                ttl,
                line,
                file,
                rdata,
                at,
            };
            at += (whole - rest.len()) as u32;
            Some(record)
        })
    }
}

/// Takes a number off the beginning.
fn number(rest: &mut &[u8]) -> u32 {
    let mut value = 0;
    let mut shift = 0;
    while let Some((octet, after)) = rest.split_first() {
        *rest = after;
        value |= u32::from(octet & 0x7F) << shift;
        shift += 7;
        if octet & 0x80 == 0 || shift > 28 {
            break;
        }
    }
    value
}

/// Appends a number that [`number`] takes off: seven bits in each octet, the lowest first.
fn put(octets: &mut Vec<u8>, mut value: u32) {
    while value > 0x7F {
        octets.push(value as u8 | 0x80);
        value >>= 7;
    }
    octets.push(value as u8);
}

/// A zone that is being read.
#[derive(Debug, Default)]
pub struct Builder {
    open: Segment,
    sealed: Vec<Arc<Segment>>,
    /// The run at hand; its length is not written yet.
    run: Option<usize>,
    file: u16,
    /// TTL and line of the record before.
    before: (u32, u32),
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
        self.open.count += 1;
        self.before = (0, 0);
        self.open.octets.push(self.lower.len() as u8);
        self.open.octets.extend(file.to_be_bytes());
        self.open.octets.extend([0; 4]);
        self.open.octets.extend_from_slice(&self.lower);
        self.run = Some(at);
        self.file = file;
    }

    fn append(&mut self, record: &crate::dns::master::Entry<'_>) {
        let line = u32::try_from(record.line).unwrap_or(u32::MAX);
        let (ttl_before, line_before) = std::mem::replace(&mut self.before, (record.ttl, line));
        let octets = &mut self.open.octets;
        put(octets, u32::from(record.rtype.0));
        put(octets, record.ttl ^ ttl_before);
        put(octets, line.wrapping_sub(line_before));
        // Canonical form has as many octets as there were.
        put(octets, record.rdata.len() as u32);
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
        push(b"\x01b\x00", RecordType::A, u32::MAX, &[1, 2, 3, 4], 300);
        push(b"\x01b\x00", RecordType(65_535), 0, &[5; 300], 3);
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
                    vec![
                        (RecordType::A, u32::MAX, 300, vec![1, 2, 3, 4]),
                        (RecordType(65_535), 0, 3, vec![5; 300])
                    ]
                ),
            ]
        );
    }
}
