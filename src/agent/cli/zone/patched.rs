//! An older version of a zone with differences put on it, record by record.

use crate::dns::RecordType;
use crate::dns::master::{Entry, MasterError};
use crate::transfer::{Added, Differences};
use crate::zone::Records;

/// The newer version: first what stays of the older one, then what came.
pub struct Patched<R> {
    older: R,
    /// Until the older version has been gone through.
    differences: Option<Differences>,
    added: std::vec::IntoIter<Added>,
    from: String,
    record: Held,
}

/// The record at hand, in buffers that the next one overwrites.
#[derive(Default)]
struct Held {
    owner: Vec<u8>,
    rtype: u16,
    ttl: u32,
    rdata: Vec<u8>,
    file: usize,
    line: usize,
}

impl Held {
    fn hold(&mut self, owner: &[u8], rtype: RecordType, ttl: u32, rdata: &[u8]) {
        self.owner.clear();
        self.owner.extend_from_slice(owner);
        self.rdata.clear();
        self.rdata.extend_from_slice(rdata);
        (self.rtype, self.ttl) = (rtype.0, ttl);
    }

    fn entry(&self) -> Entry<'_> {
        Entry {
            owner: &self.owner,
            rtype: RecordType(self.rtype),
            ttl: self.ttl,
            rdata: &self.rdata,
            file: self.file,
            line: self.line,
        }
    }
}

impl<R: Records> Patched<R> {
    /// Differences that came `from` a server, put on `older`.
    pub fn new(older: R, differences: Differences, from: String) -> Self {
        Self {
            older,
            differences: Some(differences),
            added: Vec::new().into_iter(),
            from,
            record: Held::default(),
        }
    }
}

impl<R: Records> Records for Patched<R> {
    fn next(&mut self) -> Result<Option<Entry<'_>>, MasterError> {
        while let Some(differences) = &mut self.differences {
            let Some(entry) = self.older.next()? else {
                let done = std::mem::take(differences).added();
                self.differences = None;
                let added = done.map_err(|problem| MasterError {
                    file: Some(self.from.clone()),
                    line: 1,
                    column: 1,
                    problem: format!("{problem}; leave out --ixfr-from"),
                    is_fatal: true,
                })?;
                self.added = added.into_iter();
                (self.record.file, self.record.line) = (self.older.files().len(), 0);
                break;
            };
            if differences.stays(entry.owner, entry.rtype, entry.rdata) {
                self.record
                    .hold(entry.owner, entry.rtype, entry.ttl, entry.rdata);
                (self.record.file, self.record.line) = (entry.file, entry.line);
                return Ok(Some(self.record.entry()));
            }
        }
        let Some(added) = self.added.next() else {
            return Ok(None);
        };
        self.record
            .hold(&added.owner, added.rtype, added.ttl, &added.rdata);
        self.record.line += 1;
        Ok(Some(self.record.entry()))
    }

    fn files(&self) -> Vec<String> {
        let mut files = self.older.files();
        files.push(self.from.clone());
        files
    }
}
