//! Keys from a file in place of the live zone: a `K*.key` file, or a zone file.

use std::fmt;

use super::{ds_of, line};
use crate::crypto::DigestType;
use crate::dns::{Dnskey, Ds, Name, Record, RecordType};

/// The keys of one zone in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileKeys {
    /// Apex of the zone, in the letter case of the file.
    pub zone: Name,
    /// The keys to make DS of, in canonical order.
    pub keys: Vec<Dnskey>,
}

/// Why a file gives no keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileError {
    /// It has no DNSKEY record, or none at this name.
    NoKey(Option<Name>),
    /// It has keys of several zones.
    SeveralZones(Name, Name),
    /// None of its keys can have a DS: revoked, or not a zone key.
    NoneUsable,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey(None) => {
                f.write_str("no DNSKEY record in it; give a K*.key or a zone file")
            }
            Self::NoKey(Some(name)) => write!(f, "no DNSKEY record of {name} in it"),
            Self::SeveralZones(one, other) => {
                write!(f, "keys of {one} and of {other} in it; name the zone")
            }
            Self::NoneUsable => f.write_str(
                "each key in it is revoked or has a Zone Key flag of 0, so none can have a DS",
            ),
        }
    }
}

impl std::error::Error for FileError {}

/// The keys among `records` that a DS is made of: of several, those with the SEP flag where there is one.
/// A key that is revoked or no zone key never has a DS (RFC 5011, section 2.1; RFC 4034, section 5.2).
///
/// # Errors
/// [`FileError`] when there is none, or when it is not clear of which zone.
pub fn from_records(records: &[Record], name: Option<&Name>) -> Result<FileKeys, FileError> {
    let is_key = |record: &&Record| {
        record.rtype == RecordType::DNSKEY && name.is_none_or(|name| record.owner == *name)
    };
    let found: Vec<&Record> = records.iter().filter(is_key).collect();
    let first = found
        .first()
        .ok_or_else(|| FileError::NoKey(name.cloned()))?;
    if let Some(other) = found.iter().find(|record| record.owner != first.owner) {
        let (one, other) = (first.owner.clone(), other.owner.clone());
        return Err(FileError::SeveralZones(one, other));
    }
    let mut rdata: Vec<&[u8]> = found.iter().map(|record| &*record.rdata).collect();
    rdata.sort_unstable();
    rdata.dedup();
    let keys = rdata
        .into_iter()
        .filter_map(|octets| Dnskey::parse(octets).ok());
    let mut keys: Vec<Dnskey> = keys
        .filter(|key| key.is_zone_key() && !key.is_revoked())
        .collect();
    if keys.iter().any(Dnskey::is_sep) {
        keys.retain(Dnskey::is_sep);
    }
    if keys.is_empty() {
        return Err(FileError::NoneUsable);
    }
    Ok(FileKeys {
        zone: name.unwrap_or(&first.owner).clone(),
        keys,
    })
}

impl FileKeys {
    /// The DS of each key in each of these digests, in order of the digest types; SHA-256 when empty.
    pub fn ds(&self, digests: &[DigestType]) -> Vec<Ds> {
        let mut chosen = digests.to_vec();
        if chosen.is_empty() {
            chosen.push(DigestType::SHA256);
        }
        chosen.sort_unstable();
        chosen.dedup();
        let pairs = self
            .keys
            .iter()
            .flat_map(|key| chosen.iter().map(move |&digest| (key, digest)));
        let all = pairs.filter_map(|(key, digest)| ds_of(&self.zone, key, digest));
        all.collect()
    }

    /// The same as lines of a zone file.
    pub fn lines(&self, digests: &[DigestType]) -> Vec<String> {
        let all = self.ds(digests);
        all.iter().map(|ds| line(&self.zone, ds)).collect()
    }
}
