//! The TSIG record (RFC 8945, section 4.2): written behind a query, found at the end of an answer.

use super::fault::TsigFault;
use super::key::TsigKey;
use crate::crypto::Mac;
use crate::dns::wire::{Reader, WireError};
use crate::dns::{Class, RecordType, Timestamp};
use crate::transfer::message::{Buffers, HEADER, Header, WireRecord};

/// The fields of a TSIG record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tsig {
    /// Name of the key, canonical.
    pub key: Vec<u8>,
    /// Name of the algorithm, canonical.
    pub algorithm: Vec<u8>,
    /// Seconds since 1970; 48 bits.
    pub signed: u64,
    pub fudge: u16,
    pub mac: Vec<u8>,
    pub original_id: u16,
    pub error: u16,
    pub other: Vec<u8>,
}

impl Tsig {
    /// A record without a MAC yet, for a message that is signed with `key`.
    pub(super) fn new(key: &TsigKey, id: u16, now: Timestamp, fudge: u16) -> Self {
        Self {
            key: key.name.canonical_wire(),
            algorithm: key.algorithm.wire(),
            signed: u64::try_from(now.0).unwrap_or(0) & 0xFFFF_FFFF_FFFF,
            fudge,
            mac: Vec::new(),
            original_id: id,
            error: 0,
            other: Vec::new(),
        }
    }

    /// When it was signed.
    pub(super) fn time(&self) -> Timestamp {
        Timestamp(i64::try_from(self.signed).unwrap_or(i64::MAX))
    }

    /// What the clock of a server shows that answers BADTIME (section 5.2.3).
    pub(super) fn clock(&self) -> Option<Timestamp> {
        let octets: [u8; 6] = self.other.as_slice().try_into().ok()?;
        let seconds = octets
            .iter()
            .fold(0, |all, octet| all << 8 | i64::from(*octet));
        Some(Timestamp(seconds))
    }

    /// Takes in the variables (section 4.3.3).
    pub(super) fn cover_variables(&self, mac: &mut Mac) {
        mac.update(&self.key);
        mac.update(&Class::ANY.0.to_be_bytes());
        mac.update(&[0; 4]);
        mac.update(&self.algorithm);
        self.cover_timers(mac);
        mac.update(&self.error.to_be_bytes());
        mac.update(&length(&self.other));
        mac.update(&self.other);
    }

    /// Takes in the timers alone, for all but the first answer (section 5.3.1).
    pub(super) fn cover_timers(&self, mac: &mut Mac) {
        mac.update(&self.signed.to_be_bytes()[2..]);
        mac.update(&self.fudge.to_be_bytes());
    }

    /// Appends the record to `message`, and counts it there.
    pub(super) fn push(&self, message: &mut Vec<u8>) {
        let mut rdata = self.algorithm.clone();
        rdata.extend_from_slice(&self.signed.to_be_bytes()[2..]);
        rdata.extend(self.fudge.to_be_bytes());
        rdata.extend(length(&self.mac));
        rdata.extend_from_slice(&self.mac);
        rdata.extend(self.original_id.to_be_bytes());
        rdata.extend(self.error.to_be_bytes());
        rdata.extend(length(&self.other));
        rdata.extend_from_slice(&self.other);
        message.extend_from_slice(&self.key);
        message.extend(RecordType::TSIG.0.to_be_bytes());
        message.extend(Class::ANY.0.to_be_bytes());
        message.extend([0; 4]);
        message.extend(length(&rdata));
        message.extend(rdata);
        let count = u16::from_be_bytes([message[10], message[11]]).wrapping_add(1);
        message[10..HEADER].copy_from_slice(&count.to_be_bytes());
    }
}

/// The length of a field in front of it.
pub(super) fn length(field: &[u8]) -> [u8; 2] {
    u16::try_from(field.len())
        .expect("MACs and what else is signed here is short")
        .to_be_bytes()
}

/// The TSIG record of a message and where it begins; `None` for a message without one.
pub(super) fn find(octets: &[u8]) -> Result<Option<(usize, Tsig)>, TsigFault> {
    let mut reader = Reader::new(octets);
    let [questions, records @ ..] = Header::read(&mut reader)?.counts;
    let mut buffers = Buffers::default();
    for _ in 0..questions {
        buffers.question(&mut reader)?;
    }
    let is_additional_empty = records[2] == 0;
    let mut left: u32 = records.into_iter().map(u32::from).sum();
    while left > 0 {
        left -= 1;
        let start = reader.position();
        let record = buffers.record(&mut reader)?;
        if record.rtype == RecordType::TSIG {
            let is_last = left == 0 && reader.remaining() == 0 && !is_additional_empty;
            let is_as_it_must = record.class == Class::ANY && record.ttl == 0;
            return match is_last && is_as_it_must {
                true => Ok(Some((start, parse(&record)?))),
                false => Err(TsigFault::Misplaced),
            };
        }
    }
    Ok(None)
}

fn parse(record: &WireRecord<'_>) -> Result<Tsig, WireError> {
    let mut reader = Reader::new(record.rdata);
    let mut algorithm = Vec::new();
    reader.name_into(&mut algorithm)?;
    algorithm.make_ascii_lowercase();
    let [high, low] = [u64::from(reader.u16()?), u64::from(reader.u32()?)];
    let fudge = reader.u16()?;
    let field = |reader: &mut Reader<'_>| {
        let length = usize::from(reader.u16()?);
        reader.take(length).map(<[u8]>::to_vec)
    };
    Ok(Tsig {
        key: record.owner.to_ascii_lowercase(),
        algorithm,
        signed: high << 32 | low,
        fudge,
        mac: field(&mut reader)?,
        original_id: reader.u16()?,
        error: reader.u16()?,
        other: field(&mut reader)?,
    })
}
